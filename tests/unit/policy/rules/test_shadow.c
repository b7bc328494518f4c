// SPDX-License-Identifier: MIT
/* Rules that can never match are warnings; all others are none. */
#include <criterion/criterion.h>
#include <string.h>

#include "common/base/memory.h"
#include "tests/unit/policy/compiled.h"

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

Test(shadow, by_sets)
{
	static const char *const rows[] = {
		/* the same set, a set in a set, a set in prefixes, prefixes in a set */
		RULE("a", "'src': '@only4'", DROP) "," RULE("b", "'src': '@only4', 'ttl': 1", DROP),
		RULE("a", "'src': ['@only4', '@both']", DROP) "," RULE("b", "'src': '@both'", DROP),
		RULE("a", "'src': ['192.0.2.0/24', '198.51.0.0/16']",
		     DROP) "," RULE("b", "'src': '@only4'", DROP),
		RULE("a", "'dst': '@only4'",
		     DROP) "," RULE("b", "'dst': ['192.0.2.7', '198.51.100.128/25']", DROP),
		/* a live set by itself only */
		RULE("a", "'src': '@x'", DROP) "," RULE("b", "'src': '@x'", PASS),
		RULE("a", "'src': '@x'", "'limit': 'slow'") "," RULE("b", "'src': '@x', 'ttl': 1",
								     PASS),
		RULE("a", "'src': '@x'", DROP) "," RULE("b", "'src': '@x', 'dst': '!@y'", PASS),
		RULE("a", "'src': '@x'", DROP) "," RULE("b", "'src': ['@x', '!10.0.0.0/8']", PASS),
		RULE("a", "'src': ['10.0.0.0/8', '@x']",
		     DROP) "," RULE("b", "'src': ['10.1.0.0/16', '@x']", PASS),
	};

	for (size_t i = 0; i < array_size(rows); i++)
		check(rows[i], "rule \"b\" can never match: \"a\" (test.json:5:1) comes first");
}

Test(shadow, by_several)
{
	static const char *const rows[] = {
		RULE("a", "'src': '10.0.0.0/9'",
		     DROP) "," RULE("b", "'src': '10.128.0.0/9'",
				    PASS) "," RULE("c", "'src': '10.0.0.0/8'", DROP),
		RULE("a", "'dport': '1-100'",
		     DROP) "," RULE("b", "'dport': '101-65535'",
				    DROP) "," RULE("c", "'dport': '1-65535'", DROP),
		RULE("a", "'proto': 'tcp'", DROP) "," RULE("b", "'proto': 'udp'", DROP) "," RULE(
			"c", "'proto': ['tcp', 'udp']", DROP),
		/* nothing else has ports, nothing is without protocol */
		RULE("a", "'proto': ['tcp', 'sctp']",
		     DROP) "," RULE("b", "'proto': 'udp'", DROP) "," RULE("c", "'dport': 53", DROP),
		RULE("a", "'ttl': '0-9'", DROP) "," RULE("b", "'ttl': '10-255'",
							 DROP) "," RULE("c", "", DROP),
		RULE("a", "'fragment': true", DROP) "," RULE("b", "'fragment': false",
							     DROP) "," RULE("c", "", DROP),
		RULE("a", "'family': 'ipv4'", DROP) "," RULE("b", "'family': 'ipv6'",
							     DROP) "," RULE("c", "'ttl': 1", DROP),
		RULE("a", "'interface': 'eth1'", DROP) "," RULE(
			"b", "'interface': 'eth2'", DROP) "," RULE("c", "'zone': 'lan'", DROP),
		/* sets, each has a part */
		RULE("a", "'src': '@only4'",
		     DROP) "," RULE("b", "'src': '@both'", DROP) "," RULE("c",
									  "'src': ['192.0.2.0/24', "
									  "'10.0.0.0/16']",
									  DROP),
		/* each of its clauses by another */
		RULE("a", "'src': '@x'", DROP) "," RULE("b", "'src': '@both'", DROP) "," RULE(
			"c", "'src': ['@x', '10.0.0.0/9']", DROP),
		/* limits that decide */
		RULE("a", "'dport': '0-9'", "'limit': 'slow'") "," RULE(
			"b", "'dport': '10-19'", "'limit': 'slow'") "," RULE("c", "'dport': '0-19'",
									     DROP),
	};

	for (size_t i = 0; i < array_size(rows); i++)
		check(rows[i],
		      "7:W0406: rule \"c\" can never match: \"a\" (test.json:5:1) and \"b\" "
		      "(test.json:6:2) come first and together take all of it");
}

/* One that covers alone is named alone, one that can be spared is not named, and not too many are. */
Test(shadow, who_is_named)
{
	check(RULE("a", "'family': 'ipv4'",
		   DROP) "," RULE("b", "", DROP) "," RULE("c", "'proto': 'tcp'", DROP),
	      "rule \"c\" can never match: \"b\" (test.json:6:2) comes first and takes all of it");
	check(RULE("a", "'dport': '0-9'", DROP) "," RULE("b", "'dport': '8-12'", DROP) "," RULE(
		      "c", "'dport': '10-19'", DROP) "," RULE("d", "'dport': '0-19'", DROP),
	      "\"a\" (test.json:5:1) and \"c\" (test.json:7:2) come first");
	check(RULE("a", "'dport': 1", DROP) "," RULE("b", "'dport': 2", DROP) "," RULE(
		      "c", "'dport': 3",
		      DROP) "," RULE("d", "'dport': 4",
				     DROP) "," RULE("e", "'dport': 5",
						    DROP) "," RULE("f", "'dport': 6",
								   DROP) "," RULE("g",
										  "'dport': '1-6'",
										  PASS),
	      "\"a\" (test.json:5:1), \"b\" (test.json:6:2), \"c\" (test.json:7:2), \"d\" "
	      "(test.json:8:2) and 2 more come first and together take all of it");
}

Test(shadow, contradictions)
{
	check(RULE("a", "'src': ['10.0.0.0/8', '!10.0.0.0/8']", DROP),
	      "5:W0406: rule \"a\" can never match: its conditions exclude each other");
	check(RULE("a", "'src': ['10.1.0.0/16', '!@both']", DROP), "rule \"a\" can never match");
	check(RULE("a", "'src': ['10.0.0.0/8', '!10.0.0.0/9', '!10.128.0.0/9']", DROP),
	      "rule \"a\" can never match: its conditions exclude each other");
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
		RULE("a", "'src': '@x'",
		     "'action': 'drop', 'enforce': false") "," RULE("b", "'src': '@x'", DROP),
		RULE("a", "", "'limit': 'on'") "," RULE("b", "'proto': 'tcp'", DROP),
		/* what live sets hold changes, also if they are two that all have an address of */
		RULE("a", "'src': '@x'", DROP) "," RULE("b", "'src': '@y'", DROP),
		RULE("a", "'src': '@x'", DROP) "," RULE("b", "'dst': '@x'", DROP),
		RULE("a", "'src': '@x'", DROP) "," RULE("b", "'src': '!@x'", DROP),
		RULE("a", "'src': ['0.0.0.0/0', '!@x']", DROP) "," RULE("b", "'src': '10.0.0.0/8'",
									DROP),
		/* overlapping only */
		RULE("a", "'dport': '0-100'", DROP) "," RULE("b", "'dport': '50-101'", DROP),
		RULE("a", "'proto': 'tcp'", DROP) "," RULE("b", "'src': '10.0.0.0/8'", DROP),
		RULE("a", "'src': '10.0.0.0/8'", DROP) "," RULE("b", "'src': '@both'", DROP),
		RULE("a", "'family': 'ipv4'", DROP) "," RULE("b", "", DROP),
		/* a rule for everything leaves ARP and neighbour discovery to those that name them */
		RULE("a", "", DROP) "," RULE("b", "'family': 'arp'", DROP),
		RULE("a", "", DROP) "," RULE("b", "'proto': 'icmpv6'", PASS),
		/* several leave something: a port, packets without ports, an address, a family */
		RULE("a", "'dport': '0-100'", DROP) "," RULE(
			"b", "'dport': '102-200'", DROP) "," RULE("c", "'dport': '50-150'", DROP),
		RULE("a", "'dport': '0-100'", DROP) "," RULE("b", "'dport': '101-65535'",
							     DROP) "," RULE("c", "", DROP),
		RULE("a", "'src': '10.0.0.0/9'",
		     DROP) "," RULE("b", "'src': ['10.128.0.0/9', '!10.200.0.1']",
				    DROP) "," RULE("c", "'src': '10.0.0.0/8'", DROP),
		RULE("a", "'family': 'ipv4'", DROP) "," RULE(
			"b", "'family': 'ipv6', 'ttl': '0-254'", DROP) "," RULE("c", "", DROP),
		/* of several, one does not decide */
		RULE("a", "'dport': '0-100'",
		     DROP) "," RULE("b", "'dport': '101-200'",
				    "'limit': 'on'") "," RULE("c", "'dport': '50-150'", DROP),
		/* several in two fields: not looked for */
		RULE("a", "'dport': 1, 'src': '10.0.0.0/9'", DROP) "," RULE(
			"b", "'dport': 1, 'src': '10.128.0.0/9'",
			DROP) "," RULE("c", "'dport': 2, 'src': '10.0.0.0/9'",
				       DROP) "," RULE("d", "'dport': 2, 'src': '10.128.0.0/9'",
						      DROP) "," RULE("e",
								     "'dport': [1, 2], 'src': "
								     "'10.0.0.0/8'",
								     DROP),
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
