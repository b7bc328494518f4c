// SPDX-License-Identifier: MIT
/*
 * Edits of large address tables, which write only what changed into the arena of the
 * image that packets do not see: after each, that arena must be what the compiler has, byte
 * by byte, and packets near the changes must be judged by the new policy. Some edits are
 * taken back, and some become the running policy without a report to the compiler.
 */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"
#include "tests/bpf/random/random.h"

#include <bpf/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

#define PREFIXES 18000
#define ROUNDS	 24
#define CHANGES	 3

struct edits {
	struct test *test;
	struct random random;
	struct prefix_list list;
	struct known_addresses *known;
	unsigned patched;
};

static struct prefix any_prefix(struct random *random, unsigned number)
{
	struct prefix prefix = {.family = number % 4 ? 4 : 6};
	uint64_t words[2] = {random_next(random), random_next(random)};
	unsigned length = prefix.family == 4 ? 16 + below(random, 17) : 32 + below(random, 97);

	memcpy(prefix.addr, words, prefix.family == 4 ? 4 : 16);
	return prefix_shorten(&prefix, length);
}

static char *make_policy(const struct edits *edits)
{
	char *json = NULL, text[PREFIX_TEXT];
	size_t size;
	FILE *out = open_memstream(&json, &size);

	if (!out)
		return NULL;
	fputs("{'enforce': true, 'sets': {'s': {'elements': [", out);
	for (size_t i = 0; i < edits->list.count; i++)
		fprintf(out, "%s'%s'", i ? ", " : "", prefix_format(&edits->list.items[i], text));
	fputs("]}}, 'rules': [{'id': 'in', 'match': {'src': '@s'}, 'action': 'drop'}]}", out);
	fclose(out);
	return json;
}

/* What the kernel has of the tables of the active image. */
static void check_arena(const struct edits *edits, const struct policy *policy)
{
	const struct arena *arena = policy_arena(policy);
	int outer = datapath_map(edits->test->dp, "arenas");
	uint32_t image = datapath_generation(edits->test->dp) % 2, id = 0;
	struct fw_block *block cleanup_free = malloc(sizeof(*block));
	size_t same = 0, blocks = arena_block_count(arena);
	int fd cleanup_fd = -1;

	/* Generations take turns, but which image was the first is not known here. */
	for (unsigned i = 0; i < 2 && same < blocks; i++, image = !image) {
		same = 0;
		if (fd >= 0)
			close(fd);
		fd = bpf_map_lookup_elem(outer, &image, &id) ? -1 : bpf_map_get_fd_by_id(id);
		for (uint32_t key = 0; block && fd >= 0 && key < blocks; key++) {
			size_t left = arena->lines - (size_t)key * FW_BLOCK_LINES;
			size_t lines = left < FW_BLOCK_LINES ? left : FW_BLOCK_LINES;

			same += bpf_map_lookup_elem(fd, &key, block) == 0 &&
				memcmp(block, &arena->blocks[key], lines * FW_LINE_BYTES) == 0;
		}
	}
	check_equal(edits->test, same, blocks, "blocks that the kernel has as they should be");
}

static bool is_in(const struct edits *edits, const struct prefix *host)
{
	for (size_t i = 0; i < edits->list.count; i++)
		if (prefix_contains(&edits->list.items[i], host))
			return true;
	return false;
}

static void try_near(struct edits *edits, const struct prefix *prefix)
{
	struct prefix host = prefix_host(prefix->family, prefix->addr);
	struct fw_explanation is = {0};
	char text[PREFIX_TEXT];
	struct frame frame;
	bool wanted;

	host.addr[prefix->family == 4 ? 3 : 15] ^= (uint8_t)below(&edits->random, 4);
	wanted = is_in(edits, &host);
	prefix_format(&host, text);
	frame = host.family == 4 ? from4(text) : from6(text);
	if (explain(edits->test, &frame, &is))
		check(edits->test, (is.rule != FW_NO_SLOT) == wanted, text,
		      "%sdropped, and it is %sin the set", is.rule != FW_NO_SLOT ? "" : "not ",
		      wanted ? "" : "not ");
}

/* Make the list the running policy by an edit. keep: report it to the compiler. */
static void run_list(struct edits *edits, bool apply, bool keep)
{
	struct test *test = edits->test;
	char *json cleanup_free = make_policy(edits);
	struct policy *whole = NULL, *policy = NULL;
	struct config *config = NULL;
	struct errors errs = {0};

	if (!json ||
	    !compile(json, test->policy ? test->policy->slots : NULL, &config, &whole, &errs))
		return;
	check_equal(
		test,
		(uint64_t)policy_compile_edit(config, whole->slots, edits->known, &policy, &errs),
		0, "compiled");
	policy_free(whole);
	edits->patched += policy && policy->known == edits->known;
	if (policy && apply &&
	    check_equal(test, (uint64_t)policy_apply(test->dp, policy, &errs), 0, "applied"))
		check_arena(edits, policy);
	if (policy && apply && keep) {
		struct known_addresses *known = policy_keep(policy, datapath_generation(test->dp));

		known_drop(edits->known);
		edits->known = known;
	}
	policy_free(policy);
	config_free(config);
	errors_clear(&errs);
}

static void edit_round(struct edits *edits, unsigned round)
{
	bool apply = round % 7 != 3, keep = round % 9 != 4;
	struct prefix before[CHANGES];
	size_t places[CHANGES];

	for (unsigned i = 0; i < CHANGES; i++) {
		places[i] = below(&edits->random, (unsigned)edits->list.count);
		before[i] = edits->list.items[places[i]];
		edits->list.items[places[i]] =
			any_prefix(&edits->random, below(&edits->random, 100));
	}
	run_list(edits, apply, keep);
	for (unsigned i = 0; i < CHANGES && apply; i++) {
		try_near(edits, &before[i]);
		try_near(edits, &edits->list.items[places[i]]);
	}
	for (unsigned i = CHANGES; i-- > 0 && !apply;)
		edits->list.items[places[i]] = before[i];
}

void test_table_edits(struct test *test)
{
	struct edits edits = {.test = test, .random = random_start(test->seed)};

	for (unsigned i = 0; i < PREFIXES; i++) {
		struct prefix prefix = any_prefix(&edits.random, i);

		if (prefix_list_add(&edits.list, &prefix) < 0)
			return;
	}
	run_list(&edits, true, true);
	for (unsigned i = 0; i < ROUNDS; i++)
		edit_round(&edits, i);
	check(test, edits.patched >= ROUNDS - 2, "patched", "only %u of %u edits were patches",
	      edits.patched, ROUNDS);
	known_drop(edits.known);
	prefix_list_clear(&edits.list);
}
