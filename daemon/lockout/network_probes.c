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
	struct connection_list connections;
	struct probe_list *list;
};

static int add_connection(struct making *making, const struct connection *connection,
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

static bool is_established(const struct making *making, const struct connection *connection)
{
	for (size_t i = 0; i < making->connections.count; i++) {
		if (connection_equal(&making->connections.items[i], connection))
			return true;
	}
	return false;
}

static void note(struct errors *errs, const char *why)
{
	errors_add(errs, SEVERITY_WARNING, ERROR_UNCHECKED, NULL,
		   "it was not checked whether this cuts off your SSH connection: %s", why);
}

static int add_caller(struct making *making, struct errors *errs)
{
	struct connection connection;
	struct route route;
	int err;

	if (!making->lockout->caller)
		return 0;
	if (!connection_from_ssh(making->lockout->caller, &connection)) {
		note(errs, "SSH_CONNECTION is not as sshd sets it");
		return 0;
	}
	if (!is_established(making, &connection)) {
		note(errs, "the kernel knows of no connection like SSH_CONNECTION");
		return 0;
	}
	err = network_route(making->network, &connection.remote, &route);
	if (err == -ENOENT) {
		note(errs, "it comes in by no interface of fwd's");
		return 0;
	}
	if (err == 0)
		err = add_connection(making, &connection, "your SSH connection from", &route);
	return err < 0 ? err : add_gateway(making, &route);
}

static int add_sessions(struct making *making)
{
	for (size_t i = 0; i < making->connections.count; i++) {
		const struct connection *connection = &making->connections.items[i];
		struct route route;
		int err;

		if (connection->local_port != BGP_PORT && connection->remote_port != BGP_PORT)
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
		err = connections_read(&making.connections);
	if (err == 0)
		err = add_caller(&making, errs);
	if (err == 0)
		err = add_default_gateways(&making);
	if (err == 0)
		err = add_sessions(&making);
	connections_clear(&making.connections);
	network_close(making.network);
	return list->count == MAX_PROBES ? 0 : err;
}
