// SPDX-License-Identifier: MIT
/* Links, routes and neighbours, over route netlink. Each check takes a fresh look: nothing is kept. */
#include "daemon/fwd/lockout/network/network.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/addr.h>
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

/* Bridges on bonds on ports end somewhere. */
#define MAX_DEPTH 6

struct network {
	const struct port_list *ports;
	struct nl_sock *socket;
	struct link_info *links;
	size_t count;
};

/* ---- the snapshot ---- */

struct reading {
	struct network *network;
	bool failed;
};

static void take_mac(const struct nl_addr *address, struct link_info *info)
{
	if (!address || nl_addr_get_len(address) != ETH_ALEN)
		return;
	info->has_mac = true;
	memcpy(info->mac, nl_addr_get_binary_addr(address), ETH_ALEN);
}

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
	take_mac(rtnl_link_get_addr(link), info);
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

/* ---- questions to the kernel ---- */

/* What is asked about an address: a header with one attribute behind it. */
struct question {
	int type; /* RTM_GET* */
	const void *header;
	size_t header_size;
	int attribute;
	const struct prefix *address;
};

/* Until *answered: by take, which gets userdata. -ENOENT: the kernel knows nothing of it. */
static int ask(struct network *network, const struct question *question, nl_recvmsg_msg_cb_t take,
	       void *userdata, const bool *answered)
{
	const struct prefix *address = question->address;
	struct nl_msg *message = nlmsg_alloc_simple(question->type, NLM_F_REQUEST);
	int err;

	if (!message)
		return -ENOMEM;
	nl_socket_modify_cb(network->socket, NL_CB_VALID, NL_CB_CUSTOM, take, userdata);
	if (nlmsg_append(message, (void *)question->header, question->header_size, NLMSG_ALIGNTO) <
		    0 ||
	    nla_put(message, question->attribute, address->family == 4 ? 4 : 16, address->addr) <
		    0) {
		nlmsg_free(message);
		return -ENOMEM;
	}
	err = nl_send_auto(network->socket, message);
	nlmsg_free(message);
	while (err >= 0 && !*answered)
		err = nl_recvmsgs_default(network->socket);
	return err < 0 ? -ENOENT : 0;
}

/* ---- routes ---- */

struct answer {
	bool is_there;
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
	answer->is_there = true;
	answer->type = route->rtm_type;
	answer->protocol = route->rtm_protocol;
	if (attributes[RTA_OIF])
		answer->ifindex = (int)nla_get_u32(attributes[RTA_OIF]);
	if (attributes[RTA_GATEWAY])
		answer->gateway = prefix_host(answer->family, nla_data(attributes[RTA_GATEWAY]));
	else if (attributes[RTA_VIA])
		/* A gateway of the other family, behind two bytes with the family. */
		answer->gateway = prefix_host(6, (uint8_t *)nla_data(attributes[RTA_VIA]) + 2);
	return NL_OK;
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
	const struct rtmsg header = {.rtm_family = to->family == 4 ? AF_INET : AF_INET6,
				     .rtm_dst_len = to->family == 4 ? 32 : 128};
	const struct question question = {RTM_GETROUTE, &header, sizeof(header), RTA_DST, to};
	struct answer answer = {.family = to->family};
	int err = ask(network, &question, take_route, &answer, &answer.is_there);

	if (err < 0)
		return err;
	return answer.type == RTN_UNICAST ? find_paths(network, &answer, ret) : -ENOENT;
}

/*
 * The kernel reports IPv4 routes by address, so the default route is the first of what may
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

static const struct link_info *link_of(const struct network *network, int ifindex)
{
	for (size_t i = 0; i < network->count; i++) {
		if (network->links[i].ifindex == ifindex)
			return &network->links[i];
	}
	return NULL;
}

int network_master(const struct network *network, int ifindex)
{
	const struct link_info *link = link_of(network, ifindex);

	return link ? link->master : 0;
}

/* ---- MAC addresses ---- */

bool network_mac(const struct network *network, int ifindex, uint8_t ret[6])
{
	const struct link_info *link = link_of(network, ifindex), *above = link;

	/* What a port lets in for this machine is for the bridge or bond. */
	for (unsigned depth = 0; above && depth < MAX_DEPTH; depth++) {
		link = above;
		above = link->master ? link_of(network, link->master) : NULL;
	}
	if (!link || !link->has_mac)
		return false;
	memcpy(ret, link->mac, sizeof(link->mac));
	return true;
}

struct neighbour {
	bool is_there;
	bool has_mac;
	uint8_t mac[ETH_ALEN];
};

static int take_neighbour(struct nl_msg *message, void *userdata)
{
	struct nlattr *attributes[NDA_MAX + 1];
	struct neighbour *neighbour = userdata;

	if (nlmsg_hdr(message)->nlmsg_type != RTM_NEWNEIGH ||
	    nlmsg_parse(nlmsg_hdr(message), sizeof(struct ndmsg), attributes, NDA_MAX, NULL) < 0)
		return NL_SKIP;
	neighbour->is_there = true;
	/* While the kernel looks for it, and after it has given up, there is none. */
	if (!attributes[NDA_LLADDR] || nla_len(attributes[NDA_LLADDR]) != ETH_ALEN)
		return NL_OK;
	neighbour->has_mac = true;
	memcpy(neighbour->mac, nla_data(attributes[NDA_LLADDR]), ETH_ALEN);
	return NL_OK;
}

bool network_neighbour(struct network *network, int ifindex, const struct prefix *address,
		       uint8_t ret[6])
{
	const struct ndmsg header = {.ndm_family = address->family == 4 ? AF_INET : AF_INET6,
				     .ndm_ifindex = ifindex};
	const struct question question = {RTM_GETNEIGH, &header, sizeof(header), NDA_DST, address};
	struct neighbour neighbour = {0};

	if (ask(network, &question, take_neighbour, &neighbour, &neighbour.is_there) < 0 ||
	    !neighbour.has_mac)
		return false;
	memcpy(ret, neighbour.mac, sizeof(neighbour.mac));
	return true;
}
