// SPDX-License-Identifier: MIT
/* From a link to the interfaces that fwd is attached to. */
#include <stdio.h>
#include <string.h>

#include "daemon/fwd/lockout/network/network.h"

/* VLANs on bridges on bonds on VLANs end somewhere. */
#define MAX_DEPTH 6

struct search {
	const struct link_info *links;
	size_t count;
	const struct port_list *ports;
	struct path *found;
	size_t found_count;
};

const struct port *port_find(const struct port_list *ports, int ifindex)
{
	for (size_t i = 0; i < ports->count; i++) {
		if (ifindex && ports->items[i].ifindex == ifindex)
			return &ports->items[i];
	}
	return NULL;
}

static const struct link_info *find_link(const struct search *search, int ifindex)
{
	for (size_t i = 0; i < search->count; i++) {
		if (search->links[i].ifindex == ifindex)
			return &search->links[i];
	}
	return NULL;
}

static void add_path(struct search *search, const struct port *port, const struct path *so_far)
{
	struct path *path = &search->found[search->found_count];

	if (search->found_count == MAX_PATHS)
		return;
	*path = *so_far;
	path->ifindex = port->ifindex;
	snprintf(path->name, sizeof(path->name), "%s", port->name);
	search->found_count++;
}

/* so_far: the tags of the VLANs above, outer first. */
static void follow(struct search *search, int ifindex, struct path so_far, unsigned depth)
{
	const struct port *port = port_find(search->ports, ifindex);
	const struct link_info *link = find_link(search, ifindex);

	if (port) {
		add_path(search, port, &so_far);
		return;
	}
	if (!link || depth == MAX_DEPTH)
		return;
	if (link->lower) {
		if (so_far.vlan_count == FW_MAX_VLANS)
			return;
		memmove(&so_far.vlans[1], &so_far.vlans[0],
			so_far.vlan_count * sizeof(so_far.vlans[0]));
		so_far.vlans[0] = link->vlan;
		so_far.vlan_count++;
		follow(search, link->lower, so_far, depth + 1);
		return;
	}
	for (size_t i = 0; i < search->count; i++) {
		if (search->links[i].master == ifindex)
			follow(search, search->links[i].ifindex, so_far, depth + 1);
	}
}

size_t paths_of_link(const struct link_info *links, size_t count, const struct port_list *ports,
		     int ifindex, struct path ret[MAX_PATHS])
{
	struct search search = {links, count, ports, ret, 0};
	const struct path none = {0};

	follow(&search, ifindex, none, 0);
	for (size_t i = 0; i < search.found_count; i++)
		ret[i].link = ifindex;
	return search.found_count;
}
