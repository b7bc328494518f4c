// SPDX-License-Identifier: MIT
/* More rules than a column holds: where they are put, and that nothing is lost. */
#include <criterion/criterion.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/compile/rows.h"
#include "tests/unit/policy/compiled.h"

#define COUNT 1500

/* Rule n is about host n and a port; every 97th is a log rule, the last is for everything. */
static struct compiled compile_hosts(void)
{
	struct compiled compiled;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	cr_assert(out);
	fputs("{'rules': [\n", out);
	for (unsigned i = 0; i < COUNT; i++) {
		/* Neighbours in the list are far apart in addresses. */
		unsigned host = i * 4099 % 65536;

		fprintf(out, "{'id': 'r%u', 'match': {'%s': '10.0.%u.%u', 'dport': %u},", i,
			i % 2 ? "src" : "dst", host >> 8, host & 255, i % 7);
		fprintf(out, " 'action': '%s'},\n", i % 97 == 5 ? "log" : "drop");
	}
	fputs("{'id': 'all', 'action': 'pass'}]}", out);
	fclose(out);
	compiled = compile_text(text, NULL);
	free(text);
	return compiled;
}

Test(columns, ranks_are_an_order)
{
	struct compiled compiled = compile_hosts();
	cleanup_free bool *seen = calloc(FW_MAX_RULES, sizeof(*seen));
	const struct fw_image *image = compiled.policy->image;

	cr_assert_eq(image->header.rules, COUNT + 1);
	for (unsigned i = 0; i < image->header.rules; i++) {
		cr_assert(image->ranks[i] < image->header.rules && !seen[image->ranks[i]]);
		seen[image->ranks[i]] = true;
	}
	/* Slots were given in the order of the file. */
	for (unsigned i = 0; i < image->header.rules; i++)
		cr_expect_eq(policy_rule(compiled.policy, i)->slot, i);
	compiled_clear(&compiled);
}

Test(columns, go_by_their_first_rank)
{
	struct compiled compiled = compile_hosts();
	const struct fw_image *image = compiled.policy->image;
	const struct fw_header *header = &image->header;

	cr_expect_eq(header->columns, (COUNT + 1 + FW_PAGE_RULES - 1) / FW_PAGE_RULES);
	for (unsigned i = 0; i < header->rules; i++) {
		unsigned column = i / FW_PAGE_RULES;

		if (i % FW_PAGE_RULES)
			cr_expect(image->ranks[i - 1] < image->ranks[i]);
		else
			cr_expect_eq(header->first_rank[column], image->ranks[i]);
		if (column > header->walked)
			cr_expect(header->first_rank[column - 1] < header->first_rank[column]);
	}
	compiled_clear(&compiled);
}

/* All that goes on is walked, together with the first rules of all. */
Test(columns, walked_ones)
{
	struct compiled compiled = compile_hosts();
	const struct fw_image *image = compiled.policy->image;

	cr_assert_eq(image->header.walked, 1);
	for (unsigned i = 0; i < image->header.rules; i++)
		if (image->rules[i].action == FW_ACTION_LOG)
			cr_expect(i < FW_PAGE_RULES, "rank %u at %u", image->ranks[i], i);
	compiled_clear(&compiled);
}

/* Rules about one host each are distinguished: its row has rules in few columns. */
Test(columns, hosts_are_in_few)
{
	struct compiled compiled = compile_hosts();
	const struct policy *policy = compiled.policy;
	const struct policy_table *table = &policy->tables[FW_TABLE_SRC4];
	unsigned most = 0;

	cr_assert_eq(table->count, COUNT / 2);
	for (size_t i = 0; i < table->count; i++) {
		unsigned source = FW_SOURCE_TABLES + FW_TABLE_SRC4, columns = 0;
		struct row row, miss;

		rows_get(policy->rows, source, table->entries[i].row, &row);
		rows_get(policy->rows, source, policy->image->header.table_miss[FW_TABLE_SRC4],
			 &miss);
		for (unsigned j = 0; j < FW_RULE_WORDS; j += FW_PAGE_WORDS)
			columns += memcmp(row.words + j, miss.words + j,
					  FW_PAGE_WORDS * sizeof(row.words[0])) != 0;
		if (columns > most)
			most = columns;
	}
	cr_expect_eq(most, 1);
	compiled_clear(&compiled);
}

Test(columns, matches)
{
	struct compiled compiled = compile_hosts();
	struct sample sample = sample_of(FW_KIND_IP4);

	/* Hosts 5 * 4099 and 6 * 4099: the first one's rule is for its source, and a log rule. */
	sample.src = "10.0.80.15";
	sample.dst = "10.0.96.18";
	sample.values[FW_FIELD_DPORT] = 5;
	cr_expect_str_eq(matches(compiled.policy, &sample), "r5 all");
	sample.values[FW_FIELD_DPORT] = 6;
	cr_expect_str_eq(matches(compiled.policy, &sample), "r6 all");
	compiled_clear(&compiled);
}
