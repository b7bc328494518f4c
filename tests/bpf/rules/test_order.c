// SPDX-License-Identifier: MIT
/* Which rule decides, and what comes before and after the rules. */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"

#include <stdio.h>
#include <string.h>

/* A longer prefix further down says nothing; nor does a set, or the order of the file. */
static void test_first_match(struct test *test)
{
	const struct row rows[] = {
		{"the wide prefix is first", from4("10.1.2.3"), PASS, FW_REASON_RULE, "wide"},
		{"IPv6, the wide prefix is first", from6("2001:db8:1:2::3"), PASS, FW_REASON_RULE,
		 "wide"},
		{"another port, so the host rule", tcp(ip4(eth(), "10.1.2.3", DST4), 1, 80, SYN),
		 DROP, FW_REASON_RULE, "host"},
		{"another host, so the /16", tcp(ip4(eth(), "10.1.2.4", DST4), 1, 80, SYN), PASS,
		 FW_REASON_RULE, "middle"},
		{"priority over the list", tcp(ip4(eth(), "10.1.2.3", DST4), 1, 443, SYN), PASS,
		 FW_REASON_RULE, "early"},
		{"late by priority", tcp(ip4(eth(), "192.0.2.1", DST4), 1, 8443, SYN), DROP,
		 FW_REASON_RULE, "late"},
		{"disabled", tcp(ip4(eth(), "192.0.2.1", DST4), 1, 9443, SYN), PASS,
		 FW_REASON_DEFAULT},
	};

	use(test, "{'enforce': true, 'rules': ["
		  "{'id': 'late', 'priority': 10, 'match': {'dport': [443, 8443]},"
		  " 'action': 'drop'},"
		  "{'id': 'wide', 'match': {'src': ['10.0.0.0/8', '2001:db8::/32'], 'dport': 53},"
		  " 'action': 'pass'},"
		  "{'id': 'host', 'match': {'src': ['10.1.2.3', '2001:db8:1:2::3']},"
		  " 'action': 'drop'},"
		  "{'id': 'middle', 'match': {'src': '10.1.0.0/16'}, 'action': 'pass'},"
		  "{'id': 'any', 'match': {'src': '0.0.0.0/0', 'dport': 53}, 'action': 'drop'},"
		  "{'id': 'off', 'enabled': false, 'match': {'dport': 9443}, 'action': 'drop'},"
		  "{'id': 'early', 'priority': -5, 'match': {'dport': 443}, 'action': 'pass'}]}");
	CHECK_ROWS(test, rows);
}

/* One rule a port, so many that rows have many words; the edges of words are the interesting ones. */
static void test_many(struct test *test, unsigned count)
{
	const unsigned ports[] = {1, 63, 64, 65, 127, 128, 129, 640, count - 1, count};
	char *json = NULL;
	size_t size;
	FILE *out = open_memstream(&json, &size);

	fprintf(out, "{'enforce': true, 'defaults': {'action': 'drop'}, 'rules': [");
	for (unsigned port = 1; port <= count; port++)
		fprintf(out, "%s{'id': 'r%u', 'match': {'dport': %u}, 'action': 'pass'}",
			port == 1 ? "" : ",", port, port);
	fprintf(out, "]}");
	fclose(out);
	use(test, json);
	free(json);
	for (size_t i = 0; i < array_size(ports); i++) {
		char name[64], id[16];
		struct row row = {name, udp4(1, ports[i]), PASS, FW_REASON_RULE, id};

		snprintf(name, sizeof(name), "rule %u of %u", ports[i], count);
		snprintf(id, sizeof(id), "r%u", ports[i]);
		check_row(test, &row);
	}
	check_row(test,
		  &(struct row){"none of many rules", udp4(1, count + 1), DROP, FW_REASON_DEFAULT});
}

#define VALUES (2 * FW_PAGE_RULES / 7 + 1) /* of each field */

/* A rule that asks about one field. */
static void print_by_field(FILE *out, unsigned number)
{
	unsigned value = number % VALUES;

	fprintf(out, ",{'id': 'd%u', 'action': 'drop', 'match': {'proto': 'udp', ", number);
	switch (number / VALUES) {
	case 0:
		fprintf(out, "'sport': %u}}", 2000 + value);
		break;
	case 1:
		fprintf(out, "'dport': %u}}", 2000 + value);
		break;
	case 2:
		fprintf(out, "'vlan': %u}}", 100 + value);
		break;
	case 3:
		fprintf(out, "'length': %u}}", 600 + value);
		break;
	case 4:
		fprintf(out, "'ttl': %u}}", 100 + value);
		break;
	case 5:
		fprintf(out, "'src': '10.1.0.%u'}}", value);
		break;
	default:
		fprintf(out, "'dst': '10.2.0.%u'}}", value);
	}
}

/*
 * The first column has nothing for a packet, and a later one decides. With so many values of so many
 * fields a packet selects more rows than the usual ones.
 */
static void test_empty_column(struct test *test)
{
	char *json = NULL;
	size_t size;
	FILE *out = open_memstream(&json, &size);

	fprintf(out, "{'enforce': true, 'rules': ["
		     "{'id': 'log', 'action': 'log', 'match': {'proto': 'tcp'}}");
	for (unsigned i = 1; i < FW_PAGE_RULES; i++)
		fprintf(out,
			",{'id': 't%u', 'action': 'pass', 'match': {'proto': 'tcp', 'dport': %u}}",
			i, i);
	for (unsigned i = 0; i < 2 * FW_PAGE_RULES; i++)
		print_by_field(out, i);
	fprintf(out, "]}");
	fclose(out);
	use(test, json);
	free(json);
	for (unsigned i = 0; i < 2 * VALUES; i++) {
		char name[64], id[16];
		struct frame frame = i < VALUES ? udp4(2000 + i, 1) : udp4(1, 2000 + i - VALUES);
		struct row row = {name, frame, DROP, FW_REASON_RULE, id};

		snprintf(name, sizeof(name), "rule %u behind an empty column", i);
		snprintf(id, sizeof(id), "d%u", i);
		check_row(test, &row);
	}
}

#define NEAR_RULES (FW_MAX_RULES / 2)

/* A rule that asks about some of four fields; one has a value of its own. */
static void print_near(FILE *out, unsigned number)
{
	unsigned own = number % 4, others = number / 4, high = number >> 8, low = number & 255;

	fprintf(out, ",{'id': 'n%u', 'action': 'drop', 'match': {'proto': 'udp'", number);
	if (own == 0 || others & 1)
		fprintf(out, ", 'sport': %u", own == 0 ? 2000 + number : 1);
	if (own == 1 || others & 2)
		fprintf(out, ", 'dport': %u", own == 1 ? 2000 + number : 1);
	if (own == 2 || others & 4)
		fprintf(out, ", 'src': '10.1.%u.%u'", own == 2 ? high : 255, low * (own == 2));
	if (own == 3 || others & 8)
		fprintf(out, ", 'dst': '10.2.%u.%u'", own == 3 ? high : 255, low * (own == 3));
	fprintf(out, "}}");
}

/* The frame that only this rule matches. */
static struct frame near_frame(unsigned number)
{
	unsigned own = number % 4, high = number >> 8, low = number & 255;
	char src[16], dst[16];

	snprintf(src, sizeof(src), "10.1.%u.%u", own == 2 ? high : 255, low * (own == 2));
	snprintf(dst, sizeof(dst), "10.2.%u.%u", own == 3 ? high : 255, low * (own == 3));
	return udp(ip4(eth(), src, dst), own == 0 ? 2000 + number : 1,
		   own == 1 ? 2000 + number : 1);
}

/*
 * Most columns have rules of all rows of a packet, but only one a rule that matches: the search goes
 * through many of them.
 */
static void test_many_columns(struct test *test)
{
	char *json = NULL;
	size_t size;
	FILE *out = open_memstream(&json, &size);

	fprintf(out, "{'enforce': true, 'rules': [{'id': 'log', 'action': 'log',"
		     " 'match': {'proto': 'tcp'}}");
	for (unsigned i = 0; i < NEAR_RULES; i++)
		print_near(out, i);
	fprintf(out, "]}");
	fclose(out);
	use(test, json);
	free(json);
	for (unsigned i = 0; i < NEAR_RULES; i += 251) {
		char name[64], id[16];
		struct row row = {name, near_frame(i), DROP, FW_REASON_RULE, id};

		snprintf(name, sizeof(name), "rule %u of many columns", i);
		snprintf(id, sizeof(id), "n%u", i);
		check_row(test, &row);
	}
	check_row(test, &(struct row){"none of many columns", udp4(1, 1), PASS, FW_REASON_DEFAULT});
}

/* More logs than one loop could hold must all be counted, and the last rule still decide. */
static void test_many_logs(struct test *test)
{
	struct frame frame = udp4(1, 53);
	struct fw_rule_stats stats;
	char *json = NULL;
	size_t size;
	FILE *out = open_memstream(&json, &size);
	unsigned counted = 0;

	fprintf(out, "{'enforce': true, 'rules': [");
	for (unsigned i = 0; i < FW_MAX_RULES - 1; i++)
		fprintf(out, "{'id': 'r%u', 'action': 'log', 'log': {'sample': '1/1000000'}},", i);
	fprintf(out, "{'id': 'last', 'action': 'drop'}]}");
	fclose(out);
	if (use(test, json)) {
		uint64_t before[FW_MAX_RULES];

		for (unsigned i = 0; i < FW_MAX_RULES; i++) {
			datapath_rule_stats(test->dp, i, &stats);
			before[i] = stats.matched.packets;
		}
		check_equal(test, run(test, &frame), 1, "the rule behind all logs drops");
		for (unsigned i = 0; i < FW_MAX_RULES - 1; i++) {
			char id[16];

			snprintf(id, sizeof(id), "r%u", i);
			datapath_rule_stats(test->dp, rule_slot(test, id), &stats);
			counted += rule_slot(test, id) >= FW_MAX_RULES ||
				   stats.matched.packets == before[rule_slot(test, id)] + 1;
		}
		check_equal(test, counted, FW_MAX_RULES - 1, "all logs counted");
	}
	free(json);
}

static void test_permitted(struct test *test)
{
	const struct row rows[] = {
		{"permitted", from4("10.9.9.9"), PASS, FW_REASON_PERMITTED, "permitted"},
		{"IPv6, permitted", from6("2001:db8:ff::1"), PASS, FW_REASON_PERMITTED,
		 "permitted"},
		{"not permitted", from4("11.0.0.1"), DROP, FW_REASON_NOT_PERMITTED,
		 "not-permitted"},
		{"IPv6, not permitted", from6("2001:db9::1"), DROP, FW_REASON_NOT_PERMITTED,
		 "not-permitted"},
		{"towards a permitted one", to4("10.9.9.9"), DROP, FW_REASON_NOT_PERMITTED,
		 "not-permitted"},
		{"a rule lets it in", tcp(ip4(eth(), "11.0.0.1", DST4), 1, 80, SYN), PASS,
		 FW_REASON_RULE, "web"},
		{"a rule keeps it out", tcp(ip4(eth(), "10.9.9.9", DST4), 1, 23, SYN), DROP,
		 FW_REASON_RULE, "telnet"},
		{"management", tcp(ip4(eth(), "12.0.0.1", DST4), 1, 22, SYN), PASS,
		 FW_REASON_MANAGEMENT, "management/0"},
		{"ARP", arp(eth()), PASS, FW_REASON_LINK},
		{"neighbour discovery", icmp(ttl(ip6(eth(), "fe80::1", "ff02::1"), 255), 135, 0),
		 PASS, FW_REASON_LINK},
		{"LLDP", payload(type(eth(), ETH_P_LLDP), 46, 1), PASS, FW_REASON_NON_IP},
		{"later fragment, permitted",
		 payload(fragment4(ip4(eth(), "10.9.9.9", DST4), 9, false, 90), 8, 0), PASS,
		 FW_REASON_PERMITTED, "permitted"},
	};
	const struct row nobody[] = {
		{"nobody is permitted", from4("10.9.9.9"), DROP, FW_REASON_NOT_PERMITTED,
		 "not-permitted"},
		{"ARP, when nobody is", arp(eth()), PASS, FW_REASON_LINK},
	};

	use(test, "{'enforce': true, 'permitted_cidrs': ['10.0.0.0/8', '2001:db8::/32'],"
		  "'management': {'allow': [{'src': '12.0.0.1', 'proto': 'tcp', 'dport': 22}]},"
		  "'rules': ["
		  "{'id': 'web', 'match': {'proto': 'tcp', 'dport': 80}, 'action': 'pass'},"
		  "{'id': 'telnet', 'match': {'proto': 'tcp', 'dport': 23}, 'action': 'drop'}]}");
	CHECK_ROWS(test, rows);
	use(test, "{'enforce': true, 'permitted_cidrs': []}");
	CHECK_ROWS(test, nobody);
}

static void test_management(struct test *test)
{
	struct frame ssh = tcp(ip4(eth(), "198.51.100.3", DST4), 1, 22, SYN);
	struct frame ssh6 = tcp(ip6(eth(), "2001:db8:9::3", DST6), 1, 22, SYN);
	struct frame stranger = tcp(ip4(eth(), "198.51.101.3", DST4), 1, 22, SYN);
	const struct row rows[] = {
		{"ssh of the operators", ssh, PASS, FW_REASON_MANAGEMENT, "management/0"},
		{"IPv6 ssh of the operators", ssh6, PASS, FW_REASON_MANAGEMENT, "management/0"},
		{"ssh of others", stranger, DROP, FW_REASON_RULE, "all"},
		{"operators, no ssh", from4("198.51.100.3"), DROP, FW_REASON_RULE, "all"},
		{"by its own id", icmp(ip4(eth(), "192.0.2.200", DST4), 8, 0), PASS,
		 FW_REASON_MANAGEMENT, "monitoring"},
	};
	struct frame first =
		tcp(fragment4(ip4(eth(), "198.51.100.3", DST4), 0, true, 7), 1, 22, ACK);
	struct frame later = fragment4(proto(ip4(eth(), "198.51.100.3", DST4), 6), 8, true, 7);
	const struct row blocked[] = {
		{"blocked, ssh of the operators", ssh, PASS, FW_REASON_MANAGEMENT, "management/0"},
		{"blocked, IPv6 ssh", ssh6, PASS, FW_REASON_MANAGEMENT, "management/0"},
		{"blocked operator, no ssh", from4("198.51.100.3"), DROP, FW_REASON_BLOCKED},
		{"blocked, passed by a later rule", tcp4(1, 99), DROP, FW_REASON_BLOCKED},
		{"later fragment of nothing known", payload(later, 16, 0), DROP, FW_REASON_BLOCKED},
		{"first fragment of ssh", payload(first, 12, 0), PASS, FW_REASON_MANAGEMENT,
		 "management/0"},
		{"its second", payload(later, 16, 0), PASS, FW_REASON_FRAGMENT, "management/0"},
	};

	use(test, "{'enforce': true,"
		  "'sets': {'noc': {'elements': ['198.51.100.0/28', '2001:db8:9::/48']}},"
		  "'management': {'allow': [{'src': '@noc', 'proto': 'tcp', 'dport': 22},"
		  " {'id': 'monitoring', 'src': '192.0.2.200', 'proto': 'icmp'}]}, 'rules': ["
		  "{'id': 'web', 'priority': -1000000, 'match': {'dport': 99}, 'action': 'pass'},"
		  "{'id': 'all', 'priority': -1000, 'action': 'drop'}]}");
	CHECK_ROWS(test, rows);
	live_put(test, FW_LIVE_BLOCKS, "0.0.0.0/0", FW_FOREVER);
	live_put(test, FW_LIVE_BLOCKS, "::/0", FW_FOREVER);
	CHECK_ROWS(test, blocked);
	live_clear(test);
}

/* A canary shows what it would do, and is then as if it were not there. */
static void test_canary(struct test *test)
{
	const struct row rows[] = {
		{"a canary that passes opens no door", udp4(1, 53), DROP, FW_REASON_RULE, "all",
		 "open"},
		{"a canary that drops closes none", udp4(1, 54), PASS, FW_REASON_RULE, "dns",
		 "close"},
		{"a canary before the default", proto(v4(), 47), PASS, FW_REASON_DEFAULT, NULL,
		 "gre"},
		{"none", tcp4(1, 80), PASS, FW_REASON_DEFAULT},
	};

	use(test, "{'enforce': true, 'rules': ["
		  "{'id': 'open', 'enforce': false, 'match': {'proto': 'udp', 'dport': 53},"
		  " 'action': 'pass'},"
		  "{'id': 'close', 'enforce': false, 'match': {'proto': 'udp', 'dport': 54},"
		  " 'action': 'drop'},"
		  "{'id': 'gre', 'enforce': false, 'match': {'proto': 'gre'}, 'action': 'drop'},"
		  "{'id': 'dns', 'match': {'proto': 'udp', 'dport': 54}, 'action': 'pass'},"
		  "{'id': 'all', 'match': {'proto': 'udp'}, 'action': 'drop'}]}");
	CHECK_ROWS(test, rows);
}

static void test_log(struct test *test)
{
	const struct row rows[] = {
		{"logged, then dropped", udp4(1, 53), DROP, FW_REASON_RULE, "drop-53", "all-udp"},
		{"logged, then the default", udp4(1, 54), PASS, FW_REASON_DEFAULT, NULL, "all-udp"},
		{"not logged", tcp4(1, 53), PASS, FW_REASON_DEFAULT},
	};

	use(test, "{'enforce': true, 'rules': ["
		  "{'id': 'all-udp', 'match': {'proto': 'udp'}, 'action': 'log'},"
		  "{'id': 'drop-53', 'match': {'proto': 'udp', 'dport': 53}, 'action': 'drop'},"
		  "{'id': 'log-53', 'match': {'proto': 'udp', 'dport': 53}, 'action': 'log'}]}");
	CHECK_ROWS(test, rows);
}

static void test_monitor(struct test *test)
{
	struct row rows[] = {
		{"rule", udp4(1, 53), WOULD_DROP, FW_REASON_RULE, "dns"},
		{"default", udp4(1, 54), WOULD_DROP, FW_REASON_DEFAULT},
		{"malformed", cut(udp4(1, 54), 30), WOULD_DROP, FW_REASON_SHORT_IP4},
		{"non-IP", payload(type(eth(), ETH_P_LLDP), 46, 1), WOULD_DROP, FW_REASON_NON_IP},
		{"passed", tcp4(1, 80), PASS, FW_REASON_RULE, "web"},
		{"link", arp(eth()), PASS, FW_REASON_LINK},
		{"blocked", from4("192.0.2.66"), WOULD_DROP, FW_REASON_BLOCKED},
	};
	static const char rest[] =
		"'defaults': {'action': 'drop', 'non_ip': 'drop'}, 'rules': ["
		"{'id': 'dns', 'match': {'proto': 'udp', 'dport': 53}, 'action': 'drop'},"
		"{'id': 'web', 'match': {'proto': 'tcp', 'dport': 80}, 'action': 'pass'}]}";
	char json[512];

	live_put(test, FW_LIVE_BLOCKS, "192.0.2.66", FW_FOREVER);
	snprintf(json, sizeof(json), "{'enforce': false, %s", rest);
	use(test, json);
	CHECK_ROWS(test, rows);
	snprintf(json, sizeof(json), "{'enforce': true, %s", rest);
	use(test, json);
	for (size_t i = 0; i < array_size(rows); i++)
		if (rows[i].outcome == WOULD_DROP)
			rows[i].outcome = DROP;
	CHECK_ROWS(test, rows);
}

void test_order(struct test *test)
{
	test_first_match(test);
	test_many(test, 700);
	test_many(test, FW_MAX_RULES);
	test_empty_column(test);
	test_many_columns(test);
	test_many_logs(test);
	test_permitted(test);
	test_management(test);
	test_canary(test);
	test_log(test);
	test_monitor(test);
}
