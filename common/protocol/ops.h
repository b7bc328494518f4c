/* SPDX-License-Identifier: MIT */
/*
 * The control protocol as data: each op with its privilege, its arguments and its result. fwd
 * checks requests with these rows before a handler runs, fwctl takes kinds and help of its
 * arguments from them, and the reference in docs/protocol.md is written from them. A new op is a line of OPS, a row in an ops_*.c and a handler:
 *
 *	X(RULE_DELETE, "rule.delete", rule_delete)
 *
 *	const struct op_row op_row_rule_delete = {
 *		.privilege = PRIVILEGE_CHANGE, .help = "delete a rule from the running policy",
 *		.arguments = {RULE_ID, MISSING_OK},
 *		.result = &record_edit,
 *	};
 */
#ifndef FWD_OPS_H
#define FWD_OPS_H

#include <stdbool.h>
#include <stddef.h>

/* Enum, name in requests, and the suffix of the row (op_row_X) and of the handler. */
#define OPS(X)                                        \
	X(VERSION, "version", version)                \
	X(STATUS, "status", status)                   \
	X(STATS, "stats", stats)                      \
	X(STATS_RESET, "stats.reset", stats_reset)    \
	X(UPLOAD, "upload", upload)                   \
	X(APPLY, "apply", apply)                      \
	X(TRY_START, "try.start", try_start)          \
	X(TRY_STATUS, "try.status", try_status)       \
	X(TRY_STOP, "try.stop", try_stop)             \
	X(PANIC_OPEN, "panic.open", panic_open)       \
	X(PANIC_CLOSE, "panic.close", panic_close)    \
	X(PANIC_END, "panic.end", panic_end)          \
	X(CONFIRM, "confirm", confirm)                \
	X(ABORT, "abort", abort)                      \
	X(SAVE, "save", save)                         \
	X(HISTORY, "history", history)                \
	X(TEXT, "text", text)                         \
	X(ROLLBACK, "rollback", rollback)             \
	X(AUDIT, "audit", audit)                      \
	X(RELOAD, "reload", reload)                   \
	X(RULE_LIST, "rule.list", rule_list)          \
	X(RULE_SHOW, "rule.show", rule_show)          \
	X(RULE_ADD, "rule.add", rule_add)             \
	X(RULE_SET, "rule.set", rule_set)             \
	X(RULE_MOVE, "rule.move", rule_move)          \
	X(RULE_RENAME, "rule.rename", rule_rename)    \
	X(RULE_DELETE, "rule.delete", rule_delete)    \
	X(RULE_ENABLE, "rule.enable", rule_enable)    \
	X(RULE_DISABLE, "rule.disable", rule_disable) \
	X(SET_LIST, "set.list", set_list)             \
	X(SET_SHOW, "set.show", set_show)             \
	X(SET_ADD, "set.add", set_add)                \
	X(SET_CREATE, "set.create", set_create)       \
	X(SET_DELETE, "set.delete", set_delete)       \
	X(SET_RELOAD, "set.reload", set_reload)       \
	X(SET_TEST, "set.test", set_test)             \
	X(SET_FLUSH, "set.flush", set_flush)          \
	X(FIND, "find", find)                         \
	X(LIMIT_LIST, "limit.list", limit_list)       \
	X(LIMIT_SHOW, "limit.show", limit_show)       \
	X(LIMIT_ADD, "limit.add", limit_add)          \
	X(LIMIT_SET, "limit.set", limit_set)          \
	X(LIMIT_DELETE, "limit.delete", limit_delete) \
	X(DEFAULTS_SET, "defaults.set", defaults_set) \
	X(MODE, "mode", mode)                         \
	X(BLOCK, "block", block)                      \
	X(UNBLOCK, "unblock", unblock)                \
	X(BLOCKS, "blocks", blocks)                   \
	X(BLOCKS_FLUSH, "blocks.flush", blocks_flush) \
	X(IFACE_LIST, "iface.list", iface_list)       \
	X(IFACE_ATTACH, "iface.attach", iface_attach) \
	X(IFACE_SET, "iface.set", iface_set)          \
	X(IFACE_DETACH, "iface.detach", iface_detach) \
	X(MONITOR, "monitor", monitor)                \
	X(LOCKOUT, "lockout", lockout)                \
	X(EXPLAIN, "explain", explain)

#define OP_AS_ENUM(name, text, symbol) OP_##name,
enum op { OP_NONE, OPS(OP_AS_ENUM) OP_MAX };

/*
 * Who may request an op, and what it takes in addition to its own arguments. All but READ are for
 * writers, and take
 * "if_revision": the op is refused if the running policy is of another revision.
 *
 * PREPARE	changes nothing yet, so only its refusals are audited
 * LIVE		settles a policy that waits for its confirmation, or is allowed meanwhile
 * GUARDED	the same, but may cut somebody off: takes "force"
 * SET		edits a set, which is live (as GUARDED) or a part of the policy (as CHANGE);
 *		the handler implements "dry_run"
 * WRITE	is refused while a policy waits, but does not change the running policy
 * CHANGE	changes the running policy: takes "confirm", "force" and "dry_run"
 */
enum privilege {
	PRIVILEGE_READ,
	PRIVILEGE_PREPARE,
	PRIVILEGE_LIVE,
	PRIVILEGE_GUARDED,
	PRIVILEGE_SET,
	PRIVILEGE_WRITE,
	PRIVILEGE_CHANGE,
};

/* The meaning of a value: fwctl completes by it, and it determines the type in JSON (op_type). */
enum value_kind {
	VALUE_TEXT,
	VALUE_JSON,   /* JSON text of an object */
	VALUE_FIELDS, /* the same; for people its members may be given one by one */
	VALUE_RULE,
	VALUE_SET,
	VALUE_LIMIT,
	VALUE_INTERFACE,
	VALUE_PREFIX,
	VALUE_BLOCK, /* a prefix that is blocked */
	VALUE_FILE,
	VALUE_COUNT,	/* a whole number */
	VALUE_SOME,	/* a whole number, not 0 */
	VALUE_REVISION, /* a whole number; fwctl also takes "@TIME" */
	VALUE_TIME,	/* as 90s, 10m, 1h30m */
	VALUE_STAY,	/* the same, or "forever" or 0: without end */
	VALUE_FLAG,	/* true or false */
};

/* The type of a value in JSON. */
enum op_type {
	OP_STRING,
	OP_STRINGS, /* a list of them */
	OP_COUNT,   /* a number, whole, from 0 to 2^53 */
	OP_BOOL,
};

#define OP_REQUIRED 1
#define OP_MANY	    2 /* a list of such values */

struct op_argument {
	const char *key; /* NULL ends a list */
	enum value_kind kind;
	unsigned flags; /* OP_REQUIRED, OP_MANY */
	const char *help;
	const char *const *words; /* all that the value can be, NULL at the end; or NULL */
};

/* Arguments that many ops take: of the privilege, of OP_DRY, or (force) an op's own. */
#define OP_TAKES_REVISION 1 /* "if_revision" */
#define OP_TAKES_CONFIRM  2 /* "confirm" */
#define OP_TAKES_FORCE	  4 /* "force" */
#define OP_TAKES_DRY	  8 /* "dry_run" */
#define OP_TAKES_CHANGE	  (OP_TAKES_REVISION | OP_TAKES_CONFIRM | OP_TAKES_FORCE | OP_TAKES_DRY)

/* Flags of an op. */
#define OP_DRY	 1 /* takes "dry_run", in addition to what its privilege implies */
#define OP_PAGES 2 /* its result is a list in pages: takes "offset" and "limit" */
#define OP_SLOW	 4 /* may take seconds: frames about its progress come before the reply */

#define OP_MAX_ARGUMENTS 8

struct op_record;

struct op_row {
	enum privilege privilege;
	unsigned flags;
	const char *help; /* one line, without a full stop */
	struct op_argument arguments[OP_MAX_ARGUMENTS];
	const struct op_record *result; /* results.h */
	const char *notes;		/* more details: Markdown for docs/protocol.md; or NULL */
};

#define OP_AS_DECLARATION(name, text, symbol) extern const struct op_row op_row_##symbol;
OPS(OP_AS_DECLARATION)

const char *op_name(enum op op);
/* The op of that name; OP_NONE if there is none. */
enum op op_find(const char *name);
const struct op_row *op_row(enum op op);

/* The OP_TAKES_ bits of an op. */
unsigned op_takes(const struct op_row *row);

/* All arguments by number, the op's own first, then those that many ops take; NULL ends them. */
const struct op_argument *op_argument_at(const struct op_row *row, size_t index);

/* The argument of that key; NULL if the op takes none. */
const struct op_argument *op_argument(const struct op_row *row, const char *key);

/* The same, but only of the arguments in the row. */
const struct op_argument *op_own_argument(const struct op_row *row, const char *key);

enum op_type op_type(const struct op_argument *argument);

#endif
