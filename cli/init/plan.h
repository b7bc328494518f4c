/* SPDX-License-Identifier: MIT */
/* What the first policy of a host is made of: chosen from what was found and asked for. */
#ifndef FWCTL_PLAN_H
#define FWCTL_PLAN_H

#include "cli/init/survey.h"

#define PLAN_ERROR 256

/* What the command line asks for. */
struct plan_wish {
	const char *wan;
	const char *const *lans;
	size_t lan_count;
	const struct prefix_list *management;
};

struct plan {
	const char *wan; /* borrowed, as are those of the LAN */
	const char *const *lans;
	size_t lan_count;
	struct prefix_list lan_networks; /* that have their addresses and routes there */
	struct prefix_list management;	 /* from where SSH is let in */
	uint16_t *ssh_ports;
	size_t ssh_port_count;
	bool has_dhcp4; /* our address at the uplink has an end */
	bool has_dhcp6;
	bool lan_ends; /* a network of the LAN has been given for a time, as delegated prefixes are */
	bool overlaps; /* a network of the uplink is one of the LAN's, too */
};

/* 0, -ENOMEM, or -EINVAL with a sentence in error. plan_clear frees it. */
int plan_make(const struct survey *found, const struct plan_wish *wish, struct plan *ret,
	      char error[PLAN_ERROR]);
void plan_clear(struct plan *plan);

/* Is a socket reached from outside: at any address, or one of the uplink's? */
bool plan_is_wide(const struct survey *found, const struct plan *plan,
		  const struct survey_listener *listener);

/* Does the policy let packets of strangers to this socket, as they look like replies? */
bool plan_is_reachable(const struct survey_listener *listener);

#endif
