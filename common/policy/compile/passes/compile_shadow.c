// SPDX-License-Identifier: MIT
/*
 * Rules that can never match, as warnings: earlier rules that end the packet take all their
 * packets. These are rules that pass or drop, also by a limit ("within": "pass" decides on all
 * packets, whether over it or not). After log rules, canaries and limits with "within": "continue"
 * the search continues, so these shadow nothing. Monitor mode changes no decision, only its effect.
 *
 * Comparing all pairs would take too long with thousands of rules. But rules that take all packets
 * of a rule take each of them, so one packet is constructed, and most rules are done because no
 * earlier rule matches it. cover/ handles the rest.
 */
#include "common/policy/compile/cover/cover.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

#define MAX_NAMED 4 /* rules in a warning */

struct shadow {
	struct compile *compile;
	struct cover *cover;
	unsigned first, end; /* ranks of the current rule */
	struct row takers;   /* clauses that take its packets */
};

static const struct config_rule *rule_of_rank(const struct compile *compile, unsigned rank)
{
	return compile->clauses[compile->by_rank[rank]].rule;
}

/* ---- words ---- */

/* The rules of the takers, in their order. Returns their number; at most size are written. */
static unsigned list_takers(const struct shadow *shadow, const struct config_rule **ret,
			    unsigned size)
{
	const struct compile *compile = shadow->compile;
	const struct config_rule *last = NULL;
	struct row ranks = {0};
	unsigned count = 0;

	for (unsigned i = 0; i < FW_RULE_WORDS; i++)
		for (uint64_t rest = shadow->takers.words[i]; rest; rest &= rest - 1)
			row_set(&ranks,
				compile->clauses[i * 64 + (unsigned)__builtin_ctzll(rest)].rank);
	for (unsigned i = 0; i < FW_RULE_WORDS; i++)
		for (uint64_t rest = ranks.words[i]; rest; rest &= rest - 1) {
			const struct config_rule *rule =
				rule_of_rank(compile, i * 64 + (unsigned)__builtin_ctzll(rest));

			if (rule == last)
				continue;
			if (count < size)
				ret[count] = rule;
			count++;
			last = rule;
		}
	return count;
}

static void write_rule(FILE *out, const struct config_rule *rule)
{
	fprintf(out, "\"%s\"", rule->id);
	/* Rules of edits may have no place. */
	if (rule->place.line)
		fprintf(out, " (%s:%u:%u)", rule->place.file, rule->place.line, rule->place.column);
}

/* "a" comes first and takes; "a", "b" and 3 more come first and together take. Malloced or NULL. */
static char *takers_text(const struct shadow *shadow)
{
	const struct config_rule *rules[MAX_NAMED];
	unsigned count = list_takers(shadow, rules, MAX_NAMED);
	unsigned named = count < MAX_NAMED ? count : MAX_NAMED;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (unsigned i = 0; i < named; i++) {
		if (i)
			fputs(i + 1 == count ? " and " : ", ", out);
		write_rule(out, rules[i]);
	}
	if (count > named)
		fprintf(out, " and %u more", count - named);
	fputs(count > 1 ? " come first and together take" : " comes first and takes", out);
	fclose(out);
	return text;
}

static void warn_taken(const struct shadow *shadow, const struct config_rule *rule)
{
	cleanup_free char *takers = takers_text(shadow);

	if (takers)
		errors_add(shadow->compile->errs, SEVERITY_WARNING, ERROR_SHADOWED, &rule->place,
			   "rule \"%s\" can never match: %s all of it", rule->id, takers);
}

static void warn_dead(const struct shadow *shadow, const struct config_rule *rule)
{
	errors_add(shadow->compile->errs, SEVERITY_WARNING, ERROR_SHADOWED, &rule->place,
		   "rule \"%s\" can never match: its conditions exclude each other", rule->id);
}

/* ---- rules ---- */

/* The result for the packets of the current rule: of all clauses and kinds. */
static enum cover_end end_of_rule(struct shadow *shadow)
{
	const struct compile *compile = shadow->compile;
	enum cover_end end = COVER_NONE;

	for (unsigned rank = shadow->first; rank < shadow->end && end != COVER_OPEN; rank++) {
		unsigned number = compile->by_rank[rank];
		uint32_t kinds = compile->clauses[number].kinds;

		for (; kinds && end != COVER_OPEN; kinds &= kinds - 1) {
			enum fw_kind kind = (enum fw_kind)__builtin_ctz(kinds);
			enum cover_end here =
				cover_kind(shadow->cover, number, kind, &shadow->takers);

			if (here != COVER_NONE)
				end = here;
		}
	}
	return end;
}

/* If one rule alone takes the packets for which several were found, name only that one. */
static void prefer_one(struct shadow *shadow)
{
	const struct compile *compile = shadow->compile;
	const struct config_rule *rules[MAX_NAMED];
	unsigned count = list_takers(shadow, rules, MAX_NAMED);
	struct row several = shadow->takers;
	bool found = false;

	for (unsigned i = 0; i < count && count > 1 && count <= MAX_NAMED && !found; i++) {
		struct row only = {0};

		for (unsigned rank = 0; rank < shadow->first; rank++)
			if (rule_of_rank(compile, rank) == rules[i])
				row_set(&only, compile->by_rank[rank]);
		shadow->cover->only = &only;
		memset(&shadow->takers, 0, sizeof(shadow->takers));
		found = end_of_rule(shadow) == COVER_TAKEN;
		shadow->cover->only = NULL;
	}
	if (!found)
		shadow->takers = several;
}

static void judge(struct shadow *shadow)
{
	const struct compile *compile = shadow->compile;
	const struct config_rule *rule = rule_of_rank(compile, shadow->first);

	/* permitted_cidrs after a rule that matches everything needs no warning. */
	if (rule == &compile->permitted || rule == &compile->not_permitted)
		return;
	memset(&shadow->takers, 0, sizeof(shadow->takers));
	switch (end_of_rule(shadow)) {
	case COVER_OPEN:
		break;
	case COVER_NONE:
		warn_dead(shadow, rule);
		break;
	case COVER_TAKEN:
		prefer_one(shadow);
		warn_taken(shadow, rule);
		break;
	}
}

static int add_before(const struct shadow *shadow)
{
	int err = 0;

	for (unsigned rank = shadow->first; rank < shadow->end && !err; rank++)
		err = cover_add(shadow->cover, shadow->compile->by_rank[rank]);
	return err;
}

int compile_shadow(struct compile *compile)
{
	struct shadow shadow = {.compile = compile, .cover = cover_new(compile)};
	int err = shadow.cover ? 0 : -ENOMEM;

	while (shadow.first < compile->clause_count && !err) {
		const struct config_rule *rule = rule_of_rank(compile, shadow.first);

		shadow.end = shadow.first + 1;
		while (shadow.end < compile->clause_count &&
		       rule_of_rank(compile, shadow.end) == rule)
			shadow.end++;
		judge(&shadow);
		err = add_before(&shadow);
		shadow.first = shadow.end;
	}
	cover_free(shadow.cover);
	return err;
}
