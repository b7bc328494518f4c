// SPDX-License-Identifier: MIT
/* Whether it is said that rules about VLANs may not see them. */
#include <criterion/criterion.h>
#include <string.h>

#include "common/base/memory.h"
#include "daemon/fwd/host/vlan_host.h"

static struct config_interface interfaces[] = {{.name = "wan0"}, {.name = "lan0"}};
static struct config_limit limits[] = {
	{.name = "each", .levels = {{.key = FW_KEY_SRC}}, .level_count = 1},
	{.name = "vlans", .levels = {{.key = FW_KEY_SRC}, {.key = FW_KEY_VLAN}}, .level_count = 2},
};
static struct range ten = {10, 10};

/* What is said of a config with this one rule, if the drivers of both interfaces take tags off. */
static char *said(const struct config_rule *rule, bool management)
{
	struct config config = {
		.interfaces = interfaces,
		.interface_count = array_size(interfaces),
		.limits = limits,
		.limit_count = array_size(limits),
	};
	struct errors errs = {0};
	char *text;

	if (management) {
		config.management = (struct config_rule *)rule;
		config.management_count = 1;
	} else {
		config.rules = (struct config_rule *)rule;
		config.rule_count = 1;
	}
	vlan_host_check(3, &config, &errs);
	cr_expect_eq(errs.failed, 0);
	text = errors_text(&errs);
	errors_clear(&errs);
	return text ? text : strdup("");
}

static void expect(const struct config_rule *rule, bool wan, bool lan)
{
	for (int management = 0; management < 2; management++) {
		cleanup_free char *text = said(rule, management);

		cr_expect_eq(strstr(text, "driver of wan0") != NULL, wan, "%s", text);
		cr_expect_eq(strstr(text, "driver of lan0") != NULL, lan, "%s", text);
		cr_expect_eq(strstr(text, "rule \"r\"") != NULL, wan || lan, "%s", text);
	}
}

Test(vlan_host, who_depends_on_vlans)
{
	struct config_rule rule = {.id = "r", .limit = CONFIG_NO_LIMIT};

	expect(&rule, false, false);
	rule.limit = 0;
	expect(&rule, false, false);
	rule.limit = 1;
	expect(&rule, true, true);
	rule.limit = CONFIG_NO_LIMIT;
	rule.match.fields[FW_FIELD_VLAN] = (struct range_list){&ten, 1};
	expect(&rule, true, true);
	rule.match.by_interface = true;
	rule.match.interfaces = 2;
	expect(&rule, false, true);
	rule.disabled = true;
	expect(&rule, false, false);
}

Test(vlan_host, only_drivers_that_do)
{
	struct config_rule rule = {.id = "r", .limit = CONFIG_NO_LIMIT};
	struct config config = {.interfaces = interfaces,
				.interface_count = array_size(interfaces),
				.rules = &rule,
				.rule_count = 1};
	struct errors errs = {0};

	rule.match.fields[FW_FIELD_VLAN] = (struct range_list){&ten, 1};
	vlan_host_check(0, &config, &errs);
	cr_expect_eq(errs.count, 0);
	vlan_host_check(1, &config, &errs);
	cr_expect_eq(errs.count, 1);
	errors_clear(&errs);
	/* Interfaces that are not there take nothing off. */
	cr_expect_eq(vlan_host_read(&config), 0);
}
