// SPDX-License-Identifier: MIT
/*
 * Probes of management.allow: for each interface and family that an entry speaks of, one for each
 * value that it names of each field, with the first values of the other fields. They are
 * opening packets (SYN): who is not connected yet must get in, too.
 */
#include "daemon/fwd/lockout/entry_values.h"
#include "daemon/fwd/lockout/need_probes.h"

#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "common/base/memory.h"
#include "common/policy/fields/fields.h"

#define TCP_SYN	   0x02
#define SOME_PORT  40000
#define SSH_PORT   22
#define USUAL_HOPS 64

/* Which value of which field a probe has; of all others the first one. */
struct choice {
	unsigned axis;
	size_t index;
};

static size_t index_of(const struct choice *choice, unsigned axis)
{
	return choice->axis == axis ? choice->index : 0;
}

/* How many values there are to choose from; 0: any will do. */
static size_t count_of(const struct config_match *match, const struct entry_values *values,
		       unsigned axis)
{
	if (axis < AXIS_LABEL)
		return values->prefixes[axis].count;
	if (axis == AXIS_LABEL)
		return values->label_count;
	if (axis == AXIS_PROTO)
		return values->protocol_count;
	if (axis == AXIS_FLAGS)
		return match->tcp_flag_count;
	return axis == AXIS_FIELDS + FW_FIELD_PROTO ? 0 : match->fields[axis - AXIS_FIELDS].count;
}

/* ---- a probe ---- */

static uint32_t number_of(const struct config_match *match, const struct choice *choice,
			  enum fw_field field, uint32_t fallback)
{
	const struct range_list *list = &match->fields[field];

	return list->count ? list->items[index_of(choice, AXIS_FIELDS + field)].low : fallback;
}

static uint32_t length_of(const struct config_match *match, const struct choice *choice,
			  const struct packet_text *packet)
{
	uint32_t usual = packet_usual_length(packet), most = PACKET_MAX_FRAME - 64;
	uint32_t length = number_of(match, choice, FW_FIELD_LENGTH, usual);

	return length < usual || length > most ? usual : length;
}

static bool mac_of(const struct entry_values *values, const struct choice *choice, unsigned axis,
		   uint8_t bytes[6])
{
	const struct prefix_list *list = &values->prefixes[axis];

	if (list->count)
		memcpy(bytes, list->items[index_of(choice, axis)].addr, 6);
	return list->count;
}

static void describe(struct probe *probe)
{
	const struct packet_text *packet = &probe->packet;
	char from[PREFIX_TEXT], mac[PREFIX_TEXT], by[32];
	struct prefix station = {.family = 6, .length = 48};

	snprintf(by, sizeof(by), "to port %u", packet->dport);
	if (packet->proto != IPPROTO_TCP && packet->proto != IPPROTO_UDP)
		snprintf(by, sizeof(by), "by protocol %u", packet->proto);
	memcpy(station.addr, packet->src_mac, sizeof(packet->src_mac));
	snprintf(probe->what, sizeof(probe->what), "management access from %s%s%s %s",
		 prefix_format(&packet->src, from), packet->has_src_mac ? " at " : "",
		 packet->has_src_mac ? mac_format(&station, mac) : "", by);
}

static void fill_fields(const struct config_match *match, const struct entry_values *values,
			const struct choice *choice, struct packet_text *packet)
{
	uint32_t vlan = number_of(match, choice, FW_FIELD_VLAN, 0);
	uint8_t echo = values->family == 4 ? 8 : 128;

	packet->proto = values->protocols[index_of(choice, AXIS_PROTO)];
	packet->fragment = number_of(match, choice, FW_FIELD_FRAGMENT, FW_FRAGMENT_NONE);
	packet->sport = (uint16_t)number_of(match, choice, FW_FIELD_SPORT, SOME_PORT);
	packet->dport = (uint16_t)number_of(match, choice, FW_FIELD_DPORT, SSH_PORT);
	packet->ttl = (uint8_t)number_of(match, choice, FW_FIELD_TTL, USUAL_HOPS);
	packet->dscp = (uint8_t)number_of(match, choice, FW_FIELD_DSCP, 0);
	packet->icmp_type = (uint8_t)number_of(match, choice, FW_FIELD_ICMP_TYPE, echo);
	packet->icmp_code = (uint8_t)number_of(match, choice, FW_FIELD_ICMP_CODE, 0);
	packet->tcp_flags = match->tcp_flag_count
				    ? match->tcp_flags[index_of(choice, AXIS_FLAGS)].set
				    : TCP_SYN;
	if (vlan) {
		packet->vlan_count = 1;
		packet->vlans[0] = (uint16_t)vlan;
	}
}

/* Most entries of the next policy are those of the running one. */
static bool is_made(const struct probe_list *list, const struct probe *probe)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct probe *made = &list->items[i];

		if (made->need == list->need && made->ifindex == probe->ifindex &&
		    memcmp(&made->packet, &probe->packet, sizeof(made->packet)) == 0)
			return true;
	}
	return false;
}

static int add(const struct entry *entry, const struct entry_values *values,
	       const struct choice *choice)
{
	const struct config_match *match = &entry->rule->match;
	struct probe probe;
	struct packet_text *packet = &probe.packet;

	probe_start(&probe, PROBE_PACKET, &entry->path);
	packet->src = values->prefixes[AXIS_SRC].items[index_of(choice, AXIS_SRC)];
	packet->dst = values->prefixes[AXIS_DST].items[index_of(choice, AXIS_DST)];
	fill_fields(match, values, choice, packet);
	packet->length = length_of(match, choice, packet);
	packet->has_flow_label = values->label_count;
	if (packet->has_flow_label)
		packet->flow_label = values->labels[index_of(choice, AXIS_LABEL)];
	packet->has_src_mac = mac_of(values, choice, AXIS_SRC_MAC, packet->src_mac);
	packet->has_dst_mac = mac_of(values, choice, AXIS_DST_MAC, packet->dst_mac);
	describe(&probe);
	return is_made(entry->list, &probe) || probe_put(entry->list, &probe) ? 0 : -ENOMEM;
}

/* ---- all of them ---- */

static int add_family(const struct entry *entry, int family)
{
	const struct config_match *match = &entry->rule->match;
	cleanup(entry_values_clear) struct entry_values values = {.family = family};
	struct choice choice = {.axis = AXIS_MAX};
	int err = entry_values_pick(entry, &values);

	if (err || !values.prefixes[AXIS_SRC].count || !values.prefixes[AXIS_DST].count ||
	    !values.protocol_count)
		return err;
	err = add(entry, &values, &choice);
	for (choice.axis = 0; choice.axis < AXIS_MAX; choice.axis++) {
		size_t count = count_of(match, &values, choice.axis);

		for (choice.index = 1;
		     choice.index < count && choice.index < MAX_ENTRY_VALUES && err == 0;
		     choice.index++)
			err = add(entry, &values, &choice);
	}
	return err;
}

/* Families that have all fields that the match asks for: only IPv6 has a flow label. */
static bool has_family(const struct config_match *match, enum fw_kind kind)
{
	for (size_t i = 0; i < MATCH_FIELD_MAX; i++) {
		const struct match_field *field = &match_fields[i];

		if (field->kinds && !(field->kinds >> kind & 1) && match_is_given(field, match))
			return false;
	}
	return !match->families || match->families >> kind & 1;
}

static int add_rule(struct entry *entry)
{
	const struct config_match *match = &entry->rule->match;
	int err = 0;

	if (entry->rule->disabled || match->partial)
		return 0;
	if (has_family(match, FW_KIND_IP4))
		err = add_family(entry, 4);
	if (err == 0 && has_family(match, FW_KIND_IP6))
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
