// SPDX-License-Identifier: MIT
/* Rules. */
#include "common/protocol/ops_arguments.h"
#include "common/protocol/results.h"

/* clang-format off */
static const struct op_record record_rule = {"rule", &record_count, {
	FIELD(TEXT, "id", "", ""),
	FIELD(TEXT, "origin", "", "management, rule, or implicit (for `permitted_cidrs`)"),
	MAYBE(TEXT, "action", "", "pass, drop or log; or else:"),
	MAYBE(TEXT, "limit", "", "name of the limit that decides"),
	MAYBE(NUMBER, "priority", "", "of a rule"),
	MAYBE(BOOL, "enabled", "", "false: it matches nothing"),
	MAYBE(BOOL, "enforce", "", "false: a canary"),
	MAYBE(COUNT, "log_every", "packets", "for which there is one event, if it logs"),
	MAYBE(OBJECT, "match", "", "as in the config"),
	MAYBE(BOOL, "match_left_out", "", "true instead, if that is above 16 KiB"),
}};

static const struct op_record record_rules = {"rules", NULL, {
	PAGE(&record_rule, "in order of evaluation; with what each has matched"),
}};

static const struct op_record record_rule_shown = {"rule shown", &record_rule, {
	MAYBE(TEXT, "comment", "", ""),
	FIELD(COUNT, "position", "", "in order of evaluation, from 1"),
}};

const struct op_row op_row_rule_list = {
	.privilege = PRIVILEGE_READ, .flags = OP_PAGES,
	.help = "list all rules in the order in which they are tried",
	.result = &record_rules,
};

const struct op_row op_row_rule_show = {
	.privilege = PRIVILEGE_READ,
	.help = "show one rule with its whole match",
	.arguments = {RULE_ID},
	.result = &record_rule_shown,
};

const struct op_row op_row_rule_add = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "add a rule to the running policy",
	.arguments = {
		{"rule", VALUE_JSON, OP_REQUIRED, "the rule", NULL},
		{"before", VALUE_RULE, 0, "put it before this rule, not at the end", NULL},
	},
	.result = &record_edit,
	.notes =
		"The rule is an object as in the config's `rules`. `conflict` if there is "
		"another rule of this id.",
};

const struct op_row op_row_rule_set = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "change fields of a rule, in its place",
	.arguments = {RULE_ID, FIELDS},
	.result = &record_edit,
	.notes =
		"The rule keeps its place, counters and bucket. Another `id` is refused.",
};

const struct op_row op_row_rule_move = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "move a rule in front of another, or behind it",
	.arguments = {
		RULE_ID,
		{"before", VALUE_RULE, 0, "put it before this rule", NULL},
		{"after", VALUE_RULE, 0, "put it after this rule", NULL},
	},
	.result = &record_edit,
	.notes =
		"Either `before` or `after`.",
};

const struct op_row op_row_rule_rename = {
	.privilege = PRIVILEGE_WRITE, .flags = OP_DRY,
	.help = "give a rule another id; its counters and bucket stay its own",
	.arguments = {RULE_ID, {"name", VALUE_TEXT, OP_REQUIRED, "the new id", NULL}},
	.result = &record_edit,
	.notes =
		"No verdict changes, so it takes no `confirm`; a later rollback over it is to a "
		"rule of the old id, which counts from 0.",
};

const struct op_row op_row_rule_delete = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "delete a rule from the running policy",
	.arguments = {RULE_ID, MISSING_OK},
	.result = &record_edit,
	.notes =
		"Rules of other origins: `conflict`.",
};

const struct op_row op_row_rule_enable = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "make a disabled rule count again",
	.arguments = {RULE_ID},
	.result = &record_edit,
};

const struct op_row op_row_rule_disable = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "make a rule match nothing, but keep it in its place",
	.arguments = {RULE_ID},
	.result = &record_edit,
};
/* clang-format on */
