// SPDX-License-Identifier: MIT
/* A policy with a deadline: packets return to the one before it by themselves. */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>

#define BEFORE                                                                    \
	"{'enforce': true, 'sets': {'banned': {'live': true}}, 'limits': {"       \
	" 'few': {'rate': '1/h', 'burst': 5}}, 'rules': ["                        \
	"{'id': 'bad', 'match': {'src': '@banned'}, 'action': 'drop'},"           \
	"{'id': 'net', 'match': {'src': ['198.51.100.0/24', '2001:db8:5::/48']}," \
	" 'action': 'drop'},"                                                     \
	"{'id': 'few', 'match': {'dport': 53}, 'limit': 'few'},"                  \
	"{'id': 'both', 'match': {'dport': 80}, 'action': 'drop'}]}"
#define AFTER                                                              \
	"{'enforce': true, 'sets': {'other': {'live': true}}, 'limits': {" \
	" 'more': {'rate': '1/h', 'burst': 1}}, 'rules': ["                \
	"{'id': 'worse', 'match': {'src': '@other'}, 'action': 'drop'},"   \
	"{'id': 'more', 'match': {'dport': 99}, 'limit': 'more'},"         \
	"{'id': 'new', 'match': {'dport': 53}, 'action': 'drop'},"         \
	"{'id': 'both', 'match': {'dport': 80}, 'action': 'pass'}]}"

/* The second policy of a test, until it is settled. */
struct candidate {
	struct config *config;
	struct policy *policy;
	uint64_t deadline;
};

static struct slots *held_slots(const struct test *test)
{
	struct slots *slots = slots_copy(test->policy->slots);

	slots_hold(slots);
	return slots;
}

static bool begin(struct test *test, const char *json, uint64_t deadline, struct candidate *ret)
{
	struct slots *slots = held_slots(test);
	struct errors errs = {0};
	bool good = compile(json, slots, &ret->config, &ret->policy, &errs) &&
		    policy_apply_until(test->dp, ret->policy, deadline, &errs) == 0;

	ret->deadline = deadline & ~1ULL;
	slots_free(slots);
	check(test, good, "a policy with a deadline", "refused");
	errors_clear(&errs);
	return good;
}

/* The candidate is the policy in use from now on, or it is forgotten. */
static void end(struct test *test, struct candidate *candidate, bool kept)
{
	if (kept) {
		policy_free(test->policy);
		config_free(test->config);
		test->policy = candidate->policy;
		test->config = candidate->config;
		slots_release(test->policy->slots);
	} else {
		policy_free(candidate->policy);
		config_free(candidate->config);
	}
}

/* A frame's rule is reported by its slot: both policies' names are in the candidate's slots. */
static void check_rule(struct test *test, const struct candidate *candidate, const char *name,
		       const char *rule, enum fw_outcome outcome, uint32_t generation)
{
	struct frame frame = tcp4(1, 80);
	struct fw_explanation is = {0};
	const char *by;

	explain(test, &frame, &is);
	by = slots_name(candidate->policy->slots, FW_NAME_RULE, is.rule);
	check(test, by && strcmp(by, rule) == 0 && is.outcome == outcome, name, "%s by %s",
	      outcome_names[is.outcome], by ? by : "none");
	check_equal(test, is.generation, generation, name);
	check_equal(test, run(test, &frame), outcome == PASS ? XDP_PASS : XDP_DROP, name);
	check_equal(test, datapath_generation(test->dp), generation, name);
}

static void check_sides(struct test *test, const struct candidate *candidate, uint32_t before)
{
	set_clock(test, candidate->deadline - 1);
	check_rule(test, candidate, "1 ns before the deadline", "both", PASS, before + 1);
	set_clock(test, candidate->deadline);
	check_rule(test, candidate, "at the deadline", "both", DROP, before);
	set_clock(test, candidate->deadline + 1000 * SECOND);
	check_rule(test, candidate, "long after it", "both", DROP, before);
}

/* Nobody settles it: what fwd's death looks like to packets. */
static void test_falls_back(struct test *test)
{
	uint64_t now = test->state->test_now;
	uint32_t before;
	struct candidate candidate;
	struct datapath_pending pending;

	use(test, BEFORE);
	before = datapath_generation(test->dp);
	if (!begin(test, AFTER, now + 10 * SECOND + 1, &candidate))
		return;
	check_rule(test, &candidate, "at once", "both", PASS, before + 1);
	check(test, datapath_pending(test->dp, &pending) && !pending.has_ended, "pending", "not");
	check_equal(test, pending.deadline, now + 10 * SECOND, "the deadline, even");
	check_equal(test, pending.generation, before + 1, "the new generation");
	check_equal(test, pending.previous, before, "the previous one");
	check_sides(test, &candidate, before);
	check(test, datapath_pending(test->dp, &pending) && pending.has_ended, "has ended", "not");
	check_equal(test, datapath_confirm(test->dp), (uint64_t)-ETIME, "a late confirmation");
	check_rule(test, &candidate, "after a late confirmation", "both", DROP, before);
	check_equal(test, datapath_revert(test->dp), 0, "settled");
	set_clock(test, now);
	check_rule(test, &candidate, "settled for good", "both", DROP, before);
	check_equal(test, datapath_revert(test->dp), (uint64_t)-ENOENT, "nothing to revert");
	end(test, &candidate, false);
	use(test, "{}");
	check_equal(test, datapath_generation(test->dp), before + 2, "no number is used twice");
}

/* More memory than any machine has. */
static bool refuse_endless(struct test *test)
{
	struct config *config = NULL;
	struct policy *policy = NULL;
	struct errors errs = {0};
	bool good = compile(
		"{'rules': [{'id': 'bad', 'match': {'src': '192.0.2.0/25'}, 'action': 'pass'}]}",
		test->policy->slots, &config, &policy, &errs);

	if (good) {
		policy->image->header.arena = 0;
		policy->known->arena.lines = (size_t)FW_BLOCK_LINES << 30;
		good = policy_apply(test->dp, policy, &errs) < 0;
	}
	errors_clear(&errs);
	policy_free(policy);
	config_free(config);
	return check(test, good, "an endless arena is refused", "applied");
}

/*
 * A policy that was reverted, then one that the kernel refuses half way, where the other's image was:
 * the next one must not have its number, as fragments that it let in are known by that.
 */
static void test_number_of_a_reverted_one(struct test *test)
{
	struct candidate candidate;
	uint32_t before;

	use(test, BEFORE);
	before = datapath_generation(test->dp);
	if (!begin(test, AFTER, test->state->test_now + 10 * SECOND, &candidate))
		return;
	check_equal(test, datapath_revert(test->dp), 0, "reverted");
	end(test, &candidate, false);
	refuse_endless(test);
	use(test, "{}");
	check_equal(test, datapath_generation(test->dp), before + 2,
		    "no number is used twice, even so");
}

static void test_confirmed(struct test *test)
{
	uint64_t now = test->state->test_now;
	struct candidate candidate;
	uint32_t before;

	use(test, BEFORE);
	before = datapath_generation(test->dp);
	if (!begin(test, AFTER, now + 10 * SECOND, &candidate))
		return;
	set_clock(test, candidate.deadline - 1);
	check_equal(test, datapath_confirm(test->dp), 0, "a confirmation in time");
	check_equal(test, datapath_confirm(test->dp), (uint64_t)-ENOENT, "a second one");
	set_clock(test, candidate.deadline + SECOND);
	check_rule(test, &candidate, "confirmed, after the deadline", "both", PASS, before + 1);
	end(test, &candidate, true);
	set_clock(test, now);
}

static void test_taken_back(struct test *test)
{
	uint64_t now = test->state->test_now;
	struct candidate candidate;
	uint32_t before;

	use(test, BEFORE);
	before = datapath_generation(test->dp);
	if (!begin(test, AFTER, now + 10 * SECOND, &candidate))
		return;
	check_equal(test, datapath_revert(test->dp), 0, "taken back");
	check_rule(test, &candidate, "taken back before the deadline", "both", DROP, before);
	end(test, &candidate, false);
}

/* Meanwhile nothing may take the place of the policy before. */
static void test_refused(struct test *test)
{
	uint64_t now = test->state->test_now;
	struct candidate candidate;
	struct errors errs = {0};
	uint32_t before;

	use(test, BEFORE);
	before = datapath_generation(test->dp);
	if (!begin(test, AFTER, now + 10 * SECOND, &candidate))
		return;
	for (unsigned i = 0; i < 2; i++) {
		check_equal(test, policy_apply(test->dp, test->policy, &errs), (uint64_t)-EBUSY,
			    "an apply");
		check_equal(test,
			    policy_apply_until(test->dp, test->policy, now + 20 * SECOND, &errs),
			    (uint64_t)-EBUSY, "one with a deadline");
		check_rule(test, &candidate, "as it was", "both", i ? DROP : PASS, before + !i);
		set_clock(test, candidate.deadline);
	}
	check(test, errors_failed(&errs), "with a reason", "none");
	errors_clear(&errs);
	datapath_revert(test->dp);
	check_equal(test, policy_apply_until(test->dp, test->policy, 1, &errs), (uint64_t)-EINVAL,
		    "a deadline at 0");
	errors_clear(&errs);
	end(test, &candidate, false);
	set_clock(test, now);
}

/* Counters, buckets and live sets of the policy before are as it left them. */
static void test_nothing_lost(struct test *test)
{
	struct row banned = {"its live set", from4("192.0.2.66"), DROP, FW_REASON_RULE, "bad"};
	struct row net = {"its tables", from4("198.51.100.1"), DROP, FW_REASON_RULE, "net"};
	struct row net6 = {"its IPv6 tables", from6("2001:db8:5::1"), DROP, FW_REASON_RULE, "net"};
	struct frame limited = udp4(1, 53), other = udp4(1, 99);
	uint64_t now = test->state->test_now;
	struct fw_rule_stats stats = {0};
	struct candidate candidate;

	use(test, BEFORE);
	live_put(test, live_set(test, "banned"), "192.0.2.66", FW_FOREVER);
	for (unsigned i = 0; i < 4; i++)
		check_equal(test, run(test, &limited), XDP_PASS, "a token");
	if (!begin(test, AFTER, now + 10 * SECOND, &candidate))
		return;
	check_equal(test, run(test, &limited), XDP_DROP, "the new policy drops it");
	check_equal(test, run(test, &other), XDP_PASS, "a token of the new policy");
	check_equal(test, run(test, &other), XDP_DROP, "its only one");
	set_clock(test, candidate.deadline);
	check_row(test, &banned);
	check_row(test, &net);
	check_row(test, &net6);
	check_equal(test, run(test, &limited), XDP_PASS, "the fifth token");
	check_equal(test, run(test, &limited), XDP_DROP, "there are no more");
	datapath_rule_stats(test->dp, rule_slot(test, "few"), &stats);
	check_equal(test, stats.matched.packets, 6, "its counter went on");
	datapath_revert(test->dp);
	end(test, &candidate, false);
	live_clear(test);
	set_clock(test, now);
}

/* An interface that only the ended policy names passes, as it did before there was that policy. */
static void test_strangers(struct test *test)
{
	static const char before[] = "{'enforce': true, 'defaults': {'action': 'drop'},"
				     " 'interfaces': {'wan': {}}}";
	static const char after[] = "{'enforce': true, 'defaults': {'action': 'drop'},"
				    " 'interfaces': {'wan': {}, 'lan': {}}}";
	struct row row = {"the others are not", udp4(1, 53), DROP, FW_REASON_DEFAULT};
	struct fw_explanation is = {0};
	uint64_t now = test->state->test_now;
	uint32_t slot, ifindex = test->lan;
	struct candidate candidate;

	use(test, before);
	if (!begin(test, after, now + 10 * SECOND, &candidate))
		return;
	slot = slots_find(candidate.policy->slots, FW_NAME_INTERFACE, "lan");
	bpf_map_update_elem(datapath_map(test->dp, "interfaces"), &ifindex, &slot, BPF_ANY);
	test->ifindex = test->lan;
	check_equal(test, run(test, &row.frame), XDP_DROP, "a new interface");
	set_clock(test, candidate.deadline);
	check_equal(test, run(test, &row.frame), XDP_PASS, "is left alone again");
	explain(test, &row.frame, &is);
	check_equal(test, is.reason, FW_REASON_NO_POLICY, "as there is no policy for it");
	test->ifindex = test->wan;
	check_row(test, &row);
	datapath_revert(test->dp);
	end(test, &candidate, false);
	bpf_map_delete_elem(datapath_map(test->dp, "interfaces"), &ifindex);
	set_clock(test, now);
}

void test_deadline(struct test *test)
{
	int ifindex = test->ifindex;

	set_clock(test, 1000 * SECOND);
	test_falls_back(test);
	test_number_of_a_reverted_one(test);
	test_confirmed(test);
	test_taken_back(test);
	test_refused(test);
	test_nothing_lost(test);
	test_strangers(test);
	test->ifindex = ifindex;
}
