// SPDX-License-Identifier: MIT
/*
 * Several clauses that cover one together, in one source of rows: for example, of 10.0.0.0/8 one
 * has the lower half and one the upper, and both match all other conditions of the clause.
 *
 * For the current clause a packet was constructed. All clauses that could cover a part of it in one
 * source match that packet in all other sources: the AND of its rows before and after that source.
 * Of these, the ones remain that match every value of the clause in all other sources; then every
 * row that the clause has in this source must have one of them.
 */
#include "common/policy/compile/cover/cover.h"

#define MAX_LOOKS  (1U << 18) /* for one clause: some milliseconds */
#define MAX_CHOSEN 64	      /* with more, superfluous ones are not removed */

static void spend(struct cover *cover, uint64_t looks)
{
	cover->looks = cover->looks > looks ? cover->looks - looks : 0;
}

/* Is one of a set of clauses in every row of the clause in a source? False if it takes too long. */
static bool all_have(struct cover *cover, unsigned source, const struct few *set)
{
	struct cover_rows rows = cover_rows(cover, source);
	uint32_t row;

	while ((row = cover_next(&rows)) != NO_ROW) {
		spend(cover, set->count / 4);
		if (!cover->looks || !rows_have_any(cover->compile->policy->rows, source, row, set))
			return false;
	}
	return set->count && cover->looks;
}

/* Keep the clauses that are in every row of the clause in a source. False: none is left. */
static bool narrow(struct cover *cover, unsigned source, struct few *set)
{
	struct cover_rows rows = cover_rows(cover, source);
	uint32_t row;

	while (set->count && cover->looks && (row = cover_next(&rows)) != NO_ROW) {
		spend(cover, set->count / 2);
		rows_and_few(cover->compile->policy->rows, source, row, set, set);
	}
	return set->count && cover->looks;
}

/* The first in the order of evaluation; the place of its bit is in *ret_word and *ret_bit. */
static void find_first(const struct compile *compile, const struct few *set, unsigned *ret_at,
		       uint64_t *ret_bit)
{
	uint32_t best = UINT32_MAX;

	for (unsigned i = 0; i < set->count; i++)
		for (uint64_t rest = set->words[i]; rest; rest &= rest - 1) {
			unsigned number = set->at[i] * 64u + (unsigned)__builtin_ctzll(rest);

			if (compile->clauses[number].rank >= best)
				continue;
			best = compile->clauses[number].rank;
			*ret_at = set->at[i];
			*ret_bit = rest & -rest;
		}
}

/* Add the first of a set of clauses to the chosen ones. */
static void choose_first(const struct compile *compile, const struct few *set, struct few *chosen)
{
	unsigned at = 0;
	uint64_t bit = 0;

	find_first(compile, set, &at, &bit);
	for (unsigned i = 0; i < chosen->count; i++)
		if (chosen->at[i] == at)
			chosen->words[i] |= bit;
}

/* The clauses that take the packets, in the order of evaluation: one for each row. */
static unsigned choose(struct cover *cover, unsigned source, const struct few *set,
		       struct few *chosen)
{
	const struct compile *compile = cover->compile;
	struct cover_rows rows = cover_rows(cover, source);
	unsigned count = 0;
	uint32_t row;

	*chosen = *set;
	for (unsigned i = 0; i < chosen->count; i++)
		chosen->words[i] = 0;
	while ((row = cover_next(&rows)) != NO_ROW) {
		struct few here;

		if (rows_have_any(compile->policy->rows, source, row, chosen))
			continue;
		rows_and_few(compile->policy->rows, source, row, set, &here);
		choose_first(compile, &here, chosen);
		count++;
	}
	/* The clause may have only the row of all rules. */
	if (!count)
		choose_first(compile, set, chosen);
	return count;
}

/* Remove chosen clauses that the others do not need. */
static void spare(struct cover *cover, unsigned source, struct few *chosen)
{
	for (unsigned i = 0; i < chosen->count; i++)
		for (uint64_t rest = chosen->words[i]; rest; rest &= rest - 1) {
			uint64_t bit = rest & -rest;

			chosen->words[i] &= ~bit;
			if (!all_have(cover, source, chosen))
				chosen->words[i] |= bit;
		}
}

static bool cover_in(struct cover *cover, unsigned n, struct row *takers)
{
	const struct cover_packet *packet = &cover->packet;
	unsigned source = packet->sources[n];
	struct few set, chosen;
	unsigned count;
	bool good;

	few_and(&packet->first[n], &packet->last[n + 1], &set);
	good = all_have(cover, source, &set);
	for (unsigned i = 0; i < packet->count && good; i++)
		if (i != n)
			good = narrow(cover, packet->sources[i], &set);
	if (!good || !all_have(cover, source, &set))
		return false;
	count = choose(cover, source, &set, &chosen);
	if (count > 1 && count <= MAX_CHOSEN)
		spare(cover, source, &chosen);
	for (unsigned i = 0; i < chosen.count; i++)
		takers->words[chosen.at[i]] |= chosen.words[i];
	return true;
}

bool cover_many(struct cover *cover, struct row *takers)
{
	uint64_t before = cover->looks, used;
	bool covered = false;

	cover->looks = before < MAX_LOOKS ? before : MAX_LOOKS;
	used = cover->looks;
	for (unsigned n = 0; n < cover->packet.count && !covered && cover->looks; n++)
		covered = cover_in(cover, n, takers);
	used -= cover->looks;
	cover->looks = before - used;
	return covered;
}
