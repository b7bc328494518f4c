/* SPDX-License-Identifier: MIT */
/* Inside lockout: what probes are made from, and how. */
#ifndef FWD_NEED_PROBES_H
#define FWD_NEED_PROBES_H

#include "common/machine/sockets.h"
#include "daemon/fwd/lockout/needs.h"
#include "daemon/fwd/lockout/network/network.h"
#include "daemon/fwd/lockout/probe.h"

/* Somebody this machine talks to. */
struct peer {
	struct prefix remote;
	struct prefix local; /* of family 0: not known */
	struct route route;
};

struct peer_list {
	struct peer *items;
	size_t count;
};

struct making {
	const struct lockout *lockout;
	const struct port_list *ports;
	struct network *network;
	struct socket_list sockets;
	struct own_list own;
	uint64_t raw[4];	/* bit per IP protocol that a raw socket takes */
	struct peer_list peers; /* of sessions, and default gateways: who may speak BFD */
	struct peer_list nexts; /* those on the links: gateways, and peers without one */
	bool has_peers;		/* both lists are whole */
	struct probe_list *list;
	struct errors *errs;
};

/* A warning (W0503) that something was not found. */
void making_note(struct errors *errs, const char *what, const char *why);

/*
 * A probe of a packet that comes in by a path, with usual values; NULL: enough of them, or no
 * memory.
 */
struct packet_text *making_packet(struct making *making, const struct path *path, uint8_t proto,
				  const struct prefix *src, const struct prefix *dst,
				  const char *what);

/* Give all probes their MAC addresses, as far as they are known. stations.c */
void stations_set(struct making *making);

/* ---- rows: need_sessions.c ---- */
int make_caller(struct making *making, const struct need *need);
int make_tcp(struct making *making, const struct need *need);
int make_neighbours(struct making *making, const struct need *need); /* number: 4 or 6 */
int make_udp_peers(struct making *making, const struct need *need);

/* ---- rows: need_links.c ---- */
int make_udp_group(struct making *making, const struct need *need);
int make_raw_group(struct making *making, const struct need *need);
int make_router_advertisement(struct making *making, const struct need *need);
int make_dhcp4(struct making *making, const struct need *need);
int make_dhcp6(struct making *making, const struct need *need);
int make_isis(struct making *making, const struct need *need);
int make_lacp(struct making *making, const struct need *need);
int make_pppoe(struct making *making, const struct need *need);

/* ---- rows: management.c ---- */
int make_management(struct making *making, const struct need *need);

#endif
