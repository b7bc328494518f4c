// SPDX-License-Identifier: MIT
/* How many limits that go on a packet can meet: at most four, found exactly. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"
#include "tests/unit/policy/compiled.h"

#define LIMITS                                                                              \
	"{'sets': {'v6': {'elements': ['2001:db8::/32']}},"                                 \
	" 'limits': {'on': {'rate': '1/s', 'within': 'continue'}, 'end': {'rate': '1/s'}}," \
	" 'rules': [\n"
#define ON(id, match) "{'id': '" id "', 'match': {" match "}, 'limit': 'on'},\n"
#define END	      "{'id': 'end', 'limit': 'end'}]}"

/* expected: what the error names, or NULL: none. */
static void check(const char *rules, const char *expected)
{
	cleanup_free char *text = NULL;
	struct compiled compiled;

	cr_assert(asprintf(&text, LIMITS "%s" END, rules) > 0);
	compiled = compile_text(text, NULL);
	{
		cleanup_free char *errors = compiled_errors(&compiled);

		cr_expect_eq(compiled.err != 0, expected != NULL, "%s: %s", rules, errors);
		if (expected)
			cr_expect(strstr(errors, "E0409") && strstr(errors, expected), "%s",
				  errors);
	}
	compiled_clear(&compiled);
}

#define FOUR ON("a", "") ON("b", "'ttl': 1") ON("c", "'length': '0-100'") ON("d", "'dscp': 0")

Test(way, four_are_accepted)
{
	check(FOUR, NULL);
	check(FOUR "{'id': 'canary', 'limit': 'on', 'enforce': false},", NULL);
	check(FOUR "{'id': 'off', 'limit': 'on', 'enabled': false},", NULL);
}

Test(way, five_are_refused)
{
	check(FOUR ON("e", "'proto': 'udp'"), "\"a\", \"b\", \"c\", \"d\", \"e\"");
	check(FOUR ON("e", "'src': '10.0.0.0/8'"), "\"e\"");
	check(FOUR ON("e", "'dst': '2001:db8::1'"), "\"e\"");
	check(FOUR ON("e", "'src': '@v6'"), "\"e\"");
	check(FOUR ON("e", "'src': '!@v6'"), "\"e\"");
	/* of other protocols than IP */
	check(ON("a", "'family': 'arp'") ON("b", "'family': 'arp'") ON("c", "'family': 'arp'")
		      ON("d", "'family': 'arp'") ON("e", "'family': ['arp', 'ipv4']"),
	      "\"e\"");
}

/* Many in all, but no packet meets five of them. */
Test(way, apart)
{
	cleanup_free char *rules = NULL;
	size_t size;
	FILE *out = open_memstream(&rules, &size);

	check(ON("a", "'proto': 'tcp'") ON("b", "'proto': 'udp'") ON("c", "'proto': 'icmp'")
		      ON("d", "'ttl': 1") ON("e", "'dscp': 1") ON("f", "'length': '0-99'"),
	      NULL);
	check(ON("a", "'src': '10.0.0.0/8'") ON("b", "'src': '11.0.0.0/8'")
		      ON("c", "'src': '12.0.0.0/8'") ON("d", "'src': '13.0.0.0/8'")
			      ON("e", "'src': '@v6'") ON("f", "'src': '10.1.0.0/16'"),
	      NULL);
	/* IPv4's source with IPv6's destination is no packet. */
	check(ON("a", "'src': '10.0.0.0/8'") ON("b", "'src': '10.1.0.0/16'")
		      ON("c", "'dst': '2001:db8::/32'") ON("d", "'dst': '2001:db8::/48'")
			      ON("e", "'ttl': 1"),
	      NULL);
	for (unsigned i = 0; i < 3000; i++)
		fprintf(out, "{'id': 'r%u', 'match': {'dport': %u}, 'limit': 'on'},\n", i, i);
	fclose(out);
	check(rules, NULL);
}
