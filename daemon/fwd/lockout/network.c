// SPDX-License-Identifier: MIT
/* Links and routes, over route netlink. Each check takes a fresh look: nothing is kept. */
#include "daemon/fwd/lockout/network.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <netlink/route/link/vlan.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "common/base/memory.h"

/* VLANs on bridges on bonds on VLANs end somewhere. */
#define MAX_DEPTH 6

struct network {
	const struct port_list *ports;
	struct nl_sock *socket;
	struct link_info *links;
	size_t count;
};

/* ---- from a link to the interfaces that fwd is attached to ---- */

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
	return search.found_count;
}

/* ---- the snapshot ---- */

struct reading {
	struct network *network;
	bool failed;
};

static void take_link(struct nl_object *object, void *userdata)
{
	struct rtnl_link *link = (struct rtnl_link *)object;
	struct reading *reading = userdata;
	struct network *network = reading->network;
	struct link_info *info = array_grow(&network->links, network->count, sizeof(*info));

	if (!info) {
		reading->failed = true;
		return;
	}
	info->ifindex = rtnl_link_get_ifindex(link);
	info->master = rtnl_link_get_master(link);
	if (rtnl_link_is_vlan(link)) {
		info->lower = rtnl_link_get_link(link);
		info->vlan = (uint16_t)rtnl_link_vlan_get_id(link);
	}
	network->count++;
}

static int read_links(struct network *network)
{
	struct reading reading = {.network = network};
	struct nl_cache *cache;

	if (rtnl_link_alloc_cache(network->socket, AF_UNSPEC, &cache) < 0)
		return -EIO;
	nl_cache_foreach(cache, take_link, &reading);
	nl_cache_free(cache);
	return reading.failed ? -ENOMEM : 0;
}

/* The kernel answers at once, and if it ever should not, we do not wait for it. */
static int connect_kernel(struct nl_sock *socket)
{
	const struct timeval patience = {.tv_sec = 1};

	if (nl_connect(socket, NETLINK_ROUTE) < 0)
		return -EIO;
	nl_socket_disable_auto_ack(socket);
	if (setsockopt(nl_socket_get_fd(socket), SOL_SOCKET, SO_RCVTIMEO, &patience,
		       sizeof(patience)) < 0)
		return -errno;
	return 0;
}

int network_open(const struct port_list *ports, struct network **ret)
{
	struct network *network = calloc(1, sizeof(*network));
	int err;

	if (!network)
		return -ENOMEM;
	network->ports = ports;
	network->socket = nl_socket_alloc();
	err = network->socket ? connect_kernel(network->socket) : -ENOMEM;
	if (err == 0)
		err = read_links(network);
	if (err < 0) {
		network_close(network);
		return err;
	}
	*ret = network;
	return 0;
}

struct network *network_close(struct network *network)
{
	if (network) {
		nl_socket_free(network->socket);
		free(network->links);
	}
	free(network);
	return NULL;
}

/* ---- routes ---- */

struct answer {
	int ifindex;
	int family;
	uint8_t type;
	uint8_t protocol;
	struct prefix gateway;
};

static int take_route(struct nl_msg *message, void *userdata)
{
	struct nlattr *attributes[RTA_MAX + 1];
	struct answer *answer = userdata;
	struct rtmsg *route = nlmsg_data(nlmsg_hdr(message));

	if (nlmsg_hdr(message)->nlmsg_type != RTM_NEWROUTE ||
	    nlmsg_parse(nlmsg_hdr(message), sizeof(*route), attributes, RTA_MAX, NULL) < 0)
		return NL_SKIP;
	answer->type = route->rtm_type;
	answer->protocol = route->rtm_protocol;
	if (attributes[RTA_OIF])
		answer->ifindex = (int)nla_get_u32(attributes[RTA_OIF]);
	if (attributes[RTA_GATEWAY])
		answer->gateway = prefix_host(answer->family, nla_data(attributes[RTA_GATEWAY]));
	else if (attributes[RTA_VIA])
		/* A gateway of the other family, behind two bytes that tell it. */
		answer->gateway = prefix_host(6, (uint8_t *)nla_data(attributes[RTA_VIA]) + 2);
	return NL_OK;
}

static int ask(struct network *network, const struct prefix *to, struct answer *answer)
{
	struct rtmsg request = {.rtm_family = to->family == 4 ? AF_INET : AF_INET6,
				.rtm_dst_len = to->family == 4 ? 32 : 128};
	struct nl_msg *message = nlmsg_alloc_simple(RTM_GETROUTE, NLM_F_REQUEST);
	int err;

	if (!message)
		return -ENOMEM;
	nl_socket_modify_cb(network->socket, NL_CB_VALID, NL_CB_CUSTOM, take_route, answer);
	if (nlmsg_append(message, &request, sizeof(request), NLMSG_ALIGNTO) < 0 ||
	    nla_put(message, RTA_DST, to->family == 4 ? 4 : 16, to->addr) < 0) {
		nlmsg_free(message);
		return -ENOMEM;
	}
	err = nl_send_auto(network->socket, message);
	nlmsg_free(message);
	/* The route, or an error. */
	while (err >= 0 && answer->type == RTN_UNSPEC)
		err = nl_recvmsgs_default(network->socket);
	return err < 0 ? -ENOENT : 0;
}

static int find_paths(struct network *network, const struct answer *answer, struct route *ret)
{
	ret->gateway = answer->gateway;
	ret->ifindex = answer->ifindex;
	ret->protocol = answer->protocol;
	ret->path_count = paths_of_link(network->links, network->count, network->ports,
					answer->ifindex, ret->paths);
	return ret->path_count ? 0 : -ENODEV;
}

int network_route(struct network *network, const struct prefix *to, struct route *ret)
{
	struct answer answer = {.family = to->family};
	int err = ask(network, to, &answer);

	if (err < 0)
		return err;
	return answer.type == RTN_UNICAST ? find_paths(network, &answer, ret) : -ENOENT;
}

/*
 * The kernel tells of IPv4 routes by address, so the default route is the first of what may
 * be a million: only the head of the table is read.
 */
static int read_default4(struct network *network, struct route *ret)
{
	struct answer answer = {.family = 4};
	char line[256], name[IF_NAMESIZE];
	unsigned destination, gateway, mask;
	FILE *table = fopen("/proc/self/net/route", "re");
	bool found = false;

	if (!table)
		return -ENOENT;
	while (!found && fgets(line, sizeof(line), table)) {
		if (sscanf(line, "%15s %x %x %*s %*s %*s %*s %x", name, &destination, &gateway,
			   &mask) != 4)
			continue;
		if (destination)
			break;
		found = mask == 0;
	}
	fclose(table);
	if (!found)
		return -ENOENT;
	answer.ifindex = (int)if_nametoindex(name);
	if (gateway)
		answer.gateway = prefix_host(4, &gateway);
	return find_paths(network, &answer, ret);
}

int network_default_route(struct network *network, int family, struct route *ret)
{
	struct prefix nobody;

	if (family == 4)
		return read_default4(network, ret);
	/* Of global unicast addresses, and given to nobody: only the default route leads there. */
	prefix_parse("2000::1", &nobody);
	return network_route(network, &nobody, ret);
}

int network_link(struct network *network, int ifindex, struct route *ret)
{
	const struct answer answer = {.ifindex = ifindex};

	return find_paths(network, &answer, ret);
}

int network_master(const struct network *network, int ifindex)
{
	for (size_t i = 0; i < network->count; i++) {
		if (network->links[i].ifindex == ifindex)
			return network->links[i].master;
	}
	return 0;
}
