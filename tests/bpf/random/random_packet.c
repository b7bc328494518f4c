// SPDX-License-Identifier: MIT
/*
 * Packets that a policy is about: a rule is picked and a packet made that it
 * might match, with values from the edges of its ranges and prefixes; then
 * headers are put around it, and bytes are broken.
 */
#include "tests/bpf/random/random.h"

#include <netinet/in.h>
#include <string.h>

/* A value in, or just next to, one of the ranges; any value if there are none. */
static unsigned near_range(struct random *random, const struct range_list *list, unsigned max)
{
	const struct range *range;
	unsigned value;

	if (!list || !list->count || chance(random, 15))
		return chance(random, 50) ? below(random, max + 1)
					  : below(random, max < 24 ? max + 1 : 24);
	range = &list->items[below(random, list->count)];
	switch (below(random, 5)) {
	case 0:
		value = range->low - 1;
		break;
	case 1:
		value = range->low;
		break;
	case 2:
		value = range->high;
		break;
	case 3:
		value = range->high + 1;
		break;
	default:
		value = range->low + below(random, range->high - range->low + 1);
	}
	return value > max ? 0 : value;
}

/* One more or less, as of one large number. */
static void step(uint8_t *addr, unsigned size, int by)
{
	for (unsigned i = size; i-- > 0;) {
		addr[i] = (uint8_t)(addr[i] + by);
		if (addr[i] != (by > 0 ? 0 : 255))
			break;
	}
}

/* The first or last address of a prefix, or the one before or after, or one inside. */
static void near_prefix(struct random *random, const struct prefix *prefix, uint8_t *addr)
{
	unsigned size = prefix->family == 4 ? 4 : 16, where = below(random, 5);

	memcpy(addr, prefix->addr, size);
	for (unsigned bit = prefix->length; bit < size * 8 && where; bit++)
		if (where < 3 || chance(random, 50))
			addr[bit / 8] |= 0x80 >> bit % 8;
	if (where == 0 && chance(random, 50))
		step(addr, size, -1);
	if (where == 1)
		step(addr, size, 1);
}

static const struct prefix *pick(struct random *random, const struct prefix_list *list, int family)
{
	for (int tries = 0; list->count && tries < 4; tries++) {
		const struct prefix *prefix = &list->items[below(random, list->count)];

		if (prefix->family == family)
			return prefix;
	}
	return NULL;
}

static void choose_address(struct random *random, const struct config *config,
			   const struct address_match *match, int family, uint8_t *addr)
{
	const struct prefix *found = NULL;
	struct prefix other = random_prefix(random, family);

	if (match && match->any_set_count && chance(random, 50))
		found = pick(random,
			     &config->sets[match->any_sets[below(random, match->any_set_count)]]
				      .prefixes,
			     family);
	if (match && !found)
		found = pick(random, &match->any_prefixes, family);
	if (match && !found)
		found = pick(random, &match->not_prefixes, family);
	if (!found && chance(random, 30))
		found = pick(random, &config->permitted, family);
	near_prefix(random, found && chance(random, 85) ? found : &other, addr);
}

/* ---- layers ---- */

static struct frame add_tags(struct random *random, struct frame frame,
			     const struct config_match *match)
{
	const struct range_list *vlan = match ? &match->fields[FW_FIELD_VLAN] : NULL;
	unsigned tags = vlan && vlan->count ? 1 + below(random, 2) : below(random, 12) / 9;

	if (chance(random, 2))
		tags = 3;
	for (unsigned i = 0; i < tags; i++)
		frame = tag(frame, chance(random, 60) ? ETH_P_8021Q : ETH_P_8021AD,
			    near_range(random, vlan, 4095) |
				    (chance(random, 30) ? below(random, 16) << 12 : 0));
	return frame;
}

/* Offsets of fragments, in units of 8 bytes. */
static unsigned offset(struct random *random)
{
	static const unsigned usual[] = {0, 0, 0, 1, 2, 185, 8188, 8191};

	return usual[below(random, 8)];
}

static struct frame add_ip4(struct random *random, struct frame frame)
{
	frame = ip4(frame, SRC4, DST4);
	if (chance(random, 10))
		frame = options(frame, 4 * (1 + below(random, 10)));
	if (chance(random, 10))
		frame = fragment4(frame, offset(random), chance(random, 60), below(random, 65536));
	return frame;
}

static struct frame add_ip6(struct random *random, struct frame frame)
{
	static const uint8_t headers[] = {0, 43, 60, 51, 60};
	unsigned count = chance(random, 15) ? 1 + below(random, 10) : 0;

	frame = ip6(frame, SRC6, DST6);
	for (unsigned i = 0; i < count; i++) {
		uint8_t header = headers[below(random, sizeof(headers))];

		if (chance(random, 15))
			frame = fragment6(frame, offset(random), chance(random, 50),
					  below(random, 65536));
		else
			frame = ext(frame, header, chance(random, 80) ? 8 : 16);
	}
	return frame;
}

static struct frame add_above(struct random *random, struct frame frame,
			      const struct config_match *match)
{
	static const uint8_t flags[] = {SYN, SYN | ACK, ACK, 0, RST | ACK, SYN | FIN, FIN | URG};
	static const uint8_t usual[] = {6,   6, 6,  17, 17, 17, 17, 132,
					132, 1, 58, 47, 50, 51, 59, 41};
	const struct range_list *fields = match ? match->fields : NULL;
#define NEAR(name, max) near_range(random, fields ? &fields[FW_FIELD_##name] : NULL, (max))
	unsigned number = fields && fields[FW_FIELD_PROTO].count && chance(random, 60)
				  ? NEAR(PROTO, 255)
				  : usual[below(random, sizeof(usual))];

	if (match && match->tcp_flag_count && chance(random, 80))
		number = IPPROTO_TCP;
	if (fields && fields[FW_FIELD_ICMP_TYPE].count && chance(random, 80))
		number = IPPROTO_ICMP;
	switch (number) {
	case IPPROTO_TCP:
		frame = tcp(frame, NEAR(SPORT, 65535), NEAR(DPORT, 65535),
			    chance(random, 70) ? flags[below(random, 7)] : below(random, 256));
		break;
	case IPPROTO_UDP:
		frame = udp(frame, NEAR(SPORT, 65535), NEAR(DPORT, 65535));
		break;
	case IPPROTO_SCTP:
		frame = sctp(frame, NEAR(SPORT, 65535), NEAR(DPORT, 65535));
		break;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		frame = icmp(frame, NEAR(ICMP_TYPE, 255), NEAR(ICMP_CODE, 255));
		if (chance(random, 10))
			frame = proto(frame, number);
		break;
	default:
		frame = proto(frame, number);
	}
	return payload(frame, 8 * below(random, 4) + (chance(random, 30) ? below(random, 8) : 0),
		       random_next(random));
#undef NEAR
}

/* Neighbour discovery and MLD, or nearly. */
static struct frame link_frame(struct random *random, struct frame frame)
{
	static const uint8_t types[] = {129, 130, 131, 132, 133, 134, 135, 136, 137, 138, 143};
	static const char *const sources[] = {"fe80::1", "::", "2001:db8::1", "febf::1", "fec0::1"};
	static const uint8_t hops[] = {255, 1, 254, 64};

	frame = ip6(frame, sources[below(random, 5)], "ff02::1");
	if (chance(random, 40))
		frame = ext(frame, 0, 8);
	frame = icmp(frame, types[below(random, sizeof(types))], 0);
	return ttl(frame, hops[below(random, sizeof(hops))]);
}

/* ---- damage ---- */

/* Where a wrong byte shows most: in the first bytes of IP, or of what is above. */
static unsigned spot(struct random *random, const struct frame *frame)
{
	unsigned at = 12;

	if (frame->l4_at && chance(random, 40))
		at = frame->l4_at;
	else if (frame->ip_at && chance(random, 60))
		at = frame->ip_at;
	at += chance(random, 50) ? below(random, 2) : below(random, 16);
	return at < frame->length ? at : 12;
}

static struct frame damage(struct random *random, struct frame frame)
{
	unsigned end = frame.l4_at ? frame.l4_at + 24u : frame.length;

	switch (below(random, 9)) {
	case 8:
		/* No length: what jumbograms have, or offloads leave. */
		if (!frame.ip_at)
			return frame;
		return poke16(frame, frame.ip_at + (chance(random, 50) ? 2 : 4), 0);
	case 0:
		return cut(frame, ETH_HLEN + below(random, frame.length - ETH_HLEN + 1));
	case 1:
		return poke8(frame, spot(random, &frame), random_next(random));
	case 2:
		frame = poke8(frame, spot(random, &frame), random_next(random));
		return poke8(frame, spot(random, &frame), below(random, 8));
	case 3:
		if (frame.length == FRAME_MAX)
			return frame;
		return pad(frame, frame.length + 1 + below(random, FRAME_MAX - frame.length),
			   random_next(random));
	case 4:
		/* The header length of IPv4; the data offset of TCP, or a byte of UDP's length. */
		if (frame.l4_at && chance(random, 50))
			return poke8(frame, frame.l4_at + (chance(random, 50) ? 5 : 12),
				     below(random, 16) << (chance(random, 50) ? 4 : 0));
		return poke8(frame, frame.ip_at, 0x40 | below(random, 16));
	default:
		/* An IP datagram that ends within the headers above; fragments by 8 bytes. */
		if (!frame.ip_at || end > frame.length || end < frame.ip_at + 48u)
			return frame;
		return shorten(frame, end - (chance(random, 50) ? 8 * below(random, 4)
								: below(random, 24)));
	}
}

static struct frame other_frame(struct random *random, struct frame frame)
{
	static const uint16_t types[] = {ETH_P_LLDP, 46, 0, 0xffff, ETH_P_MPLS_UC, 0x9100};

	if (chance(random, 50))
		return arp(frame);
	return payload(type(frame, types[below(random, 6)]), below(random, 60), 1);
}

static const struct config_rule *pick_rule(struct random *random, const struct config *config)
{
	size_t count = config->management_count + config->rule_count, n;

	if (!count || chance(random, 10))
		return NULL;
	n = below(random, count);
	return n < config->management_count ? &config->management[n]
					    : &config->rules[n - config->management_count];
}

/* Which IP a rule is about. */
static int pick_family(struct random *random, const struct config_match *match)
{
	uint32_t families = match ? match->families & (1u << FW_KIND_IP4 | 1u << FW_KIND_IP6) : 0;

	if (families == 1u << FW_KIND_IP4)
		return 4;
	if (families == 1u << FW_KIND_IP6)
		return 6;
	if (match && match->src.any_prefixes.count && chance(random, 80))
		return match->src.any_prefixes.items[0].family;
	if (match && match->dst.any_prefixes.count && chance(random, 80))
		return match->dst.any_prefixes.items[0].family;
	return chance(random, 50) ? 4 : 6;
}

/* Let the datagram be as long as a rule asks for, or one byte off, if that can be. */
static struct frame stretch(struct random *random, struct frame frame,
			    const struct range_list *lengths)
{
	unsigned wanted = frame.ip_at + near_range(random, lengths, 400);

	if (!lengths->count || wanted <= frame.length || wanted > FRAME_MAX)
		return frame;
	return payload(frame, wanted - frame.length, random_next(random));
}

/* A flow label, often one of those that policies ask for. */
static struct frame label(struct random *random, struct frame frame)
{
	unsigned value = chance(random, 60) ? below(random, 26) : below(random, 0x100000);

	if (chance(random, 20))
		value = 0xfffff - below(random, 26);
	frame.bytes[frame.ip_at + 1] =
		(uint8_t)((frame.bytes[frame.ip_at + 1] & 0xf0) | value >> 16);
	frame.bytes[frame.ip_at + 2] = (uint8_t)(value >> 8);
	frame.bytes[frame.ip_at + 3] = (uint8_t)value;
	return frame;
}

static struct frame ip_frame(struct random *random, const struct config *config,
			     const struct config_match *match, struct frame frame)
{
	int family = pick_family(random, match);
	unsigned size = family == 4 ? 4 : 16;
	uint8_t *addresses;

	frame = family == 4 ? add_ip4(random, frame) : add_ip6(random, frame);
	addresses = frame.bytes + frame.ip_at + (family == 4 ? 12 : 8);
	choose_address(random, config, match ? &match->src : NULL, family, addresses);
	choose_address(random, config, match ? &match->dst : NULL, family, addresses + size);
	if (chance(random, 30))
		frame = ttl(frame,
			    near_range(random, match ? &match->fields[FW_FIELD_TTL] : NULL, 255));
	if (chance(random, 30))
		frame = dscp(frame,
			     near_range(random, match ? &match->fields[FW_FIELD_DSCP] : NULL, 63));
	if (family == 6 && chance(random, 40))
		frame = label(random, frame);
	frame = add_above(random, frame, match);
	return match && chance(random, 60) ? stretch(random, frame, &match->fields[FW_FIELD_LENGTH])
					   : frame;
}

/* Other stations than the usual ones. */
static struct frame stations(struct random *random, struct frame frame)
{
	static const uint8_t bytes[] = {0, 1, 2, 3, 0x80, 0xff};

	for (unsigned at = 0; at < 12; at++)
		if (at % 6 == 5 ? chance(random, 60) : chance(random, 4))
			frame.bytes[at] = bytes[below(random, sizeof(bytes))];
	return frame;
}

struct frame random_frame(struct random *random, const struct config *config)
{
	const struct config_rule *rule = pick_rule(random, config);
	const struct config_match *match = rule ? &rule->match : NULL;
	struct frame frame = add_tags(random, stations(random, eth()), match);
	unsigned kind = below(random, 100);

	if (kind < 4)
		frame = link_frame(random, frame);
	else if (kind < 9)
		frame = other_frame(random, frame);
	else
		frame = ip_frame(random, config, match, frame);
	return chance(random, 15) ? damage(random, frame) : frame;
}
