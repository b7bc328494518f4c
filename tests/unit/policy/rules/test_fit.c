// SPDX-License-Identifier: MIT
/* What does not fit is refused as a whole, and the error names the place. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/compile/rows.h"
#include "tests/unit/lib/valgrind.h"
#include "tests/unit/policy/compiled.h"

struct text {
	char *bytes;
	size_t size;
	FILE *out;
};

static FILE *text_open(struct text *text)
{
	text->out = open_memstream(&text->bytes, &text->size);
	cr_assert(text->out);
	return text->out;
}

static struct compiled text_compile(struct text *text)
{
	struct compiled compiled;

	fclose(text->out);
	compiled = compile_text(text->bytes, NULL);
	free(text->bytes);
	return compiled;
}

/* "count" rules, one a line: rule n is on line n + 2. */
static struct compiled compile_many(unsigned count, const char *match)
{
	struct text text = {0};
	FILE *out = text_open(&text);

	fputs("{'sets': {'x': {'live': true}}, 'rules': [\n", out);
	for (unsigned i = 0; i < count; i++)
		fprintf(out, "%s{'id': 'r%u', 'match': {%s}, 'action': 'log'}\n", i ? "," : "", i,
			match);
	fputs("]}", out);
	return text_compile(&text);
}

static void expect_error(struct compiled *compiled, const char *start)
{
	cleanup_free char *errors = compiled_errors(compiled);

	cr_expect_null(compiled->policy);
	cr_expect(strstr(errors, start), "\"%s\" is not in:\n%s", start, errors);
	compiled_clear(compiled);
}

Test(fit, as_many_rules_as_there_can_be)
{
	struct compiled compiled = compile_many(FW_MAX_RULES, "'ttl': 1");
	struct row last;

	cr_assert_eq(compiled.err, 0);
	cr_expect_eq(compiled.policy->image->header.rules, FW_MAX_RULES);
	cr_expect_eq(compiled.policy->image->header.words, FW_RULE_WORDS);
	policy_row(compiled.policy, FW_FIELD_KIND, 0, &last);
	cr_expect(row_has(&last, FW_MAX_RULES - 1));
	compiled_clear(&compiled);
}

Test(fit, one_rule_too_many)
{
	struct compiled compiled = compile_many(FW_MAX_RULES + 1, "'ttl': 1");

	expect_error(&compiled, "16386:E0401: rule \"r16384\" does not fit: there can be 16384");
}

/* Each is two clauses: half as many fit. */
Test(fit, clauses_count)
{
	struct compiled compiled =
		compile_many(FW_MAX_RULES / 2 + 1, "'src': ['10.0.0.0/8', '@x']");

	expect_error(&compiled, "8194:E0401: rule \"r8192\" does not fit");
}

Test(fit, rule_slots)
{
	struct compiled compiled = compile_many(FW_MAX_RULE_SLOTS + 1, "'ttl': 1");

	expect_error(&compiled, "20482:E0403: rule \"r20480\" does not fit: there can be 20480");
}

/* Three stretches of values for each rule, so that no two values suit the same rules. */
static void print_ranges(FILE *out, const char *field, unsigned rule)
{
	unsigned low = 4 * rule, other = 4 * (rule * 7919 % FW_MAX_RULES) + 1;
	unsigned third = 4 * (rule * 4723 % FW_MAX_RULES) + 2;

	fprintf(out, "'%s': ['%u-%u', '%u-%u', '%u-%u']", field, low, low + 3, other, other + 1,
		third, third + 1);
}

Test(fit, rows)
{
	struct text text = {0};
	struct compiled compiled;
	FILE *out;

	/* Most of a minute there, and rules that do not fit take the same way out. */
	if (under_valgrind())
		return;
	out = text_open(&text);
	fputs("{'rules': [\n", out);
	for (unsigned i = 0; i < FW_MAX_RULES; i++) {
		fprintf(out, "%s{'id': 'r%u', 'match': {", i ? "," : "", i);
		print_ranges(out, "sport", i);
		fputs(", ", out);
		print_ranges(out, "dport", i);
		fputs(", ", out);
		print_ranges(out, "length", i);
		fprintf(out,
			", 'src': ['10.0.%u.%u', '2001:db8::%x'],"
			" 'dst': ['10.0.%u.%u', '2001:db8::%x']}, 'action': 'log'}\n",
			i >> 8, i & 255, i, i >> 8, i & 255, i);
	}
	fputs("]}", out);
	compiled = text_compile(&text);
	expect_error(&compiled, "E0402: the combinations that the rules need take");
}

static struct compiled compile_names(const char *head, const char *each, unsigned count)
{
	struct text text = {0};
	FILE *out = text_open(&text);

	fprintf(out, "{%s: {\n", head);
	for (unsigned i = 0; i < count; i++)
		fprintf(out, "%s'n%u': %s\n", i ? "," : "", i, each);
	fputs("}}", out);
	return text_compile(&text);
}

Test(fit, limit_slots)
{
	struct compiled good = compile_names("'limits'", "{'rate': '1/s'}", FW_MAX_LIMITS);

	cr_expect_eq(good.err, 0);
	compiled_clear(&good);
}

Test(fit, live_set_ids)
{
	struct compiled good = compile_names("'sets'", "{'live': true}", FW_MAX_LIVE_SETS - 1);

	cr_expect_eq(good.err, 0);
	compiled_clear(&good);
}

Test(fit, live_sets_of_one_rule)
{
	struct compiled good = compile_text(
		"{'sets': {'a': {'live': true}, 'b': {'live': true}, 'c': {'live': true}},"
		"'rules': [{'id': 'r', 'match': {'src': ['!@a', '!@b'], 'dst': ['!@b', '!@c']},"
		"           'action': 'drop'}]}",
		NULL);
	struct compiled bad = compile_text(
		"{'sets': {'a': {'live': true}, 'b': {'live': true}, 'c': {'live': true}},\n"
		"'rules': [\n{'id': 'r', 'match': {'src': ['!@a', '!@b', '!@c'],"
		" 'dst': ['!@b', '!@c']}, 'action': 'drop'},\n"
		"{'id': 's', 'match': {'src': ['!@a', '!@b', '!@c'], 'dst': ['!@b', '@c']},"
		" 'action': 'drop'}]}",
		NULL);

	cr_expect_eq(good.err, 0);
	compiled_clear(&good);
	/* Both are reported. */
	cr_expect_eq(bad.errs.failed, 2);
	cr_expect_eq(bad.errs.list[0].line, 3);
	cr_expect_eq(bad.errs.list[1].line, 4);
	expect_error(&bad, "3:E0404: rule \"r\" uses more than 4 live sets");
}

/* Lists are made by hand: a config text of this size takes its time under valgrind. */
static void add_prefixes(struct prefix_list *list, unsigned count)
{
	list->items = realloc(list->items, count * sizeof(*list->items));
	cr_assert(list->items);
	memset(list->items, 0, count * sizeof(*list->items));
	list->count = count;
	for (unsigned i = 0; i < count; i++) {
		struct prefix *prefix = &list->items[i];

		/* Neighbours would merge some day: every second address. */
		prefix->family = 4;
		prefix->length = 32;
		prefix->addr[0] = (uint8_t)(i >> 23);
		prefix->addr[1] = (uint8_t)(i >> 15);
		prefix->addr[2] = (uint8_t)(i >> 7);
		prefix->addr[3] = (uint8_t)(i << 1);
	}
}

static void set_prefixes(struct config_set *set, size_t count)
{
	add_prefixes(&set->content->list, count);
	set->prefixes = set->content->list;
}

Test(fit, prefixes_of_a_table)
{
	struct errors errs = {0};
	struct policy *policy = NULL;
	struct compiled compiled;

	if (under_valgrind())
		return;
	compiled =
		compile_text("{'sets': {'s': {'elements': ['10.0.0.0/8']}}, 'rules': [\n"
			     "{'id': 'few', 'match': {'src': '192.0.2.0/24'}, 'action': 'drop'},\n"
			     "{'id': 'many', 'match': {'src': '@s'}, 'action': 'drop'}]}",
			     NULL);
	set_prefixes(&compiled.config->sets[0], FW_MAX_TABLE_PREFIXES - 1);
	cr_expect_eq(policy_compile(compiled.config, NULL, &policy, &errs), 0);
	cr_assert(policy);
	cr_expect_eq(policy->tables[FW_TABLE_SRC4].count, FW_MAX_TABLE_PREFIXES);
	policy = policy_free(policy);

	set_prefixes(&compiled.config->sets[0], FW_MAX_TABLE_PREFIXES);
	cr_expect_eq(policy_compile(compiled.config, NULL, &policy, &errs), -EBADMSG);
	cr_expect_null(policy);
	cr_assert_eq(errs.count, 1);
	cr_expect_eq(errs.list[0].code, ERROR_ENTRIES);
	cr_expect_eq(errs.list[0].line, 3);
	cr_expect(strstr(errs.list[0].message, "1500001 prefixes of an IPv4 source do not fit"),
		  "%s", errs.list[0].message);
	errors_clear(&errs);
	compiled_clear(&compiled);
}
