// SPDX-License-Identifier: MIT
/* Probes: made row by row of the table, and as frames. */
#include "daemon/fwd/lockout/probe.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "daemon/fwd/lockout/need_probes.h"

void probe_start(struct probe *ret, enum probe_kind kind, const struct path *path)
{
	/* Its padding, too: probes are compared. */
	memset(ret, 0, sizeof(*ret));
	ret->kind = kind;
	ret->ifindex = path->ifindex;
	ret->link = path->link ? path->link : path->ifindex;
	ret->packet.vlan_count = path->vlan_count;
	memcpy(ret->packet.vlans, path->vlans, sizeof(path->vlans));
	snprintf(ret->packet.interface, sizeof(ret->packet.interface), "%s", path->name);
}

struct probe *probe_put(struct probe_list *list, const struct probe *probe)
{
	struct probe *copy;

	if (list->count == MAX_PROBES) {
		list->is_full = true;
		return NULL;
	}
	copy = array_grow(&list->items, list->count, sizeof(*copy));
	if (!copy)
		return NULL;
	list->count++;
	memcpy(copy, probe, sizeof(*copy));
	copy->need = list->need;
	return copy;
}

struct probe *probe_add(struct probe_list *list, enum probe_kind kind, const struct path *path)
{
	struct probe probe;

	probe_start(&probe, kind, path);
	return probe_put(list, &probe);
}

void probes_clear(struct probe_list *list)
{
	free(list->items);
	*list = (struct probe_list){0};
}

/*
 * The Ethernet header and the tags of any packet on the same path, with another EtherType;
 * returns its length.
 */
static uint32_t link_frame(const struct probe *probe, uint16_t ethertype, uint8_t *frame)
{
	struct packet_text around = probe->packet;
	uint32_t link = packet_link_header(&around);

	around.proto = IPPROTO_UDP;
	around.length = packet_headers(&around);
	packet_build(&around, frame);
	memset(frame + link, 0, ETH_ZLEN - ETH_HLEN);
	frame[link - 2] = (uint8_t)(ethertype >> 8);
	frame[link - 1] = (uint8_t)(ethertype & 0xff);
	return link;
}

/* ARP, as RFC 826 has it. Who asks does not know the MAC address that it asks for. */
static size_t arp_frame(const struct probe *probe, uint8_t *frame)
{
	const uint8_t ethernet_ip4[] = {
		0, ARPHRD_ETHER, ETH_P_IP >> 8, 0, ETH_ALEN, 4, 0, (uint8_t)probe->operation};
	uint32_t link = link_frame(probe, ETH_P_ARP, frame);
	uint8_t *arp = frame + link;

	memcpy(arp, ethernet_ip4, sizeof(ethernet_ip4));
	memcpy(arp + 8, frame + ETH_ALEN, ETH_ALEN);
	memcpy(arp + 14, probe->packet.src.addr, 4);
	if (probe->operation == ARPOP_REPLY)
		memcpy(arp + 18, frame, ETH_ALEN);
	memcpy(arp + 24, probe->packet.dst.addr, 4);
	return link + ETH_ZLEN - ETH_HLEN;
}

/* ISO 10589 over LLC: a length in the EtherType's place, then the SAPs of OSI. */
static size_t plain_frame(const struct probe *probe, uint8_t *frame)
{
	static const uint8_t osi[] = {0xfe, 0xfe, 0x03, 0x83};
	uint32_t link =
		link_frame(probe, probe->ethertype ? probe->ethertype : ETH_ZLEN - ETH_HLEN, frame);

	if (!probe->ethertype)
		memcpy(frame + link, osi, sizeof(osi));
	return link + ETH_ZLEN - ETH_HLEN;
}

size_t probe_frame(const struct probe *probe, uint8_t *frame)
{
	switch (probe->kind) {
	case PROBE_PACKET:
		return packet_build(&probe->packet, frame);
	case PROBE_ARP:
		return arp_frame(probe, frame);
	case PROBE_FRAME:
		return plain_frame(probe, frame);
	}
	return 0;
}

/* ---- making them ---- */

static void clear_making(struct making *making)
{
	sockets_clear(&making->sockets);
	own_clear(&making->own);
	free(making->peers.items);
	free(making->nexts.items);
	network_close(making->network);
}

static int look(struct making *making)
{
	int err = network_open(making->ports, &making->network);

	if (err == 0)
		err = own_read(&making->own);
	if (err == 0)
		err = raw_protocols_read("/proc/self/net", making->raw);
	if (err == 0)
		err = sockets_read(&making->sockets);
	if (err != -EOPNOTSUPP)
		return err;
	making_note(making->errs, "sessions of this machine",
		    "the kernel has no socket diagnostics");
	return 0;
}

/* The first rows have the packets of the caller and of neighbours: those left out are others. */
static void note_full(struct making *making)
{
	const struct need *need = making->list->need;
	bool is_last = need == &needs[need_count - 1];
	char what[160], why[64];

	snprintf(what, sizeof(what), "some of %s%s", need->what,
		 is_last ? "" : ", or anything that comes after that in the table of needs");
	snprintf(why, sizeof(why), "there are more than %d packets to test", MAX_PROBES);
	making_note(making->errs, what, why);
}

int probes_make(const struct lockout *lockout, const struct port_list *ports,
		struct probe_list *list, struct errors *errs)
{
	cleanup(clear_making) struct making making = {
		.lockout = lockout, .ports = ports, .list = list, .errs = errs};
	int err = look(&making);

	for (size_t i = 0; i < need_count && err == 0; i++) {
		list->need = &needs[i];
		err = needs[i].make(&making, &needs[i]);
	}
	stations_set(&making);
	if (!list->is_full)
		return err;
	note_full(&making);
	return 0;
}
