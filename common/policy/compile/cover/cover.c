// SPDX-License-Identifier: MIT
#include "common/policy/compile/cover/cover.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

#define MAX_PAIR_LOOKS (1U << 28) /* into rows: what takes about a second */
#define MAX_LOOKS      (1U << 21) /* what takes some 20 ms */
#define MAX_LIVE       64	  /* ways to ask about live sets */

struct cover *cover_new(struct compile *compile)
{
	struct cover *cover = calloc(1, sizeof(*cover));

	if (!cover)
		return NULL;
	cover->compile = compile;
	cover->pair_looks = MAX_PAIR_LOOKS;
	cover->looks = MAX_LOOKS;
	return cover_spaces(cover) ? cover_free(cover) : cover;
}

struct cover *cover_free(struct cover *cover)
{
	if (!cover)
		return NULL;
	for (unsigned i = 0; i < FW_SOURCE_MAX; i++)
		free(cover->spaces[i].rows);
	for (unsigned i = 0; i < FW_TABLE_MAX; i++)
		free(cover->reached[i]);
	free(cover->live);
	free(cover);
	return NULL;
}

/* ---- earlier clauses ---- */

int cover_add(struct cover *cover, unsigned number)
{
	const struct fw_rule *rule = &cover->compile->policy->image->rules[number];
	struct cover_live *live = NULL;

	if (rule->action == FW_ACTION_LOG || rule->flags & (FW_RULE_CANARY | FW_RULE_GOES_ON))
		return 0;
	if (!rule->live[0].set_id) {
		row_set(&cover->before, number);
		return 0;
	}
	for (size_t i = 0; i < cover->live_count && !live; i++)
		if (!memcmp(cover->live[i].tests, rule->live, sizeof(rule->live)))
			live = &cover->live[i];
	if (!live && cover->live_count == MAX_LIVE)
		return 0;
	if (!live) {
		live = array_grow(&cover->live, cover->live_count, sizeof(*live));
		if (!live)
			return -ENOMEM;
		memcpy(live->tests, rule->live, sizeof(rule->live));
		cover->live_count++;
	}
	row_set(&live->clauses, number);
	return 0;
}

/* Does the other have all live tests of the first? */
static bool asks_less(const struct fw_live_test *less, const struct fw_live_test *more)
{
	for (int i = 0; i < FW_LIVE_PER_RULE && less[i].set_id; i++) {
		int j = 0;

		while (j < FW_LIVE_PER_RULE && memcmp(&less[i], &more[j], sizeof(less[i])))
			j++;
		if (j == FW_LIVE_PER_RULE)
			return false;
	}
	return true;
}

/*
 * The earlier clauses that may cover the current one. The contents of a live set are unknown and
 * change; only a clause with the same live tests is covered.
 */
static void find_before(const struct cover *cover, struct few *ret)
{
	const struct policy *policy = cover->compile->policy;
	const struct fw_rule *rule = &policy->image->rules[cover->packet.number];
	unsigned words = policy->image->header.words;
	struct row row;

	memcpy(&row, &cover->before, words * sizeof(row.words[0]));
	for (size_t i = 0; i < cover->live_count && rule->live[0].set_id; i++)
		for (unsigned j = 0; j < words && asks_less(cover->live[i].tests, rule->live); j++)
			row.words[j] |= cover->live[i].clauses.words[j];
	for (unsigned j = 0; j < words && cover->only; j++)
		row.words[j] &= cover->only->words[j];
	few_of(&row, words, ret);
	rows_and_few(policy->rows, FW_FIELD_KIND,
		     policy->numbers[FW_BASE_KIND + cover->packet.kind], ret, ret);
}

/* ---- the current clause ---- */

/* True if an earlier clause matches the packet. */
static bool find_first(struct cover *cover)
{
	struct cover_packet *packet = &cover->packet;

	find_before(cover, &packet->first[0]);
	for (unsigned i = 0; i < packet->count; i++) {
		rows_and_few(cover->compile->policy->rows, packet->sources[i], packet->rows[i],
			     &packet->first[i], &packet->first[i + 1]);
		if (!packet->first[i + 1].count)
			return false;
	}
	return packet->first[packet->count].count;
}

static void find_last(struct cover *cover)
{
	struct cover_packet *packet = &cover->packet;

	packet->last[packet->count] = packet->first[0];
	for (unsigned i = packet->count; i-- > 0;)
		rows_and_few(cover->compile->policy->rows, packet->sources[i], packet->rows[i],
			     &packet->last[i + 1], &packet->last[i]);
}

/* The first in the order of evaluation that covers it, or -ENOENT. */
static int find_one(struct cover *cover)
{
	const struct cover_packet *packet = &cover->packet;
	const struct clause *clauses = cover->compile->clauses;
	const struct few *set = &packet->first[packet->count];
	int best = -ENOENT;

	for (unsigned i = 0; i < set->count; i++)
		for (uint64_t rest = set->words[i]; rest; rest &= rest - 1) {
			unsigned other = set->at[i] * 64u + (unsigned)__builtin_ctzll(rest);

			if (best >= 0 && clauses[other].rank >= clauses[best].rank)
				continue;
			if (cover_pair(cover, other, packet->number, packet->kind))
				best = (int)other;
		}
	return best;
}

enum cover_end cover_kind(struct cover *cover, unsigned number, enum fw_kind kind,
			  struct row *takers)
{
	int one;

	if (cover_example(cover, number, kind) == COVER_NONE)
		return COVER_NONE;
	if (!find_first(cover))
		return COVER_OPEN;
	one = find_one(cover);
	if (one >= 0) {
		row_set(takers, (unsigned)one);
		return COVER_TAKEN;
	}
	find_last(cover);
	return cover_many(cover, takers) ? COVER_TAKEN : COVER_OPEN;
}
