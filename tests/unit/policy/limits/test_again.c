// SPDX-License-Identifier: MIT
/* Which limits a packet can meet again, at a bucket that it has paid: only of these is that kept. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"
#include "tests/unit/policy/compiled.h"

#define POLICY                                                                    \
	"{'sets': {'x': {'live': true}}, 'limits': {"                             \
	" 'own': {'rate': '1/s'}, 'src': {'rate': '1/s', 'per': 'src'},"          \
	" 'on': {'rate': '1/s', 'per': 'src', 'within': 'continue'},"             \
	" 'both': {'rate': '1/s', 'per': ['src', 'rule'], 'within': 'continue'}," \
	" 'one': {'rate': '1/s', 'per': ['src', 'rule']}}, 'rules': ["
#define RULE(id, limit, more) "{'id': '" id "', 'limit': '" limit "'" more "},"
#define CANARY		      ", 'enforce': false"
#define MATCH(match)	      ", 'match': {" match "}"
#define END		      "{'id': 'end', 'action': 'pass'}]}"

/* expected: the limit that can be met again, or NULL: none. */
static void check(const char *rules, const char *expected)
{
	cleanup_free char *text = NULL;
	struct compiled compiled;

	cr_assert(asprintf(&text, POLICY "%s" END, rules) > 0);
	compiled = compile_text(text, NULL);
	cr_assert_eq(compiled.err, 0, "%s", rules);
	for (unsigned i = 0; i < FW_MAX_LIMITS; i++) {
		const char *name = slots_name(compiled.policy->slots, FW_NAME_LIMIT, i);
		bool wanted = name && expected && strcmp(name, expected) == 0;

		cr_expect_eq(compiled.policy->image->limits[i].again, wanted, "%s: %s", rules,
			     name ? name : "a limit that there is not");
	}
	compiled_clear(&compiled);
}

Test(again, canaries)
{
	check(RULE("c", "src", CANARY) RULE("r", "src", ""), "src");
	check(RULE("c", "on", CANARY) RULE("r", "on", ""), "on");
	check(RULE("c", "one", CANARY) RULE("r", "one", ""), "one");
	check(RULE("c", "src", CANARY) RULE("d", "src", CANARY), "src");
	check(RULE("r", "both", "") RULE("c", "both", CANARY), "both");
	/* The order is that of priorities. */
	check(RULE("r", "src", "") RULE("c", "src", CANARY ", 'priority': -1"), "src");
}

Test(again, two_rules)
{
	check(RULE("a", "both", "") RULE("b", "both", ""), "both");
	check(RULE("a", "both", MATCH("'proto': 'udp'")) RULE("b", "src", "")
		      RULE("c", "both", MATCH("'src': '10.0.0.0/8'")),
	      "both");
	check(RULE("a", "both", MATCH("'src': '@x'")) RULE("b", "both", MATCH("'dport': 53")),
	      "both");
}

/* What has no second meeting at a bucket costs nothing. */
Test(again, never)
{
	check("", NULL);
	check(RULE("r", "both", ""), NULL);
	check(RULE("r", "src", MATCH("'proto': 'udp'")) RULE("s", "src", ""), NULL);
	/* Each rule has a bucket of its own. */
	check(RULE("c", "own", CANARY) RULE("r", "own", ""), NULL);
	/* The second one is left out as a whole. */
	check(RULE("a", "on", "") RULE("b", "on", ""), NULL);
	check(RULE("a", "on", "") RULE("c", "on", CANARY), NULL);
	/* The first one decides. */
	check(RULE("r", "src", MATCH("'proto': 'udp'")) RULE("c", "src", CANARY), NULL);
	check(RULE("c", "src", CANARY) RULE("r", "own", ""), NULL);
	check(RULE("c", "src", CANARY) RULE("r", "src", ", 'enabled': false"), NULL);
}

/* No packet suits both. */
Test(again, apart)
{
	check(RULE("a", "both", MATCH("'dport': 53")) RULE("b", "both", MATCH("'dport': '54-99'")),
	      NULL);
	check(RULE("a", "both", MATCH("'proto': 'udp'")) RULE("b", "both", MATCH("'proto': 'tcp'")),
	      NULL);
	check(RULE("a", "both", MATCH("'family': 'ipv4'"))
		      RULE("b", "both", MATCH("'family': 'ipv6'")),
	      NULL);
	check(RULE("a", "both", MATCH("'src': '@x'")) RULE("b", "both", MATCH("'src': '!@x'")),
	      NULL);
	/* One rule of two clauses is not two rules. */
	check(RULE("a", "both", MATCH("'src': ['10.0.0.0/8', '@x']")), NULL);
}

/* Pairs of so many rules are not all compared: then what could be is taken to be. */
Test(again, many)
{
	cleanup_free char *rules = NULL;
	size_t size;
	FILE *out = open_memstream(&rules, &size);

	for (unsigned i = 0; i < 400; i++)
		fprintf(out, "{'id': 'r%u', 'limit': 'both', 'match': {'dport': %u}},", i, i + 1);
	fclose(out);
	check(rules, NULL);
	free(rules);
	out = open_memstream(&rules, &size);
	for (unsigned i = 0; i < 1600; i++)
		fprintf(out, "{'id': 'r%u', 'limit': 'both', 'match': {'dport': %u}},", i, i + 1);
	fclose(out);
	check(rules, "both");
}
