// SPDX-License-Identifier: MIT
/*
 * Rows of the table that are about what neighbours on a link send: to groups, by broadcast, or
 * without IP.
 */
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/machine/process.h"
#include "common/policy/fields/fields.h"
#include "daemon/fwd/lockout/need_probes.h"

#define DHCP_SERVER   67
#define DHCPV6_SERVER 547
#define ROUTE_BY_RA   9 /* RTPROT_RA of linux/rtnetlink.h */
#define LACP_MODE     "802.3ad"

static void close_file(FILE **file)
{
	if (*file)
		fclose(*file);
}

/* Another address on the same link: nobody knows which ones neighbours have. */
static struct prefix neighbour_of(const struct own_address *own)
{
	struct prefix neighbour = own->address;
	uint8_t *last = &neighbour.addr[neighbour.family == 4 ? 3 : 15];

	if (own->peer.family)
		return own->peer;
	*last ^= 1;
	/* Not the address of the network, nor that of broadcasts. */
	if (neighbour.family == 4 && own->length <= 30 && ((*last & 3) == 0 || (*last & 3) == 3))
		*last ^= 2;
	return neighbour;
}

static bool is_link_local(const struct prefix *address)
{
	return address->family == 6 && address->addr[0] == 0xfe &&
	       (address->addr[1] & 0xc0) == 0x80;
}

/* Routing protocols over IPv6 speak from link-local addresses; one address a link is enough. */
static bool stands_for_link(const struct own_list *own, size_t index)
{
	const struct own_address *address = &own->items[index];

	if (address->address.family == 6 && !is_link_local(&address->address))
		return false;
	for (size_t i = 0; i < index; i++) {
		const struct own_address *before = &own->items[i];

		if (before->ifindex == address->ifindex &&
		    before->address.family == address->address.family &&
		    (before->address.family == 4 || is_link_local(&before->address)))
			return false;
	}
	return true;
}

/* A packet from a neighbour to a group, on each link that has an address of the group's family. */
static int add_group(struct making *making, const struct need *need, uint8_t proto, uint16_t port)
{
	char what[80];

	snprintf(what, sizeof(what), "%s from neighbours such as", need->what);
	for (size_t i = 0; i < making->own.count; i++) {
		const struct own_address *own = &making->own.items[i];
		const char *group = need->groups[own->address.family == 6];
		struct prefix from = neighbour_of(own), to;
		struct route link;

		if (!group || !stands_for_link(&making->own, i) ||
		    network_link(making->network, own->ifindex, &link) < 0)
			continue;
		prefix_parse(group, &to);
		for (size_t j = 0; j < link.path_count; j++) {
			struct packet_text *packet =
				making_packet(making, &link.paths[j], proto, &from, &to, what);

			if (!packet)
				return -ENOMEM;
			packet->sport = packet->dport = port;
			packet->ttl = need->ttl;
			making->list->items[making->list->count - 1].is_example = true;
		}
	}
	return 0;
}

int make_udp_group(struct making *making, const struct need *need)
{
	for (size_t i = 0; i < making->sockets.count; i++) {
		if (making->sockets.items[i].protocol == IPPROTO_UDP &&
		    making->sockets.items[i].local_port == need->number)
			return add_group(making, need, IPPROTO_UDP, need->number);
	}
	return 0;
}

int make_raw_group(struct making *making, const struct need *need)
{
	if (!(making->raw[need->number / 64] >> need->number % 64 & 1))
		return 0;
	return add_group(making, need, (uint8_t)need->number, 0);
}

/* ---- addresses and the default route ---- */

int make_router_advertisement(struct making *making, const struct need *need)
{
	struct prefix to;
	struct route route;

	if (network_default_route(making->network, 6, &route) < 0 ||
	    route.protocol != ROUTE_BY_RA || !route.gateway.family)
		return 0;
	prefix_parse(need->groups[1], &to);
	for (size_t i = 0; i < route.path_count; i++) {
		struct packet_text *packet =
			making_packet(making, &route.paths[i], IPPROTO_ICMPV6, &route.gateway, &to,
				      "the router advertisement of");

		if (!packet)
			return -ENOMEM;
		packet->icmp_type = ND_ROUTER_ADVERT;
		packet->ttl = need->ttl;
		packet->length = packet_headers(packet) + 8;
	}
	return 0;
}

/* By unicast when the lease is renewed, by broadcast when it is bound again. */
static int add_dhcp(struct making *making, const struct need *need, const struct own_address *own,
		    const struct prefix *server, const struct prefix *to, uint16_t port)
{
	struct route link;

	if (network_link(making->network, own->ifindex, &link) < 0)
		return 0;
	for (size_t i = 0; i < link.path_count; i++) {
		struct packet_text *packet =
			making_packet(making, &link.paths[i], IPPROTO_UDP, server, to,
				      "the DHCP reply of a server such as");

		if (!packet)
			return -ENOMEM;
		packet->sport = port;
		packet->dport = need->number;
		packet->ttl = need->ttl;
		making->list->items[making->list->count - 1].is_example = true;
	}
	return 0;
}

int make_dhcp4(struct making *making, const struct need *need)
{
	int err = 0;

	for (size_t i = 0; i < making->own.count && err == 0; i++) {
		const struct own_address *own = &making->own.items[i];
		struct prefix server = neighbour_of(own), all;
		struct route route;

		if (own->address.family != 4 || !own->has_end)
			continue;
		if (network_default_route(making->network, 4, &route) == 0 &&
		    route.gateway.family == 4 && route.ifindex == own->ifindex)
			server = route.gateway;
		prefix_parse("255.255.255.255", &all);
		err = add_dhcp(making, need, own, &server, &own->address, DHCP_SERVER);
		if (err == 0)
			err = add_dhcp(making, need, own, &server, &all, DHCP_SERVER);
	}
	return err;
}

/* Clients bind the port to the link-local address of their interface, or to all. */
static bool is_client(const struct making *making, const struct own_address *own, uint16_t port)
{
	static const uint8_t any[16];

	for (size_t i = 0; i < making->sockets.count; i++) {
		const struct socket_info *info = &making->sockets.items[i];

		if (info->protocol == IPPROTO_UDP && info->local_port == port &&
		    info->local.family == 6 &&
		    (memcmp(info->local.addr, any, sizeof(any)) == 0 ||
		     prefix_compare(&info->local, &own->address) == 0))
			return true;
	}
	return false;
}

int make_dhcp6(struct making *making, const struct need *need)
{
	int err = 0;

	for (size_t i = 0; i < making->own.count && err == 0; i++) {
		const struct own_address *own = &making->own.items[i];
		struct prefix server = neighbour_of(own);

		if (is_link_local(&own->address) && is_client(making, own, need->number))
			err = add_dhcp(making, need, own, &server, &own->address, DHCPV6_SERVER);
	}
	return err;
}

/* ---- not IP ---- */

static bool set_mac(const char *text, uint8_t ret[6])
{
	struct prefix mac;

	if (mac_parse(text, &mac) < 0)
		return false;
	memcpy(ret, mac.addr, 6);
	return true;
}

/* station: where it is sent, or NULL. Returns the probe, or NULL. */
static struct probe *add_one_frame(struct making *making, const struct need *need,
				   const struct path *path, const char *station)
{
	struct probe *probe = probe_add(making->list, PROBE_FRAME, path);

	if (!probe)
		return NULL;
	if (station)
		probe->packet.has_dst_mac = set_mac(station, probe->packet.dst_mac);
	probe->ethertype = need->number;
	prefix_parse("0.0.0.0", &probe->packet.src);
	probe->packet.dst = probe->packet.src;
	snprintf(probe->what, sizeof(probe->what), "%s", need->what);
	return probe;
}

static int add_frames(struct making *making, const struct need *need, const struct path *path)
{
	for (size_t i = 0; i < array_size(need->stations) && need->stations[i]; i++) {
		if (!add_one_frame(making, need, path, need->stations[i]))
			return -ENOMEM;
	}
	return 0;
}

static int is_process(void *userdata, const struct process *process)
{
	return strcmp(process->name, userdata) == 0;
}

int make_isis(struct making *making, const struct need *need)
{
	int err = 0;

	if (process_each(caller_sources_system.proc, is_process, (void *)need->evidence) <= 0)
		return 0;
	for (size_t i = 0; i < making->ports->count && err == 0; i++) {
		struct path path = {.ifindex = making->ports->items[i].ifindex};

		snprintf(path.name, sizeof(path.name), "%s", making->ports->items[i].name);
		err = add_frames(making, need, &path);
	}
	return err;
}

static bool is_lacp(int master)
{
	cleanup(close_file) FILE *in = NULL;
	char name[IF_NAMESIZE], path[64], mode[32] = "";

	if (!master || !if_indextoname((unsigned)master, name))
		return false;
	snprintf(path, sizeof(path), "/sys/class/net/%s/bonding/mode", name);
	in = fopen(path, "re");
	return in && fgets(mode, sizeof(mode), in) &&
	       strncmp(mode, LACP_MODE, strlen(LACP_MODE)) == 0;
}

int make_lacp(struct making *making, const struct need *need)
{
	int err = 0;

	for (size_t i = 0; i < making->ports->count && err == 0; i++) {
		const struct port *port = &making->ports->items[i];
		struct path path = {.ifindex = port->ifindex};

		snprintf(path.name, sizeof(path.name), "%s", port->name);
		if (is_lacp(network_master(making->network, port->ifindex)))
			err = add_frames(making, need, &path);
	}
	return err;
}

/* "Id Address Device": a line for each session, with the address of its other end. */
int make_pppoe(struct making *making, const struct need *need)
{
	cleanup(close_file) FILE *in = fopen(need->evidence, "re");
	char line[128], device[IF_NAMESIZE], address[18];
	int err = 0;

	while (in && err == 0 && fgets(line, sizeof(line), in)) {
		struct route link;

		if (sscanf(line, "%*8[0-9A-Fa-f] %17[0-9A-Fa-f:] %15s", address, device) != 2 ||
		    network_link(making->network, (int)if_nametoindex(device), &link) < 0)
			continue;
		for (size_t i = 0; i < link.path_count && err == 0; i++) {
			struct probe *probe = add_one_frame(making, need, &link.paths[i], NULL);

			if (!probe)
				err = -ENOMEM;
			else
				probe->packet.has_src_mac = set_mac(address, probe->packet.src_mac);
		}
	}
	return err;
}
