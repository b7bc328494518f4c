// SPDX-License-Identifier: MIT
/* Rules, sets, limits and blocks. */
#include "common/protocol/ops_arguments.h"

#define PREFIXES(flags)                                                                    \
	{                                                                                  \
		"prefixes", VALUE_PREFIX, OP_MANY | (flags), "addresses or prefixes", NULL \
	}
#define ONE_PREFIX                                                                    \
	{                                                                             \
		"prefix", VALUE_PREFIX, 0, "one of them; the reply is about it", NULL \
	}
#define UPLOADED                                                                 \
	{                                                                        \
		"uploaded", VALUE_FLAG, 0, "they are in the uploaded text", NULL \
	}

/* clang-format off */
const struct op_row op_row_rule_list = {
	.privilege = PRIVILEGE_READ, .flags = OP_PAGES,
	.help = "list all rules in the order in which they are tried",
};

const struct op_row op_row_rule_show = {
	.privilege = PRIVILEGE_READ,
	.help = "show one rule with its whole match",
	.arguments = {RULE_ID},
};

const struct op_row op_row_rule_add = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "add a rule to the running policy",
	.arguments = {
		{"rule", VALUE_JSON, OP_REQUIRED, "the rule", NULL},
		{"before", VALUE_RULE, 0, "stand in front of this rule, not at the end", NULL},
	},
};

const struct op_row op_row_rule_set = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "change fields of a rule, in its place",
	.arguments = {RULE_ID, FIELDS},
};

const struct op_row op_row_rule_move = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "move a rule in front of another, or behind it",
	.arguments = {
		RULE_ID,
		{"before", VALUE_RULE, 0, "stand in front of this rule", NULL},
		{"after", VALUE_RULE, 0, "stand behind this rule", NULL},
	},
};

const struct op_row op_row_rule_rename = {
	.privilege = PRIVILEGE_WRITE, .flags = OP_DRY,
	.help = "give a rule another id; its counters and bucket stay its own",
	.arguments = {RULE_ID, {"name", VALUE_TEXT, OP_REQUIRED, "the new id", NULL}},
};

const struct op_row op_row_rule_delete = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "delete a rule from the running policy",
	.arguments = {RULE_ID, MISSING_OK},
};

const struct op_row op_row_rule_enable = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "make a disabled rule count again",
	.arguments = {RULE_ID},
};

const struct op_row op_row_rule_disable = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "make a rule match nothing, but keep it in its place",
	.arguments = {RULE_ID},
};

const struct op_row op_row_set_list = {
	.privilege = PRIVILEGE_READ, .flags = OP_PAGES,
	.help = "list all sets",
};

const struct op_row op_row_set_show = {
	.privilege = PRIVILEGE_READ, .flags = OP_PAGES,
	.help = "show the entries of a set",
	.arguments = {SET_NAME},
};

const struct op_row op_row_set_add = {
	.privilege = PRIVILEGE_SET,
	.help = "add prefixes to an inline or a live set",
	.arguments = {
		SET_NAME,
		PREFIXES(OP_REQUIRED),
		{"timeout", VALUE_STAY, 0, "of a live set: stay so long, as 10m; or forever", NULL},
	},
};

const struct op_row op_row_set_create = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "add a set to the running policy",
	.arguments = {
		{"name", VALUE_TEXT, OP_REQUIRED, "name of the new set", NULL},
		{"set", VALUE_FIELDS, OP_REQUIRED, "the set", NULL},
	},
};

const struct op_row op_row_set_delete = {
	.privilege = PRIVILEGE_SET,
	.help = "delete prefixes from an inline or a live set, or a set that nothing uses",
	.arguments = {SET_NAME, PREFIXES(0), MISSING_OK},
};

const struct op_row op_row_set_reload = {
	.privilege = PRIVILEGE_CHANGE, .flags = OP_SLOW,
	.help = "read the files of sets again, and nothing else",
	.arguments = {{"names", VALUE_SET, OP_MANY, "names of sets from files", NULL}},
};

const struct op_row op_row_set_test = {
	.privilege = PRIVILEGE_READ,
	.help = "tell whether an address or prefix is in a set",
	.arguments = {SET_NAME, {"prefix", VALUE_PREFIX, OP_REQUIRED, "address or prefix", NULL}},
};

const struct op_row op_row_set_flush = {
	.privilege = PRIVILEGE_GUARDED, .flags = OP_DRY,
	.help = "delete all entries of a live set",
	.arguments = {SET_NAME},
};

const struct op_row op_row_limit_list = {
	.privilege = PRIVILEGE_READ, .flags = OP_PAGES,
	.help = "list all limits",
};

const struct op_row op_row_limit_show = {
	.privilege = PRIVILEGE_READ,
	.help = "show one limit, and the keys that it limits most",
	.arguments = {
		LIMIT_NAME,
		{"top", VALUE_COUNT, 0, "also the N keys with most limited packets, at most 1000",
		 NULL},
	},
};

const struct op_row op_row_limit_add = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "add a limit to the running policy",
	.arguments = {
		{"name", VALUE_TEXT, OP_REQUIRED, "name of the new limit", NULL},
		{"limit", VALUE_JSON, OP_REQUIRED, "the limit", NULL},
	},
};

const struct op_row op_row_limit_set = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "change fields of a limit; buckets keep what they know",
	.arguments = {LIMIT_NAME, FIELDS},
};

const struct op_row op_row_limit_delete = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "delete a limit that no rule uses",
	.arguments = {LIMIT_NAME, MISSING_OK},
};

const struct op_row op_row_block = {
	.privilege = PRIVILEGE_GUARDED, .flags = OP_DRY,
	.help = "drop all packets from an address or prefix, at once",
	.arguments = {
		ONE_PREFIX,
		PREFIXES(0),
		UPLOADED,
		{"timeout", VALUE_STAY, 0,
		 "end by itself, as 90s, 10m or 1h30m; else it stays until unblock", NULL},
		{"reason", VALUE_TEXT, 0, "a note for the list of blocks", NULL},
	},
};

const struct op_row op_row_unblock = {
	.privilege = PRIVILEGE_LIVE, .flags = OP_DRY,
	.help = "end blocks; that there is none is no error",
	.arguments = {
		ONE_PREFIX,
		{"prefixes", VALUE_BLOCK, OP_MANY, "as it was blocked", NULL},
		UPLOADED,
	},
};

const struct op_row op_row_blocks = {
	.privilege = PRIVILEGE_READ, .flags = OP_PAGES,
	.help = "list the blocks",
};

const struct op_row op_row_blocks_flush = {
	.privilege = PRIVILEGE_LIVE, .flags = OP_DRY,
	.help = "end all blocks, or those for one reason",
	.arguments = {{"reason", VALUE_TEXT, 0,
		       "only those that 'fwctl blocks' shows with just this reason; '': with none",
		       NULL}},
};
/* clang-format on */
