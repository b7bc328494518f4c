// SPDX-License-Identifier: MIT
/*
 * Policies after edits, whose address tables were patched, against the same policies
 * compiled from scratch: random edits, one after the other, some of them taken back.
 * Both must give the same rules for every address at which an answer may change.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "tests/unit/lib/valgrind.h"
#include "tests/unit/policy/compared.h"
#include "tests/unit/policy/compiled.h"

#define SETS	  4
#define MAX_RULES 24

struct scene {
	uint64_t seed;
	struct prefix_list sets[SETS];
	char *rules[MAX_RULES]; /* matches and all, without the id */
	unsigned ids[MAX_RULES];
	unsigned rule_count;
	unsigned next_id;
	struct prefix_list permitted;
};

static uint32_t below(struct scene *scene, uint32_t bound)
{
	scene->seed ^= scene->seed << 13;
	scene->seed ^= scene->seed >> 7;
	scene->seed ^= scene->seed << 17;
	return (uint32_t)((scene->seed >> 32) * bound >> 32);
}

/* ---- what is edited ---- */

/* Of few networks, so that prefixes nest and repeat. */
static struct prefix random_prefix(struct scene *scene)
{
	struct prefix prefix = {.family = below(scene, 3) ? 4 : 6};
	unsigned bits = prefix.family == 4 ? 32 : 128;
	unsigned length = below(scene, 8) ? bits / 4 + below(scene, bits * 3 / 4 + 1)
					  : below(scene, bits + 1);

	prefix.addr[0] = (uint8_t)(prefix.family == 4 ? 10 + below(scene, 2) : 0x20);
	prefix.addr[1] = (uint8_t)below(scene, 3);
	for (unsigned i = 2; i < bits / 8; i++)
		prefix.addr[i] = (uint8_t)(below(scene, 3) ? below(scene, 4) : below(scene, 256));
	return prefix_shorten(&prefix, length);
}

static void fill(struct scene *scene, struct prefix_list *list, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct prefix prefix = random_prefix(scene);

		cr_assert_eq(prefix_list_add(list, &prefix), 0);
	}
}

static void write_list(FILE *out, const struct prefix_list *list)
{
	char text[PREFIX_TEXT];

	fputs("[", out);
	for (size_t i = 0; i < list->count; i++)
		fprintf(out, "%s'%s'", i ? ", " : "", prefix_format(&list->items[i], text));
	fputs("]", out);
}

static void write_side(struct scene *scene, FILE *out, const char *side)
{
	char text[PREFIX_TEXT];
	unsigned count = 1 + below(scene, 3);

	fprintf(out, ", '%s': [", side);
	for (unsigned i = 0; i < count; i++) {
		struct prefix prefix = random_prefix(scene);

		fprintf(out, "%s'%s", i ? ", " : "", below(scene, 5) ? "" : "!");
		if (below(scene, 2))
			fprintf(out, "@s%u'", below(scene, SETS));
		else
			fprintf(out, "%s'", prefix_format(&prefix, text));
	}
	fputs("]", out);
}

static char *random_rule(struct scene *scene)
{
	static const char *const actions[] = {"pass", "drop", "log"};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	cr_assert(out);
	fprintf(out, "'action': '%s', 'match': {'vlan': [0, %u]", actions[below(scene, 3)],
		1 + below(scene, 4));
	if (below(scene, 4))
		write_side(scene, out, "src");
	if (below(scene, 3) == 0)
		write_side(scene, out, "dst");
	fprintf(out, "}, 'enabled': %s", below(scene, 8) ? "true" : "false");
	fclose(out);
	return text;
}

static void add_rule(struct scene *scene, unsigned at)
{
	if (scene->rule_count == MAX_RULES)
		return;
	memmove(&scene->rules[at + 1], &scene->rules[at],
		(scene->rule_count - at) * sizeof(scene->rules[0]));
	memmove(&scene->ids[at + 1], &scene->ids[at],
		(scene->rule_count - at) * sizeof(scene->ids[0]));
	scene->rules[at] = random_rule(scene);
	scene->ids[at] = scene->next_id++;
	scene->rule_count++;
}

static void delete_rule(struct scene *scene, unsigned at)
{
	if (scene->rule_count == 0)
		return;
	free(scene->rules[at]);
	scene->rule_count--;
	memmove(&scene->rules[at], &scene->rules[at + 1],
		(scene->rule_count - at) * sizeof(scene->rules[0]));
	memmove(&scene->ids[at], &scene->ids[at + 1],
		(scene->rule_count - at) * sizeof(scene->ids[0]));
}

static void edit_list(struct scene *scene, struct prefix_list *list)
{
	fill(scene, list, below(scene, 4));
	for (unsigned i = below(scene, 4); i > 0 && list->count; i--) {
		uint32_t gone = below(scene, (uint32_t)list->count);

		list->items[gone] = list->items[list->count - 1];
		list->count--;
	}
}

static void edit(struct scene *scene)
{
	unsigned at = below(scene, scene->rule_count ? scene->rule_count : 1);

	switch (below(scene, 6)) {
	case 0:
		add_rule(scene, at);
		break;
	case 1:
		delete_rule(scene, at);
		break;
	case 2:
		if (below(scene, 3) == 0)
			edit_list(scene, &scene->permitted);
		break;
	case 3: /* the same rule, of other addresses */
		if (scene->rule_count) {
			free(scene->rules[at]);
			scene->rules[at] = random_rule(scene);
		}
		break;
	default:
		edit_list(scene, &scene->sets[below(scene, SETS)]);
	}
}

static char *text_of(const struct scene *scene)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	cr_assert(out);
	fputs("{'sets': {", out);
	for (unsigned i = 0; i < SETS; i++) {
		fprintf(out, "%s's%u': {'elements': ", i ? ", " : "", i);
		write_list(out, &scene->sets[i]);
		fputs("}", out);
	}
	fputs("}", out);
	if (scene->permitted.count) {
		fputs(", 'permitted_cidrs': ", out);
		write_list(out, &scene->permitted);
	}
	fputs(", 'rules': [", out);
	for (unsigned i = 0; i < scene->rule_count; i++)
		fprintf(out, "%s{'id': 'r%u', %s}", i ? ", " : "", scene->ids[i], scene->rules[i]);
	fputs("]}", out);
	fclose(out);
	return text;
}

static void clear(struct scene *scene)
{
	for (unsigned i = 0; i < SETS; i++)
		prefix_list_clear(&scene->sets[i]);
	prefix_list_clear(&scene->permitted);
	while (scene->rule_count)
		delete_rule(scene, 0);
}

/* How many addresses were looked at. */
static size_t compare(const struct scene *scene, const struct policy *edited,
		      const struct policy *made)
{
	struct prefix_list lists[SETS + 1];

	memcpy(lists, scene->sets, sizeof(scene->sets));
	lists[SETS] = scene->permitted;
	return compare_policies(edited, made, lists, SETS + 1);
}

/* ---- edits, one after the other ---- */

struct run {
	struct scene scene;
	struct known_addresses *known;
	struct slots *slots;
	unsigned rounds;
	unsigned patched; /* tables that were not made again */
	unsigned taken_back;
	size_t looked;
	uint32_t generation;
};

/* Small tables are edited too, to try more of them. */
static struct known_addresses *new_known(void)
{
	struct known_addresses *known = known_new();

	cr_assert(known);
	known->keeps = true;
	return known;
}

static struct policy *compile_edited(struct run *run, const struct config *config)
{
	struct policy *policy = NULL;
	struct errors errs = {0};

	cr_assert_eq(policy_compile_edit(config, run->slots, run->known, &policy, &errs), 0);
	errors_clear(&errs);
	return policy;
}

/* A table that was made again has its entries. */
static unsigned count_patched(const struct run *run, const struct policy *policy)
{
	unsigned count = 0;

	for (int i = 0; i < FW_TABLE_MAX && policy->known == run->known; i++)
		count += policy->image->header.tables >> i & 1 && !policy->tables[i].entries;
	return count;
}

static void round_of(struct run *run)
{
	cleanup_free char *text = text_of(&run->scene);
	struct compiled made = compile_text(text, run->slots);
	struct policy *edited = compile_edited(run, made.config);

	run->looked += compare(&run->scene, edited, made.policy);
	run->patched += count_patched(run, edited);
	if (below(&run->scene, 4)) {
		struct known_addresses *known = policy_keep(edited, ++run->generation);

		known_drop(run->known);
		run->known = known ? known : new_known();
		slots_free(run->slots);
		run->slots = steal(&edited->slots);
	} else {
		run->taken_back++;
	}
	policy_free(edited);
	compiled_clear(&made);
}

static void run_edits(uint64_t seed, unsigned prefixes, unsigned rounds, unsigned *ret_patched)
{
	struct run run = {.scene = {.seed = seed}};

	run.known = new_known();
	for (unsigned i = 0; i < SETS; i++)
		fill(&run.scene, &run.scene.sets[i], i ? prefixes / 8 : prefixes);
	for (unsigned i = 0; i < 5; i++)
		add_rule(&run.scene, i);
	for (unsigned i = 0; i < rounds && run.known; i++) {
		round_of(&run);
		edit(&run.scene);
	}
	cr_expect_gt(run.taken_back, 0);
	cr_expect_gt(run.looked, prefixes);
	*ret_patched += run.patched;
	known_drop(run.known);
	slots_free(run.slots);
	clear(&run.scene);
}

Test(table_edit, small)
{
	const char *more = getenv("FWD_SEEDS"); /* for longer runs */
	uint64_t seeds = more ? strtoull(more, NULL, 10) : under_valgrind() ? 3 : 12;
	unsigned patched = 0;

	for (uint64_t seed = 1; seed <= seeds; seed++)
		run_edits(seed * 0x9e3779b97f4a7c15ULL,
			  (unsigned)(1 + (seed % 16) * (seed % 16) * 2), 40, &patched);
	cr_expect_gt(patched, 30 * seeds, "only %u tables were patched", patched);
}

Test(table_edit, large)
{
	unsigned patched = 0;

	/* Minutes there, for the same code. */
	if (under_valgrind())
		return;
	run_edits(4711, 8000, 30, &patched);
	cr_expect_gt(patched, 20, "only %u tables were patched", patched);
}
