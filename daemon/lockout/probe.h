/* SPDX-License-Identifier: MIT */
/* Probes: packets that must go on getting in, whatever the next policy is. */
#ifndef FWD_PROBE_H
#define FWD_PROBE_H

#include "lockout.h"
#include "network.h"
#include "packet_text.h"

enum probe_kind {
	PROBE_PACKET, /* `packet` */
	PROBE_ARP,    /* the answer of `packet.src` to `packet.dst` */
};

struct probe {
	enum probe_kind kind;
	char what[160]; /* "your SSH connection from 192.0.2.2:4000" */
	int ifindex;
	struct packet_text packet; /* .interface: where it comes in */
};

struct probe_list {
	struct probe *items;
	size_t count;
};

/* So many at most: a check must not take long. */
#define MAX_PROBES 1024

/* A probe of this kind that comes in by a path, to be filled in; NULL: no memory, or enough of them. */
struct probe *probe_add(struct probe_list *list, enum probe_kind kind, const struct path *path);

/* Its frame (PACKET_MAX_FRAME bytes at most); returns the length. */
size_t probe_frame(const struct probe *probe, uint8_t *frame);

void probes_clear(struct probe_list *list);

/* Those of management.allow: each prefix, and each port, on each interface. management.c */
int probes_of_management(const struct lockout *lockout, const struct port_list *ports,
			 struct probe_list *list);

/*
 * Those of what the kernel knows: the caller's connection, sessions of BGP, gateways.
 * Warnings in errs (ERROR_UNCHECKED) say what could not be found. network_probes.c
 */
int probes_of_network(const struct lockout *lockout, const struct port_list *ports,
		      struct probe_list *list, struct errors *errs);

#endif
