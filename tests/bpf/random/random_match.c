// SPDX-License-Identifier: MIT
#include "tests/bpf/random/random_match.h"

#include <string.h>

/* What a rule is about, so that it does not contradict itself. */
struct plan {
	FILE *out;
	struct random *random;
	int family; /* 4, 6 or 0 */
	const char *proto;
	bool ports;
	bool icmp;
	bool flags;
	bool first; /* no field is written yet */
};

struct prefix random_prefix(struct random *random, int family)
{
	static const uint8_t bytes[] = {0, 1, 2, 10, 127, 128, 192, 255};
	static const uint8_t lengths4[] = {0, 1, 7, 8, 9, 16, 23, 24, 25, 30, 31, 32, 32};
	static const uint8_t lengths6[] = {0, 1, 16, 31, 32, 33, 48, 63, 64, 65, 96, 127, 128, 128};
	static const uint8_t net6[] = {0x20, 0x01, 0x0d, 0xb8};
	unsigned size = family == 4 ? 4 : 16;
	struct prefix prefix = {.family = (uint8_t)family};

	for (unsigned i = 0; i < size; i++)
		prefix.addr[i] = bytes[below(random, i == 0 ? 4 : sizeof(bytes))];
	if (family == 6 && chance(random, 80))
		memcpy(prefix.addr, net6, sizeof(net6));
	if (family == 4 && chance(random, 60))
		prefix.addr[0] = 10;
	prefix.length = family == 4 ? lengths4[below(random, sizeof(lengths4))]
				    : lengths6[below(random, sizeof(lengths6))];
	for (unsigned bit = prefix.length; bit < size * 8; bit++)
		prefix.addr[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
	return prefix;
}

static void write_prefix(FILE *out, struct random *random, int family)
{
	struct prefix prefix = random_prefix(random, family ? family : chance(random, 60) ? 4 : 6);
	char text[PREFIX_TEXT];

	fputs(prefix_format(&prefix, text), out);
}

void write_prefixes(FILE *out, struct random *random, int family, unsigned count)
{
	fputs("[", out);
	for (unsigned i = 0; i < count; i++) {
		fputs(i ? ", '" : "'", out);
		write_prefix(out, random, family);
		fputs("'", out);
	}
	fputs("]", out);
}

static void begin(struct plan *plan, const char *name)
{
	fprintf(plan->out, "%s'%s': ", plan->first ? "" : ", ", name);
	plan->first = false;
}

static void write_addresses(struct plan *plan, const char *name)
{
	struct random *random = plan->random;
	unsigned count = 1 + below(random, 3), lives = 0;

	begin(plan, name);
	fputs("[", plan->out);
	for (unsigned i = 0; i < count; i++) {
		unsigned set = below(random, SETS);

		fprintf(plan->out, "%s'%s", i ? ", " : "", chance(random, 25) ? "!" : "");
		/* A rule asks about four live sets at most, on both sides together. */
		if (chance(random, 35) && (set < LIVE_SETS || lives++ < 1))
			fprintf(plan->out, "@s%u", set);
		else
			write_prefix(plan->out, random, plan->family);
		fputs("'", plan->out);
	}
	fputs("]", plan->out);
}

/* Ranges near each other and near the ends. */
static void write_ranges(struct plan *plan, const char *name, unsigned max)
{
	struct random *random = plan->random;
	unsigned count = 1 + below(random, 3);

	begin(plan, name);
	fputs("[", plan->out);
	for (unsigned i = 0; i < count; i++) {
		unsigned low = chance(random, 70) ? below(random, max < 24 ? max + 1 : 24)
						  : max - below(random, max < 24 ? max + 1 : 24);
		unsigned high = chance(random, 50) ? low : low + below(random, max - low + 1);

		/* All values are not the same as no range: the field must be there. */
		if (chance(random, 4)) {
			low = 0;
			high = max;
		}
		fprintf(plan->out, "%s'%u-%u'", i ? ", " : "", low, high);
	}
	fputs("]", plan->out);
}

/* Of datagrams as they are made: from a bare header to what fits into a frame of tests. */
static void write_lengths(struct plan *plan)
{
	unsigned low = 20 + below(plan->random, 220);

	begin(plan, "length");
	fprintf(plan->out, "'%u-%u'", low,
		low + below(plan->random, chance(plan->random, 50) ? 3 : 80));
}

static void write_flags(struct plan *plan)
{
	static const char *const tests[] = {"syn",  "syn/syn,ack", "syn,fin/syn,fin",
					    "none", "rst,ack/all", "none/fin,urg"};
	unsigned first = below(plan->random, 6), second = below(plan->random, 6);

	begin(plan, "tcp_flags");
	if (chance(plan->random, 50))
		fprintf(plan->out, "'%s'", tests[first]);
	else
		fprintf(plan->out, "['%s', '%s']", tests[first], tests[second]);
}

static void write_places(struct plan *plan)
{
	static const char *const places[] = {"'zone': 'inside'",
					     "'zone': 'outside'",
					     "'zone': ['inside', 'outside']",
					     "'interface': 'wan'",
					     "'interface': ['lan', 'wan']",
					     "'zone': 'inside', 'interface': ['lan', 'wan']"};

	if (!chance(plan->random, 15))
		return;
	fprintf(plan->out, "%s%s", plan->first ? "" : ", ", places[below(plan->random, 6)]);
	plan->first = false;
}

static void write_fragment(struct plan *plan)
{
	bool only_whole = plan->ports || plan->icmp || plan->flags;
	static const char *const words[] = {"'none'", "'first'",	   "true",
					    "false",  "['none', 'later']", "'later'"};

	begin(plan, "fragment");
	fputs(words[below(plan->random, only_whole ? 5 : 6)], plan->out);
}

/* A protocol, and which fields go with it. */
static void choose(struct plan *plan)
{
	static const struct {
		const char *proto;
		int family;
		bool ports, icmp, flags;
	} choices[] = {
		{NULL, 0, true, false, false},	      {NULL, 0, false, false, true},
		{NULL, 0, false, true, false},	      {"'tcp'", 0, true, false, true},
		{"'udp'", 0, true, false, false},     {"['tcp', 'udp']", 0, true, false, false},
		{"'sctp'", 0, true, false, false},    {"'icmp'", 4, false, true, false},
		{"'icmpv6'", 6, false, true, false},  {"['icmp', 'icmpv6']", 0, false, true, false},
		{"'gre'", 0, false, false, false},    {"'0-255'", 0, true, false, false},
		{"[0, 200]", 0, false, false, false}, {NULL, 0, false, false, false},
	};
	unsigned n = below(plan->random, sizeof(choices) / sizeof(choices[0]));

	plan->proto = chance(plan->random, 70) ? choices[n].proto : NULL;
	plan->family = choices[n].family;
	if (!plan->family && chance(plan->random, 40))
		plan->family = chance(plan->random, 60) ? 4 : 6;
	plan->ports = choices[n].ports;
	plan->icmp = choices[n].icmp;
	plan->flags = choices[n].flags && chance(plan->random, 60);
}

/* Near the stations of tests. */
static void write_macs(struct plan *plan, const char *name)
{
	static const unsigned lengths[] = {0, 1, 7, 8, 24, 40, 44, 46, 47, 48, 48, 48};
	unsigned count = 1 + below(plan->random, 3);

	begin(plan, name);
	fputs("[", plan->out);
	for (unsigned i = 0; i < count; i++) {
		unsigned length = lengths[below(plan->random, 12)];
		unsigned last = below(plan->random, 4), bits = length > 40 ? length - 40 : 0;

		last &= 0xff00u >> bits;
		fprintf(plan->out, "%s'%s%02x:00:00:00:00:%02x/%u'", i ? ", " : "",
			chance(plan->random, 25) ? "!" : "", length >= 8 ? 2 : 0, last, length);
	}
	fputs("]", plan->out);
}

static void write_ip_fields(struct plan *plan)
{
	struct random *random = plan->random;

	if (plan->proto) {
		begin(plan, "proto");
		fputs(plan->proto, plan->out);
	}
	if (chance(random, 50))
		write_addresses(plan, "src");
	if (chance(random, 35))
		write_addresses(plan, "dst");
	if (plan->ports && chance(random, 30))
		write_ranges(plan, "sport", 65535);
	if (plan->ports && chance(random, 50))
		write_ranges(plan, "dport", 65535);
	if (plan->icmp && chance(random, 60))
		write_ranges(plan, "icmp_type", 255);
	if (plan->icmp && chance(random, 30))
		write_ranges(plan, "icmp_code", 255);
	if (plan->flags)
		write_flags(plan);
	if (chance(random, 8))
		write_fragment(plan);
	if (chance(random, 8))
		write_ranges(plan, "ttl", 255);
	if (chance(random, 8))
		write_ranges(plan, "dscp", 63);
	if (chance(random, 8))
		write_lengths(plan);
	if (plan->family == 6 && chance(random, 20))
		write_ranges(plan, "flow_label", 0xfffff);
}

void write_match(FILE *out, struct random *random)
{
	struct plan plan = {.out = out, .random = random, .first = true};

	choose(&plan);
	write_places(&plan);
	if (chance(random, 3)) {
		begin(&plan, "vlan");
		fputs("'untagged'", out);
	} else if (chance(random, 10)) {
		write_ranges(&plan, "vlan", 4095);
	}
	if (chance(random, 6))
		write_macs(&plan, "src_mac");
	if (chance(random, 6))
		write_macs(&plan, "dst_mac");
	if (chance(random, 8)) {
		begin(&plan, "family");
		fputs(chance(random, 50) ? "['arp', 'other']" : "'other'", out);
		return;
	}
	if (plan.family && chance(random, 50)) {
		begin(&plan, "family");
		fprintf(out, "'ipv%d'", plan.family);
	} else if (chance(random, 5)) {
		begin(&plan, "family");
		fputs("['ipv4', 'ipv6', 'arp', 'other']", out);
	}
	write_ip_fields(&plan);
}
