/* SPDX-License-Identifier: MIT */
/* The parts of a host's first policy, chosen from the survey and the command line. */
#ifndef FWCTL_PLAN_H
#define FWCTL_PLAN_H

#include "cli/init/survey.h"

#define PLAN_ERROR 256

/* What the command line requests. */
struct plan_wish {
	const char *wan;
	const char *const *lans;
	size_t lan_count;
	const struct prefix_list *management;
};

struct plan {
	const char *wan; /* borrowed, as are the names in lans */
	const char *const *lans;
	size_t lan_count;
	struct prefix_list lan_networks; /* of addresses and routes of the LAN's interfaces */
	struct prefix_list management;	 /* sources of SSH that pass */
	uint16_t *ssh_ports;
	size_t ssh_port_count;
	bool has_dhcp4; /* our address at the uplink is leased */
	bool has_dhcp6;
	bool lan_ends; /* a network of the LAN has a lifetime, as delegated prefixes have */
	bool overlaps; /* a network of the uplink is also in the LAN */
};

/* Returns 0, -ENOMEM, or -EINVAL with a sentence in error. plan_clear frees the plan. */
int plan_make(const struct survey *found, const struct plan_wish *wish, struct plan *ret,
	      char error[PLAN_ERROR]);
void plan_clear(struct plan *plan);

/* Can a socket be reached from outside: bound to any address, or to one of the uplink's? */
bool plan_is_wide(const struct survey *found, const struct plan *plan,
		  const struct survey_listener *listener);

/* Does the policy pass unsolicited packets to this socket, because they look like replies? */
bool plan_is_reachable(const struct survey_listener *listener);

#endif
