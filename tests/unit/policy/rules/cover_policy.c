// SPDX-License-Identifier: MIT
#include "tests/unit/policy/rules/cover_policy.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "common/base/memory.h"

#define FILLERS 300

/* What each value stands for: all that no other one is. */
static const char *const texts[FIELDS][MAX_VALUES] = {
	[PROTO] = {"6", "17", "132", "47", "58",
		   "'0-5', '7-16', '18-46', '48-57', '59-131', '133-255'"},
	[PORT] = {"0", "1", "2", "3", "'4-65535'"},
	[TTL] = {"0", "1", "2", "'3-255'"},
	[PLACE] = {"'eth0'", "'eth1'"},
};

/*
 * Addresses: four hosts, the four behind them, and what is left of /8 (or /32), of the lower half
 * and of the upper one.
 */
static const struct {
	const char *text4, *text6;
	unsigned values;
} prefixes[] = {
	{"10.0.0.0", "2001:db8::", 1},
	{"10.0.0.1", "2001:db8::1", 2},
	{"10.0.0.2", "2001:db8::2", 4},
	{"10.0.0.3", "2001:db8::3", 8},
	{"10.0.0.0/31", "2001:db8::/127", 3},
	{"10.0.0.2/31", "2001:db8::2/127", 12},
	{"10.0.0.0/30", "2001:db8::/126", 15},
	{"10.0.0.4/30", "2001:db8::4/126", 16},
	{"10.0.0.0/29", "2001:db8::/125", 31},
	{"10.0.0.0/8", "2001:db8::/32", 63},
	{"0.0.0.0/1", "::/1", 127},
	{"128.0.0.0/1", "8000::/1", 128},
	{"0.0.0.0/0", "::/0", 255},
	{"@four", "@six", 9},
};

static uint64_t state;

static unsigned below(unsigned count)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (unsigned)((state * 0x2545f4914f6cdd1dULL) >> 33) % count;
}

unsigned cover_values(int field)
{
	static const unsigned counts[FIELDS] = {8, 8, 6, 6, 4, 3};

	return (1u << counts[field]) - 1;
}

static void write_addresses(FILE *out, struct spec *spec, int field, int family)
{
	unsigned count = 1 + below(3), negated = below(6) ? 0 : 1 + below(count);

	fprintf(out, ", '%s': [", field == SRC ? "src" : "dst");
	for (unsigned i = 0; i < count; i++) {
		unsigned n = below(array_size(prefixes)), six = family ? family == 6 : below(2);

		fprintf(out, "%s'%s%s'", i ? ", " : "", i < negated ? "!" : "",
			six ? prefixes[n].text6 : prefixes[n].text4);
		(i < negated ? spec->not_in : spec->in)[field][six] |= prefixes[n].values;
	}
	if (spec->ask != ASK_NOTHING && field == SRC)
		fprintf(out, ", '%s@x'", spec->ask == ASK_NOT_IN ? "!" : "");
	fputs("]", out);
	spec->any[field] = negated < count;
	spec->given[field] = true;
}

static void write_values(FILE *out, struct spec *spec, int field, const char *name, unsigned most)
{
	unsigned count = 0, values = 0;

	while (!values)
		values = below(1u << most);
	fprintf(out, ", '%s': [", name);
	for (unsigned i = 0; i < most; i++)
		if (values >> i & 1)
			fprintf(out, "%s%s", count++ ? ", " : "", texts[field][i]);
	fputs("]", out);
	spec->values[field] = values;
	spec->given[field] = true;
}

static const char *choose_action(struct spec *spec)
{
	static const struct {
		const char *text;
		bool ends;
	} actions[] = {
		{"'action': 'drop'", true},
		{"'action': 'pass'", true},
		{"'limit': 'slow'", true},
		{"'limit': 'passes'", true},
		{"'limit': 'goes'", false},
		{"'action': 'log'", false},
		{"'action': 'drop', 'enforce': false", false},
	};
	unsigned n = below(10);

	n = n < array_size(actions) ? n : 0;
	spec->ends = actions[n].ends;
	return actions[n].text;
}

/* Addresses, ports, protocols; fields that are usual in this policy are likely. */
static void write_match(FILE *out, struct spec *spec, unsigned usual)
{
	int family = (int[]){0, 0, 4, 6}[below(4)];

	if (below(8) == 0)
		spec->ask = (enum ask)(1 + below(2));
	fputs("'vlan': '0-4095'", out);
	if (family && below(2)) {
		spec->family = family;
		fprintf(out, ", 'family': 'ipv%d'", family);
	}
	if (spec->ask == ASK_IN && below(2)) {
		fputs(", 'src': '@x'", out);
		spec->given[SRC] = true;
	} else if (spec->ask != ASK_NOTHING || below(10) < (usual & 1 ? 8 : 1)) {
		write_addresses(out, spec, SRC, family);
	}
	if (below(10) < (usual & 2 ? 8 : 1))
		write_addresses(out, spec, DST, family);
	if (below(10) < (usual & 4 ? 8 : 1))
		write_values(out, spec, PROTO, "proto", below(2) ? 3 : 6);
	if (below(10) < (usual & 8 ? 8 : 1) &&
	    !(spec->given[PROTO] && spec->values[PROTO] & ~WITH_PORTS))
		write_values(out, spec, PORT, "dport", 5);
	if (below(10) < (usual & 16 ? 8 : 1))
		write_values(out, spec, TTL, "ttl", 4);
	if (below(10) < (usual & 32 ? 8 : 1))
		write_values(out, spec, PLACE, "interface", 2);
}

void cover_policy(uint64_t seed, struct policy_text *ret)
{
	unsigned usual, fillers;
	size_t size;
	FILE *out = open_memstream(&ret->json, &size);

	cr_assert(out);
	state = seed * 0x9e3779b97f4a7c15ULL;
	usual = below(64);
	fillers = below(16) ? 0 : FILLERS;
	fputs("{'interfaces': {'eth0': {}, 'eth1': {}}, 'sets': {'x': {'live': true}, 'four': "
	      "{'elements': ['10.0.0.0', '10.0.0.3']}, 'six': {'elements': ['2001:db8::', "
	      "'2001:db8::3']}}, 'limits': {'slow': {'rate': '1/s'}, 'passes': {'rate': '1/s', "
	      "'over': "
	      "'pass'}, 'goes': {'rate': '1/s', 'within': 'continue'}}, 'rules': [\n",
	      out);
	/* Then rules have several columns, whose order is not theirs. */
	for (unsigned i = 0; i < fillers; i++)
		fprintf(out,
			"{'id': 'f%u', 'match': {'vlan': 7, 'dport': %u, 'ttl': %u}, 'action': "
			"'drop'},\n",
			i, i, i % 7);
	ret->count = 2 + below(MAX_CASES - 1);
	ret->first_line = 2 + fillers;
	for (unsigned i = 0; i < ret->count; i++) {
		struct spec *spec = &ret->specs[i];

		*spec = (struct spec){0};
		fprintf(out, "{'id': 'r%u', %s, 'match': {", i, choose_action(spec));
		write_match(out, spec, usual);
		fprintf(out, "}}%s\n", i + 1 < ret->count ? "," : "");
	}
	fputs("]}", out);
	fclose(out);
}
