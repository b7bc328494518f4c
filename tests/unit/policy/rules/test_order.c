// SPDX-License-Identifier: MIT
/* The order of rules, what is around them, and what the header and the rules of the image say. */
#include <criterion/criterion.h>
#include <string.h>

#include "common/base/memory.h"
#include "tests/unit/policy/compiled.h"

static const struct fw_rule *rule_named(const struct policy *policy, const char *name)
{
	int slot = slots_find(policy->slots, FW_NAME_RULE, name);

	for (unsigned i = 0; i < policy->image->header.rules; i++)
		if (policy->image->rules[i].slot == slot)
			return &policy->image->rules[i];
	return NULL;
}

Test(order, list_then_priority)
{
	struct compiled compiled = compile_rules_text(
		"{'id': 'a', 'action': 'drop'}, {'id': 'b', 'action': 'drop', 'priority': -5},"
		"{'id': 'c', 'action': 'drop', 'priority': 10},"
		"{'id': 'd', 'action': 'drop'}, {'id': 'e', 'action': 'drop', 'priority': -5}");

	cr_expect_str_eq(matches_value(compiled.policy, FW_FIELD_TTL, 1), "b e a d c");
	compiled_clear(&compiled);
}

Test(order, management_first_permitted_last)
{
	struct compiled compiled = compile_text(
		"{'permitted_cidrs': ['10.0.0.0/8', '2001:db8::/32'],"
		"'management': {'allow': [{'src': '192.0.2.0/28', 'proto': 'tcp', 'dport': 22},"
		"                         {'id': 'console', 'src': '192.0.2.1'}]},"
		"'rules': [{'id': 'a', 'action': 'log', 'priority': -1000000}]}",
		NULL);
	const struct policy *policy = compiled.policy;
	static const struct {
		const char *src, *expected;
	} rows[] = {
		{"192.0.2.1", "console a not-permitted"},
		{"10.0.0.1", "a permitted not-permitted"},
		{"11.0.0.1", "a not-permitted"},
		{"2001:db8::1", "a permitted not-permitted"},
		{"2001:db9::1", "a not-permitted"},
	};

	for (size_t i = 0; i < array_size(rows); i++)
		cr_expect_str_eq(matches_addresses(policy, rows[i].src, rows[i].src),
				 rows[i].expected, "%s: %s", rows[i].src,
				 matches_addresses(policy, rows[i].src, rows[i].src));
	cr_expect_eq(policy->image->header.management, 2);
	cr_expect_eq(policy->image->header.rules, 5);
	cr_expect_eq(policy->image->header.words, 1);
	cr_expect_str_eq(slots_name(policy->slots, FW_NAME_RULE, policy->image->rules[0].slot),
			 "management/0");
	cr_expect_eq(policy->image->rules[0].reason, FW_REASON_MANAGEMENT);
	cr_expect_eq(policy->image->rules[0].action, FW_ACTION_PASS);
	cr_expect_eq(rule_named(policy, "permitted")->reason, FW_REASON_PERMITTED);
	cr_expect_eq(rule_named(policy, "permitted")->action, FW_ACTION_PASS);
	cr_expect_eq(rule_named(policy, "not-permitted")->reason, FW_REASON_NOT_PERMITTED);
	cr_expect_eq(rule_named(policy, "not-permitted")->action, FW_ACTION_DROP);
	compiled_clear(&compiled);
}

/* What a link lives on is never caught by the short form. */
Test(order, permitted_spares_the_link)
{
	struct compiled compiled = compile_text("{'permitted_cidrs': []}", NULL);
	static const enum fw_kind spared[] = {FW_KIND_LINK6, FW_KIND_ARP, FW_KIND_OTHER};
	struct sample sample = sample_of(FW_KIND_IP6);

	cr_expect_str_eq(matches_value(compiled.policy, FW_FIELD_TTL, 64), "not-permitted");
	cr_expect_str_eq(matches(compiled.policy, &sample), "not-permitted");
	for (size_t i = 0; i < array_size(spared); i++) {
		sample = sample_of(spared[i]);
		cr_expect_str_eq(matches(compiled.policy, &sample), "", "kind %d", spared[i]);
	}
	compiled_clear(&compiled);
}

Test(order, header)
{
	struct compiled compiled =
		compile_text("{'enforce': true, 'defaults': {'action': 'drop', 'malformed': 'pass',"
			     " 'non_ip': 'drop'}, 'events': {'rate': '1000/s', 'sample': '1/16'}}",
			     NULL);
	const struct fw_header *header = &compiled.policy->image->header;

	cr_expect(header->enforce == 1 && header->generation == 0);
	cr_expect_eq(header->default_action, FW_ACTION_DROP);
	cr_expect_eq(header->malformed_action, FW_ACTION_PASS);
	cr_expect_eq(header->non_ip_action, FW_ACTION_DROP);
	cr_expect_eq(header->event_every, 16);
	cr_expect_eq(header->event_interval, 1000000);
	cr_expect_eq(header->event_tolerance, 1000000000);
	compiled_clear(&compiled);
}

/* Never more than the rate: intervals are rounded up, and one event always fits. */
Test(order, event_rates)
{
	static const struct {
		const char *rate;
		uint64_t interval, tolerance;
	} rows[] = {
		{"3/s", 333333334, 1000000000},
		{"1/s", 1000000000, 1000000000},
		{"1/min", 60000000000, 60000000000},
		{"7000/s", 142858, 1000000000},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		char text[100];
		struct compiled compiled;

		snprintf(text, sizeof(text), "{'events': {'rate': '%s'}}", rows[i].rate);
		compiled = compile_text(text, NULL);
		cr_expect_eq(compiled.policy->image->header.event_interval, rows[i].interval);
		cr_expect_eq(compiled.policy->image->header.event_tolerance, rows[i].tolerance);
		cr_expect_eq(compiled.policy->image->header.event_every, 1);
		compiled_clear(&compiled);
	}
}

Test(order, actions_and_flags)
{
	struct compiled compiled = compile_rules_text(
		"{'id': 'plain', 'match': {'ttl': 1}, 'action': 'pass'},"
		"{'id': 'canary', 'match': {'ttl': 1}, 'action': 'drop', 'enforce': false},"
		"{'id': 'logged', 'match': {'ttl': 1}, 'action': 'drop', 'log': {'sample': '1/9'}},"
		"{'id': 'log', 'match': {'ttl': 1}, 'action': 'log'},"
		"{'id': 'true', 'match': {'ttl': 1}, 'limit': 'slow', 'log': true},"
		"{'id': 'off', 'match': {'ttl': 1}, 'action': 'drop', 'enabled': false}");
	static const struct {
		const char *name;
		enum fw_action action;
		uint8_t flags;
		uint32_t log_every;
	} rows[] = {
		{"plain", FW_ACTION_PASS, 0, 0},
		{"canary", FW_ACTION_DROP, FW_RULE_CANARY, 0},
		{"logged", FW_ACTION_DROP, FW_RULE_LOG, 9},
		{"log", FW_ACTION_LOG, FW_RULE_LOG, 1},
		{"true", FW_ACTION_PASS, FW_RULE_LOG, 1},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		const struct fw_rule *rule = rule_named(compiled.policy, rows[i].name);

		cr_assert(rule, "%s", rows[i].name);
		cr_expect_eq(rule->action, rows[i].action, "%s", rows[i].name);
		cr_expect_eq(rule->flags, rows[i].flags, "%s", rows[i].name);
		cr_expect_eq(rule->log_every, rows[i].log_every, "%s", rows[i].name);
		cr_expect_eq(rule->reason, FW_REASON_RULE);
		cr_expect_eq(rule->limit == FW_NO_SLOT, strcmp(rows[i].name, "true") != 0);
	}
	/* A disabled rule keeps its slot, and with it its counts. */
	cr_expect_null(rule_named(compiled.policy, "off"));
	cr_expect(slots_find(compiled.policy->slots, FW_NAME_RULE, "off") >= 0);
	compiled_clear(&compiled);
}

/* Names keep their slots, and only new ones are fresh. */
Test(order, slots_survive_recompiling)
{
	struct compiled first = compile_rules_text("{'id': 'a', 'action': 'log'},"
						   "{'id': 'b', 'action': 'log'}");
	struct compiled second = compile_text(
		"{'interfaces': {'eth1': {}, 'eth9': {}}, 'sets': {'y': {'live': true}},"
		"'rules': [{'id': 'new', 'action': 'log'}, {'id': 'b', 'action': 'log'}]}",
		first.policy->slots);
	const struct policy *old = first.policy, *new = second.policy;

	cr_expect_eq(old->fresh_rules.count, 2);
	cr_expect_eq(old->fresh_interfaces.count, 3);
	cr_expect_eq(old->fresh_live_sets.count, 3);
	cr_expect_eq(new->fresh_rules.count, 1);
	cr_expect_eq(new->fresh_rules.slots[0], slots_find(new->slots, FW_NAME_RULE, "new"));
	cr_expect_eq(slots_find(new->slots, FW_NAME_RULE, "b"),
		     slots_find(old->slots, FW_NAME_RULE, "b"));
	cr_expect_eq(slots_find(new->slots, FW_NAME_LIVE_SET, "y"),
		     slots_find(old->slots, FW_NAME_LIVE_SET, "y"));
	cr_expect_eq(slots_find(new->slots, FW_NAME_INTERFACE, "eth1"),
		     slots_find(old->slots, FW_NAME_INTERFACE, "eth1"));
	cr_expect_eq(new->fresh_interfaces.count, 1);
	cr_expect_eq(new->fresh_live_sets.count, 0);
	cr_expect(slots_find(new->slots, FW_NAME_RULE, "a") < 0);
	/* The slots that were handed in are as before. */
	cr_expect(slots_find(old->slots, FW_NAME_RULE, "new") < 0);
	cr_expect(slots_find(old->slots, FW_NAME_RULE, "a") >= 0);
	compiled_clear(&first);
	compiled_clear(&second);
}

/* After a fall-back, packets of detached interfaces pass: the policy does not name them. */
Test(order, detached_interfaces)
{
	struct compiled is = compile_text("{'interfaces': {'eth0': {}, 'eth1': {'attach': false}, "
					  "'eth2': {'attach': true}}}",
					  NULL);
	const struct slots *slots = is.policy->slots;
	int attached = slots_find(slots, FW_NAME_INTERFACE, "eth0");
	int too = slots_find(slots, FW_NAME_INTERFACE, "eth2");

	cr_assert(attached > 0 && too > 0);
	cr_expect(slots_find(slots, FW_NAME_INTERFACE, "eth1") > 0);
	cr_expect_eq(is.policy->image->header.interfaces, 1 | 1ULL << attached | 1ULL << too);
	compiled_clear(&is);
}
