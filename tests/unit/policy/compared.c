// SPDX-License-Identifier: MIT
#include "tests/unit/policy/compared.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/compile/rows.h"
#include "common/policy/fields/fields.h"
#include "tests/unit/policy/addresses/walked.h"

struct pair {
	const struct policy *edited, *made;
	enum fw_table table;
	uint32_t *known; /* by row of `made`: the row of `edited` that is the same, + 1 */
	size_t looked;
};

static int family_of(enum fw_table table)
{
	return match_tables[table].family;
}

static uint32_t row_of(const struct policy *policy, enum fw_table table, const uint8_t *addr)
{
	const struct fw_header *header = &policy->image->header;

	if (!(header->tables >> table & 1))
		return header->table_miss[table];
	return walk_table(policy_arena(policy), family_of(table), header->table_root[table], addr);
}

static void compare_address(struct pair *pair, const uint8_t *addr)
{
	unsigned source = FW_SOURCE_TABLES + pair->table;
	uint32_t edited = row_of(pair->edited, pair->table, addr);
	uint32_t made = row_of(pair->made, pair->table, addr);
	int family = family_of(pair->table);
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

/* The address itself, and those near it. */
static void compare_around(struct pair *pair, const struct prefix *prefix, bool last)
{
	unsigned bits = prefix->family == 4 ? 32 : 128;
	uint8_t at[16], near[16];

	memcpy(at, prefix->addr, sizeof(at));
	for (unsigned i = prefix->length; last && i < bits; i++)
		at[i / 8] |= 0x80 >> i % 8;
	compare_address(pair, at);
	for (int by = -1; by <= 1; by += 2) {
		memcpy(near, at, sizeof(at));
		for (unsigned i = bits / 8; i-- > 0;) {
			near[i] = (uint8_t)(near[i] + by);
			if (near[i] != (by < 0 ? 0xff : 0))
				break;
		}
		compare_address(pair, near);
	}
}

static void compare_lists(struct pair *pair, const struct prefix_list *list)
{
	int family = family_of(pair->table);

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

size_t compare_policies(const struct policy *edited, const struct policy *made,
			const struct prefix_list *lists, size_t count)
{
	cleanup_free char *left = dump_of(edited), *right = dump_of(made);
	size_t looked = 0;

	cr_assert_str_eq(left, right);
	for (int table = 0; table < FW_TABLE_MAX; table++) {
		struct pair pair = {edited, made, (enum fw_table)table,
				    calloc(FW_MAX_ROWS, sizeof(uint32_t)), 0};

		for (size_t i = 0; i < count; i++)
			compare_lists(&pair, &lists[i]);
		for (size_t i = 0; i < made->tables[table].count; i++) {
			compare_around(&pair, &made->tables[table].entries[i].prefix, false);
			compare_around(&pair, &made->tables[table].entries[i].prefix, true);
		}
		looked += pair.looked;
		free(pair.known);
	}
	return looked;
}
