/* SPDX-License-Identifier: MIT */
/* Probes: packets that must go on getting in, whatever the next policy is. */
#ifndef FWD_PROBE_H
#define FWD_PROBE_H

#include "common/policy/packet/packet_text.h"
#include "daemon/fwd/lockout/lockout.h"
#include "daemon/fwd/lockout/needs.h"
#include "daemon/fwd/lockout/network/network.h"

enum probe_kind {
	PROBE_PACKET, /* `packet` */
	PROBE_ARP,    /* from `packet.src` to `packet.dst` */
	PROBE_FRAME,  /* of `ethertype`, without IP; 0: LLC, as IS-IS has it */
};

struct probe {
	const struct need *need; /* the row of the table that it is for */
	enum probe_kind kind;
	char what[160]; /* "your SSH connection from 192.0.2.2:4000" */
	int ifindex;
	int link; /* that its frames are of: above tags, bridges and bonds */
	uint16_t ethertype;
	uint16_t operation;	   /* of ARP */
	bool is_example;	   /* its source stands for any neighbour on the link */
	struct prefix sender;	   /* on the link, if not the way to its source; or of family 0 */
	struct packet_text packet; /* .interface: where it comes in */
	bool any_sender;	   /* the MAC address that it comes from is not known */
	bool any_label;		   /* its flow label is not known */
};

struct probe_list {
	struct probe *items;
	size_t count;
	const struct need *need; /* that probes are made for now */
	bool is_full;		 /* there are more than MAX_PROBES */
};

/* So many at most: a check must not take long. */
#define MAX_PROBES 1024

/*
 * A probe of this kind that comes in by a path, to be filled in; NULL: no memory, or enough of
 * them.
 */
struct probe *probe_add(struct probe_list *list, enum probe_kind kind, const struct path *path);

/* The same in two steps: a probe to be filled in, and a copy of it in the list. */
void probe_start(struct probe *ret, enum probe_kind kind, const struct path *path);
struct probe *probe_put(struct probe_list *list, const struct probe *probe);

/* Its frame (PACKET_MAX_FRAME bytes at most); returns the length. */
size_t probe_frame(const struct probe *probe, uint8_t *frame);

void probes_clear(struct probe_list *list);

/*
 * Make those of all rows of the table (needs.h) that apply. Warnings in errs (ERROR_UNCHECKED)
 * say what could not be found, and that there are too many. 0 or a negative errno. probes.c
 */
int probes_make(const struct lockout *lockout, const struct port_list *ports,
		struct probe_list *list, struct errors *errs);

#endif
