// SPDX-License-Identifier: MIT
/* Blocks. */
#include "common/protocol/ops_arguments.h"
#include "common/protocol/results.h"

/* clang-format off */
#define ONE_PREFIX {"prefix", VALUE_PREFIX, 0, "one of them; the reply is about it", NULL}
#define UPLOADED   {"uploaded", VALUE_FLAG, 0, "they are in the uploaded text", NULL}

/* Of one prefix, or of many. */
static const struct op_record record_block = {"block", NULL, {
	MAYBE(TEXT, "prefix", "", "of one"),
	MAYBE(NUMBER, "age_s", "s", "of one"),
	MAYBE(NUMBER, "expires_in_s", "s", "of one, if it ends"),
	MAYBE(TEXT, "reason", "", "of one"),
	MAYBE(BOOL, "new", "", "of one; false: it was blocked already"),
	MAYBE(COUNT, "added", "entries", "of many"),
	MAYBE(COUNT, "refreshed", "entries", "of many: that were blocked already"),
	MAYBE(TEXT, "timeout", "", "of many, if they end"),
	CHANGED,
	DRY_RUN,
	WARNINGS,
}};

static const struct op_record record_covered = {"covered block", NULL, {
	FIELD(TEXT, "prefix", "", ""),
	FIELD(TEXT, "by", "", "the wider block"),
}};

static const struct op_record record_unblock = {"unblock", NULL, {
	MAYBE(TEXT, "prefix", "", "of one"),
	MAYBE(TEXT, "still_blocked_by", "", "of one: a wider block that covers it"),
	MAYBE(COUNT, "removed", "entries", "of many"),
	MAYBE(COUNT, "missing", "entries", "of many: that were not blocked"),
	MAYBE(COUNT, "still_blocked_count", "entries", "of many: that wider blocks cover"),
	MAYBE_OF(LIST, "still_blocked", &record_covered, "at most 100 of them"),
	CHANGED,
	DRY_RUN,
	WARNINGS,
}};

static const struct op_record record_blocks = {"blocks", NULL, {PAGE(&record_entry, "")}};

static const struct op_record record_blocks_flush = {"flush of blocks", NULL, {
	FIELD(COUNT, "removed", "entries", "that ended"),
	FIELD(COUNT, "still_blocked_count", "entries", "that wider blocks for another reason cover"),
	MAYBE_OF(LIST, "entries", &record_entry, "with `dry_run`: the first 100 that would end"),
	CHANGED,
	DRY_RUN,
	WARNINGS,
}};

const struct op_row op_row_block = {
	.privilege = PRIVILEGE_GUARDED, .flags = OP_DRY,
	.help = "drop all packets from an address or prefix, at once",
	.arguments = {
		ONE_PREFIX,
		{"prefixes", VALUE_PREFIX, OP_MANY, "addresses or prefixes", NULL},
		UPLOADED,
		{"timeout", VALUE_STAY, 0,
		 "end by itself, as 90s, 10m or 1h30m; else it stays until unblock", NULL},
		{"reason", VALUE_TEXT, 0, "a note for the list of blocks", NULL},
	},
	.result = &record_block,
	.notes =
		"Either `prefix`, `prefixes` or `uploaded`. A block that is there begins its "
		"time again. A reason has at most 63 bytes.\n\n"
		"Of many, all are blocked or none. A list that does not fit into a frame is "
		"sent by `upload` before, as text with white space between the prefixes, and "
		"`uploaded` is true; an error names its line. `conflict` if the block list has "
		"no room for all.",
};

const struct op_row op_row_unblock = {
	.privilege = PRIVILEGE_LIVE, .flags = OP_DRY,
	.help = "end blocks; that there is none is no error",
	.arguments = {
		ONE_PREFIX,
		{"prefixes", VALUE_BLOCK, OP_MANY, "as it was blocked", NULL},
		UPLOADED,
	},
	.result = &record_unblock,
	.notes =
		"Either `prefix`, `prefixes` or `uploaded`, as for `block`. `not_found` if the "
		"prefix is blocked as part of a wider block only: it would stay blocked.\n\n"
		"Of many, all blocks end or none.",
};

const struct op_row op_row_blocks = {
	.privilege = PRIVILEGE_READ, .flags = OP_PAGES,
	.help = "list the blocks",
	.result = &record_blocks,
};

const struct op_row op_row_blocks_flush = {
	.privilege = PRIVILEGE_LIVE, .flags = OP_DRY,
	.help = "end all blocks, or those for one reason",
	.arguments = {{"reason", VALUE_TEXT, 0,
		       "only those that 'fwctl blocks' shows with just this reason; '': with none",
		       NULL}},
	.result = &record_blocks_flush,
	.notes =
		"The reason is compared as a whole: `limit NAME` of bans, `\"\"` of blocks "
		"without a reason. No block with this reason is no error, and no change; "
		"`bad_request` if it has more than 63 bytes (the name of a limit is recorded "
		"with its first 57). It is allowed while a policy waits for its confirmation. "
		"Reasons are kept in memory only: what was blocked before fwd was restarted has "
		"none.",
};
/* clang-format on */
