// SPDX-License-Identifier: MIT
/* Links and routes, by libnl. */
#include "cli/init/survey.h"

#include <errno.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <netlink/route/route.h>
#include <stdio.h>
#include <sys/socket.h>

#include "common/base/memory.h"
#include "common/base/prefix/prefix_content.h"

struct reading {
	struct survey *found;
	int err;
};

static void take_link(struct nl_object *object, void *userdata)
{
	struct rtnl_link *link = (struct rtnl_link *)object;
	struct reading *reading = userdata;
	struct survey *found = reading->found;
	struct survey_link *item = array_grow(&found->links, found->link_count, sizeof(*item));

	if (!item) {
		reading->err = -ENOMEM;
		return;
	}
	snprintf(item->name, sizeof(item->name), "%s", rtnl_link_get_name(link));
	item->ifindex = rtnl_link_get_ifindex(link);
	item->is_loopback = rtnl_link_get_arptype(link) == ARPHRD_LOOPBACK;
	item->is_ethernet = rtnl_link_get_arptype(link) == ARPHRD_ETHER;
	found->link_count++;
}

static bool read_prefix(const struct nl_addr *address, struct prefix *ret)
{
	int family = nl_addr_get_family(address);
	struct prefix host;

	if (family != AF_INET && family != AF_INET6)
		return false;
	*ret = (struct prefix){.family = family == AF_INET ? 4 : 6};
	if (nl_addr_get_len(address) == 0)
		return true;
	host = prefix_host(ret->family, nl_addr_get_binary_addr(address));
	*ret = prefix_shorten(&host, nl_addr_get_prefixlen(address));
	return true;
}

static void take_next_hop(struct rtnl_nexthop *hop, void *userdata)
{
	struct survey_route *route = userdata;

	route->ifindex = rtnl_route_nh_get_ifindex(hop);
}

static void take_route(struct nl_object *object, void *userdata)
{
	struct rtnl_route *route = (struct rtnl_route *)object;
	struct reading *reading = userdata;
	struct survey *found = reading->found;
	struct survey_route read = {0}, *item;

	if (rtnl_route_get_table(route) != RT_TABLE_MAIN ||
	    rtnl_route_get_type(route) != RTN_UNICAST || !rtnl_route_get_dst(route) ||
	    !read_prefix(rtnl_route_get_dst(route), &read.to))
		return;
	/* For a route with several next hops, the last one counts. */
	rtnl_route_foreach_nexthop(route, take_next_hop, &read);
	item = array_grow(&found->routes, found->route_count, sizeof(*item));
	if (!item) {
		reading->err = -ENOMEM;
		return;
	}
	*item = read;
	found->route_count++;
}

int survey_network(struct survey *found)
{
	struct nl_sock *socket = nl_socket_alloc();
	struct nl_cache *links = NULL, *routes = NULL;
	struct reading reading = {.found = found};

	if (!socket)
		return -ENOMEM;
	if (nl_connect(socket, NETLINK_ROUTE) < 0 ||
	    rtnl_link_alloc_cache(socket, AF_UNSPEC, &links) < 0 ||
	    rtnl_route_alloc_cache(socket, AF_UNSPEC, 0, &routes) < 0) {
		reading.err = -EIO;
	} else {
		nl_cache_foreach(links, take_link, &reading);
		nl_cache_foreach(routes, take_route, &reading);
	}
	nl_cache_free(links);
	nl_cache_free(routes);
	nl_socket_free(socket);
	return reading.err;
}
