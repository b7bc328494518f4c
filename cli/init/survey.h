/* SPDX-License-Identifier: MIT */
/* What fwctl init finds on this host, from netlink and /proc. Read-only. */
#ifndef FWCTL_SURVEY_H
#define FWCTL_SURVEY_H

#include <net/if.h>
#include <stdbool.h>

#include "common/base/prefix/prefix.h"
#include "common/machine/own_addresses.h"
#include "common/machine/sockets.h"

struct survey_link {
	char name[IF_NAMESIZE];
	int ifindex;
	bool is_loopback;
	bool is_ethernet;
};

/* A route of the main table to a network. */
struct survey_route {
	struct prefix to; /* length 0: a default route */
	int ifindex;
};

/* A socket that waits for packets. */
struct survey_listener {
	struct socket_info socket;
	char process[16]; /* "": unknown, as without root */
};

struct survey {
	struct survey_link *links;
	size_t link_count;
	struct survey_route *routes;
	size_t route_count;
	struct own_list addresses; /* except those of loopback interfaces */
	struct survey_listener *listeners;
	size_t listener_count;
	struct socket_list operators; /* the SSH connections of fwctl's user */
	bool has_lease;		      /* a lease file of a DHCP client */
};

/* Read all. claim: SSH_CONNECTION or NULL. Returns 0 or a negative errno; survey_clear frees it. */
int survey_read(const char *claim, struct survey *ret);
void survey_clear(struct survey *found);

const struct survey_link *survey_link(const struct survey *found, const char *name);

/* Links and routes: survey_network.c. Returns 0 or a negative errno. */
int survey_network(struct survey *found);

#endif
