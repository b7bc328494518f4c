// SPDX-License-Identifier: MIT
/*
 * Which rules are said never to match, of random policies over few values: every such rule is
 * one by trying all packets, and every rule that one rule takes, or several in one field, is found.
 * Nothing here knows of rows: a rule is a set of values for each field.
 *
 *	FWD_SEEDS=20000 unit_policy --filter cover/random_policies
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "compiled.h"
#include "memory.h"
#include "valgrind.h"

#define MAX_CASES 14 /* rules of a policy */
#define FILLERS	  300

/* Kinds of packets, and whether rules without a family and protocol are about them. */
enum { IP4, IP6, LINK6, KINDS };
/* Fields, as bits of values. */
enum { SRC, DST, PROTO, PORT, TTL, PLACE, FIELDS };

#define MAX_VALUES 8
#define ABSENT	   5 /* the value of PORT where there is none */
#define PROTO_58   4 /* what a link needs */

/* What each value stands for: all that no other one is. */
static const char *const texts[FIELDS][MAX_VALUES] = {
	[PROTO] = {"6", "17", "132", "47", "58",
		   "'0-5', '7-16', '18-46', '48-57', '59-131', '133-255'"},
	[PORT] = {"0", "1", "2", "3", "'4-65535'"},
	[TTL] = {"0", "1", "2", "'3-255'"},
	[PLACE] = {"'eth0'", "'eth1'"},
};
static const unsigned counts[FIELDS] = {8, 8, 6, 6, 4, 3};
#define WITH_PORTS 7 /* of PROTO: 6, 17, 132 */

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

/* What a rule asks of live set x, of its source. */
enum ask { ASK_NOTHING, ASK_IN, ASK_NOT_IN };

struct spec {
	bool given[FIELDS];
	unsigned values[FIELDS]; /* but of SRC and DST */
	unsigned in[DST + 1][2]; /* addresses of IPv4, IPv6 */
	unsigned not_in[DST + 1][2];
	bool any[DST + 1]; /* there are some in `in` */
	int family;	   /* by "family"; 0: none */
	enum ask ask;
	bool ends; /* the packet, if it matches */
};

/* An alternative of a rule. */
struct part {
	unsigned values[KINDS][FIELDS]; /* 0 in SRC: not of this kind */
	int ask;			/* 1: in x; -1: not in x; 0 */
	bool has_kind;			/* its addresses are of one family at least */
};

static uint64_t state;

static unsigned below(unsigned count)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (unsigned)((state * 0x2545f4914f6cdd1dULL) >> 33) % count;
}

/* ---- rules ---- */

static unsigned all_of(int field)
{
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

/* A policy, as text and as what it means. */
struct policy_text {
	char *json;
	struct spec specs[MAX_CASES];
	unsigned count;
	unsigned first_line; /* of the first rule */
};

static void write_policy(struct policy_text *ret)
{
	unsigned usual = below(64), fillers = below(16) ? 0 : FILLERS;
	size_t size;
	FILE *out = open_memstream(&ret->json, &size);

	cr_assert(out);
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

/* ---- what a rule means ---- */

static bool has_kind(const struct spec *spec, int kind)
{
	if (spec->family == (kind == IP4 ? 6 : 4))
		return false;
	return kind != LINK6 || (spec->given[PROTO] && spec->values[PROTO] >> PROTO_58 & 1);
}

/* inside: of its own prefixes, if it has some; outside: none of them; else whatever they are. */
enum where { INSIDE, OUTSIDE, ANYWHERE };

static unsigned addresses_of(const struct spec *spec, int field, int kind, enum where where)
{
	unsigned in = spec->in[field][kind != IP4], values = 255;

	if (where == INSIDE && spec->any[field])
		values = in;
	if (where == OUTSIDE)
		values = ~in & 255;
	return values & ~spec->not_in[field][kind != IP4];
}

static unsigned values_of(const struct spec *spec, int field, int kind)
{
	unsigned values = spec->given[field] ? spec->values[field] : all_of(field);

	if (field == PROTO && kind == LINK6)
		values &= 1u << PROTO_58;
	if (field == PROTO && spec->given[PORT])
		values &= WITH_PORTS;
	return values;
}

static bool has_family(const struct spec *spec, int field, int kind)
{
	return !spec->any[field] || spec->in[field][kind != IP4];
}

static struct part make_part(const struct spec *spec, enum where where, int ask)
{
	struct part part = {.ask = ask};

	for (int kind = 0; kind < KINDS; kind++) {
		if (!has_kind(spec, kind))
			continue;
		part.has_kind |= (where != INSIDE || has_family(spec, SRC, kind)) &&
				 has_family(spec, DST, kind);
		part.values[kind][SRC] = addresses_of(spec, SRC, kind, where);
		part.values[kind][DST] = addresses_of(spec, DST, kind, INSIDE);
		for (int field = PROTO; field < FIELDS; field++)
			part.values[kind][field] = values_of(spec, field, kind);
	}
	return part;
}

static unsigned parts_of(const struct spec *spec, struct part ret[2])
{
	if (spec->ask == ASK_IN && spec->any[SRC]) {
		ret[0] = make_part(spec, INSIDE, 0);
		ret[1] = make_part(spec, spec->ends ? ANYWHERE : OUTSIDE, 1);
		return 2;
	}
	ret[0] = make_part(spec, INSIDE,
			   spec->ask == ASK_IN	     ? 1
			   : spec->ask == ASK_NOT_IN ? -1
						     : 0);
	return 1;
}

static bool is_alive(const struct part *part, int kind)
{
	bool alive = true;

	for (int field = 0; field < FIELDS; field++)
		alive &= part->values[kind][field] != 0;
	return alive;
}

/* ---- is it found? ---- */

/* Does a part suit all of another's values in all fields but one? FIELDS: in all. */
static bool covers(const struct part *outer, const struct part *inner, int kind, int but)
{
	if (outer->ask && outer->ask != inner->ask)
		return false;
	for (int field = 0; field < FIELDS; field++)
		if (field != but && inner->values[kind][field] & ~outer->values[kind][field])
			return false;
	return true;
}

/* Do parts of the first rules cover one, together in one field? */
static bool is_covered(const struct policy_text *policy, unsigned count, const struct part *part,
		       int kind)
{
	for (int field = 0; field < FIELDS; field++) {
		unsigned left = part->values[kind][field];

		for (unsigned i = 0; i < count; i++) {
			struct part parts[2];
			unsigned n = policy->specs[i].ends ? parts_of(&policy->specs[i], parts) : 0;

			while (n-- > 0)
				if (covers(&parts[n], part, kind, field))
					left &= ~parts[n].values[kind][field];
		}
		if (!left)
			return true;
	}
	return false;
}

static bool is_to_be_found(const struct policy_text *policy, unsigned number)
{
	struct part parts[2];
	unsigned count = parts_of(&policy->specs[number], parts);
	bool has_kind = false;

	for (unsigned i = 0; i < count; i++) {
		has_kind |= parts[i].has_kind;
		for (int kind = 0; kind < KINDS; kind++)
			if (is_alive(&parts[i], kind) &&
			    !is_covered(policy, number, &parts[i], kind))
				return false;
	}
	/* Of a rule without any nothing is compiled; the config's own checks are for these. */
	return has_kind;
}

/* ---- is it true? ---- */

struct packet {
	int kind;
	unsigned values[FIELDS]; /* a bit each */
	bool in_x;
};

static bool suits(const struct spec *spec, const struct packet *packet)
{
	struct part parts[2];
	unsigned count = parts_of(spec, parts);

	for (unsigned i = 0; i < count; i++) {
		bool good = !parts[i].ask || (parts[i].ask > 0) == packet->in_x;

		for (int field = 0; field < FIELDS && good; field++)
			good = packet->values[field] & parts[i].values[packet->kind][field];
		if (good)
			return true;
	}
	return false;
}

/* Try all packets that there can be; true if one comes to the rule and suits it. */
static bool try_packets(const struct policy_text *policy, unsigned number, struct packet *packet,
			int field)
{
	unsigned i = 0;

	if (field < FIELDS) {
		for (unsigned value = 0; value < counts[field]; value++) {
			packet->values[field] = 1u << value;
			if (field == PORT && value != ABSENT &&
			    !(packet->values[PROTO] & WITH_PORTS))
				continue;
			if (field == PROTO && packet->kind == LINK6 && value != PROTO_58)
				continue;
			if (try_packets(policy, number, packet, field + 1))
				return true;
		}
		return false;
	}
	if (!suits(&policy->specs[number], packet))
		return false;
	while (i < number && !(policy->specs[i].ends && suits(&policy->specs[i], packet)))
		i++;
	return i == number;
}

static bool meets_packets(const struct policy_text *policy, unsigned number)
{
	for (int kind = 0; kind < KINDS; kind++)
		for (int in_x = 0; in_x < 2; in_x++) {
			struct packet packet = {.kind = kind, .in_x = in_x};

			if (try_packets(policy, number, &packet, 0))
				return true;
		}
	return false;
}

/* ---- all of it ---- */

struct tally {
	unsigned warned, several, refused;
};

static const char *warning_of(const struct compiled *compiled, unsigned line)
{
	for (size_t i = 0; i < compiled->errs.count; i++) {
		const struct error *error = &compiled->errs.list[i];

		if (error->code == ERROR_SHADOWED && error->line == line)
			return error->message;
	}
	return NULL;
}

static void check_rule(const struct policy_text *policy, const struct compiled *compiled,
		       unsigned number, struct tally *tally)
{
	const char *warning = warning_of(compiled, policy->first_line + number);

	if (warning) {
		tally->warned++;
		tally->several += strstr(warning, "together") != NULL;
		cr_expect(!meets_packets(policy, number), "a packet meets rule r%u of %s: %s",
			  number, policy->json, warning);
	} else {
		cr_expect(!is_to_be_found(policy, number), "rule r%u is not found in %s", number,
			  policy->json);
	}
}

Test(cover, random_policies)
{
	const char *more = getenv("FWD_SEEDS"); /* for longer runs */
	unsigned long seeds = more ? strtoul(more, NULL, 10) : under_valgrind() ? 20 : 500;
	struct tally tally = {0};

	for (unsigned long seed = 1; seed <= seeds; seed++) {
		struct policy_text policy;
		struct compiled compiled;

		state = seed * 0x9e3779b97f4a7c15ULL;
		write_policy(&policy);
		compiled = compile_text(policy.json, NULL);
		/* More limits that go on than a packet may meet. */
		tally.refused += compiled.err != 0;
		for (unsigned i = 0; i < policy.count && !compiled.err; i++)
			check_rule(&policy, &compiled, i, &tally);
		compiled_clear(&compiled);
		free(policy.json);
	}
	/* It must be about something. */
	cr_expect_gt(tally.warned, seeds / 2, "%u", tally.warned);
	cr_expect_gt(tally.several, seeds / 20, "%u", tally.several);
	cr_expect_lt(tally.refused, seeds / 20, "%u", tally.refused);
}
