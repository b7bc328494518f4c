/* SPDX-License-Identifier: MIT */
/*
 * The control socket: clients, frames, and the table of verbs.
 *
 * A verb is a row in table.c and a function in the file of its family:
 *	{"rule.delete", CTL_WRITE, ctl_rule_delete, {{"id", ARG_STRING, REQUIRED}}},
 * SO_PEERCRED decides who may what: root and group fwd-admin write, group fwd reads.
 *
 * A request goes: frame -> strict JSON -> row -> privilege -> arguments as the
 * row describes them -> handler -> reply, and an audit line if the row writes.
 */
#ifndef FWD_CONTROL_H
#define FWD_CONTROL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <cjson/cJSON.h>

#include "common/protocol/wire.h"
#include "daemon/fwd/app.h"
#include "daemon/fwd/pending/pending.h"

/*
 * Who may, and what it takes besides its own arguments. All but READ are for writers.
 *
 * PREPARE	changes nothing yet, so only its refusals are audited
 * LIVE		settles what waits for its confirmation, or can be done meanwhile
 * GUARDED	the same, but may cut somebody off: takes "force"
 * SET		edits a set, which is live (as GUARDED) or a part of the policy (as CHANGE);
 *		the handler sees to "dry_run"
 * WRITE	is refused while a policy waits, but does not change the running policy
 * CHANGE	changes the running policy: takes "confirm", "force" and "dry_run"
 */
enum ctl_privilege {
	CTL_READ,
	CTL_PREPARE,
	CTL_LIVE,
	CTL_GUARDED,
	CTL_SET,
	CTL_WRITE,
	CTL_CHANGE,
};

struct ctl_client;

/* A request, and where its reply goes. A handler sets result, or calls ctl_fail. */
struct ctl_request {
	struct app *app;
	struct ctl_client *client;
	const struct ctl_verb *verb; /* NULL: there is none of this name */
	const cJSON *args;	     /* object, as the verb's row describes it; never NULL */
	const char *from;	     /* SSH_CONNECTION of the client, as it claims; or NULL */
	bool progress;		     /* the client wants to know how far long work is */
	struct change_terms terms;   /* of verbs that write */
	struct actor actor;	     /* who asks */
	bool was_kept;		     /* of verbs that write: revisions were, before this one */
	cJSON *result;		     /* set by the handler; NULL becomes {} */
	enum wire_error error;
	char *message;	/* malloced, with ctl_fail */
	cJSON *details; /* with ctl_fail_errors: the list of errors */
	cJSON *notes;	/* list of warnings, for a result that has none of its own; or NULL */
};

typedef int (*ctl_handler)(struct ctl_request *request);

/*
 * What an argument must be: TEXTS is an array of strings, COUNT an integer from 0 to 2^53.
 * Every verb that writes also takes "if_revision", a COUNT: it is refused (CONFLICT) if the
 * running policy is of another revision. What may cut somebody off takes "force", a BOOL, and a
 * change of the policy "confirm", a STRING: it waits so long for its confirmation; and "dry_run", a
 * BOOL: all is checked, nothing is done.
 */
enum ctl_type { ARG_STRING, ARG_TEXTS, ARG_COUNT, ARG_BOOL };
#define REQUIRED true

struct ctl_arg {
	const char *name; /* NULL ends the list */
	enum ctl_type type;
	bool required;
};
#define CTL_MAX_ARGS 8

struct ctl_verb {
	const char *op;
	enum ctl_privilege privilege;
	ctl_handler handler;
	struct ctl_arg args[CTL_MAX_ARGS];
};

/* Set the error of the reply. Returns a negative value, so that handlers can `return ctl_fail(...)`. */
int ctl_fail(struct ctl_request *request, enum wire_error error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/*
 * The same from a list of errors. Code INVALID, or FAILED if the system refused; the
 * message is errors_text. Clears errs.
 */
int ctl_fail_errors(struct ctl_request *request, struct errors *errs);

/* Arguments; the row has checked their types. NULL, fallback, false if absent. */
const char *ctl_string(const struct ctl_request *request, const char *name);
uint64_t ctl_count(const struct ctl_request *request, const char *name, uint64_t fallback);
bool ctl_bool(const struct ctl_request *request, const char *name);

/* Listen. -EADDRINUSE: a living fwd answers on this socket. A stale socket file is replaced. */
int control_open(struct app *app, const char *path, struct control **ret, struct errors *errs);
/* Drop all clients and remove the socket file. NULL is allowed; returns NULL. */
struct control *control_close(struct control *control);

/* Give an event to all clients that monitor. */
void control_event(struct control *control, const struct event *event);

#endif
