// SPDX-License-Identifier: MIT
/*
 * Policies after edits, whose address tables were patched, against the same policies
 * compiled from scratch: random edits, one after the other, some of them taken back.
 * Both must give the same rules for every address at which an answer may change.
 */
#include <criterion/criterion.h>
#include <endian.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "compiled.h"
#include "memory.h"
#include "rows.h"

struct fw_arena_ref {
	const struct arena *arena;
};

static const struct fw_block *fw_arena_block(const struct fw_arena_ref *ref, uint32_t number)
{
	cr_assert(number < arena_block_count(ref->arena));
	return &ref->arena->blocks[number];
}

#include "../../../ebpf/classify/walk.h"

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

/* ---- comparing ---- */

struct pair {
	const struct policy *edited, *made;
	enum fw_table table;
	uint32_t *known; /* by row of `made`: the row of `edited` that is the same, + 1 */
	size_t looked;
};

static uint32_t row_of(const struct policy *policy, enum fw_table table, const uint8_t *addr)
{
	const struct fw_header *header = &policy->image->header;
	const struct fw_arena_ref ref = {policy_arena(policy)};
	uint32_t root = header->table_root[table], ip4;
	int steps = (int)policy_arena(policy)->steps;
	uint64_t high, low;

	if (!(header->tables >> table & 1))
		return header->table_miss[table];
	if (table == FW_TABLE_SRC4 || table == FW_TABLE_DST4) {
		memcpy(&ip4, addr, sizeof(ip4));
		return fw_walk4(&ref, root, steps, be32toh(ip4));
	}
	memcpy(&high, addr, sizeof(high));
	memcpy(&low, addr + 8, sizeof(low));
	return fw_walk6(&ref, root, steps, be64toh(high), be64toh(low));
}

static void compare_address(struct pair *pair, const uint8_t *addr)
{
	unsigned source = FW_SOURCE_TABLES + pair->table;
	uint32_t edited = row_of(pair->edited, pair->table, addr);
	uint32_t made = row_of(pair->made, pair->table, addr);
	int family = pair->table == FW_TABLE_SRC4 || pair->table == FW_TABLE_DST4 ? 4 : 6;
	struct prefix host = prefix_host(family, addr);
	struct row left, right;
	char text[PREFIX_TEXT];

	pair->looked++;
	cr_assert_lt(edited, rows_count(pair->edited->rows, source));
	if (pair->known[made] == edited + 1)
		return;
	policy_row(pair->edited, source, edited, &left);
	policy_row(pair->made, source, made, &right);
	cr_assert(memcmp(&left, &right, sizeof(left)) == 0, "table %d: %s", pair->table,
		  prefix_format(&host, text));
	pair->known[made] = edited + 1;
}

/* The address itself, and those beside it. */
static void compare_around(struct pair *pair, const struct prefix *prefix, bool last)
{
	unsigned bits = prefix->family == 4 ? 32 : 128;
	uint8_t at[16], beside[16];

	memcpy(at, prefix->addr, sizeof(at));
	for (unsigned i = prefix->length; last && i < bits; i++)
		at[i / 8] |= 0x80 >> i % 8;
	compare_address(pair, at);
	for (int by = -1; by <= 1; by += 2) {
		memcpy(beside, at, sizeof(at));
		for (unsigned i = bits / 8; i-- > 0;) {
			beside[i] = (uint8_t)(beside[i] + by);
			if (beside[i] != (by < 0 ? 0xff : 0))
				break;
		}
		compare_address(pair, beside);
	}
}

static void compare_lists(struct pair *pair, const struct prefix_list *list)
{
	int family = pair->table == FW_TABLE_SRC4 || pair->table == FW_TABLE_DST4 ? 4 : 6;

	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].family != family)
			continue;
		compare_around(pair, &list->items[i], false);
		compare_around(pair, &list->items[i], true);
	}
}

/* All that is not about rows' numbers or entries of tables. */
static char *dump_of(const struct policy *policy)
{
	char *text = NULL, *cut;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	cr_assert(out);
	policy_dump(policy, out);
	fclose(out);
	cut = strstr(text, "\ntable ");
	cr_assert(cut);
	*cut = '\0';
	cut = strchr(text, '\n');
	memmove(text, cut, strlen(cut) + 1);
	return text;
}

static size_t compare(const struct scene *scene, const struct policy *edited,
		      const struct policy *made)
{
	cleanup_free char *left = dump_of(edited), *right = dump_of(made);
	size_t looked = 0;

	cr_assert_str_eq(left, right);
	for (int table = 0; table < FW_TABLE_MAX; table++) {
		struct pair pair = {edited, made, (enum fw_table)table,
				    calloc(FW_MAX_ROWS, sizeof(uint32_t)), 0};

		for (unsigned i = 0; i < SETS; i++)
			compare_lists(&pair, &scene->sets[i]);
		compare_lists(&pair, &scene->permitted);
		for (size_t i = 0; i < made->tables[table].count; i++) {
			compare_around(&pair, &made->tables[table].entries[i].prefix, false);
			compare_around(&pair, &made->tables[table].entries[i].prefix, true);
		}
		looked += pair.looked;
		free(pair.known);
	}
	return looked;
}

/* ---- edits, one after the other ---- */

struct run {
	struct scene scene;
	struct known_addresses *known;
	struct slots *slots;
	unsigned rounds;
	unsigned patched; /* tables that were not made anew */
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

/* A table that was made anew has its entries. */
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
	uint64_t seeds = more ? strtoull(more, NULL, 10) : getenv("FWD_VALGRIND") ? 3 : 12;
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
	if (getenv("FWD_VALGRIND"))
		return;
	run_edits(4711, 8000, 30, &patched);
	cr_expect_gt(patched, 20, "only %u tables were patched", patched);
}
