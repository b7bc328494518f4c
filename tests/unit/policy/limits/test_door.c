// SPDX-License-Identifier: MIT
/* A limit that passes before a rule that would drop is warned of, unless it is an exception to it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"
#include "tests/unit/policy/compiled.h"

#define TOP                                                                               \
	"{'interfaces': {'eth0': {'zone': 'wan'}}, 'sets': {'x': {'live': true},"         \
	" 'bad': {'elements': ['10.9.0.0/16', '2001:db8:9::/48']}},"                      \
	" 'limits': {'l': {'rate': '1/s'}, 'on': {'rate': '1/s', 'within': 'continue'}}," \
	" 'defaults': {'action': 'drop'}, 'rules': [\n"
#define LIMIT(match)	   "{'id': 'limit', 'match': {" match "}, 'limit': 'l'},\n"
#define WITH(match, more)  "{'id': 'limit', 'match': {" match "}, " more "},\n"
#define DROP(match)	   "{'id': 'drop', 'match': {" match "}, 'action': 'drop'}]}"
#define OTHER(match, more) "{'id': 'drop', 'match': {" match "}, " more "}]}"

static void check(const char *rules, bool warned)
{
	cleanup_free char *text = NULL;
	struct compiled compiled;

	cr_assert(asprintf(&text, TOP "%s", rules) > 0);
	compiled = compile_text(text, NULL);
	{
		cleanup_free char *errors = compiled_errors(&compiled);

		cr_expect_eq(compiled.err, 0, "%s", errors);
		cr_expect_eq(strstr(errors, "2:W0410") != NULL, warned, "%s: %s", rules, errors);
		cr_expect(!warned || strstr(errors, "\"drop\" (test.json:3:1)"), "%s", errors);
	}
	compiled_clear(&compiled);
}

Test(door, warned)
{
	static const char *const rows[] = {
		LIMIT("") DROP("'proto': 'tcp', 'dport': 23"),
		LIMIT("'zone': 'wan'") DROP("'zone': 'wan', 'proto': 'tcp', 'dport': 23"),
		LIMIT("'src': '10.0.0.0/8'") DROP("'dport': 23"),
		LIMIT("'dport': 80") DROP("'src': '@bad'"),
		LIMIT("'dport': 80") DROP("'src': '@x'"),
		LIMIT("'family': 'ipv6'") DROP("'src': '@bad'"),
		LIMIT("'proto': 'udp'") DROP("'proto': 'udp', 'ttl': 1"),
		LIMIT("'dport': '0-1023'") DROP("'dport': '1000-2000'"),
		LIMIT("'src': '10.9.1.0/24'") DROP("'src': '@bad', 'dport': 23"),
		/* what a packet looks like is no address: a TTL, a flow label */
		LIMIT("'proto': 'udp', 'ttl': 1") DROP("'proto': 'udp'"),
		LIMIT("'proto': 'udp', 'flow_label': 7") DROP("'proto': 'udp', 'family': 'ipv6'"),
	};

	for (size_t i = 0; i < array_size(rows); i++)
		check(rows[i], true);
}

Test(door, not_warned)
{
	static const char *const rows[] = {
		/* exceptions: this at a rate, and nothing else of it */
		LIMIT("'dport': 80") DROP("'proto': 'tcp'"),
		LIMIT("'proto': ['tcp', 'udp'], 'dport': 80") DROP("'tcp_flags': 'syn/syn,ack'"),
		LIMIT("'src': '10.9.1.0/24'") DROP("'src': '@bad'"),
		LIMIT("'dport': 80, 'family': 'ipv6'") DROP("'proto': 'tcp', 'flow_label': 0"),
		LIMIT("'src_mac': '02:00:00:00:00:01'") DROP("'src_mac': '02:00:00:00:00:00/24'"),
		/* nothing in common */
		LIMIT("'dport': 80") DROP("'dport': 23"),
		LIMIT("'src': '10.8.0.0/16'") DROP("'src': '@bad'"),
		LIMIT("'family': 'ipv4'") DROP("'family': 'ipv6'"),
		LIMIT("'src': '10.0.0.0/8'") DROP("'dst': '2001:db8::/32', 'dport': 23"),
		LIMIT("'proto': 'icmp', 'icmp_type': 8") DROP("'dport': 23"),
		LIMIT("'src': '!@x'") DROP("'src': '@x', 'dport': 23"),
		/* a limit that goes on, a canary, a rule that is off */
		WITH("", "'limit': 'on'") DROP("'dport': 23"),
		WITH("", "'limit': 'l', 'enforce': false") DROP("'dport': 23"),
		WITH("", "'limit': 'l', 'enabled': false") DROP("'dport': 23"),
		/* what does not drop */
		LIMIT("") OTHER("'dport': 23", "'action': 'pass'"),
		LIMIT("") OTHER("'dport': 23", "'action': 'drop', 'enforce': false"),
		/* a rule between that passes it all, of the one or of the other */
		LIMIT("'dport': 80") "{'id': 'all', 'action': 'pass'},\n" DROP("'src': '@bad'"),
		LIMIT("") "{'id': 'p', 'match': {'dport': 23}, 'action': 'pass'},\n" DROP(
			"'proto': 'tcp', 'dport': 23"),
		/* the other order */
		"{'id': 'drop', 'match': {'dport': 23}, 'action': 'drop'},\n"
		"{'id': 'limit', 'limit': 'l'}]}",
	};

	for (size_t i = 0; i < array_size(rows); i++)
		check(rows[i], false);
}

/* Thousands of them: some warnings, soon. */
Test(door, many, .timeout = 60)
{
	cleanup_free char *rules = NULL;
	struct compiled compiled;
	size_t size, doors = 0;
	FILE *out = open_memstream(&rules, &size);

	fputs(TOP, out);
	for (unsigned i = 0; i < 8000; i++)
		fprintf(out, "{'id': 'l%u', 'match': {'src': '10.%u.%u.0/24'}, 'limit': 'l'},\n", i,
			i / 256, i % 256);
	for (unsigned i = 0; i < 8000; i++)
		fprintf(out, "{'id': 'd%u', 'match': {'dport': %u}, 'action': 'drop'}%s\n", i, i,
			i < 7999 ? "," : "]}");
	fclose(out);
	compiled = compile_text(rules, NULL);
	for (size_t i = 0; i < compiled.errs.count; i++)
		doors += compiled.errs.list[i].code == ERROR_DOOR;
	cr_expect_eq(compiled.err, 0);
	cr_expect_eq(doors, 16, "%zu", doors);
	compiled_clear(&compiled);
}
