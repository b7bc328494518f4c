// SPDX-License-Identifier: MIT
/* Limits. */
#include "common/protocol/ops_arguments.h"
#include "common/protocol/results.h"

/* clang-format off */
static const struct op_record record_level = {"level", NULL, {
	FIELD(TEXT, "per", "", ""),
	FIELD(TEXT, "rate", "", ""),
	FIELD(COUNT, "burst", "", "in `unit` of the limit"),
}};

static const struct op_record record_ban = {"ban", NULL, {
	FIELD(TEXT, "for", "", "time of the first block"),
	FIELD(TEXT, "max", "", "time of the longest"),
	FIELD(TEXT, "quiet", "", "time after which they begin with the first again"),
	FIELD(BOOL, "forgeable", "", "also sources that may be forged"),
	MAYBE(TEXT, "set", "", "the live set that they go into"),
}};

static const struct op_record record_limit = {"limit", NULL, {
	FIELD(TEXT, "name", "", ""),
	FIELD(TEXT, "rate", "", "of several levels: joined by \", \""),
	FIELD(COUNT, "burst", "", "in `unit`; of several levels: the first one's"),
	FIELD(TEXT, "unit", "", "packets or bytes"),
	FIELD(TEXT, "per", "", "rule, or src/32,128 with the lengths for IPv4 and IPv6"),
	FIELD_OF(LIST, "levels", &record_level, ""),
	FIELD(TEXT, "algorithm", "", ""),
	MAYBE(COUNT, "max", "keys", "that it can have; of limits with keys"),
	FIELD(TEXT, "over_action", "", "drop, pass or block"),
	MAYBE_OF(ONE, "block", &record_ban, "if that is block"),
	FIELD(TEXT, "within", "", "pass or continue"),
	FIELD(TEXT, "when_full", "", "what becomes of packets without a bucket"),
	FIELD(TEXTS, "rules", "", "ids of those that use it"),
	FIELD_OF(ONE, "passed", &record_count, "within the limit"),
	FIELD_OF(ONE, "over", &record_count, "over the limit"),
	FIELD(COUNT, "full", "packets", "that found no room for their bucket"),
	FIELD(COUNT, "evicted", "buckets", "in use that gave way to others"),
	FIELD(COUNT, "keys", "buckets", "in use"),
	MAYBE(COUNT, "bans", "", "since fwd was started, if it blocks"),
	MAYBE(COUNT, "bans_missed", "", "for which there was no room"),
}};

static const struct op_record record_limits = {"limits", NULL, {PAGE(&record_limit, "")}};

static const struct op_record record_key = {"key", NULL, {
	FIELD(TEXT, "key", "", ""),
	FIELD(TEXT, "per", "", "of its level"),
	FIELD(COUNT, "limited", "packets", ""),
	FIELD(BOOL, "busy", "", "false: its bucket is full again"),
}};

static const struct op_record record_limit_shown = {"limit shown", &record_limit, {
	MAYBE_OF(LIST, "top", &record_key, "of which most packets were limited, most first"),
}};

const struct op_row op_row_limit_list = {
	.privilege = PRIVILEGE_READ, .flags = OP_PAGES,
	.help = "list all limits",
	.result = &record_limits,
};

const struct op_row op_row_limit_show = {
	.privilege = PRIVILEGE_READ,
	.help = "show one limit, and the keys that it limits most",
	.arguments = {
		LIMIT_NAME,
		{"top", VALUE_COUNT, 0, "also the N keys with most limited packets, at most 1000",
		 NULL},
	},
	.result = &record_limit_shown,
	.notes =
		"More than 1000 keys are refused. Keys whose bucket was freed meanwhile are not "
		"in `top`.",
};

const struct op_row op_row_limit_add = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "add a limit to the running policy",
	.arguments = {
		{"name", VALUE_TEXT, OP_REQUIRED, "name of the new limit", NULL},
		{"limit", VALUE_JSON, OP_REQUIRED, "the limit", NULL},
	},
	.result = &record_edit,
	.notes =
		"The limit is an object as in the config's `limits`. `conflict` if another "
		"limit has the name.",
};

const struct op_row op_row_limit_set = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "change fields of a limit; buckets keep what they know",
	.arguments = {LIMIT_NAME, FIELDS},
	.result = &record_edit,
	.notes =
		"Buckets are what they were unless the algorithm is another.",
};

const struct op_row op_row_limit_delete = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "delete a limit that no rule uses",
	.arguments = {LIMIT_NAME, MISSING_OK},
	.result = &record_edit,
	.notes =
		"`conflict` if rules use it.",
};
/* clang-format on */
