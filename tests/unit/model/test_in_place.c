// SPDX-License-Identifier: MIT
/* What is there changes in place, and what is so already is no change. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "tests/unit/model/edits.h"

static int slot_of(const struct bench *bench, const char *id)
{
	return slots_find(model_slots(bench->model), FW_NAME_RULE, id);
}

static const struct config_rule *rule(const struct bench *bench, const char *id)
{
	return &model_config(bench->model)->rules[config_find_rule(model_config(bench->model), id)];
}

Test(in_place, rule_set)
{
	struct bench bench;
	int slot;

	edits_start(&bench, NULL);
	slot = slot_of(&bench, "b");
	cr_expect(model_rule_set(bench.model, &bench.change, "b",
				 "{\"match\": {\"proto\": \"udp\", \"dport\": 53}, \"log\": true}",
				 &bench.errs) == 0);
	cr_expect(bench.change.changed);
	expect_state(&bench, "abc", 1);
	cr_expect(slot_of(&bench, "b") == slot, "it keeps its counters");
	cr_expect(rule(&bench, "b")->log);
	/* Merged, not replaced: the rest of the match is as it was. */
	cr_expect(cJSON_HasObjectItem(
		cJSON_GetObjectItem(
			cJSON_GetArrayItem(
				cJSON_GetObjectItem(document_root(model_document(bench.model)),
						    "rules"),
				1),
			"match"),
		"src"));
	cr_expect(model_rule_set(bench.model, &bench.change, "b", "{\"log\": null}", &bench.errs) ==
		  0);
	cr_expect(!rule(&bench, "b")->log);
	expect_state(&bench, "abc", 2);
	bench_stop(&bench);
}

static const struct {
	const char *id;
	const char *fields;
	int result;
	size_t errors;
	enum error_code code;
} bad[] = {
	{"nosuch", "{}", -ENOENT, 0, 0},
	{"a", "[]", -EBADMSG, 1, ERROR_TYPE},
	{"a", "{", -EBADMSG, 1, ERROR_SYNTAX},
	{"a", "{\"acton\": \"drop\"}", -EBADMSG, 1, ERROR_UNKNOWN_KEY},
	{"a", "{\"id\": \"z\"}", -EBADMSG, 1, ERROR_NAME},
	{"a", "{\"id\": null}", -EBADMSG, 1, ERROR_NAME},
	{"a", "{\"action\": null}", -EBADMSG, 1, ERROR_ACTION},
	{"a", "{\"match\": {\"proto\": \"icmp\", \"dport\": 1}}", -EBADMSG, 1, ERROR_PORTS},
	{"a", "{\"match\": {\"src\": \"@none\"}}", -EBADMSG, 1, ERROR_NO_SET},
};

Test(in_place, bad_fields_change_nothing)
{
	struct bench bench;

	edits_start(&bench, NULL);
	for (size_t i = 0; i < array_size(bad); i++) {
		int r = model_rule_set(bench.model, &bench.change, bad[i].id, bad[i].fields,
				       &bench.errs);

		cr_expect(r == bad[i].result, "%s: %d", bad[i].fields, r);
		if (bad[i].errors)
			expect_errors(&bench, bad[i].errors, bad[i].code);
		expect_state(&bench, "abc", 0);
	}
	cr_expect(bench.kernel.applied == 0);
	bench_stop(&bench);
}

static const struct {
	const char *id, *anchor;
	bool behind;
	const char *order;
	bool changed;
} moves[] = {
	{"c", "a", false, "cab", true},	 {"c", "b", true, "abc", true},
	{"a", "c", true, "bca", true},	 {"a", "b", false, "abc", true},
	{"b", "c", false, "abc", false}, {"b", "a", true, "abc", false},
	{"b", "b", true, "abc", false},	 {"a", "c", false, "bac", true},
};

Test(in_place, rule_move)
{
	const char *unknown = NULL;
	struct bench bench;
	unsigned edits = 0;

	edits_start(&bench, NULL);
	for (size_t i = 0; i < array_size(moves); i++) {
		cr_expect(model_rule_move(bench.model, &bench.change, moves[i].id, moves[i].anchor,
					  moves[i].behind, &unknown, &bench.errs) == 0);
		cr_expect(bench.change.changed == moves[i].changed, "move %zu", i);
		edits += moves[i].changed;
		expect_state(&bench, moves[i].order, edits);
	}
	cr_expect(model_rule_move(bench.model, &bench.change, "x", "a", true, &unknown,
				  &bench.errs) == -ENOENT);
	cr_expect_str_eq(unknown, "x");
	cr_expect(model_rule_move(bench.model, &bench.change, "a", "y", true, &unknown,
				  &bench.errs) == -ENOENT);
	cr_expect_str_eq(unknown, "y");
	expect_state(&bench, "bac", edits);
	bench_stop(&bench);
}

Test(in_place, rule_rename)
{
	struct bench bench;
	int slot;

	edits_start(&bench, NULL);
	slot = slot_of(&bench, "b");
	cr_expect(model_rule_rename(bench.model, &bench.change, "b", "bee", &bench.errs) == 0);
	expect_state(&bench, "abeec", 1);
	cr_expect(slot_of(&bench, "bee") == slot && slot_of(&bench, "b") == -ENOENT);
	cr_expect(model_rule_rename(bench.model, &bench.change, "bee", "a", &bench.errs) ==
		  -EEXIST);
	cr_expect(model_rule_rename(bench.model, &bench.change, "b", "x", &bench.errs) == -ENOENT);
	cr_expect(model_rule_rename(bench.model, &bench.change, "bee", "bee", &bench.errs) == 0);
	cr_expect(!bench.change.changed);
	cr_expect(model_rule_rename(bench.model, &bench.change, "bee", "not an id", &bench.errs) ==
		  -EBADMSG);
	expect_errors(&bench, 1, ERROR_NAME);
	/* The name of a rule that is gone: its slot gives way. */
	cr_expect(model_rule_delete(bench.model, &bench.change, "a", &bench.errs) == 0);
	cr_expect(model_rule_rename(bench.model, &bench.change, "bee", "a", &bench.errs) == 0);
	cr_expect(slot_of(&bench, "a") == slot);
	/* A refused one leaves the names alone. */
	bench.kernel.apply_result = -ENOSPC;
	cr_expect(model_rule_rename(bench.model, &bench.change, "a", "z", &bench.errs) == -ENOSPC);
	cr_expect(slot_of(&bench, "a") == slot);
	bench_stop(&bench);
}

/* Each of these is so already: no generation, no unsaved edit. */
Test(in_place, repeated)
{
	struct bench bench;
	struct model *model;

	edits_start(&bench, NULL);
	model = bench.model;
	cr_expect(model_rule_add(model, &bench.change, DROP_D, NULL, &bench.errs) == 0);
	cr_expect(bench.change.changed);
	cr_expect(model_rule_add(model, &bench.change, DROP_D, NULL, &bench.errs) == 0);
	cr_expect(!bench.change.changed);
	cr_expect(model_rule_add(model, &bench.change, DROP_D, "a", &bench.errs) == -EEXIST,
		  "not there");
	cr_expect(model_limit_add(model, &bench.change, "slow",
				  "{\"rate\": \"10/s\", \"within\": \"continue\"}",
				  &bench.errs) == 0);
	cr_expect(model_limit_set(model, &bench.change, "slow", "{\"rate\": \"10/s\"}",
				  &bench.errs) == 0);
	cr_expect(model_limit_add(model, &bench.change, "slow", "{\"rate\": \"11/s\"}",
				  &bench.errs) == -EEXIST);
	cr_expect(model_set_create(model, &bench.change, "banned", "{\"live\": true}",
				   &bench.errs) == 0);
	cr_expect(model_set_create(model, &bench.change, "banned", "{\"elements\": [\"::1\"]}",
				   &bench.errs) == -EEXIST);
	cr_expect(model_interface_add(model, &bench.change, "eth0", "wan", NULL, &bench.errs) == 0);
	cr_expect(model_interface_add(model, &bench.change, "eth0", "lan", NULL, &bench.errs) ==
		  -EEXIST);
	cr_expect(model_interface_set(model, &bench.change, "eth0", "{\"zone\": \"wan\"}",
				      &bench.errs) == 0);
	cr_expect(model_enforce(model, &bench.change, false, &bench.errs) == 0, "by default");
	cr_expect(!bench.change.changed);
	expect_state(&bench, "abcd", 1);
	cr_expect(bench.kernel.applied == 1);
	bench_stop(&bench);
}

Test(in_place, other_sections)
{
	struct bench bench;
	struct model *model;
	char *users;

	edits_start(&bench, NULL);
	model = bench.model;
	cr_expect(model_limit_set(model, &bench.change, "slow", "{\"rate\": \"20/s\"}",
				  &bench.errs) == 0);
	cr_expect(model_limit_set(model, &bench.change, "nosuch", "{}", &bench.errs) == -ENOENT);
	cr_expect(model_enforce(model, &bench.change, true, &bench.errs) == 0);
	cr_expect(model_config(model)->enforce);
	cr_expect(model_defaults_set(model, &bench.change, "{\"action\": \"drop\"}", &bench.errs) ==
		  0);
	cr_expect(model_config(model)->defaults.action == FW_ACTION_DROP);
	cr_expect(model_interface_set(model, &bench.change, "eth0", "{\"zone\": \"dmz\"}",
				      &bench.errs) == 0);
	cr_expect_str_eq(model_config(model)->interfaces[0].zone, "dmz");
	cr_expect(model_interface_set(model, &bench.change, "eth9", "{}", &bench.errs) == -ENOENT);
	cr_expect(model_set_create(model, &bench.change, "new", "{\"live\": true}", &bench.errs) ==
		  0);
	cr_expect(model_set_users(model, "new") == NULL);
	cr_expect(model_set_remove(model, &bench.change, "new", &bench.errs) == 0);
	cr_expect(model_set_remove(model, &bench.change, "new", &bench.errs) == -ENOENT);
	users = model_set_users(model, "banned");
	cr_expect_str_eq(users, "rule \"b\"");
	free(users);
	cr_expect(model_set_remove(model, &bench.change, "banned", &bench.errs) == -EBADMSG);
	expect_errors(&bench, 1, ERROR_NO_SET);
	expect_state(&bench, "abc", 6);
	bench_stop(&bench);
}

Test(in_place, dry)
{
	struct bench bench;
	struct model *model;

	edits_start(&bench, NULL);
	model = bench.model;
	bench.change.dry = true;
	cr_expect(model_rule_add(model, &bench.change, DROP_D, NULL, &bench.errs) == 0);
	cr_expect(bench.change.changed);
	cr_expect(model_rule_add(model, &bench.change, "{\"id\": 7}", NULL, &bench.errs) ==
		  -EBADMSG);
	errors_clear(&bench.errs);
	cr_expect(model_rule_enable(model, &bench.change, "a", true, &bench.errs) == 0);
	cr_expect(model_interface_delete(model, &bench.change, "eth0", &bench.errs) == 0);
	cr_expect(model_rule_rename(model, &bench.change, "a", "z", &bench.errs) == 0);
	cr_expect(model_enforce(model, &bench.change, true, &bench.errs) == 0);
	write_text(bench.path, "{\"rules\": []}");
	cr_expect(model_reload(model, &bench.change, &bench.errs) == 0);
	cr_expect(bench.change.changed);
	bench.change.dry = false;
	expect_state(&bench, "abc", 0);
	cr_expect(bench.kernel.applied == 0 && slot_of(&bench, "a") >= 0);
	cr_expect(model_config(model)->interface_count == 1);
	bench_stop(&bench);
}
