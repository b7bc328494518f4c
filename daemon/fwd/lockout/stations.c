// SPDX-License-Identifier: MIT
/*
 * The MAC addresses of probes. A frame is for our interface, for the group of its destination, or
 * for all; it comes from its sender if that is on the link, else from the gateway to it, as the
 * kernel's tables of neighbours and routes have them.
 */
#include <linux/if_ether.h>
#include <string.h>

#include "daemon/fwd/lockout/need_probes.h"
#include "daemon/fwd/lockout/variants.h"

static bool is_link_local(const struct prefix *address)
{
	return address->family == 6 && address->addr[0] == 0xfe &&
	       (address->addr[1] & 0xc0) == 0x80;
}

/* The last address of a network that we have: all on a link. */
static bool is_broadcast(const struct own_list *own, const struct prefix *address)
{
	if (address->family != 4)
		return false;
	for (size_t i = 0; i < own->count; i++) {
		const struct own_address *at = &own->items[i];
		struct prefix last = at->address;

		if (last.family != 4 || at->length > 30)
			continue;
		for (unsigned bit = at->length; bit < 32; bit++)
			last.addr[bit / 8] |= (uint8_t)(0x80u >> bit % 8);
		if (prefix_compare(&last, address) == 0)
			return true;
	}
	return false;
}

static void set_destination(struct making *making, struct probe *probe)
{
	struct packet_text *packet = &probe->packet;

	if (packet->has_dst_mac)
		return;
	packet->has_dst_mac = true;
	if (probe->kind == PROBE_PACKET && is_broadcast(&making->own, &packet->dst))
		memset(packet->dst_mac, 0xff, ETH_ALEN);
	else if (probe->kind != PROBE_PACKET || !packet_group_mac(&packet->dst, packet->dst_mac))
		packet->has_dst_mac = network_mac(making->network, probe->link, packet->dst_mac);
}

/* Does the route lead out by the interface that the probe comes in by? */
static bool leads_to(const struct route *route, const struct probe *probe)
{
	for (size_t i = 0; i < route->path_count; i++) {
		if (route->paths[i].ifindex == probe->ifindex)
			return true;
	}
	return false;
}

static bool find_sender(struct making *making, const struct probe *probe, uint8_t ret[6])
{
	const struct prefix *from = probe->sender.family ? &probe->sender : &probe->packet.src;
	struct route route;

	if (network_neighbour(making->network, probe->link, from, ret))
		return true;
	/* Addresses of links are on any of them. */
	if (is_link_local(from) || network_route(making->network, from, &route) < 0 ||
	    !leads_to(&route, probe))
		return false;
	return network_neighbour(making->network, route.ifindex,
				 route.gateway.family ? &route.gateway : from, ret);
}

void stations_set(struct making *making)
{
	struct variants variants;

	variants_find(making->lockout->running, making->lockout->next, &variants);
	for (size_t i = 0; i < making->list->count; i++) {
		struct probe *probe = &making->list->items[i];
		struct packet_text *packet = &probe->packet;

		set_destination(making, probe);
		probe->any_label = probe->kind == PROBE_PACKET && packet->src.family == 6 &&
				   !packet->has_flow_label;
		/* The kernel is asked only if it makes a difference. */
		if (packet->has_src_mac || !variants.senders.count)
			continue;
		packet->has_src_mac =
			probe->kind != PROBE_FRAME && find_sender(making, probe, packet->src_mac);
		probe->any_sender = !packet->has_src_mac;
	}
}
