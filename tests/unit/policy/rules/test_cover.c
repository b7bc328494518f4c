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

#include "common/base/memory.h"
#include "tests/unit/lib/valgrind.h"
#include "tests/unit/policy/compiled.h"
#include "tests/unit/policy/rules/cover_policy.h"

/* An alternative of a rule. */
struct part {
	unsigned values[KINDS][FIELDS]; /* 0 in SRC: not of this kind */
	int ask;			/* 1: in x; -1: not in x; 0 */
	bool has_kind;			/* its addresses are of one family at least */
};

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
	unsigned values = spec->given[field] ? spec->values[field] : cover_values(field);

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
		for (unsigned value = 0; cover_values(field) >> value; value++) {
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

		cover_policy(seed, &policy);
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
