// SPDX-License-Identifier: MIT
/* Rows of the table that are about sessions of this machine, and the neighbours that they go by. */
#include <errno.h>
#include <net/if_arp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <string.h>

#include "common/base/memory.h"
#include "daemon/fwd/lockout/need_probes.h"

#define TCP_ACK	       0x10
#define HOPS_DISCOVERY 255 /* RFC 4861 */
#define TARGET	       16  /* bytes behind the ICMPv6 header: an address, */
#define LINK_OPTION    8   /* and an option with a MAC address */
#define USUAL_HOPS     64
#define BFD_ECHO       3785
#define BFD_SOURCE     49152 /* RFC 5881: from this port up */

/* The same may be found in more than one way: a sentence comes once. */
void making_note(struct errors *errs, const char *what, const char *why)
{
	char text[640];

	snprintf(text, sizeof(text), "it was not checked whether this cuts off %s: %s", what, why);
	for (size_t i = 0; i < errs->count; i++) {
		if (strcmp(errs->list[i].message, text) == 0)
			return;
	}
	errors_add(errs, SEVERITY_WARNING, ERROR_UNCHECKED, NULL, "%s", text);
}

struct packet_text *making_packet(struct making *making, const struct path *path, uint8_t proto,
				  const struct prefix *src, const struct prefix *dst,
				  const char *what)
{
	struct probe *probe = probe_add(making->list, PROBE_PACKET, path);
	struct packet_text *packet;
	char from[PREFIX_TEXT];

	if (!probe)
		return NULL;
	packet = &probe->packet;
	packet->proto = proto;
	packet->src = *src;
	packet->dst = *dst;
	packet->ttl = USUAL_HOPS;
	packet->length = packet_usual_length(packet);
	snprintf(probe->what, sizeof(probe->what), "%s %s", what, prefix_format(src, from));
	return packet;
}

static int add_peer(struct peer_list *list, const struct prefix *remote, const struct prefix *local,
		    const struct route *route)
{
	struct peer *peer;

	for (size_t i = 0; i < list->count; i++) {
		if (prefix_compare(&list->items[i].remote, remote) != 0)
			continue;
		/* A neighbour that is a gateway as well is called one. */
		if (route->gateway.family)
			list->items[i].route = *route;
		if (local && !list->items[i].local.family)
			list->items[i].local = *local;
		return 0;
	}
	peer = array_grow(&list->items, list->count, sizeof(*peer));
	if (!peer)
		return -ENOMEM;
	*peer = (struct peer){.remote = *remote, .route = *route};
	if (local)
		peer->local = *local;
	list->count++;
	return 0;
}

static int add_next(struct making *making, const struct prefix *remote, const struct route *route)
{
	bool direct = !route->gateway.family;

	return add_peer(&making->nexts, direct ? remote : &route->gateway, NULL, route);
}

static int add_session(struct making *making, const struct socket_info *session, const char *what,
		       const struct route *route)
{
	for (size_t i = 0; i < route->path_count; i++) {
		struct packet_text *packet = making_packet(making, &route->paths[i], IPPROTO_TCP,
							   &session->remote, &session->local, what);

		if (!packet)
			return -ENOMEM;
		packet->sport = session->remote_port;
		packet->dport = session->local_port;
		packet->tcp_flags = TCP_ACK;
	}
	return 0;
}

/* ---- the caller ---- */

static int add_way_in(struct making *making, const struct socket_info *way_in)
{
	struct route route;
	int err = network_route(making->network, &way_in->remote, &route);

	/* What comes in by an interface that is not filtered is not cut off. */
	if (err == -ENODEV)
		return 0;
	if (err == -ENOENT) {
		making_note(making->errs, "your SSH connection",
			    "there is no route to its other end");
		return 0;
	}
	if (err == 0)
		err = add_next(making, &way_in->remote, &route);
	return err < 0 ? err : add_session(making, way_in, "your SSH connection from", &route);
}

int make_caller(struct making *making, const struct need *need)
{
	const struct caller *caller = making->lockout->caller;
	struct caller_found found;
	int err;

	(void)need;
	if (!caller)
		return 0;
	err = caller_find(caller, &caller_sources_system, &making->sockets, &found);
	if (err < 0)
		return err;
	if (found.kind == CALLER_UNKNOWN)
		making_note(making->errs, "your SSH connection", found.why);
	for (size_t i = 0; i < found.connections.count && err == 0; i++)
		err = add_way_in(making, &found.connections.items[i]);
	caller_clear(&found);
	return err;
}

/* ---- sessions of this machine ---- */

static bool is_session(const struct socket_info *socket, uint16_t port)
{
	return socket->protocol == IPPROTO_TCP &&
	       (socket->state == SOCKET_ESTABLISHED || socket->state == SOCKET_OPENING) &&
	       (socket->local_port == port || socket->remote_port == port);
}

int make_tcp(struct making *making, const struct need *need)
{
	char what[64];

	/* "BGP sessions (TCP 179)": its first word. */
	snprintf(what, sizeof(what), "the %.*s session with", (int)strcspn(need->what, " "),
		 need->what);
	for (size_t i = 0; i < making->sockets.count; i++) {
		const struct socket_info *session = &making->sockets.items[i];
		struct route route;
		int err;

		if (!is_session(session, need->number) ||
		    network_route(making->network, &session->remote, &route) < 0)
			continue;
		err = add_session(making, session, what, &route);
		if (err < 0)
			return err;
	}
	return 0;
}

/* ---- neighbours ---- */

/* The address of ours that a neighbour asks for; its own one if we have none of its family. */
static struct prefix own_for(const struct making *making, const struct path *path,
			     const struct prefix *neighbour)
{
	const struct prefix *own = own_towards(&making->own, neighbour, path->link);

	return own ? *own : *neighbour;
}

static int add_discovery_packet(struct making *making, const struct path *path, uint8_t type,
				const struct prefix *neighbour, const struct prefix *to,
				const char *what)
{
	struct packet_text *packet =
		making_packet(making, path, IPPROTO_ICMPV6, neighbour, to, what);

	if (!packet)
		return -ENOMEM;
	packet->icmp_type = type;
	packet->ttl = HOPS_DISCOVERY;
	packet->length = packet_headers(packet) + TARGET + LINK_OPTION;
	return 0;
}

/*
 * What a neighbour must be able to say (RFC 4861): who has our address, to those who may have it;
 * whether we are still there; and that it is there, when we ask.
 */
static int add_discovery(struct making *making, const struct path *path,
			 const struct prefix *neighbour, const char *what)
{
	struct prefix own = own_for(making, path, neighbour), group;
	int err;

	prefix_parse("ff02::1:ff00:0", &group);
	memcpy(group.addr + 13, own.addr + 13, 3);
	err = add_discovery_packet(making, path, ND_NEIGHBOR_SOLICIT, neighbour, &group, what);
	if (err == 0)
		err = add_discovery_packet(making, path, ND_NEIGHBOR_SOLICIT, neighbour, &own,
					   what);
	if (err == 0)
		err = add_discovery_packet(making, path, ND_NEIGHBOR_ADVERT, neighbour, &own, what);
	return err;
}

/* The same by ARP: a question to all, one to us, and an answer. */
static int add_arp(struct making *making, const struct path *path, const struct prefix *neighbour,
		   const char *what)
{
	static const struct {
		uint16_t operation;
		bool to_all;
	} packets[] = {{ARPOP_REQUEST, true}, {ARPOP_REQUEST, false}, {ARPOP_REPLY, false}};
	char text[PREFIX_TEXT];

	for (size_t i = 0; i < array_size(packets); i++) {
		struct probe *probe = probe_add(making->list, PROBE_ARP, path);

		if (!probe)
			return -ENOMEM;
		probe->operation = packets[i].operation;
		probe->packet.src = *neighbour;
		probe->packet.dst = own_for(making, path, neighbour);
		probe->packet.has_dst_mac = packets[i].to_all;
		if (packets[i].to_all)
			memset(probe->packet.dst_mac, 0xff, sizeof(probe->packet.dst_mac));
		snprintf(probe->what, sizeof(probe->what), "%s %s", what,
			 prefix_format(neighbour, text));
	}
	return 0;
}

static int add_default_gateway(struct making *making, int family)
{
	struct route route;
	int err;

	if (network_default_route(making->network, family, &route) < 0 || !route.gateway.family)
		return 0;
	err = add_peer(&making->nexts, &route.gateway, NULL, &route);
	return err < 0 ? err : add_peer(&making->peers, &route.gateway, NULL, &route);
}

/* The other ends of a row of sessions. */
static int find_ends(struct making *making, uint16_t port)
{
	int err = 0;

	for (size_t i = 0; i < making->sockets.count && err == 0; i++) {
		const struct socket_info *session = &making->sockets.items[i];
		struct route route;

		if (!is_session(session, port) ||
		    network_route(making->network, &session->remote, &route) < 0)
			continue;
		err = add_next(making, &session->remote, &route);
		if (err == 0)
			err = add_peer(&making->peers, &session->remote, &session->local, &route);
	}
	return err;
}

/* After the neighbour that the caller comes by: gateways, then those of sessions. */
static int find_peers(struct making *making)
{
	int err = add_default_gateway(making, 4);

	if (err == 0)
		err = add_default_gateway(making, 6);
	for (size_t i = 0; i < need_count && err == 0; i++)
		if (needs[i].make == make_tcp)
			err = find_ends(making, needs[i].number);
	making->has_peers = true;
	return err;
}

int make_neighbours(struct making *making, const struct need *need)
{
	int family = need->number;
	int err = making->has_peers ? 0 : find_peers(making);

	for (size_t i = 0; i < making->nexts.count && err == 0; i++) {
		const struct peer *next = &making->nexts.items[i];
		bool is_gateway = next->route.gateway.family == next->remote.family &&
				  prefix_compare(&next->route.gateway, &next->remote) == 0;
		char what[64];

		if (next->remote.family != family)
			continue;
		snprintf(what, sizeof(what), "%s of %s",
			 family == 6 ? "neighbour discovery" : "ARP",
			 is_gateway ? "the gateway" : "the neighbour");
		for (size_t j = 0; j < next->route.path_count && err == 0; j++)
			err = family == 6
				      ? add_discovery(making, &next->route.paths[j], &next->remote,
						      what)
				      : add_arp(making, &next->route.paths[j], &next->remote, what);
	}
	return err;
}

/* ---- UDP from peers ---- */

static bool is_open(const struct making *making, uint16_t port)
{
	for (size_t i = 0; i < making->sockets.count; i++) {
		if (making->sockets.items[i].protocol == IPPROTO_UDP &&
		    making->sockets.items[i].local_port == port)
			return true;
	}
	return false;
}

int make_udp_peers(struct making *making, const struct need *need)
{
	char what[64];

	if (!is_open(making, need->number))
		return 0;
	snprintf(what, sizeof(what), "%s from", need->what);
	for (size_t i = 0; i < making->peers.count; i++) {
		const struct peer *peer = &making->peers.items[i];
		const struct prefix *local =
			peer->local.family
				? &peer->local
				: own_towards(&making->own, &peer->remote, peer->route.ifindex);
		/* An echo comes back as it was sent. */
		const struct prefix *from = need->number == BFD_ECHO ? local : &peer->remote;

		for (size_t j = 0; local && j < peer->route.path_count; j++) {
			struct packet_text *packet = making_packet(making, &peer->route.paths[j],
								   IPPROTO_UDP, from, local, what);

			if (!packet)
				return -ENOMEM;
			packet->sport = need->number == BFD_ECHO ? BFD_ECHO : BFD_SOURCE;
			packet->dport = need->number;
			packet->ttl = need->ttl;
			making->list->items[making->list->count - 1].sender = peer->remote;
		}
	}
	return 0;
}
