// SPDX-License-Identifier: MIT
/* A canary that charges a real rule's bucket for what the rule does not match is warned of. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"
#include "tests/unit/policy/compiled.h"

#define TOP                                                                                   \
	"{'interfaces': {'eth0': {'zone': 'wan'}, 'eth1': {}}, 'limits': {"                   \
	" 'src': {'rate': '1/s', 'per': 'src'}, 'dst': {'rate': '1/s', 'per': 'dst'},"        \
	" 'rule': {'rate': '1/s', 'per': 'rule'}, 'vlan': {'rate': '1/s', 'per': 'vlan'},"    \
	" 'flow': {'rate': '1/s', 'per': 'flow'}, 'if': {'rate': '1/s', 'per': 'interface'}," \
	" 'two': {'rate': ['1/s', '2/s'], 'per': ['src', 'rule']},"                           \
	" 'on': {'rate': '1/s', 'per': 'src', 'within': 'continue'}}, 'rules': [\n"
#define CANARY(match, limit) \
	"{'id': 'c', 'match': {" match "}, 'limit': '" limit "', 'enforce': false},\n"
#define REAL(match, limit) "{'id': 'r', 'match': {" match "}, 'limit': '" limit "'}]}"
#define MORE(match, limit) "{'id': 'm', 'match': {" match "}, 'limit': '" limit "'},\n"

static void check(const char *rules, bool warned)
{
	cleanup_free char *text = NULL;
	struct compiled compiled;

	cr_assert(asprintf(&text, TOP "%s", rules) > 0);
	compiled = compile_text(text, NULL);
	{
		cleanup_free char *errors = compiled_errors(&compiled);

		cr_expect_eq(compiled.err, 0, "%s", errors);
		cr_expect_eq(strstr(errors, "2:W0412") != NULL, warned, "%s: %s", rules, errors);
	}
	compiled_clear(&compiled);
}

Test(canary, warned)
{
	static const char *const rows[] = {
		CANARY("", "src") REAL("'dport': 80", "src"),
		CANARY("'proto': 'udp'", "src") REAL("'proto': 'tcp'", "src"),
		CANARY("'dport': '80-90'", "dst") REAL("'dport': [80, 81]", "dst"),
		CANARY("", "two") REAL("'dport': 80", "two"),
		CANARY("", "on") REAL("'dport': 80", "on"),
		CANARY("'src': '10.0.0.0/8'", "dst") REAL("'src': '10.1.0.0/16'", "dst"),
		CANARY("'vlan': 5", "vlan") REAL("'vlan': 5, 'dport': 80", "vlan"),
		CANARY("", "if") REAL("'interface': 'eth0', 'dport': 80", "if"),
		CANARY("", "flow") REAL("'ttl': 1", "flow"),
		CANARY("", "src") MORE("'proto': 'tcp', 'dport': 80", "src")
			REAL("'proto': 'udp'", "src"),
	};

	for (size_t i = 0; i < array_size(rows); i++)
		check(rows[i], true);
}

Test(canary, not_warned)
{
	static const char *const rows[] = {
		/* the rule charges them anyway */
		CANARY("'dport': 80", "src") REAL("'dport': 80", "src"),
		CANARY("'dport': 80, 'src': '10.0.0.0/8'", "src") REAL("'dport': 80", "src"),
		CANARY("'dport': 80", "on") REAL("", "on"),
		CANARY("'proto': ['tcp', 'udp'], 'dport': 80", "src")
			MORE("'proto': 'tcp', 'dport': 80", "src")
				REAL("'proto': 'udp', 'dport': 80", "src"),
		/* other buckets */
		CANARY("", "rule") REAL("'dport': 80", "rule"),
		CANARY("", "src") REAL("'dport': 80", "dst"),
		CANARY("'src': '10.0.0.0/8'", "src")
			REAL("'src': '11.0.0.0/8', 'dport': 80", "src"),
		CANARY("'src': '10.0.0.0/8'", "src") REAL("'src': '10.1.0.0/16'", "src"),
		CANARY("'family': 'ipv4'", "src") REAL("'family': 'ipv6', 'dport': 80", "src"),
		CANARY("'vlan': 5", "vlan") REAL("'vlan': 6, 'dport': 80", "vlan"),
		CANARY("'interface': 'eth1'", "if") REAL("'interface': 'eth0', 'dport': 80", "if"),
		CANARY("'proto': 'udp'", "flow") REAL("'proto': 'tcp'", "flow"),
		CANARY("'dport': '80-90'", "flow") REAL("'dport': 80", "flow"),
		/* no real rule */
		CANARY("", "src") "{'id': 'r', 'match': {'dport': 80}, 'limit': 'src',"
				  " 'enforce': false}]}",
		CANARY("", "src") "{'id': 'r', 'match': {'dport': 80}, 'limit': 'src',"
				  " 'enabled': false}]}",
		CANARY("", "src") "{'id': 'r', 'match': {'dport': 80}, 'action': 'drop'}]}",
	};

	for (size_t i = 0; i < array_size(rows); i++)
		check(rows[i], false);
}

/* Thousands of them: some warnings, soon. */
Test(canary, many, .timeout = 60)
{
	cleanup_free char *rules = NULL;
	struct compiled compiled;
	size_t size, warned = 0;
	FILE *out = open_memstream(&rules, &size);

	fputs(TOP, out);
	for (unsigned i = 0; i < 4000; i++)
		fprintf(out,
			"{'id': 'c%u', 'match': {'dport': '%u-60000'}, 'limit': 'src', "
			"'enforce': false},\n{'id': 'r%u', 'match': {'dport': %u}, 'limit': "
			"'src'}%s\n",
			i, i, i, i, i < 3999 ? "," : "]}");
	fclose(out);
	compiled = compile_text(rules, NULL);
	for (size_t i = 0; i < compiled.errs.count; i++)
		warned += compiled.errs.list[i].code == ERROR_CANARY_LIMIT;
	cr_expect_eq(compiled.err, 0);
	cr_expect_eq(warned, 16, "%zu", warned);
	compiled_clear(&compiled);
}
