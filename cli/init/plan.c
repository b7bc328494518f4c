// SPDX-License-Identifier: MIT
#include "cli/init/plan.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/base/prefix/prefix_content.h"

#define SSH_PORT 22

/* Ports that replies go to, as the rules of first_policy.c have them. */
#define REPLY_PORTS 1024 /* and above */
#define NTP_PORT    123

static int refuse(char error[PLAN_ERROR], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error, PLAN_ERROR, format, args);
	va_end(args);
	return -EINVAL;
}

/* ---- interfaces ---- */

static int check_link(const struct survey *found, const char *option, const char *name,
		      char error[PLAN_ERROR])
{
	const struct survey_link *link = survey_link(found, name);

	if (!link)
		return refuse(error, "%s %s: there is no such interface", option, name);
	if (!link->is_ethernet)
		return refuse(error, "%s %s: it has no Ethernet headers, so fwd cannot filter it",
			      option, name);
	return 0;
}

/* The link by which a default route leaves, or NULL. */
static const char *default_link(const struct survey *found)
{
	for (size_t i = 0; i < found->route_count; i++) {
		for (size_t j = 0; found->routes[i].to.length == 0 && j < found->link_count; j++) {
			if (found->links[j].ifindex == found->routes[i].ifindex)
				return found->links[j].name;
		}
	}
	return NULL;
}

static int check_links(const struct survey *found, const struct plan_wish *wish,
		       char error[PLAN_ERROR])
{
	const char *uplink = default_link(found);
	int r;

	if (!wish->wan)
		return uplink ? refuse(error,
				       "--wan is missing; the default route leaves by %s: --wan %s",
				       uplink, uplink)
			      : refuse(error, "--wan is missing, and there is no default route");
	r = check_link(found, "--wan", wish->wan, error);
	for (size_t i = 0; i < wish->lan_count && r == 0; i++) {
		const char *lan = wish->lans[i];

		r = check_link(found, "--lan", lan, error);
		if (r == 0 && strcmp(lan, wish->wan) == 0)
			r = refuse(error, "%s is given as --wan and as --lan", lan);
		for (size_t j = 0; j < i && r == 0; j++) {
			if (strcmp(lan, wish->lans[j]) == 0)
				r = refuse(error, "--lan %s is given twice", lan);
		}
		if (r == 0 && uplink && strcmp(lan, uplink) == 0)
			r = refuse(error, "--lan %s: the default route leaves by it", lan);
	}
	return r;
}

static bool is_lan(const struct survey *found, const struct plan *plan, int ifindex)
{
	for (size_t i = 0; i < plan->lan_count; i++) {
		if (survey_link(found, plan->lans[i])->ifindex == ifindex)
			return true;
	}
	return false;
}

/* ---- networks ---- */

static bool is_link_local(const struct prefix *prefix)
{
	return prefix->family == 6 && prefix->addr[0] == 0xfe && (prefix->addr[1] & 0xc0) == 0x80;
}

static struct prefix network_of(const struct own_address *own)
{
	return prefix_shorten(&own->address, own->length);
}

static int add_lan_networks(const struct survey *found, struct plan *plan)
{
	int r = 0;

	for (size_t i = 0; i < found->addresses.count && r == 0; i++) {
		const struct own_address *own = &found->addresses.items[i];
		struct prefix network = network_of(own);

		if (!is_lan(found, plan, own->ifindex) || is_link_local(&network))
			continue;
		plan->lan_ends |= own->has_end;
		r = prefix_list_add(&plan->lan_networks, &network);
	}
	for (size_t i = 0; i < found->route_count && r == 0; i++) {
		const struct survey_route *route = &found->routes[i];

		if (route->to.length > 0 && is_lan(found, plan, route->ifindex) &&
		    !is_link_local(&route->to) && route->to.addr[0] != 0xff)
			r = prefix_list_add(&plan->lan_networks, &route->to);
	}
	if (r == 0)
		prefix_list_normalize(&plan->lan_networks);
	return r;
}

static bool overlap(const struct prefix *a, const struct prefix *b)
{
	return prefix_contains(a, b) || prefix_contains(b, a);
}

/* The uplink: leases, and networks that are also in the LAN. */
static void look_at_uplink(const struct survey *found, struct plan *plan)
{
	int wan = survey_link(found, plan->wan)->ifindex;
	bool has4 = false;

	for (size_t i = 0; i < found->addresses.count; i++) {
		const struct own_address *own = &found->addresses.items[i];
		struct prefix network = network_of(own);

		if (own->ifindex != wan || is_link_local(&network))
			continue;
		has4 |= network.family == 4;
		plan->has_dhcp4 |= network.family == 4 && own->has_end;
		plan->has_dhcp6 |= network.family == 6 && own->has_end;
		for (size_t j = 0; j < plan->lan_networks.count; j++)
			plan->overlaps |= overlap(&plan->lan_networks.items[j], &network);
	}
	for (size_t i = 0; i < found->listener_count; i++) {
		const struct socket_info *socket = &found->listeners[i].socket;

		plan->has_dhcp4 |= socket->protocol == IPPROTO_UDP && socket->local_port == 68;
		plan->has_dhcp6 |= socket->protocol == IPPROTO_UDP && socket->local_port == 546;
	}
	/* No address yet: assume that DHCP will provide one. */
	plan->has_dhcp4 |= !has4 || found->has_lease;
}

/* ---- access by SSH ---- */

static int add_port(struct plan *plan, uint16_t port)
{
	uint16_t *slot;

	for (size_t i = 0; i < plan->ssh_port_count; i++) {
		if (plan->ssh_ports[i] == port)
			return 0;
	}
	slot = array_grow(&plan->ssh_ports, plan->ssh_port_count, sizeof(*slot));
	if (!slot)
		return -ENOMEM;
	*slot = port;
	plan->ssh_port_count++;
	return 0;
}

static bool is_sshd(const struct survey_listener *listener)
{
	return listener->socket.protocol == IPPROTO_TCP &&
	       (strncmp(listener->process, "sshd", 4) == 0 ||
		strcmp(listener->process, "dropbear") == 0);
}

static int add_ports(const struct survey *found, struct plan *plan)
{
	int r = 0;

	for (size_t i = 0; i < found->operators.count && r == 0; i++)
		r = add_port(plan, found->operators.items[i].local_port);
	for (size_t i = 0; i < found->listener_count && r == 0; i++) {
		/* Listeners at one address are mostly ends of tunnels (ssh -L). */
		if (is_sshd(&found->listeners[i]) &&
		    plan_is_wide(found, plan, &found->listeners[i]))
			r = add_port(plan, found->listeners[i].socket.local_port);
	}
	return r == 0 && plan->ssh_port_count == 0 ? add_port(plan, SSH_PORT) : r;
}

/*
 * The network of a neighbor in a LAN; else the address, of IPv6 its /64, as hosts change the rest
 * (RFC 8981).
 */
static struct prefix widen(const struct plan *plan, const struct prefix *remote)
{
	const struct prefix *items = plan->lan_networks.items;

	for (size_t i = 0; i < plan->lan_networks.count; i++) {
		if (prefix_contains(&items[i], remote))
			return items[i];
	}
	return remote->family == 6 ? prefix_shorten(remote, 64) : *remote;
}

static int add_management(const struct survey *found, const struct plan_wish *wish,
			  struct plan *plan)
{
	int r = 0;

	for (size_t i = 0; i < wish->management->count && r == 0; i++)
		r = prefix_list_add(&plan->management, &wish->management->items[i]);
	for (size_t i = 0; i < found->operators.count && r == 0; i++) {
		const struct prefix *remote = &found->operators.items[i].remote;
		struct prefix wide = widen(plan, remote);
		bool is_there = false;

		for (size_t j = 0; j < plan->management.count; j++)
			is_there |= prefix_contains(&plan->management.items[j], remote);
		if (!is_there)
			r = prefix_list_add(&plan->management, &wide);
	}
	if (r == 0)
		prefix_list_normalize(&plan->management);
	return r;
}

/* ---- the whole ---- */

int plan_make(const struct survey *found, const struct plan_wish *wish, struct plan *ret,
	      char error[PLAN_ERROR])
{
	struct plan plan = {.wan = wish->wan, .lans = wish->lans, .lan_count = wish->lan_count};
	int r = check_links(found, wish, error);

	if (r == 0)
		r = add_lan_networks(found, &plan);
	if (r == 0 && plan.lan_count > 0 && plan.lan_networks.count == 0)
		r = refuse(error, "no interface of --lan has an address or a route yet: configure "
				  "them first, as the policy names their networks");
	if (r == 0)
		look_at_uplink(found, &plan);
	if (r == 0)
		r = add_ports(found, &plan);
	if (r == 0)
		r = add_management(found, wish, &plan);
	if (r < 0)
		plan_clear(&plan);
	else
		*ret = plan;
	return r;
}

void plan_clear(struct plan *plan)
{
	prefix_list_clear(&plan->lan_networks);
	prefix_list_clear(&plan->management);
	free(plan->ssh_ports);
	*plan = (struct plan){0};
}

/* ---- listeners ---- */

static bool is_unspecified(const struct prefix *address)
{
	static const uint8_t zeros[16];

	return memcmp(address->addr, zeros, sizeof(zeros)) == 0;
}

bool plan_is_wide(const struct survey *found, const struct plan *plan,
		  const struct survey_listener *listener)
{
	const struct prefix *local = &listener->socket.local;

	if (is_unspecified(local))
		return true;
	for (size_t i = 0; i < found->addresses.count; i++) {
		const struct own_address *own = &found->addresses.items[i];

		if (own->ifindex == survey_link(found, plan->wan)->ifindex &&
		    prefix_compare(&own->address, local) == 0)
			return true;
	}
	return false;
}

bool plan_is_reachable(const struct survey_listener *listener)
{
	const struct socket_info *socket = &listener->socket;

	return socket->protocol == IPPROTO_UDP &&
	       (socket->local_port >= REPLY_PORTS || socket->local_port == NTP_PORT);
}
