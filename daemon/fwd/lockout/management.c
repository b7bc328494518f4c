// SPDX-License-Identifier: MIT
/*
 * Probes of management.allow: one for each prefix with the first port, and one for each
 * port with the first prefix, on each interface that an entry speaks of. They are
 * opening packets (SYN): who is not connected yet must get in, too.
 */
#include "daemon/fwd/lockout/need_probes.h"

#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "common/base/memory.h"
#include "common/policy/fields/fields.h"

#define TCP_SYN	    0x02
#define SOME_PORT   40000
#define SSH_PORT    22
#define SOME_ADDR4  "192.0.2.1"
#define SOME_ADDR6  "2001:db8::1"
#define USUAL_HOPS  64
#define MAX_SOURCES 64 /* prefixes of an entry that are tried */

/* An entry, on an interface. */
struct entry {
	const struct port_list *ports;
	const struct config *config;
	const struct config_rule *rule;
	const struct ifaddrs *addresses; /* of this machine */
	struct probe_list *list;
	struct path path;
};

static uint32_t first_of(const struct config_match *match, enum fw_field field, uint32_t fallback)
{
	return match->fields[field].count ? match->fields[field].items[0].low : fallback;
}

/* A host of a prefix: not its first address, which may be that of the network. */
static struct prefix host_of(const struct prefix *prefix)
{
	unsigned last = prefix->family == 4 ? 3 : 15;
	struct prefix host = prefix_host(prefix->family, prefix->addr);

	if (prefix->length + 1 < (prefix->family == 4 ? 32 : 128))
		host.addr[last] |= 1;
	return host;
}

static bool is_in(const struct prefix_list *list, const struct prefix *host)
{
	for (size_t i = 0; i < list->count; i++) {
		if (prefix_contains(&list->items[i], host))
			return true;
	}
	return false;
}

/* A live set's entries come and go: what it holds now is not for the policy to keep. */
static bool is_excluded(const struct config *config, const struct address_match *match,
			const struct prefix *host)
{
	if (is_in(&match->not_prefixes, host))
		return true;
	for (size_t i = 0; i < match->not_set_count; i++) {
		if (is_in(&config->sets[match->not_sets[i]].prefixes, host))
			return true;
	}
	return false;
}

/* Hosts of a family that an address match is about; of one that is about all: a usual one. */
static void pick_from(const struct config *config, const struct address_match *match,
		      const struct prefix_list *from, int family, struct prefix_list *ret)
{
	for (size_t i = 0; i < from->count && ret->count < MAX_SOURCES; i++) {
		struct prefix host = host_of(&from->items[i]);

		if (from->items[i].family == family && !is_excluded(config, match, &host))
			prefix_list_add(ret, &host);
	}
}

static void pick(const struct config *config, const struct address_match *match, int family,
		 const struct prefix *usual, struct prefix_list *ret)
{
	pick_from(config, match, &match->any_prefixes, family, ret);
	for (size_t i = 0; i < match->any_set_count; i++)
		pick_from(config, match, &config->sets[match->any_sets[i]].prefixes, family, ret);
	if (match->any_prefixes.count == 0 && match->any_set_count == 0 &&
	    !is_excluded(config, match, usual))
		prefix_list_add(ret, usual);
}

/* An address of this machine on an interface, or one of nobody's. */
static struct prefix own_address(const struct entry *entry, int family)
{
	struct prefix address;

	for (const struct ifaddrs *at = entry->addresses; at; at = at->ifa_next) {
		const struct sockaddr_in *in = (void *)at->ifa_addr;
		const struct sockaddr_in6 *in6 = (void *)at->ifa_addr;

		if (!at->ifa_addr || strcmp(at->ifa_name, entry->path.name) != 0)
			continue;
		if (family == 4 && at->ifa_addr->sa_family == AF_INET)
			return prefix_host(4, &in->sin_addr);
		if (family == 6 && at->ifa_addr->sa_family == AF_INET6 &&
		    !IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr))
			return prefix_host(6, &in6->sin6_addr);
	}
	prefix_parse(family == 4 ? SOME_ADDR4 : SOME_ADDR6, &address);
	return address;
}

static uint32_t length_of(const struct config_match *match, const struct packet_text *packet)
{
	uint32_t usual = packet_usual_length(packet), most = PACKET_MAX_FRAME - 64;
	uint32_t length = first_of(match, FW_FIELD_LENGTH, usual);

	return length < usual || length > most ? usual : length;
}

static void describe(struct probe *probe)
{
	const struct packet_text *packet = &probe->packet;
	char from[PREFIX_TEXT];

	snprintf(probe->what, sizeof(probe->what), "management access from %s to port %u",
		 prefix_format(&packet->src, from), packet->dport);
	if (packet->proto != IPPROTO_TCP && packet->proto != IPPROTO_UDP)
		snprintf(probe->what, sizeof(probe->what),
			 "management access from %s by protocol %u",
			 prefix_format(&packet->src, from), packet->proto);
}

/* The first MAC address that is asked for. */
static bool mac_of(const struct address_match *match, uint8_t bytes[6])
{
	if (match->any_prefixes.count)
		memcpy(bytes, match->any_prefixes.items[0].addr, 6);
	return match->any_prefixes.count;
}

static uint32_t label_of(const struct config_match *match)
{
	struct range range = {0};
	size_t next = 0;

	wide_next(&match_fields[MATCH_FLOW_LABEL], &match->flow_label.any_prefixes, &next, &range);
	return range.low;
}

static int add(const struct entry *entry, const struct prefix *src, const struct prefix *dst,
	       uint32_t dport)
{
	const struct config_match *match = &entry->rule->match;
	struct probe *probe = probe_add(entry->list, PROBE_PACKET, &entry->path);
	uint32_t vlan = first_of(match, FW_FIELD_VLAN, 0);
	struct packet_text *packet;

	if (!probe)
		return -ENOMEM;
	packet = &probe->packet;
	packet->proto = (uint8_t)first_of(match, FW_FIELD_PROTO, IPPROTO_TCP);
	packet->src = *src;
	packet->dst = *dst;
	packet->sport = (uint16_t)first_of(match, FW_FIELD_SPORT, SOME_PORT);
	packet->dport = (uint16_t)dport;
	packet->ttl = (uint8_t)first_of(match, FW_FIELD_TTL, USUAL_HOPS);
	packet->dscp = (uint8_t)first_of(match, FW_FIELD_DSCP, 0);
	packet->icmp_type =
		(uint8_t)first_of(match, FW_FIELD_ICMP_TYPE, src->family == 4 ? 8 : 128);
	packet->icmp_code = (uint8_t)first_of(match, FW_FIELD_ICMP_CODE, 0);
	packet->tcp_flags = match->tcp_flag_count ? match->tcp_flags[0].set : TCP_SYN;
	packet->length = length_of(match, packet);
	packet->flow_label = label_of(match);
	packet->has_src_mac = mac_of(&match->src_mac, packet->src_mac);
	packet->has_dst_mac = mac_of(&match->dst_mac, packet->dst_mac);
	if (vlan) {
		packet->vlan_count = 1;
		packet->vlans[0] = (uint16_t)vlan;
	}
	describe(probe);
	return 0;
}

static int add_family(const struct entry *entry, int family)
{
	const struct config_match *match = &entry->rule->match;
	const struct range_list *ports = &match->fields[FW_FIELD_DPORT];
	cleanup(prefix_list_clear) struct prefix_list sources = {0}, destinations = {0};
	struct prefix own = own_address(entry, family), somebody;
	uint32_t port = first_of(match, FW_FIELD_DPORT, SSH_PORT);
	int err = 0;

	prefix_parse(family == 4 ? "198.51.100.1" : "2001:db8:ffff::1", &somebody);
	pick(entry->config, &match->src, family, &somebody, &sources);
	pick(entry->config, &match->dst, family, &own, &destinations);
	if (sources.count == 0 || destinations.count == 0)
		return 0;
	for (size_t i = 0; i < sources.count && err == 0; i++)
		err = add(entry, &sources.items[i], &destinations.items[0], port);
	for (size_t i = 1; i < ports->count && err == 0; i++)
		err = add(entry, &sources.items[0], &destinations.items[0], ports->items[i].low);
	return err;
}

static int add_rule(struct entry *entry)
{
	const struct config_match *match = &entry->rule->match;
	int err = 0;

	if (entry->rule->disabled || match->partial)
		return 0;
	if (!match->families || match->families & 1U << FW_KIND_IP4)
		err = add_family(entry, 4);
	if (err == 0 && (!match->families || match->families & 1U << FW_KIND_IP6))
		err = add_family(entry, 6);
	return err;
}

/* An interface that the config names and that is there. */
static bool find_path(const struct entry *entry, size_t interface, struct path *ret)
{
	const char *name = entry->config->interfaces[interface].name;

	for (size_t i = 0; i < entry->ports->count; i++) {
		const struct port *port = &entry->ports->items[i];

		if (strcmp(port->name, name) != 0)
			continue;
		*ret = (struct path){.ifindex = port->ifindex};
		snprintf(ret->name, sizeof(ret->name), "%s", name);
		return true;
	}
	return false;
}

static int add_config(struct entry *entry)
{
	const struct config *config = entry->config;

	for (size_t i = 0; i < config->management_count; i++) {
		const struct config_match *match = &config->management[i].match;

		entry->rule = &config->management[i];
		for (size_t j = 0; j < config->interface_count; j++) {
			int err;

			if ((match->by_interface && !(match->interfaces >> j & 1)) ||
			    !find_path(entry, j, &entry->path))
				continue;
			err = add_rule(entry);
			if (err < 0)
				return err;
		}
	}
	return 0;
}

int make_management(struct making *making, const struct need *need)
{
	const struct config *configs[] = {making->lockout->running, making->lockout->next};
	struct entry entry = {.ports = making->ports, .list = making->list};
	struct ifaddrs *addresses = NULL;
	int err = 0;

	(void)need;
	/* It comes before blocks and live sets. */
	if (making->lockout->live_only)
		return 0;
	if (getifaddrs(&addresses) < 0)
		return -errno;
	entry.addresses = addresses;
	for (size_t i = 0; i < array_size(configs) && err == 0; i++) {
		entry.config = configs[i];
		if (entry.config)
			err = add_config(&entry);
	}
	freeifaddrs(addresses);
	return err;
}
