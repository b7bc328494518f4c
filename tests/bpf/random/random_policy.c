// SPDX-License-Identifier: MIT
#include "tests/bpf/random/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SETS	  5 /* s0 to s2 have elements, s3 and s4 are live */
#define LIVE_SETS 3 /* the first of these */

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

/* family: 4, 6, or 0 for both. */
static void write_prefixes(FILE *out, struct random *random, int family, unsigned count)
{
	fputs("[", out);
	for (unsigned i = 0; i < count; i++) {
		fputs(i ? ", '" : "'", out);
		write_prefix(out, random, family);
		fputs("'", out);
	}
	fputs("]", out);
}

/* ---- fields ---- */

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

static void write_match(FILE *out, struct random *random)
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

/* ---- the config ---- */

/* onward: percent of rules with a limit that goes on. Not many, as a packet can meet 4. */
static void write_rule(FILE *out, struct random *random, unsigned number, unsigned onward)
{
	static const char *const on[] = {"on", "on_each", "on_both", "on_over"};
	static const char *const actions[] = {
		"'action': 'pass'", "'action': 'drop'", "'action': 'drop'", "'action': 'pass'",
		"'limit': 'all'",   "'limit': 'each'",	"'action': 'log'"};
	bool goes_on = chance(random, onward);

	fprintf(out, "%s{'id': 'r%u', ", number ? ",\n" : "", number);
	if (goes_on)
		fprintf(out, "'limit': '%s', ", on[below(random, 4)]);
	else
		fprintf(out, "%s, ", actions[below(random, 7)]);
	if (chance(random, 20))
		fprintf(out, "'priority': %d, ", (int)below(random, 7) - 3);
	if (chance(random, 5))
		fputs("'enabled': false, ", out);
	if (chance(random, 8))
		fputs("'enforce': false, ", out);
	fputs("'match': {", out);
	/* Some take all, so that packets meet several. */
	if (!goes_on || !chance(random, 20))
		write_match(out, random);
	fputs("}}", out);
}

/*
 * Mostly few elements, of one family or both, or none; now and then so many that tables get
 * levels, and maps of their own.
 */
static void write_sets(FILE *out, struct random *random)
{
	static const unsigned many[] = {100, 500, 3000};
	static const int families[] = {0, 0, 4, 6};

	fputs("'sets': {", out);
	for (unsigned i = 0; i < LIVE_SETS; i++) {
		fprintf(out, "'s%u': {'elements': ", i);
		write_prefixes(out, random, families[below(random, 4)],
			       chance(random, 4) ? many[below(random, 3)] : below(random, 12));
		fputs("}, ", out);
	}
	fputs("'s3': {'live': true}, 's4': {'live': true}},\n", out);
}

/* Limits: what is the same in each policy, but for the rates. */
static const struct {
	const char *name;
	bool bytes;
	const char *per; /* with what else there is */
} limits[] = {
	{"all", false, "'per': 'rule'"},
	{"each", true, "'per': 'src/24,48'"},
	{"on", false, "'within': 'continue'"},
	{"on_each", true, "'per': 'src/16,40', 'within': 'continue'"},
	{"on_both", false, "'per': ['src/9,33', 'rule'], 'within': 'continue'"},
	{"on_over", false, "'per': 'dst/8,32', 'within': 'continue', 'over': 'pass'"},
};

/*
 * Of a third of the policies the bursts are soon used up, and nothing comes back; those of the
 * others never are.
 */
static void write_limits(FILE *out, struct random *random)
{
	bool scarce = chance(random, 35);

	fputs("'limits': {", out);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		unsigned burst =
			limits[i].bytes ? 1514 + below(random, 6000) : 1U << below(random, 7);

		fprintf(out, "%s'%s': {'max': 8192, ", i ? ",\n" : "", limits[i].name);
		if (!scarce)
			fputs(limits[i].bytes ? "'rate': '1GB/s', 'burst': '100GB'"
					      : "'rate': '1000000/s', 'burst': 100000000",
			      out);
		else if (limits[i].bytes)
			fprintf(out, "'rate': '1kB/h', 'burst': '%uB'", burst);
		else
			fprintf(out, "'rate': '10/h', 'burst': %u", burst);
		fprintf(out, ", %s}", limits[i].per);
	}
	fputs("},\n", out);
}

static void write_top(FILE *out, struct random *random)
{
	static const char *const words[] = {"pass", "drop"};

	fprintf(out, "{'enforce': %s,\n", chance(random, 80) ? "true" : "false");
	fprintf(out, "'defaults': {'action': '%s', 'malformed': '%s', 'non_ip': '%s'},\n",
		words[below(random, 2)], words[chance(random, 80)], words[below(random, 2)]);
	fputs("'interfaces': {'lan': {'zone': 'inside'}, 'wan': {'zone': 'outside'}},\n", out);
	write_limits(out, random);
	if (chance(random, 30)) {
		fputs("'permitted_cidrs': ", out);
		write_prefixes(out, random, 0, below(random, 4));
		fputs(",\n", out);
	}
}

char *random_policy(struct random *random)
{
	static const unsigned counts[] = {0,  1,   3,	8,   20,  63,  64,   65,
					  66, 150, 255, 256, 257, 600, 1500, 5000};
	unsigned count = counts[below(random, sizeof(counts) / sizeof(counts[0]))];
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	write_top(out, random);
	write_sets(out, random);
	fputs("'management': {'allow': [", out);
	for (unsigned i = below(random, 3); i > 0; i--) {
		fputs("{", out);
		write_match(out, random);
		fprintf(out, "}%s", i > 1 ? ", " : "");
	}
	fputs("]},\n'rules': [\n", out);
	for (unsigned i = 0; i < count; i++)
		write_rule(out, random, i, count < 10 ? 40 : 600 / count);
	fputs("]}\n", out);
	fclose(out);
	return text;
}
