// SPDX-License-Identifier: MIT
/* Every match field to rows: which rules a value suits. */
#include <criterion/criterion.h>

#include "common/base/memory.h"
#include "common/policy/compile/rows.h"
#include "tests/unit/policy/compiled.h"

struct row_test {
	enum fw_field field;
	int value; /* -1: the packet has none */
	const char *expected;
};

static void check(const char *rules, const struct row_test *tests, size_t count)
{
	struct compiled compiled = compile_rules_text(rules);

	cr_assert_eq(compiled.err, 0);
	for (size_t i = 0; i < count; i++)
		cr_expect_str_eq(matches_value(compiled.policy, tests[i].field, tests[i].value),
				 tests[i].expected, "field %d, value %d: \"%s\", not \"%s\"",
				 tests[i].field, tests[i].value,
				 matches_value(compiled.policy, tests[i].field, tests[i].value),
				 tests[i].expected);
	compiled_clear(&compiled);
}

#define CHECK(rules, ...)                                                \
	do {                                                             \
		static const struct row_test tests[] = {__VA_ARGS__};    \
		check(rules, tests, sizeof(tests) / sizeof((tests)[0])); \
	} while (0)

#define RULE(id, match) "{'id': '" id "', 'match': {" match "}, 'action': 'drop'}"
#define ALL(id)		"{'id': '" id "', 'action': 'drop'}"
#define F(name, value, as)                 \
	{                                  \
		FW_FIELD_##name, value, as \
	}

Test(fields, proto)
{
	CHECK(RULE("a", "'proto': 'tcp'") "," RULE("b", "'proto': ['udp', 50, '0-5']") "," ALL("c"),
	      F(PROTO, 6, "a c"), F(PROTO, 17, "b c"), F(PROTO, 50, "b c"), F(PROTO, 0, "b c"),
	      F(PROTO, 5, "b c"), F(PROTO, 7, "c"), F(PROTO, 255, "c"), F(PROTO, -1, "c"));
}

Test(fields, ports)
{
	CHECK(RULE("a", "'proto': 'tcp', 'dport': ['22', '80-89']") "," RULE(
		      "b", "'dport': '0-65535', 'proto': ['tcp', 'udp']") "," ALL("c"),
	      F(DPORT, 22, "c"), F(DPORT, -1, "c"));
	CHECK(RULE("a", "'dport': ['22', '80-89', 90, 65535]") "," RULE("b", "'dport': 0") "," RULE(
		      "c", "'dport': '0-65535'") "," ALL("d"),
	      F(DPORT, 0, "b c d"), F(DPORT, 21, "c d"), F(DPORT, 22, "a c d"), F(DPORT, 23, "c d"),
	      F(DPORT, 79, "c d"), F(DPORT, 80, "a c d"), F(DPORT, 90, "a c d"),
	      F(DPORT, 91, "c d"), F(DPORT, 65534, "c d"), F(DPORT, 65535, "a c d"),
	      F(DPORT, -1, "d"));
	CHECK(RULE("a", "'sport': '1024-65535'"), F(SPORT, 1023, ""), F(SPORT, 1024, "a"),
	      F(SPORT, 65535, "a"), F(DPORT, 2000, ""));
}

Test(fields, overlapping_ranges)
{
	CHECK(RULE("a", "'ttl': '10-20'") "," RULE("b", "'ttl': '15-30'") "," RULE("c",
										   "'ttl': 20"),
	      F(TTL, 9, ""), F(TTL, 10, "a"), F(TTL, 15, "a b"), F(TTL, 20, "a b c"),
	      F(TTL, 21, "b"), F(TTL, 30, "b"), F(TTL, 31, ""), F(TTL, 255, ""));
}

Test(fields, interface_and_zone)
{
	struct compiled compiled = compile_rules_text(
		RULE("a", "'zone': 'wan'") "," RULE("b", "'zone': 'lan'") "," RULE(
			"c", "'interface': ['eth0', 'eth2']") "," RULE("d",
								       "'zone': ['wan', 'lan']"));
	const struct slots *slots = compiled.policy->slots;
	static const struct {
		const char *name;
		const char *expected;
	} rows[] = {{"eth0", "a c d"}, {"eth1", "b d"}, {"eth2", "b c d"}};

	for (size_t i = 0; i < array_size(rows); i++) {
		int slot = slots_find(slots, FW_NAME_INTERFACE, rows[i].name);

		cr_assert(slot > 0);
		cr_expect_str_eq(matches_value(compiled.policy, FW_FIELD_INTERFACE, slot),
				 rows[i].expected);
	}
	/* One that is not ours, and one that never was. */
	cr_expect_str_eq(matches_value(compiled.policy, FW_FIELD_INTERFACE, 0), "");
	cr_expect_str_eq(matches_value(compiled.policy, FW_FIELD_INTERFACE, 63), "");
	compiled_clear(&compiled);
}

Test(fields, icmp)
{
	CHECK(RULE("a", "'proto': 'icmp', 'icmp_type': 8") "," RULE(
		      "b", "'icmp_type': [3, 11]") "," RULE("c",
							    "'icmp_type': 3, 'icmp_code': '0-3'"),
	      F(ICMP_TYPE, 3, "b"), F(ICMP_TYPE, 11, "b"), F(ICMP_TYPE, 8, ""),
	      F(ICMP_TYPE, 255, ""), F(ICMP_CODE, 0, ""));
}

Test(fields, tcp_flags)
{
	CHECK(RULE("a", "'tcp_flags': 'syn/syn,ack'") "," RULE(
		      "b",
		      "'tcp_flags': 'syn,fin'") "," RULE("c",
							 "'tcp_flags': ['none', 'rst']") "," ALL("d"),
	      F(TCP_FLAGS, 0x02, "a d"), F(TCP_FLAGS, 0x12, "d"), F(TCP_FLAGS, 0x03, "a b d"),
	      F(TCP_FLAGS, 0x13, "b d"), F(TCP_FLAGS, 0x00, "c d"), F(TCP_FLAGS, 0x04, "c d"),
	      F(TCP_FLAGS, 0xff, "b c d"), F(TCP_FLAGS, 0x10, "d"), F(TCP_FLAGS, -1, "d"));
}

Test(fields, vlan_fragment_length_dscp)
{
	CHECK(RULE("a", "'vlan': [100, '4000-4095']") "," RULE("b", "'vlan': 'untagged'"),
	      F(VLAN, 100, "a"), F(VLAN, 4095, "a"), F(VLAN, 0, "b"), F(VLAN, 101, ""));
	CHECK(RULE("a", "'fragment': true") "," RULE("b", "'fragment': false") "," RULE(
		      "c", "'fragment': 'later'"),
	      F(FRAGMENT, FW_FRAGMENT_NONE, "b"), F(FRAGMENT, FW_FRAGMENT_FIRST, "a"),
	      F(FRAGMENT, FW_FRAGMENT_LATER, "a c"), F(FRAGMENT, -1, ""));
	CHECK(RULE("a", "'length': '1501-65535'") "," RULE("b", "'length': '0-64'"),
	      F(LENGTH, 0, "b"), F(LENGTH, 64, "b"), F(LENGTH, 65, ""), F(LENGTH, 1500, ""),
	      F(LENGTH, 1501, "a"), F(LENGTH, 65535, "a"));
	CHECK(RULE("a", "'dscp': ['ef', 'cs1']") "," RULE("b", "'dscp': 63"), F(DSCP, 46, "a"),
	      F(DSCP, 8, "a"), F(DSCP, 63, "b"), F(DSCP, 0, ""));
}

/* Kinds: what "family" says, and what needs to be named. */
Test(fields, kinds)
{
	struct compiled compiled = compile_rules_text(
		ALL("any") "," RULE("v4", "'family': 'ipv4'") "," RULE("v6", "'family': 'ipv6'") "," RULE("arp", "'family': 'arp'") "," RULE(
			"other",
			"'family': ['other', 'arp']") "," RULE("icmp6",
							       "'proto': 'icmpv6'") "," RULE("ns",
											     "'icmp"
											     "_type"
											     "': "
											     "135, "
											     "'prot"
											     "o': "
											     "'icmp"
											     "v6'") "," RULE("net",
													     "'src': '0.0.0.0/0'"));
	static const struct {
		enum fw_kind kind;
		int proto, type;
		const char *expected;
	} rows[] = {
		{FW_KIND_IP4, 6, -1, "any v4 net"},	{FW_KIND_IP6, 6, -1, "any v6"},
		{FW_KIND_IP6, 58, 128, "any v6 icmp6"}, {FW_KIND_LINK6, 58, 135, "icmp6 ns"},
		{FW_KIND_ARP, -1, -1, "arp other"},	{FW_KIND_OTHER, -1, -1, "other"},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		struct sample sample = sample_of(rows[i].kind);

		sample.values[FW_FIELD_PROTO] = rows[i].proto;
		sample.values[FW_FIELD_ICMP_TYPE] = rows[i].type;
		cr_expect_str_eq(matches(compiled.policy, &sample), rows[i].expected, "row %zu: %s",
				 i, matches(compiled.policy, &sample));
	}
	compiled_clear(&compiled);
}

Test(fields, what_nobody_asks_for_is_not_looked_up)
{
	struct compiled compiled = compile_rules_text(RULE("a", "'proto': 'tcp', 'dport': 80"));
	uint32_t fields = compiled.policy->image->header.fields;

	cr_expect_eq(fields, 1u << FW_FIELD_KIND | 1u << FW_FIELD_PROTO | 1u << FW_FIELD_DPORT);
	cr_expect_eq(compiled.policy->image->header.tables, 0);
	compiled_clear(&compiled);
	compiled = compile_rules_text("");
	cr_expect_eq(compiled.policy->image->header.fields, 0);
	cr_expect_eq(compiled.policy->image->header.rules, 0);
	cr_expect_eq(rows_count(compiled.policy->rows, FW_FIELD_KIND), 1);
	compiled_clear(&compiled);
}

/* All fields of one rule are anded. */
Test(fields, all_together)
{
	struct compiled compiled = compile_rules_text(RULE(
		"a", "'zone': 'wan', 'family': 'ipv4', 'src': '@both', 'dst': '203.0.113.0/24',"
		     "'proto': 'tcp', 'sport': '1024-65535', 'dport': 443, 'ttl': '2-255',"
		     "'tcp_flags': 'syn', 'vlan': 7, 'fragment': false, 'length': '40-1500',"
		     "'dscp': 0"));
	static const struct {
		enum fw_field field;
		int good, bad;
	} values[] = {
		{FW_FIELD_INTERFACE, 1, 2}, {FW_FIELD_PROTO, 6, 17},   {FW_FIELD_SPORT, 4000, 80},
		{FW_FIELD_DPORT, 443, 444}, {FW_FIELD_TTL, 64, 1},     {FW_FIELD_TCP_FLAGS, 2, 16},
		{FW_FIELD_VLAN, 7, 0},	    {FW_FIELD_FRAGMENT, 0, 1}, {FW_FIELD_LENGTH, 40, 39},
		{FW_FIELD_DSCP, 0, 46},
	};
	struct sample sample = sample_of(FW_KIND_IP4);

	sample.src = "10.1.2.3";
	sample.dst = "203.0.113.200";
	for (size_t i = 0; i < array_size(values); i++)
		sample.values[values[i].field] = values[i].good;
	cr_expect_str_eq(matches(compiled.policy, &sample), "a");
	for (size_t i = 0; i < array_size(values); i++) {
		sample.values[values[i].field] = values[i].bad;
		cr_expect_str_eq(matches(compiled.policy, &sample), "", "field %d",
				 values[i].field);
		sample.values[values[i].field] = values[i].good;
	}
	sample.src = "11.1.2.3";
	cr_expect_str_eq(matches(compiled.policy, &sample), "");
	sample.src = "10.1.2.3";
	sample.dst = "203.0.112.200";
	cr_expect_str_eq(matches(compiled.policy, &sample), "");
	compiled_clear(&compiled);
}
