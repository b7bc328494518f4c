// SPDX-License-Identifier: MIT
/* The policy as a whole: texts, revisions, trials, confirmation, panic. */
#include "common/protocol/ops_arguments.h"

static const char *const enforcement[] = {"monitor", "enforce", NULL};

#define PANIC_TIME                                                          \
	{                                                                   \
		"for", VALUE_TIME, 0, "how long, from 1s to 24h (5m)", NULL \
	}
#define FLOWS                                                            \
	{                                                                \
		"flows", VALUE_COUNT, 0, "tell so many flows (10)", NULL \
	}

/* clang-format off */
const struct op_row op_row_upload = {
	.privilege = PRIVILEGE_PREPARE,
	.help = "send a piece of a text, for the next request that takes one",
	.arguments = {
		{"offset", VALUE_COUNT, OP_REQUIRED, "bytes sent so far; 0 begins again", NULL},
		{"text", VALUE_TEXT, OP_REQUIRED, "the piece: whole characters", NULL},
	},
};

const struct op_row op_row_apply = {
	.privilege = PRIVILEGE_CHANGE, .flags = OP_SLOW,
	.help = "make the uploaded text the running policy, at once",
	.arguments = {TEXT_NAME, TEXT_FOLDER, MESSAGE},
};

const struct op_row op_row_try_start = {
	.privilege = PRIVILEGE_WRITE,
	.help = "let the uploaded policy judge packets beside the running one, without effect",
	.arguments = {
		TEXT_NAME,
		TEXT_FOLDER,
		{"for", VALUE_TIME, 0, "how long, as 90s or 1h30m (10m)", NULL},
		FLOWS,
	},
};

const struct op_row op_row_try_status = {
	.privilege = PRIVILEGE_READ,
	.help = "tell what the trial has found so far",
	.arguments = {FLOWS},
};

const struct op_row op_row_try_stop = {
	.privilege = PRIVILEGE_WRITE,
	.help = "end the trial now",
	.arguments = {FLOWS},
};

const struct op_row op_row_panic_open = {
	.privilege = PRIVILEGE_LIVE,
	.help = "let every packet pass, for a time",
	.arguments = {PANIC_TIME},
};

const struct op_row op_row_panic_close = {
	.privilege = PRIVILEGE_GUARDED,
	.help = "drop every packet but management.allow and the link's own, for a time",
	.arguments = {PANIC_TIME},
};

const struct op_row op_row_panic_end = {
	.privilege = PRIVILEGE_LIVE,
	.help = "end a panic: the policy is in force again",
};

const struct op_row op_row_confirm = {
	.privilege = PRIVILEGE_LIVE,
	.help = "keep the policy that waits for its confirmation",
};

const struct op_row op_row_abort = {
	.privilege = PRIVILEGE_LIVE,
	.help = "take the policy that waits for its confirmation back at once",
};

const struct op_row op_row_save = {
	.privilege = PRIVILEGE_WRITE, .flags = OP_SLOW,
	.help = "write the running policy to fwd's config file",
	.arguments = {
		{"force", VALUE_FLAG, 0, "even if the file has changed on disk", NULL},
		{"flatten", VALUE_FLAG, 0, "write all into one file that includes none", NULL},
	},
};

const struct op_row op_row_history = {
	.privilege = PRIVILEGE_READ, .flags = OP_PAGES,
	.help = "list the revisions of the running policy, newest first",
};

const struct op_row op_row_text = {
	.privilege = PRIVILEGE_READ,
	.help = "send a piece of a policy's text",
	.arguments = {
		{"revision", VALUE_REVISION, 0, "its number; else what runs", NULL},
		{"saved", VALUE_FLAG, 0, "of the config file as it is on disk", NULL},
		{"offset", VALUE_COUNT, 0, "from this byte on", NULL},
	},
};

const struct op_row op_row_rollback = {
	.privilege = PRIVILEGE_CHANGE, .flags = OP_SLOW,
	.help = "make an earlier revision the running policy again",
	.arguments = {
		{"revision", VALUE_REVISION, OP_REQUIRED, "number of the revision", NULL},
		MESSAGE,
	},
};

const struct op_row op_row_audit = {
	.privilege = PRIVILEGE_READ,
	.help = "list the last writes, newest first: who, when, what, and its result",
	.arguments = {{"limit", VALUE_COUNT, 0, "at most so many, up to 1000 (50)", NULL}},
};

const struct op_row op_row_reload = {
	.privilege = PRIVILEGE_CHANGE, .flags = OP_SLOW,
	.help = "make fwd read its config file",
	.arguments = {{"discard", VALUE_FLAG, 0,
		       "also if live edits are lost that the file does not have", NULL}},
};

const struct op_row op_row_defaults_set = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "change fields of \"defaults\"",
	.arguments = {FIELDS},
};

const struct op_row op_row_mode = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "enforce the policy, or only watch what it would do",
	.arguments = {{"mode", VALUE_TEXT, OP_REQUIRED, "monitor or enforce", enforcement}},
};
/* clang-format on */
