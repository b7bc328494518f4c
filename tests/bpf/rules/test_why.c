// SPDX-License-Identifier: MIT
/*
 * What explain shows of rules, next to the programs: on random policies and
 * packets, the first rule that matches by its fields is the one that decides.
 */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"
#include "tests/bpf/random/random.h"
#include "daemon/fwd/explain/why.h"

#include <string.h>

#define POLICIES 40
#define PACKETS	 200

static bool goes_on(const struct why *why, const struct config_rule *rule)
{
	return rule->canary || rule->action == FW_ACTION_LOG ||
	       (rule->limit != CONFIG_NO_LIMIT &&
		why->config->limits[rule->limit].within == WITHIN_GOES_ON);
}

/* The first rule that decides, by its fields; NULL: none. */
static const struct config_rule *first_of(const struct why *why, const struct config_rule *rules,
					  size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!goes_on(why, &rules[i]) && why_fails(why, &rules[i]) == 0)
			return &rules[i];
	return NULL;
}

static bool is_judged_by_rules(const struct fw_explanation *is)
{
	return is->reason < FW_REASON_MALFORMED && is->reason != FW_REASON_FRAGMENT &&
	       is->reason != FW_REASON_NO_POLICY && is->reason != FW_REASON_BLOCKED;
}

/* 0: they agree; 1: they do not. */
static unsigned compare(struct test *test, const struct live *live, const struct frame *frame)
{
	const struct config *config = test->config;
	const struct config_rule *rule;
	struct fw_explanation is;
	const char *name;
	struct why why = {.config = config,
			  .live_slots = test->policy->slots,
			  .live = live,
			  .interface = config_find_interface(config, "wan"),
			  .packet = &is};

	test->ifindex = test->wan;
	if (!explain(test, frame, &is) || !is_judged_by_rules(&is))
		return 0;
	rule = first_of(&why, config->management, config->management_count);
	if (!rule)
		rule = first_of(&why, config->rules, config->rule_count);
	name = is.rule == FW_NO_SLOT ? "" : slots_name(test->policy->slots, FW_NAME_RULE, is.rule);
	if (is.reason == FW_REASON_PERMITTED || is.reason == FW_REASON_NOT_PERMITTED)
		name = "";
	if (strcmp(rule ? rule->id : "", name) == 0)
		return 0;
	printf("      by fields %s, by the programs %s\n", rule ? rule->id : "none", name);
	print_frame(frame);
	return 1;
}

static bool use_random(struct test *test, struct random *random)
{
	cleanup_free char *json = random_policy(random);
	struct errors errs = {0};
	struct config *config;
	struct policy *policy;

	if (!json || !compile(json, NULL, &config, &policy, &errs)) {
		errors_clear(&errs);
		return false;
	}
	errors_clear(&errs);
	policy_free(policy);
	config_free(config);
	return use(test, json);
}

void test_why(struct test *test)
{
	struct random random = random_start(test->seed);
	unsigned different = 0, packets = 0, policies = 0;
	struct live *live;

	live_clear(test);
	if (!check(test, live_open(test->dp, &live) == 0, "live sets", "cannot be read"))
		return;
	for (unsigned i = 0; i < POLICIES; i++) {
		if (!use_random(test, &random))
			continue;
		policies++;
		for (unsigned j = 0; j < PACKETS; j++, packets++) {
			struct frame frame = random_frame(&random, test->config);

			different += compare(test, live, &frame);
		}
	}
	live_close(live);
	printf("       %u packets, %u policies\n", packets, policies);
	check(test, policies > 3, "policies", "%u", policies);
	check_equal(test, different, 0, "rules by fields and by the programs");
}
