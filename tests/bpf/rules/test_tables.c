// SPDX-License-Identifier: MIT
/*
 * Address tables of all sizes: in the image, in a map of their own, with walks that
 * are long; one after the other, so that each takes the place of another kind.
 */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"
#include "tests/bpf/random/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/prefix/prefix.h"

#define TRIES 400

/* A prefix somewhere, of a length that feeds have. */
static struct prefix any_prefix(struct random *random, int family)
{
	struct prefix prefix = {.family = (uint8_t)family};
	uint64_t words[2] = {random_next(random), random_next(random)};

	prefix.length = (uint8_t)(family == 4 ? 20 + below(random, 13) : 32 + below(random, 97));
	for (unsigned i = 0; i < prefix.length; i++)
		prefix.addr[i / 8] |= ((uint8_t *)words)[i / 8] & (0x80 >> i % 8);
	return prefix;
}

/* Groups of hosts at every bit: walks that are as long as can be. */
static struct prefix comb_prefix(unsigned number, int family)
{
	unsigned bits = family == 4 ? 32 : 128, tooth = number / 16 % bits;
	struct prefix prefix = {.family = (uint8_t)family, .length = (uint8_t)bits};

	prefix.addr[tooth / 8] |= 0x80 >> tooth % 8;
	prefix.addr[bits / 8 - 1] ^= (uint8_t)(number % 16 << 1);
	if (family == 6 && number % 3 == 0)
		prefix.addr[7] ^= (uint8_t)(number % 16 << 1);
	return prefix;
}

/* What packets can match is the source, in every second prefix; other ones are passed before. */
static char *make_policy(const struct prefix_list *list)
{
	char *json = NULL, text[PREFIX_TEXT];
	size_t size;
	FILE *out = open_memstream(&json, &size);

	if (!out)
		return NULL;
	fputs("{'enforce': true, 'sets': {", out);
	for (unsigned which = 0; which < 2; which++) {
		const char *comma = "";

		fprintf(out, "%s'%s': {'elements': [", which ? ", " : "", which ? "in" : "out");
		for (size_t i = which; i < list->count; i += 2, comma = ", ")
			fprintf(out, "%s'%s'", comma, prefix_format(&list->items[i], text));
		fputs("]}", out);
	}
	fputs("}, 'rules': [{'id': 'out', 'match': {'src': '@out'}, 'action': 'pass'},"
	      " {'id': 'in', 'match': {'src': '@in'}, 'action': 'drop'}]}",
	      out);
	fclose(out);
	return json;
}

static bool is_in(const struct prefix_list *list, unsigned which, const struct prefix *host)
{
	for (size_t i = which; i < list->count; i += 2)
		if (prefix_contains(&list->items[i], host))
			return true;
	return false;
}

/* An address in a prefix, or directly next to it. */
static struct prefix near_prefix(struct random *random, const struct prefix *prefix)
{
	unsigned bits = prefix->family == 4 ? 32 : 128;
	struct prefix host = prefix_host(prefix->family, prefix->addr);
	bool last = chance(random, 50);

	for (unsigned i = prefix->length; i < bits; i++)
		if (last || chance(random, 50))
			host.addr[i / 8] |= 0x80 >> i % 8;
	if (chance(random, 30))
		host.addr[bits / 8 - 1] += last ? 1 : 255;
	return host;
}

static void try_address(struct test *test, const struct prefix_list *list,
			const struct prefix *host)
{
	struct fw_explanation is = {0};
	char text[PREFIX_TEXT];
	struct frame frame;
	uint16_t wanted = FW_NO_SLOT;

	prefix_format(host, text);
	frame = host->family == 4 ? from4(text) : from6(text);
	if (is_in(list, 0, host))
		wanted = (uint16_t)rule_slot(test, "out");
	else if (is_in(list, 1, host))
		wanted = (uint16_t)rule_slot(test, "in");
	if (explain(test, &frame, &is))
		check(test, is.rule == wanted, text, "by rule slot %u, not %u, of %zu prefixes",
		      is.rule, wanted, list->count);
}

/* flags: what the arena must be, FW_ARENA_*. */
static void try_list(struct test *test, const struct prefix_list *list, struct random *random,
		     uint32_t flags)
{
	char *json cleanup_free = make_policy(list);

	if (!json || !use(test, json))
		return;
	check_equal(test, test->policy->image->header.arena, flags, "the kind of arena");
	for (unsigned i = 0; i < TRIES; i++) {
		struct prefix host =
			near_prefix(random, &list->items[below(random, (unsigned)list->count)]);

		try_address(test, list, &host);
	}
}

void test_tables(struct test *test)
{
	static const struct {
		unsigned count;
		bool comb;
		uint32_t flags;
	} cases[] = {
		{3, false, FW_ARENA_SMALL},  {20000, false, 0}, {200, false, FW_ARENA_SMALL},
		{15000, false, 0},	     {12000, false, 0}, {30000, false, 0},
		{2000, true, FW_ARENA_DEEP}, {9000, false, 0},	{2, false, FW_ARENA_SMALL},
		{2000, true, FW_ARENA_DEEP},
	};
	struct random random = random_start(test->seed);

	for (size_t i = 0; i < array_size(cases); i++) {
		struct prefix_list list = {0};

		for (unsigned n = 0; n < cases[i].count; n++) {
			int family = n / 2 % 2 ? 6 : 4;
			struct prefix prefix = cases[i].comb ? comb_prefix(n / 4, family)
							     : any_prefix(&random, family);

			if (prefix_list_add(&list, &prefix) < 0)
				break;
		}
		try_list(test, &list, &random, cases[i].flags);
		prefix_list_clear(&list);
	}
}
