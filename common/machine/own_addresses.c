// SPDX-License-Identifier: MIT
#include "common/machine/own_addresses.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "common/base/memory.h"
#include "common/base/prefix/prefix_content.h"

struct reading {
	struct own_list *list;
	int err;
};

static struct prefix host_of(const struct nl_addr *address)
{
	struct prefix none = {0};

	if (!address)
		return none;
	return prefix_host(nl_addr_get_family(address) == AF_INET ? 4 : 6,
			   nl_addr_get_binary_addr(address));
}

static void take_address(struct nl_object *object, void *userdata)
{
	struct rtnl_addr *address = (struct rtnl_addr *)object;
	struct reading *reading = userdata;
	int family = rtnl_addr_get_family(address);
	struct own_address *own;

	if ((family != AF_INET && family != AF_INET6) ||
	    rtnl_addr_get_scope(address) == RT_SCOPE_HOST || !rtnl_addr_get_local(address))
		return;
	own = array_grow(&reading->list->items, reading->list->count, sizeof(*own));
	if (!own) {
		reading->err = -ENOMEM;
		return;
	}
	own->address = host_of(rtnl_addr_get_local(address));
	own->peer = host_of(rtnl_addr_get_peer(address));
	own->length = (unsigned)rtnl_addr_get_prefixlen(address);
	own->ifindex = rtnl_addr_get_ifindex(address);
	own->has_end = !(rtnl_addr_get_flags(address) & IFA_F_PERMANENT);
	reading->list->count++;
}

int own_read(struct own_list *ret)
{
	struct nl_sock *socket = nl_socket_alloc();
	struct own_list list = {0};
	struct reading reading = {.list = &list};
	struct nl_cache *cache = NULL;

	if (!socket)
		return -ENOMEM;
	if (nl_connect(socket, NETLINK_ROUTE) < 0 || rtnl_addr_alloc_cache(socket, &cache) < 0)
		reading.err = -EIO;
	else
		nl_cache_foreach(cache, take_address, &reading);
	nl_cache_free(cache);
	nl_socket_free(socket);
	if (reading.err < 0)
		own_clear(&list);
	else
		*ret = list;
	return reading.err;
}

void own_clear(struct own_list *list)
{
	free(list->items);
	*list = (struct own_list){0};
}

const struct prefix *own_towards(const struct own_list *list, const struct prefix *remote,
				 int ifindex)
{
	const struct prefix *any = NULL;

	for (size_t i = 0; i < list->count; i++) {
		const struct own_address *own = &list->items[i];
		struct prefix link = prefix_shorten(&own->address, own->length);

		if (own->address.family != remote->family || own->ifindex != ifindex)
			continue;
		if (prefix_contains(&link, remote))
			return &own->address;
		any = any ? any : &own->address;
	}
	return any;
}
