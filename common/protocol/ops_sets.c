// SPDX-License-Identifier: MIT
/* Sets. */
#include "common/protocol/ops_arguments.h"
#include "common/protocol/results.h"

/* clang-format off */
#define PREFIXES(flags) {"prefixes", VALUE_PREFIX, OP_MANY | (flags), "addresses or prefixes", NULL}

static const struct op_record record_set = {"set", NULL, {
	FIELD(TEXT, "name", "", ""),
	FIELD(TEXT, "kind", "", "inline, file or live"),
	FIELD(COUNT, "entries", "", "that it has"),
	MAYBE(COUNT, "max", "entries", "that it can have"),
	MAYBE(TEXT, "timeout", "", "of entries of a live set, if they have one"),
	MAYBE(TEXT, "file", "", ""),
	MAYBE(BOOL, "kept", "", "true: the file could not be used when it was last read, and the "
	      "entries are those from before"),
	MAYBE(TEXT, "problem", "", "what is odd in the file and was taken all the same"),
}};

static const struct op_record record_sets = {"sets", NULL, {PAGE(&record_set, "")}};

static const struct op_record record_set_shown = {"set shown", &record_set, {
	PAGE(&record_entry, "")
}};

/* Of live and of inline sets. */
static const struct op_record record_set_edit = {"edit of a set", NULL, {
	MAYBE(TEXT, "kind", "", "inline or live"),
	MAYBE(COUNT, "added", "entries", ""),
	MAYBE(COUNT, "refreshed", "entries", "of a live set whose time began again"),
	MAYBE(TEXT, "timeout", "", "of a live set: that of the entries"),
	MAYBE(COUNT, "removed", "entries", ""),
	CHANGED,
	DRY_RUN,
	MAYBE(COUNT, "generation", "", "of an edit; so are the next three: see `rule.add`"),
	MAYBE(COUNT, "revision", "", ""),
	MAYBE(COUNT, "unsaved", "edits", ""),
	MAYBE(TEXT, "config", "", ""),
	WARNINGS,
}};

static const struct op_record record_set_change = {"set read again", NULL, {
	FIELD(TEXT, "name", "", ""),
	FIELD(BOOL, "changed", "", ""),
	FIELD(COUNT, "entries", "", "now"),
	FIELD(COUNT, "before", "entries", ""),
	FIELD(COUNT, "added", "entries", ""),
	FIELD(COUNT, "removed", "entries", ""),
	MAYBE(BOOL, "kept", "", "true: the file could not be used, and the set keeps what it had"),
}};

static const struct op_record record_set_reload = {"sets read again", &record_edit, {
	FIELD_OF(LIST, "sets", &record_set_change, ""),
}};

static const struct op_record record_set_test = {"test of a set", NULL, {
	FIELD(BOOL, "contained", "", ""),
	MAYBE_OF(ONE, "by", &record_entry, "the longest entry that covers it"),
}};

static const struct op_record record_found = {"found entry", &record_entry, {
	FIELD(TEXT, "kind", "", "block, inline, file or live"),
	MAYBE(TEXT, "set", "", "that has the entry; without it, the block list"),
}};

static const struct op_record record_find = {"found entries", NULL, {PAGE(&record_found, "")}};

static const struct op_record record_set_flush = {"flush of a set", NULL, {
	FIELD(COUNT, "removed", "entries", ""),
	CHANGED,
	DRY_RUN,
	WARNINGS,
}};

const struct op_row op_row_set_list = {
	.privilege = PRIVILEGE_READ, .flags = OP_PAGES,
	.help = "list all sets",
	.result = &record_sets,
};

const struct op_row op_row_set_show = {
	.privilege = PRIVILEGE_READ, .flags = OP_PAGES,
	.help = "show the entries of a set",
	.arguments = {SET_NAME},
	.result = &record_set_shown,
	.notes =
		"Entries of inline and file sets have only `prefix`.",
};

const struct op_row op_row_set_add = {
	.privilege = PRIVILEGE_SET,
	.help = "add prefixes to an inline or a live set",
	.arguments = {
		SET_NAME,
		PREFIXES(OP_REQUIRED),
		{"timeout", VALUE_STAY, 0, "of a live set: stay so long, as 10m; or forever", NULL},
	},
	.result = &record_set_edit,
	.notes =
		"If a live set is full, `conflict` names the first prefix that was not added, "
		"and those before it stay. For inline sets it is an edit, and `timeout` is "
		"refused. File sets: `conflict`.",
};

const struct op_row op_row_set_create = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "add a set to the running policy",
	.arguments = {
		{"name", VALUE_TEXT, OP_REQUIRED, "name of the new set", NULL},
		{"set", VALUE_FIELDS, OP_REQUIRED, "the set", NULL},
	},
	.result = &record_edit,
	.notes =
		"The set is an object as in the config's `sets`. `conflict` if there is another "
		"set of this name.",
};

const struct op_row op_row_set_delete = {
	.privilege = PRIVILEGE_SET,
	.help = "delete prefixes from an inline or a live set, or a set that nothing uses",
	.arguments = {SET_NAME, PREFIXES(0), MISSING_OK},
	.result = &record_set_edit,
	.notes =
		"What is not there is passed over. For inline sets it is an edit. Without "
		"`prefixes` the set itself is deleted: an edit; `conflict` if something uses it "
		"(the message names all that do), or if it is live and has entries, which no "
		"rollback would bring back.",
};

const struct op_row op_row_set_reload = {
	.privilege = PRIVILEGE_CHANGE, .flags = OP_SLOW,
	.help = "read the files of sets again, and nothing else",
	.arguments = {{"names", VALUE_SET, OP_MANY, "names of sets from files", NULL}},
	.result = &record_set_reload,
	.notes =
		"Without `names`: of all sets from files. An edit of nothing else: other sets, "
		"and live edits that are not saved, are as they were, and `unsaved` does not "
		"count it. There is no new generation if all files hold what they held. "
		"`invalid` if a file has errors; `conflict` if a set is not from a file.",
};

const struct op_row op_row_set_test = {
	.privilege = PRIVILEGE_READ,
	.help = "show whether an address or prefix is in a set",
	.arguments = {SET_NAME, {"prefix", VALUE_PREFIX, OP_REQUIRED, "address or prefix", NULL}},
	.result = &record_set_test,
};

const struct op_row op_row_find = {
	.privilege = PRIVILEGE_READ, .flags = OP_PAGES,
	.help = "list the blocks and sets that an address or prefix is in",
	.arguments = {{"prefix", VALUE_PREFIX, OP_REQUIRED, "address or prefix", NULL}},
	.result = &record_find,
	.notes =
		"Of each set the longest entry that covers it. The block is the first item, then "
		"come the sets in the order of the config.",
};

const struct op_row op_row_set_flush = {
	.privilege = PRIVILEGE_GUARDED, .flags = OP_DRY,
	.help = "delete all entries of a live set",
	.arguments = {SET_NAME},
	.result = &record_set_flush,
	.notes =
		"Only live sets.",
};
/* clang-format on */
