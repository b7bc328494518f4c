// SPDX-License-Identifier: MIT
/* From one policy to the next: what is kept, what is not, and what happens when it fails. */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"

#include <stdio.h>
#include <string.h>

static uint64_t matched(struct test *test, const char *rule)
{
	struct fw_rule_stats stats = {0};

	datapath_rule_stats(test->dp, rule_slot(test, rule), &stats);
	return stats.matched.packets;
}

/* Tables come and go, in both halves of the two generations. */
static void test_table_changes(struct test *test)
{
	static const struct {
		const char *name;
		const char *match;
		bool hits[4]; /* of the frames below */
	} policies[] = {
		{"no table", "'dport': 53", {true, true, true, true}},
		{"src4", "'src': '192.0.2.0/24'", {true, false, false, false}},
		{"src6", "'src': '2001:db8:1::/48'", {false, true, false, false}},
		{"dst4", "'dst': '203.0.113.0/24'", {true, false, true, false}},
		{"dst6", "'dst': '2001:db8:2::/48'", {false, true, false, true}},
		{"none again", "'proto': 'udp'", {true, true, true, true}},
		{"src4 and src6",
		 "'src': ['192.0.2.0/24', '2001:db8:1::/48']",
		 {true, true, false, false}},
		{"src4 and dst4",
		 "'src': '192.0.2.0/24', 'dst': '203.0.113.0/24'",
		 {true, false, false, false}},
		{"nothing", "'dport': 54", {false, false, false, false}},
	};
	const struct frame frames[] = {udp4(1, 53), udp6(1, 53), from4("198.51.100.1"),
				       from6("2001:db8:5::1")};
	static const char *const names[] = {"IPv4", "IPv6", "other IPv4", "other IPv6"};

	for (size_t i = 0; i < 2 * array_size(policies); i++) {
		size_t n = i % array_size(policies);
		char json[256], name[64];

		snprintf(json, sizeof(json),
			 "{'enforce': true, 'rules': [{'id': 'one', 'match': {%s},"
			 " 'action': 'drop'}]}",
			 policies[n].match);
		use(test, json);
		for (size_t j = 0; j < array_size(frames); j++) {
			bool hit = policies[n].hits[j];
			struct row row = {name, frames[j], hit ? DROP : PASS,
					  hit ? FW_REASON_RULE : FW_REASON_DEFAULT,
					  hit ? "one" : NULL};

			snprintf(name, sizeof(name), "%s, %s", policies[n].name, names[j]);
			check_row(test, &row);
		}
	}
}

static void test_counters(struct test *test)
{
	struct frame frame = udp4(1, 53);
	uint32_t generation;
	uint64_t before;

	use(test, "{'rules': [{'id': 'kept', 'match': {'dport': 53}, 'action': 'pass'}]}");
	generation = datapath_generation(test->dp);
	run_times(test, &frame, 7);
	before = matched(test, "kept");
	use(test, "{'rules': [{'id': 'never-before', 'match': {'dport': 1}, 'action': 'drop'},"
		  "{'id': 'kept', 'match': {'dport': '50-60'}, 'action': 'drop'}]}");
	check_equal(test, matched(test, "kept"), before, "a rule keeps its counter");
	check_equal(test, matched(test, "never-before"), 0, "a new rule starts at 0");
	run_times(test, &frame, 3);
	check_equal(test, matched(test, "kept"), before + 3, "and counts on");
	check_equal(test, datapath_generation(test->dp), generation + 1, "generations count up");
}

/* So many rules of one name each. */
static void use_names(struct test *test, char prefix, unsigned count)
{
	char *json = NULL;
	size_t size;
	FILE *out = open_memstream(&json, &size);

	fprintf(out, "{'rules': [");
	for (unsigned i = 0; i < count; i++)
		fprintf(out, "%s{'id': '%c%u', 'match': {'dport': %u}, 'action': 'pass'}",
			i ? "," : "", prefix, i, i);
	fprintf(out, "]}");
	fclose(out);
	use(test, json);
	free(json);
}

/* More names than slots: a slot that changes hands starts at 0, and buckets full. */
static void test_slots(struct test *test)
{
	struct frame frame = udp4(1, 53);
	static const char limited[] =
		"{'enforce': true, 'limits': {'few': {'rate': '1/h', 'burst': 3}}, 'rules': ["
		"{'id': 'old', 'match': {'dport': 53}, 'limit': 'few'}]}";
	uint64_t counted = 0;

	use(test, limited);
	run_times(test, &frame, 9);
	check(test, matched(test, "old") >= 9, "counted", "not");
	use_names(test, 'a', FW_MAX_RULE_SLOTS / 2);
	run_times(test, &frame, 9);
	use_names(test, 'b', FW_MAX_RULE_SLOTS / 2);
	use_names(test, 'c', FW_MAX_RULE_SLOTS / 2);
	for (unsigned i = 0; i < FW_MAX_RULE_SLOTS / 2; i++) {
		char id[16];

		snprintf(id, sizeof(id), "c%u", i);
		counted += matched(test, id);
	}
	check_equal(test, counted, 0, "rules in slots of others start at 0");
	use(test, limited);
	check_equal(test, matched(test, "old"), 0, "a name that was gone for long starts at 0");
	check_equal(test, run(test, &frame), 2, "and its bucket is full");
}

/* A policy that the kernel refuses half way. */
static void test_failure(struct test *test)
{
	struct row row = {"the old policy", udp4(1, 53), DROP, FW_REASON_RULE, "old"};
	struct row row6 = {"the old policy, IPv6", udp6(1, 53), DROP, FW_REASON_RULE, "old"};
	struct row after = {"the next one", udp4(1, 53), PASS, FW_REASON_RULE, "next"};
	uint32_t generation;

	use(test, "{'enforce': true, 'rules': [{'id': 'old', 'match': {"
		  " 'src': ['192.0.2.0/24', '2001:db8:1::/48']}, 'action': 'drop'}]}");
	generation = datapath_generation(test->dp);
	/* Twice: what the first one left behind must not matter. */
	for (int i = 0; i < 2; i++) {
		struct errors errs = {0};
		struct config *config = NULL;
		struct policy *policy = NULL;

		if (!compile("{'rules': [{'id': 'bad', 'match': {"
			     "'src': ['192.0.2.0/25', '2001:db8:1::/49'],"
			     "'dst': ['203.0.113.0/25', '2001:db8:2::/49']}, 'action': 'pass'}]}",
			     test->policy->slots, &config, &policy, &errs)) {
			check(test, false, "policy", "refused");
			return;
		}
		/* More memory than any machine has. */
		policy->image->header.arena = 0;
		policy->known->arena.lines = (size_t)FW_BLOCK_LINES << 30;
		check(test, policy_apply(test->dp, policy, &errs) < 0,
		      "an endless arena is refused", "applied");
		check(test, errors_failed(&errs), "with a reason", "none");
		check_equal(test, datapath_generation(test->dp), generation, "no new generation");
		check_row(test, &row);
		check_row(test, &row6);
		errors_clear(&errs);
		policy_free(policy);
		config_free(config);
	}
	use(test, "{'enforce': true, 'rules': [{'id': 'next', 'match': {"
		  " 'src': ['192.0.2.0/24', '2001:db8:1::/48']}, 'action': 'pass'}]}");
	check_row(test, &after);
	check_equal(test, datapath_generation(test->dp), generation + 1, "the next generation");
}

static void test_explained_generation(struct test *test)
{
	struct frame frame = udp4(1, 53);

	for (int i = 0; i < 3; i++) {
		struct fw_explanation is = {0};

		use(test, "{}");
		explain(test, &frame, &is);
		check_equal(test, is.generation, datapath_generation(test->dp),
			    "explained by the active one");
	}
}

void test_generations(struct test *test)
{
	test_table_changes(test);
	test_counters(test);
	test_slots(test);
	test_failure(test);
	test_explained_generation(test);
}
