/* SPDX-License-Identifier: MIT */
/*
 * What this machine cannot do without: everything whose loss takes its reachability or its
 * addresses away, now or later. One table, from which the lock-out check makes its probes, `fwctl
 * check --lockout` its answer, and which docs/transactions.md repeats word for word (a unit
 * checks that).
 */
#ifndef FWD_NEEDS_H
#define FWD_NEEDS_H

#include <stddef.h>
#include <stdint.h>

struct making;

struct need {
	const char *id;
	const char *what;
	const char *when; /* it applies to a host */
	const char *why;  /* what is lost without it, and how soon */
	int (*make)(struct making *making, const struct need *need);
	/* For `make`: */
	uint16_t number;       /* a port, an IP protocol or an EtherType */
	uint8_t ttl;	       /* of packets as they arrive */
	const char *groups[2]; /* IPv4 and IPv6 destination; NULL: this machine's address */
	const char *
		stations[2]; /* where frames without IP are sent; NULL: our interface, or no more */
	const char *evidence; /* the name of a process, or a file */
};

extern const struct need needs[];
extern const size_t need_count;

#endif
