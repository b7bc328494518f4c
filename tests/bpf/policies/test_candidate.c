// SPDX-License-Identifier: MIT
/*
 * Policies next to the active one: frames can be judged by them, and neither that
 * nor putting them there nor dropping them leaves a trace in what runs.
 */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"
#include "tests/bpf/lib/snapshot.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define RUNNING                                                                        \
	"{'enforce': true, 'limits': {'few': {'rate': '1/h', 'burst': 2}}, 'rules': [" \
	"{'id': 'dns', 'match': {'proto': 'udp', 'dport': 53}, 'action': 'drop'},"     \
	"{'id': 'ntp', 'match': {'proto': 'udp', 'dport': 123}, 'limit': 'few'}]}"

bool stage(struct test *test, const char *json, enum fw_image_place place)
{
	struct errors errs = {0};
	struct config *config = NULL;
	struct policy *policy = NULL;
	bool good = compile(json, test->policy->slots, &config, &policy, &errs) &&
		    policy_stage(test->dp, policy, place, &errs) == 0;

	check(test, good, "a candidate is staged", "refused");
	if (!good)
		errors_print(&errs, stdout, false);
	errors_clear(&errs);
	policy_free(policy);
	config_free(config);
	return good;
}

/* What a policy says of UDP from somewhere to a port. */
static void ask(struct test *test, enum datapath_judge judge, const struct frame *frame,
		enum fw_outcome outcome, const char *name)
{
	struct fw_explanation is;
	int err =
		datapath_explain(test->dp, judge, test->ifindex, frame->bytes, frame->length, &is);

	if (check(test, !err, name, "%s", strerror(-err)))
		check(test, is.outcome == outcome, name, "%s (%s)", outcome_names[is.outcome],
		      reason_names[is.reason]);
}

/* Many rules of several shapes and many prefixes: rows and tables have maps of their own. */
static char *large_policy(unsigned rules)
{
	char *json = NULL;
	size_t size;
	FILE *out = open_memstream(&json, &size);

	fprintf(out, "{'enforce': true, 'sets': {'many': {'elements': ['198.51.100.0/24'");
	for (unsigned i = 0; i < 40 * rules; i++)
		fprintf(out, ",'10.%u.%u.%u/32'", i >> 14 & 255, i >> 6 & 255, (i & 63) * 4);
	fprintf(out, "]}}, 'rules': [{'id': 'all', 'match': {'src': '@many'}, 'action': 'drop'}");
	for (unsigned i = 0; i < rules; i++)
		fprintf(out,
			",{'id': 'r%u', 'match': {'src': '192.%u.%u.0/24', 'dport': '%u-%u',"
			" 'sport': '%u-%u'}, 'action': '%s'}",
			i, i % 200, i / 200, i % 97, 900 + i, i % 89, 700 + i,
			i % 3 ? "pass" : "drop");
	fprintf(out, "]}");
	fclose(out);
	return json;
}

static bool has_map(struct test *test, const char *name, uint32_t place)
{
	uint32_t id;

	return bpf_map_lookup_elem(datapath_map(test->dp, name), &place, &id) == 0;
}

static bool has_pool(struct test *test, uint32_t place)
{
	return has_map(test, "pool_medium", place) || has_map(test, "pool_large", place) ||
	       has_map(test, "pool_huge", place);
}

static void test_judges(struct test *test)
{
	struct frame dns = udp4(1, 53), web = udp4(1, 80), ntp = udp4(1, 123);

	stage(test,
	      "{'enforce': true, 'rules': [{'id': 'web', 'match': {'proto': 'udp',"
	      " 'dport': 80}, 'action': 'drop'}]}",
	      FW_IMAGE_CANDIDATE);
	stage(test, "{'enforce': true, 'defaults': {'action': 'drop'}}", FW_IMAGE_TRIED);
	ask(test, JUDGE_RUNNING, &dns, DROP, "the active policy");
	ask(test, JUDGE_RUNNING, &web, PASS, "the active policy");
	ask(test, JUDGE_CANDIDATE, &dns, PASS, "the candidate");
	ask(test, JUDGE_CANDIDATE, &web, DROP, "the candidate");
	ask(test, JUDGE_TRIED, &web, DROP, "the one that is tried");
	/* A limit that both have: its bucket is looked at, and left alone. */
	stage(test, RUNNING, FW_IMAGE_CANDIDATE);
	ask(test, JUDGE_CANDIDATE, &ntp, PASS, "a bucket with tokens");
	check_equal(test, run_times(test, &ntp, 2), 2, "two tokens are taken");
	ask(test, JUDGE_CANDIDATE, &ntp, DROP, "an empty bucket");
	ask(test, JUDGE_RUNNING, &ntp, DROP, "an empty bucket");
	/* Other values of the limit, the same bucket. */
	stage(test,
	      "{'enforce': true, 'limits': {'few': {'rate': '1000/s', 'burst': 4000000}},"
	      " 'rules': [{'id': 'ntp', 'match': {'proto': 'udp', 'dport': 123},"
	      " 'limit': 'few'}]}",
	      FW_IMAGE_CANDIDATE);
	ask(test, JUDGE_RUNNING, &ntp, DROP, "an empty bucket");
	policy_unstage(test->dp, FW_IMAGE_CANDIDATE);
	policy_unstage(test->dp, FW_IMAGE_TRIED);
}

static size_t count_names(struct test *test)
{
	int fd = datapath_map(test->dp, "names");
	struct fw_name_key key, *previous = NULL;
	size_t count = 0;

	while (bpf_map_get_next_key(fd, previous, &key) == 0) {
		previous = &key;
		count++;
	}
	return count;
}

static void test_no_trace(struct test *test, const char *json, const char *what)
{
	struct frame frame = udp4(1, 53);
	uint32_t generation = datapath_generation(test->dp);
	struct snapshot *before = snapshot_take(test), *after;
	size_t names = count_names(test);

	stage(test, json, FW_IMAGE_CANDIDATE);
	stage(test, json, FW_IMAGE_TRIED);
	ask(test, JUDGE_RUNNING, &frame, DROP, what);
	for (unsigned port = 0; port < 200; port++) {
		struct frame other = udp4(port, port);

		ask(test, JUDGE_CANDIDATE, &other, PASS, what);
	}
	check_equal(test, policy_unstage(test->dp, FW_IMAGE_CANDIDATE), 0, "dropped");
	check_equal(test, policy_unstage(test->dp, FW_IMAGE_TRIED), 0, "dropped");
	after = snapshot_take(test);
	check(test, before && after && snapshot_same(before, after), what, "it left a trace");
	check_equal(test, datapath_generation(test->dp), generation, "the active generation");
	check_equal(test, count_names(test), names, "names");
	ask(test, JUDGE_RUNNING, &frame, DROP, what);
	free(before);
	free(after);
}

static void test_memory(struct test *test, const char *json)
{
	struct fw_explanation is;
	struct frame frame = udp4(1, 53);

	stage(test, json, FW_IMAGE_CANDIDATE);
	check(test, has_pool(test, FW_IMAGE_CANDIDATE), "rows of its own", "none");
	check(test, has_map(test, "arenas", FW_IMAGE_CANDIDATE), "tables of its own", "none");
	check(test, !has_pool(test, FW_IMAGE_TRIED), "one place is not the other", "it is");
	stage(test, "{}", FW_IMAGE_CANDIDATE);
	check(test, !has_pool(test, FW_IMAGE_CANDIDATE), "rows are freed", "kept");
	check(test, !has_map(test, "arenas", FW_IMAGE_CANDIDATE), "tables are freed", "kept");
	stage(test, json, FW_IMAGE_CANDIDATE);
	policy_unstage(test->dp, FW_IMAGE_CANDIDATE);
	check(test, !has_pool(test, FW_IMAGE_CANDIDATE), "rows are freed", "kept");
	check(test, !has_map(test, "arenas", FW_IMAGE_CANDIDATE), "tables are freed", "kept");
	check_equal(test,
		    -datapath_explain(test->dp, JUDGE_CANDIDATE, test->ifindex, frame.bytes,
				      frame.length, &is),
		    ENOENT, "nobody to ask");
	check_equal(test, -policy_stage(test->dp, test->policy, FW_IMAGE_FIRST, NULL), EINVAL,
		    "not into an active place");
}

void test_candidate(struct test *test)
{
	cleanup_free char *large = large_policy(600);

	use(test, RUNNING);
	test_judges(test);
	test_no_trace(test, "{'enforce': true}", "a small candidate");
	test_no_trace(test, large, "a large candidate");
	test_memory(test, large);
}
