// SPDX-License-Identifier: MIT
/* Prefixes, sets and live sets: longest match and the order of rules together. */
#include <criterion/criterion.h>

#include "common/base/memory.h"
#include "common/policy/compile/rows.h"
#include "tests/unit/policy/compiled.h"

struct address_test {
	const char *src, *dst, *expected;
};

static void check(const char *rules, const struct address_test *tests, size_t count)
{
	struct compiled compiled = compile_rules_text(rules);

	cr_assert_eq(compiled.err, 0);
	for (size_t i = 0; i < count; i++)
		cr_expect_str_eq(matches_addresses(compiled.policy, tests[i].src, tests[i].dst),
				 tests[i].expected, "%s > %s: \"%s\", not \"%s\"", tests[i].src,
				 tests[i].dst,
				 matches_addresses(compiled.policy, tests[i].src, tests[i].dst),
				 tests[i].expected);
	compiled_clear(&compiled);
}

#define CHECK(rules, ...)                                                 \
	do {                                                              \
		static const struct address_test tests[] = {__VA_ARGS__}; \
		check(rules, tests, sizeof(tests) / sizeof((tests)[0]));  \
	} while (0)

#define RULE(id, match) "{'id': '" id "', 'match': {" match "}, 'action': 'drop'}"
#define LOG(id, match)	"{'id': '" id "', 'match': {" match "}, 'action': 'log'}"

/* A longer prefix of a later rule must not hide an earlier rule, nor the other way round. */
Test(addresses, nested_prefixes)
{
	CHECK(RULE("a", "'src': '10.0.0.0/8'") "," RULE("b", "'src': '10.1.0.0/16'") "," RULE(
		      "c", "'src': ['10.1.2.3', '192.0.2.0/24']") "," RULE("d", ""),
	      {"10.1.2.3", "1.1.1.1", "a b c d"}, {"10.1.2.4", "1.1.1.1", "a b d"},
	      {"10.2.0.0", "1.1.1.1", "a d"}, {"11.0.0.0", "1.1.1.1", "d"},
	      {"192.0.2.255", "1.1.1.1", "c d"}, {"192.0.3.0", "1.1.1.1", "d"},
	      {"2001:db8::1", "::1", "d"});
}

Test(addresses, edges_of_the_address_space)
{
	CHECK(RULE("a", "'src': '0.0.0.0/0'") "," RULE("b", "'src': '128.0.0.0/1'") "," RULE(
		      "c",
		      "'src': ['0.0.0.0', '255.255.255.255']") "," RULE("d",
									"'dst': '::/0'") "," RULE("e",
												  "'dst': ['::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']"),
	      {"0.0.0.0", "0.0.0.0", "a c"}, {"127.255.255.255", "0.0.0.0", "a"},
	      {"128.0.0.0", "0.0.0.0", "a b"}, {"255.255.255.255", "0.0.0.0", "a b c"},
	      {"::", "::", "d e"}, {"::1", "::1", "d"},
	      {"::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "d e"},
	      {"::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", "d"});
}

Test(addresses, negation)
{
	CHECK(RULE("a", "'src': '!10.0.0.0/8'") "," RULE(
		      "b",
		      "'src': ['10.0.0.0/8', "
		      "'!10.1.0.0/16']") "," RULE("c", "'src': ['10.1.2.0/24', "
						       "'!10.1.0.0/16']") "," RULE("d", "'dst': "
											"['!@only4'"
											", "
											"'!@only6'"
											"]"),
	      {"10.0.0.1", "192.0.2.1", "b"}, {"10.1.0.1", "192.0.2.1", ""},
	      {"10.1.2.1", "192.0.2.1", ""}, {"11.0.0.1", "192.0.2.1", "a"},
	      {"11.0.0.1", "192.0.3.1", "a d"}, {"2001:db8::1", "2001:db8::2", "a d"},
	      {"2001:db8::1", "2001:db8:6::2", "a"});
}

Test(addresses, sets)
{
	CHECK(RULE("a", "'src': '@both'") "," RULE("b", "'src': ['@only4', '@only6']") "," RULE(
		      "c", "'src': '!@both'") "," RULE("d", "'src': '@both', 'dst': '@only4'"),
	      {"10.0.0.1", "1.1.1.1", "a"}, {"10.0.0.1", "198.51.100.7", "a d"},
	      {"192.0.2.5", "1.1.1.1", "b c"}, {"2001:db8::1", "::1", "a"},
	      {"2001:db8:6::1", "::1", "a b"}, {"2001:db9::1", "::1", "c"});
}

/* An address of one family keeps the other one out. */
Test(addresses, families)
{
	CHECK(RULE("a", "'src': '10.0.0.0/8', 'dst': '@both'") "," RULE(
		      "b", "'src': '@only6'") "," RULE("c", "'family': 'ipv6', 'src': '@both'"),
	      {"10.0.0.1", "10.0.0.1", "a"}, {"2001:db8:6::1", "2001:db8::1", "b c"},
	      {"10.0.0.1", "11.0.0.1", ""});
}

Test(addresses, live_sets_are_tests)
{
	CHECK(RULE("a", "'src': '@x'") "," RULE("b", "'src': '!@x', 'dst': ['@y', '!@z']") "," RULE(
		      "c", "'src': '10.0.0.0/8', 'dst': '@x'"),
	      {"10.0.0.1", "1.1.1.1",
	       "a(src in x) b(src not in x, dst in y, dst not in z) c(dst in x)"},
	      {"11.0.0.1", "1.1.1.1", "a(src in x) b(src not in x, dst in y, dst not in z)"},
	      {"::1", "::1", "a(src in x) b(src not in x, dst in y, dst not in z)"});
}

/* Static prefixes and live sets in one list are clauses; for rules that decide they may overlap. */
Test(addresses, mixed_lists_become_clauses)
{
	CHECK(RULE("a", "'src': ['10.0.0.0/8', '@x', '@y']"),
	      {"10.0.0.1", "1.1.1.1", "a a(src in x) a(src in y)"},
	      {"11.0.0.1", "1.1.1.1", "a(src in x) a(src in y)"},
	      {"::1", "::1", "a(src in x) a(src in y)"});
	CHECK(RULE("a", "'src': ['10.0.0.0/8', '@x', '!@z'], 'dst': ['@only4', '@y']"),
	      {"10.0.0.1", "192.0.2.1",
	       "a(src not in z) a(src not in z, dst in y) a(src in x, src not in z)"
	       " a(src in x, src not in z, dst in y)"},
	      {"11.0.0.1", "192.0.2.1",
	       "a(src in x, src not in z) a(src in x, src not in z, dst in y)"},
	      {"11.0.0.1", "192.0.3.1", "a(src in x, src not in z, dst in y)"});
}

/* What goes on after a match is counted once: its clauses exclude each other. */
Test(addresses, clauses_of_log_and_canary_exclude_each_other)
{
	CHECK(LOG("a", "'src': ['10.0.0.0/8', '@x', '@y']"), {"10.0.0.1", "1.1.1.1", "a"},
	      {"11.0.0.1", "1.1.1.1", "a(src in x) a(src not in x, src in y)"});
	CHECK("{'id': 'a', 'match': {'dst': ['@x', '@both']}, 'action': 'drop', 'enforce': false}",
	      {"1.1.1.1", "10.0.0.1", "a"}, {"1.1.1.1", "11.0.0.1", "a(dst in x)"},
	      {"::1", "2001:db8::1", "a"}, {"::1", "::1", "a(dst in x)"});
}

/* An entry that says what is said around it is not needed. */
Test(addresses, redundant_entries_are_left_out)
{
	struct compiled compiled = compile_rules_text(
		RULE("a", "'src': ['10.0.0.0/8', '10.1.0.0/16', '10.1.2.3', "
			  "'10.0.0.0/8']") "," RULE("b", "'dst': '!10.0.0.0/8'"));
	const struct policy_table *tables = compiled.policy->tables;

	cr_expect_eq(tables[FW_TABLE_SRC4].count, 1);
	cr_expect_eq(tables[FW_TABLE_DST4].count, 1);
	cr_expect_eq(tables[FW_TABLE_SRC6].count, 0);
	cr_expect_eq(compiled.policy->image->header.tables,
		     1u << FW_TABLE_SRC4 | 1u << FW_TABLE_DST4);
	compiled_clear(&compiled);
}

Test(addresses, entries_are_sorted_and_unique)
{
	struct compiled compiled = compile_rules_text(
		RULE("a", "'src': ['192.0.2.1', '10.0.0.0/8', '172.16.0.0/12']") "," RULE(
			"b",
			"'src': ['172.16.0.0/12', '10.0.0.0/9', '10.128.0.0/9']") "," RULE("c",
											   "'src': "
											   "'@"
											   "both"
											   "'"));
	const struct policy_table *table = &compiled.policy->tables[FW_TABLE_SRC4];

	cr_assert(table->count > 3);
	for (size_t i = 1; i < table->count; i++)
		cr_expect(prefix_compare(&table->entries[i - 1].prefix, &table->entries[i].prefix) <
			  0);
	for (size_t i = 0; i < table->count; i++)
		cr_expect(table->entries[i].row <
			  rows_count(compiled.policy->rows, FW_SOURCE_TABLES + FW_TABLE_SRC4));
	compiled_clear(&compiled);
}
