// SPDX-License-Identifier: MIT
/* The policy as a whole: texts, revisions, trials, confirmation, panic. */
#include "common/protocol/ops_arguments.h"
#include "common/protocol/results.h"

static const char *const enforcement[] = {"monitor", "enforce", NULL};

#define PANIC_TIME                                                          \
	{                                                                   \
		"for", VALUE_TIME, 0, "how long, from 1s to 24h (5m)", NULL \
	}
#define FLOWS                                                            \
	{                                                                \
		"flows", VALUE_COUNT, 0, "show so many flows (10)", NULL \
	}

/* clang-format off */
static const struct op_record record_upload = {"upload", NULL, {
	FIELD(COUNT, "bytes", "bytes", "that there are now"),
}};

static const struct op_record record_apply = {"apply", &record_edit, {
	FIELD(COUNT, "rules", "", "of the policy"),
}};

const struct op_row op_row_upload = {
	.privilege = PRIVILEGE_PREPARE,
	.help = "send a piece of a text, for the next request that takes one",
	.arguments = {
		{"offset", VALUE_COUNT, OP_REQUIRED, "bytes sent so far; 0 begins again", NULL},
		{"text", VALUE_TEXT, OP_REQUIRED, "the piece: whole characters", NULL},
	},
	.result = &record_upload,
	.notes =
		"At most 64 MiB in all; the text waits at the connection for the next request "
		"on it that takes one. Pieces end between characters.",
};

const struct op_row op_row_apply = {
	.privilege = PRIVILEGE_CHANGE, .flags = OP_SLOW,
	.help = "make the uploaded text the running policy, at once",
	.arguments = {TEXT_NAME, TEXT_FOLDER, MESSAGE},
	.result = &record_apply,
	.notes =
		"`folder` is absolute; without it, relative paths of set files start from the "
		"folder of fwd's config. The text cannot include files. `invalid` if it has "
		"errors; `permission` if the client is not root and the text names a set file "
		"that the running policy does not have.",
};

const struct op_row op_row_try_start = {
	.privilege = PRIVILEGE_WRITE,
	.help = "let the uploaded policy judge packets next to the running one, without effect",
	.arguments = {
		TEXT_NAME,
		TEXT_FOLDER,
		{"for", VALUE_TIME, 0, "how long, as 90s or 1h30m (10m)", NULL},
		FLOWS,
	},
	.result = &record_trial,
	.notes =
		"`invalid`, `permission` as for `apply`; `conflict` if a trial is running.",
};

const struct op_row op_row_try_status = {
	.privilege = PRIVILEGE_READ,
	.help = "show what the trial has found so far",
	.arguments = {FLOWS},
	.result = &record_trial,
};

const struct op_row op_row_try_stop = {
	.privilege = PRIVILEGE_WRITE,
	.help = "end the trial now",
	.arguments = {FLOWS},
	.result = &record_trial,
	.notes =
		"`conflict` if none is running.",
};

const struct op_row op_row_panic_open = {
	.privilege = PRIVILEGE_LIVE,
	.help = "let every packet pass, for a time",
	.arguments = {PANIC_TIME},
	.result = &record_panic,
	.notes = "While a panic is in force, every reply has `panic` next to `ok`.",
};

static const struct op_record record_panic_close = {"closing panic", &record_panic, {
	FIELD(TEXTS, "detached", "", "interfaces that it does not close, as the config detaches them"),
}};

const struct op_row op_row_panic_close = {
	.privilege = PRIVILEGE_GUARDED,
	.help = "drop every packet but management.allow and the link's own, for a time",
	.arguments = {PANIC_TIME},
	.result = &record_panic_close,
	.notes =
		"`failed` if `management.allow` is empty, and `force` is not given.",
};

static const struct op_record record_panic_end = {"end of a panic", NULL, {
	FIELD(BOOL, "changed", "", "false: there was none"),
	WARNINGS,
}};

const struct op_row op_row_panic_end = {
	.privilege = PRIVILEGE_LIVE,
	.help = "end a panic: the policy is in force again",
	.result = &record_panic_end,
};

const struct op_row op_row_confirm = {
	.privilege = PRIVILEGE_LIVE,
	.help = "keep the policy that waits for its confirmation",
	.result = &record_edit,
	.notes =
		"`conflict` if nothing waits, or not any more; the message says what became of "
		"it.",
};

const struct op_row op_row_abort = {
	.privilege = PRIVILEGE_LIVE,
	.help = "take the policy that waits for its confirmation back at once",
	.result = &record_edit,
	.notes =
		"`conflict` as for `confirm`.",
};

const struct op_row op_row_save = {
	.privilege = PRIVILEGE_WRITE, .flags = OP_SLOW,
	.help = "write the running policy to fwd's config file",
	.arguments = {
		{"force", VALUE_FLAG, 0, "even if the file has changed on disk", NULL},
		{"flatten", VALUE_FLAG, 0, "write all into one file that includes none", NULL},
	},
	.result = &record_edit,
	.notes =
		"`conflict` if the file has changed on disk since fwd read it (unless `force`), "
		"or if an included file would have to change (unless `flatten`); `failed` if it "
		"cannot be written.",
};

static const struct op_record record_who = {"who", NULL, {
	FIELD(COUNT, "uid", "", ""),
	FIELD(TEXT, "user", "", "its name; empty if it has none"),
	FIELD(COUNT, "gid", "", ""),
	FIELD(COUNT, "pid", "", ""),
	FIELD(TEXT, "process", "", ""),
	MAYBE(COUNT, "login_uid", "", "whose login it was"),
	MAYBE(TEXT, "claimed_from", "", "SSH_CONNECTION, as the client has it"),
}};

/* A damaged file has only number and damaged. */
#define REVISION                                                                                 \
	FIELD(COUNT, "number", "", ""),                                                          \
	MAYBE(TEXT, "time", "", "when it began to run"),                                         \
	MAYBE(TEXT, "cause", "", "start, reload, apply, edit, rollback or reverted (a policy "   \
	      "that was not confirmed was taken back)"),                                         \
	MAYBE(TEXT, "command", "", "what was asked for"),                                        \
	MAYBE(TEXT, "message", "", "the note of who asked"),                                     \
	MAYBE_OF(ONE, "who", &record_who, "asked for it"),                                       \
	MAYBE(BOOL, "confirmed", "", "false: it waits for its confirmation or was taken back, "  \
	      "or `boot_fail` made it; a start does not use it"),                                \
	MAYBE(COUNT, "bytes", "bytes", "of its text"),                                           \
	MAYBE(TEXT, "sha256", "", "of its text"),                                                \
	MAYBE(TEXT, "damaged", "", "why it cannot be read; then only `number` is there, too"),   \
	MAYBE(BOOL, "running", "", "true for the one that is running"),                          \
	MAYBE(BOOL, "saved", "", "true for the one that the config file holds")

static const struct op_record record_revision = {"revision", NULL, {REVISION}};

static const struct op_record record_set_file = {"set file", NULL, {
	FIELD(TEXT, "name", "", "of the set"),
	FIELD(TEXT, "file", "", ""),
	FIELD(COUNT, "entries", "", ""),
	FIELD(TEXT, "sha256", "", "of what the file held"),
}};

static const struct op_record record_revision_whole = {"revision with sets", NULL, {
	REVISION,
	MAYBE_OF(LIST, "sets", &record_set_file, "its set files"),
}};

static const struct op_record record_history = {"history", NULL, {
	PAGE(&record_revision, "newest first"),
	MAYBE(TEXT, "trouble", "", "why revisions are not kept on disk now"),
}};

static const struct op_record record_text = {"text", NULL, {
	FIELD(COUNT, "total", "bytes", "of the whole text"),
	FIELD(COUNT, "offset", "bytes", "where the piece begins: at a character, up to three bytes "
	      "before what was asked for"),
	FIELD(COUNT, "bytes", "bytes", "of the piece"),
	FIELD(TEXT, "text", "", "the piece"),
	FIELD(TEXT, "folder", "", "where relative paths in the text start"),
	MAYBE_OF(ONE, "revision", &record_revision_whole, "of a revision: its item in the history"),
}};

const struct op_row op_row_history = {
	.privilege = PRIVILEGE_READ, .flags = OP_PAGES,
	.help = "list the revisions of the running policy, newest first",
	.result = &record_history,
};

const struct op_row op_row_text = {
	.privilege = PRIVILEGE_READ,
	.help = "send a piece of a policy's text",
	.arguments = {
		{"revision", VALUE_REVISION, 0, "its number; else what runs", NULL},
		{"saved", VALUE_FLAG, 0, "of the config file as it is on disk", NULL},
		{"offset", VALUE_COUNT, 0, "from this byte on", NULL},
	},
	.result = &record_text,
	.notes =
		"`not_found`; `failed` if its file is damaged; `invalid` if the config file has "
		"mistakes.",
};

const struct op_row op_row_rollback = {
	.privilege = PRIVILEGE_CHANGE, .flags = OP_SLOW,
	.help = "make an earlier revision the running policy again",
	.arguments = {
		{"revision", VALUE_REVISION, OP_REQUIRED, "number of the revision", NULL},
		MESSAGE,
	},
	.result = &record_edit,
	.notes =
		"`fwctl -j` adds `back_to`, the revision that `@TIME` or `--to` meant. "
		"`warnings` name set files that are not what they were.",
};

static const struct op_record record_write = {"write", NULL, {
	FIELD(TEXT, "time", "", ""),
	FIELD_OF(ONE, "who", &record_who, "asked for it"),
	FIELD(TEXT, "command", "", "what was asked for"),
	FIELD(TEXT, "result", "", "ok, or the code of an error"),
	MAYBE(TEXT, "message", "", "of the error"),
	FIELD(COUNT, "revision_before", "", "that ran when it came"),
	FIELD(COUNT, "revision", "", "that ran after it"),
}};

static const struct op_record record_audit = {"audit", NULL, {
	FIELD_OF(LIST, "items", &record_write, "newest first"),
	MAYBE(TEXT, "trouble", "", "why the log cannot be written now"),
}};

const struct op_row op_row_audit = {
	.privilege = PRIVILEGE_READ,
	.help = "list the last writes, newest first: who, when, what, and its result",
	.arguments = {{"limit", VALUE_COUNT, 0, "at most so many, up to 1000 (50)", NULL}},
	.result = &record_audit,
};

static const struct op_record record_reload = {"reload", &record_apply, {
	FIELD(COUNT, "discarded", "edits", "that the file did not have, with `discard`"),
}};

const struct op_row op_row_reload = {
	.privilege = PRIVILEGE_CHANGE, .flags = OP_SLOW,
	.help = "make fwd read its config file",
	.arguments = {{"discard", VALUE_FLAG, 0,
		       "also if live edits are lost that the file does not have", NULL}},
	.result = &record_reload,
	.notes =
		"`invalid` if the file has errors; the running policy stays. `conflict` with an "
		"error `E0505` for each live edit that the file does not have and that would be "
		"lost, unless `discard` is true.",
};

const struct op_row op_row_defaults_set = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "change fields of \"defaults\"",
	.arguments = {FIELDS},
	.result = &record_edit,
};

const struct op_row op_row_mode = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "enforce the policy, or only watch what it would do",
	.arguments = {{"mode", VALUE_TEXT, OP_REQUIRED, "monitor or enforce", enforcement}},
	.result = &record_edit,
};
/* clang-format on */
