/* SPDX-License-Identifier: MIT */
/*
 * What nftables' rules say of SYNPROXY: asked of the kernel itself, so that rules
 * of iptables-nft are seen as well. Source: linux/netfilter/nf_tables.h.
 */
#ifndef FWD_HOST_SYNPROXY_H
#define FWD_HOST_SYNPROXY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SYNPROXY_MAX 16 /* more than anybody has; the rest is not looked at */

struct synproxy_rule {
	bool known; /* the rest is: not of named objects, nor of iptables' rules */
	uint16_t mss;
	uint8_t wscale;
	bool timestamp;
	bool sack;
	bool has_wscale;
};

struct synproxy_rules {
	struct synproxy_rule list[SYNPROXY_MAX];
	size_t count;
};

/* Ask for all rules of all tables. 0; -EPERM; -EPROTONOSUPPORT: no nf_tables here; ... */
int synproxy_read(struct synproxy_rules *ret);

/* Add what one message of the kernel's says (a rule's attributes). For tests, too. */
void synproxy_add_rule(struct synproxy_rules *rules, const void *attributes, size_t length);

#endif
