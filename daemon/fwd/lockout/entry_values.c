// SPDX-License-Identifier: MIT
#include "daemon/fwd/lockout/entry_values.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "common/base/memory.h"
#include "common/policy/fields/fields.h"

#define SOME_ADDR4 "192.0.2.1"
#define SOME_ADDR6 "2001:db8::1"
#define SOME_MAC   "02:00:00:00:5e:01"

/* One of a prefix: not its first value, which may be the address of a network. */
static struct prefix value_of(const struct prefix *prefix, unsigned bits)
{
	struct prefix value = *prefix;

	value.length = (uint8_t)bits;
	if (prefix->length + 1U < bits)
		value.addr[bits / 8 - 1] |= 1;
	return value;
}

static struct prefix host_of(const struct prefix *prefix)
{
	return value_of(prefix, prefix->family == 4 ? 32 : 128);
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
	for (size_t i = 0; i < from->count && ret->count < MAX_ENTRY_VALUES; i++) {
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

/* MAC addresses that an entry names; if it only excludes some, one that it does not exclude. */
static int pick_macs(const struct address_match *match, struct prefix_list *ret)
{
	struct prefix usual;
	int err = 0;

	for (size_t i = 0; i < match->any_prefixes.count && ret->count < MAX_ENTRY_VALUES && !err;
	     i++) {
		struct prefix mac = value_of(&match->any_prefixes.items[i], 48);

		if (!is_in(&match->not_prefixes, &mac))
			err = prefix_list_add(ret, &mac);
	}
	if (match->any_prefixes.count || !match->not_prefixes.count)
		return err;
	mac_parse(SOME_MAC, &usual);
	while (is_in(&match->not_prefixes, &usual) && ++usual.addr[1])
		;
	return prefix_list_add(ret, &usual);
}

static void pick_labels(const struct address_match *match, struct entry_values *ret)
{
	struct range range;
	size_t next = 0;

	while (ret->label_count < MAX_ENTRY_VALUES &&
	       wide_next(&match_fields[MATCH_FLOW_LABEL], &match->any_prefixes, &next, &range))
		ret->labels[ret->label_count++] = range.low;
}

/* Does a protocol have all that the entry asks for, in this family? */
static bool carries(const struct config_match *match, uint8_t proto, int family)
{
	unsigned kind = family == 4 ? FW_KIND_IP4 : FW_KIND_IP6;
	unsigned missing = match_needs(match) & (FW_HAS_TCP | FW_HAS_PORTS | FW_HAS_ICMP);

	for (size_t i = 0; i < MATCH_CARRIERS; i++) {
		const struct match_carrier *carrier = &match_carriers[i];

		for (const uint8_t *at = carrier->protocols; *at; at++)
			if (*at == proto && carrier->kinds >> kind & 1)
				missing &= ~(unsigned)carrier->needs;
	}
	return !missing;
}

/* Protocols that the entry names; if it names none, the usual one of those that suit it. */
static void pick_protocols(const struct config_match *match, struct entry_values *ret)
{
	static const uint8_t usual[] = {IPPROTO_TCP, IPPROTO_ICMP, IPPROTO_ICMPV6};
	const struct range_list *named = &match->fields[FW_FIELD_PROTO];

	for (size_t i = 0; i < named->count; i++) {
		uint8_t proto = (uint8_t)named->items[i].low;

		if (carries(match, proto, ret->family))
			ret->protocols[ret->protocol_count++] = proto;
	}
	for (size_t i = 0; i < array_size(usual) && !named->count && !ret->protocol_count; i++) {
		if (carries(match, usual[i], ret->family))
			ret->protocols[ret->protocol_count++] = usual[i];
	}
}

void entry_values_clear(struct entry_values *values)
{
	for (size_t i = 0; i < array_size(values->prefixes); i++)
		prefix_list_clear(&values->prefixes[i]);
}

int entry_values_pick(const struct entry *entry, struct entry_values *ret)
{
	const struct config_match *match = &entry->rule->match;
	struct prefix own = own_address(entry, ret->family), somebody;
	int err;

	prefix_parse(ret->family == 4 ? "198.51.100.1" : "2001:db8:ffff::1", &somebody);
	pick(entry->config, &match->src, ret->family, &somebody, &ret->prefixes[AXIS_SRC]);
	pick(entry->config, &match->dst, ret->family, &own, &ret->prefixes[AXIS_DST]);
	pick_labels(&match->flow_label, ret);
	pick_protocols(match, ret);
	err = pick_macs(&match->src_mac, &ret->prefixes[AXIS_SRC_MAC]);
	return err ? err : pick_macs(&match->dst_mac, &ret->prefixes[AXIS_DST_MAC]);
}
