// SPDX-License-Identifier: MIT
/* Probes of what the kernel knows: connections of this machine, and gateways on their way. */
#include "probe.h"

#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <string.h>

#include "memory.h"

#define TCP_ACK	       0x10
#define BGP_PORT       179
#define HOPS_DISCOVERY 255 /* RFC 4861 */
#define USUAL_HOPS     64

struct making {
	const struct lockout *lockout;
	struct network *network;
	struct socket_list sockets;
	struct probe_list *list;
};

static int add_connection(struct making *making, const struct socket_info *connection,
			  const char *what, const struct route *route)
{
	char remote[PREFIX_TEXT];

	for (size_t i = 0; i < route->path_count; i++) {
		struct probe *probe = probe_add(making->list, PROBE_PACKET, &route->paths[i]);
		struct packet_text *packet;

		if (!probe)
			return -ENOMEM;
		packet = &probe->packet;
		packet->proto = IPPROTO_TCP;
		packet->src = connection->remote;
		packet->dst = connection->local;
		packet->sport = connection->remote_port;
		packet->dport = connection->local_port;
		packet->tcp_flags = TCP_ACK;
		packet->ttl = USUAL_HOPS;
		packet->length = packet_usual_length(packet);
		snprintf(probe->what, sizeof(probe->what), "%s %s", what,
			 prefix_format(&connection->remote, remote));
	}
	return 0;
}

/* What a gateway must be able to say: that it is there, and to ask whether we are. */
static int add_discovery(struct probe *probe, uint8_t type)
{
	struct packet_text *packet = &probe->packet;

	packet->proto = IPPROTO_ICMPV6;
	packet->icmp_type = type;
	packet->ttl = HOPS_DISCOVERY;
	/* The ICMPv6 header and the target. */
	packet->length = packet_headers(packet) + 16;
	return 0;
}

static int add_gateway(struct making *making, const struct route *route)
{
	static const uint8_t types[] = {ND_NEIGHBOR_SOLICIT, ND_NEIGHBOR_ADVERT};
	bool six = route->gateway.family == 6;
	char text[PREFIX_TEXT];
	struct prefix all_nodes;

	if (!route->gateway.family)
		return 0;
	prefix_parse("ff02::1", &all_nodes);
	for (size_t i = 0; i < route->path_count * (six ? 2 : 1); i++) {
		struct probe *probe = probe_add(making->list, six ? PROBE_PACKET : PROBE_ARP,
						&route->paths[six ? i / 2 : i]);

		if (!probe)
			return -ENOMEM;
		probe->packet.src = route->gateway;
		probe->packet.dst = six ? all_nodes : route->gateway;
		if (six)
			add_discovery(probe, types[i % 2]);
		snprintf(probe->what, sizeof(probe->what), "%s of the gateway %s",
			 six ? "neighbour discovery" : "ARP", prefix_format(&route->gateway, text));
	}
	return 0;
}

/* The same may be found in more than one way: a sentence comes once. */
static void note(struct errors *errs, const char *what, const char *why)
{
	char text[320];

	snprintf(text, sizeof(text), "it was not checked whether this cuts off %s: %s", what, why);
	for (size_t i = 0; i < errs->count; i++) {
		if (strcmp(errs->list[i].message, text) == 0)
			return;
	}
	errors_add(errs, SEVERITY_WARNING, ERROR_UNCHECKED, NULL, "%s", text);
}

static int add_way_in(struct making *making, const struct socket_info *way_in, struct errors *errs)
{
	struct route route;
	int err = network_route(making->network, &way_in->remote, &route);

	/* What comes in by an interface that is not filtered is not cut off. */
	if (err == -ENODEV)
		return 0;
	if (err == -ENOENT) {
		note(errs, "your SSH connection", "there is no route to its other end");
		return 0;
	}
	if (err == 0)
		err = add_connection(making, way_in, "your SSH connection from", &route);
	return err < 0 ? err : add_gateway(making, &route);
}

static int add_caller(struct making *making, struct errors *errs)
{
	const struct caller *caller = making->lockout->caller;
	struct caller_found found;
	int err;

	if (!caller)
		return 0;
	err = caller_find(caller, &caller_sources_system, &making->sockets, &found);
	if (err < 0)
		return err;
	if (found.kind == CALLER_UNKNOWN)
		note(errs, "your SSH connection", found.why);
	for (size_t i = 0; i < found.connections.count && err == 0; i++)
		err = add_way_in(making, &found.connections.items[i], errs);
	caller_clear(&found);
	return err;
}

static int add_sessions(struct making *making)
{
	for (size_t i = 0; i < making->sockets.count; i++) {
		const struct socket_info *connection = &making->sockets.items[i];
		struct route route;
		int err;

		if (connection->protocol != IPPROTO_TCP ||
		    (connection->state != SOCKET_ESTABLISHED &&
		     connection->state != SOCKET_OPENING) ||
		    (connection->local_port != BGP_PORT && connection->remote_port != BGP_PORT))
			continue;
		if (network_route(making->network, &connection->remote, &route) < 0)
			continue;
		err = add_connection(making, connection, "the BGP session with", &route);
		if (err == 0)
			err = add_gateway(making, &route);
		if (err < 0)
			return err;
	}
	return 0;
}

static int add_default_gateways(struct making *making)
{
	int err = 0;

	for (int family = 4; family <= 6 && err == 0; family += 2) {
		struct route route;

		if (network_default_route(making->network, family, &route) == 0)
			err = add_gateway(making, &route);
	}
	return err;
}

int probes_of_network(const struct lockout *lockout, const struct port_list *ports,
		      struct probe_list *list, struct errors *errs)
{
	struct making making = {.lockout = lockout, .list = list};
	int err = network_open(ports, &making.network);

	if (err == 0)
		err = sockets_read(&making.sockets);
	if (err == -EOPNOTSUPP) {
		note(errs, "sessions of this machine", "the kernel has no socket diagnostics");
		err = 0;
	}
	if (err == 0)
		err = add_caller(&making, errs);
	if (err == 0)
		err = add_default_gateways(&making);
	if (err == 0)
		err = add_sessions(&making);
	sockets_clear(&making.sockets);
	network_close(making.network);
	return list->count == MAX_PROBES ? 0 : err;
}
