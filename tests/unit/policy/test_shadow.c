// SPDX-License-Identifier: MIT
/* Rules that can never match are warnings; all others are none. */
#include <criterion/criterion.h>
#include <string.h>

#include "compiled.h"
#include "memory.h"

#define RULE(id, match, action) "{'id': '" id "', 'match': {" match "}, " action "}\n"
#define DROP			"'action': 'drop'"
#define PASS			"'action': 'pass'"

/* expected: the start of the only warning's sentence, or NULL: none. */
static void check(const char *rules, const char *expected)
{
	struct compiled compiled = compile_rules_text(rules);
	cleanup_free char *errors = compiled_errors(&compiled);

	cr_expect_eq(compiled.err, 0);
	cr_expect_eq(compiled.errs.warned, expected != NULL, "%s", errors);
	if (expected)
		cr_expect(strstr(errors, expected), "\"%s\" is not in: %s", expected, errors);
	compiled_clear(&compiled);
}

Test(shadow, contained_in_an_earlier_rule)
{
	static const struct {
		const char *rules, *expected;
	} rows[] = {
		{RULE("a", "", DROP) "," RULE("b", "'proto': 'tcp'", PASS),
		 "6:W0406: rule \"b\" can never match: \"a\" (test.json:5:1) comes first"},
		{RULE("a", "'src': '10.0.0.0/8'", DROP) "," RULE("b", "'src': '10.1.0.0/16'", DROP),
		 "rule \"b\" can never match: \"a\""},
		{RULE("a", "'src': '@both'", DROP) "," RULE("b", "'src': '10.1.0.0/16'", DROP),
		 "rule \"b\""},
		{RULE("a", "'src': '!@only4'", DROP) "," RULE("b", "'src': '10.1.0.0/16'", DROP),
		 "rule \"b\""},
		{RULE("a", "'dport': '0-1023'",
		      DROP) "," RULE("b", "'proto': 'tcp', 'dport': [22, 80, '100-200']", DROP),
		 "rule \"b\""},
		{RULE("a", "'tcp_flags': 'syn'",
		      DROP) "," RULE("b", "'tcp_flags': 'syn,fin/syn,fin'", DROP),
		 "rule \"b\""},
		{RULE("a", "'zone': 'lan'", DROP) "," RULE("b", "'interface': 'eth2'", DROP),
		 "rule \"b\""},
		{RULE("a", "'family': 'ipv4'",
		      "'limit': 'slow'") "," RULE("b", "'src': '10.1.0.0/16'", PASS),
		 "rule \"b\""},
		{RULE("a", "'src': '@x', 'ttl': 1",
		      "'action': 'log'") "," RULE("b", "", DROP) "," RULE("c", "'src': '@x'", DROP),
		 "rule \"c\" can never match: \"b\""},
		{RULE("a", "'ttl': 1", DROP) "," RULE("b", "'ttl': 1, 'src': ['10.0.0.0/8', '@x']",
						      DROP),
		 "rule \"b\""},
	};

	for (size_t i = 0; i < array_size(rows); i++)
		check(rows[i].rules, rows[i].expected);
}

Test(shadow, contradictions)
{
	check(RULE("a", "'src': ['10.0.0.0/8', '!10.0.0.0/8']", DROP),
	      "5:W0406: rule \"a\" can never match: its conditions exclude each other");
	check(RULE("a", "'src': ['10.1.0.0/16', '!@both']", DROP), "rule \"a\" can never match");
}

Test(shadow, not_shadowed)
{
	static const char *const rows[] = {
		/* the wider one comes second */
		RULE("a", "'src': '10.1.0.0/16'", DROP) "," RULE("b", "'src': '10.0.0.0/8'", DROP),
		/* the first one does not decide */
		RULE("a", "", "'action': 'log'") "," RULE("b", "'proto': 'tcp'", DROP),
		RULE("a", "", "'action': 'drop', 'enforce': false") "," RULE("b", "'proto': 'tcp'",
									     DROP),
		RULE("a", "'src': '@x'", DROP) "," RULE("b", "'src': '@x'", DROP),
		/* overlapping only */
		RULE("a", "'dport': '0-100'", DROP) "," RULE("b", "'dport': '50-101'", DROP),
		RULE("a", "'proto': 'tcp'", DROP) "," RULE("b", "'src': '10.0.0.0/8'", DROP),
		RULE("a", "'src': '10.0.0.0/8'", DROP) "," RULE("b", "'src': '@both'", DROP),
		RULE("a", "'family': 'ipv4'", DROP) "," RULE("b", "", DROP),
		/* a rule for everything leaves ARP and neighbour discovery to those that name them */
		RULE("a", "", DROP) "," RULE("b", "'family': 'arp'", DROP),
		RULE("a", "", DROP) "," RULE("b", "'proto': 'icmpv6'", PASS),
		/* covered by two together: not found */
		RULE("a", "'dport': '0-100'", DROP) "," RULE(
			"b", "'dport': '101-200'", DROP) "," RULE("c", "'dport': '50-150'", DROP),
		/* only one of its clauses is shadowed */
		RULE("a", "'src': '10.0.0.0/8'", DROP) "," RULE("b", "'src': ['10.1.0.0/16', '@x']",
								DROP),
		/* an earlier rule that is off */
		"{'id': 'a', 'action': 'drop', 'enabled': false}," RULE("b", "'ttl': 1", DROP),
	};

	for (size_t i = 0; i < array_size(rows); i++)
		check(rows[i], NULL);
}

/* permitted_cidrs behind a rule for everything is said to be on purpose. */
Test(shadow, implicit_rules_are_silent)
{
	struct compiled compiled = compile_text("{'permitted_cidrs': ['10.0.0.0/8'],"
						"'rules': [{'id': 'a', 'action': 'drop'}]}",
						NULL);

	cr_expect_eq(compiled.errs.count, 0);
	compiled_clear(&compiled);
}

Test(shadow, management_shadows_rules)
{
	struct compiled compiled =
		compile_text("{'management': {'allow': [{'src': '10.0.0.0/8'}]}, 'rules': [\n"
			     "{'id': 'a', 'match': {'src': '10.9.0.0/16'}, 'action': 'drop'}]}",
			     NULL);
	cleanup_free char *errors = compiled_errors(&compiled);

	cr_expect(strstr(errors, "2:W0406: rule \"a\" can never match: \"management/0\""), "%s",
		  errors);
	compiled_clear(&compiled);
}
