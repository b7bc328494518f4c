/* SPDX-License-Identifier: MIT */
/*
 * The control socket: clients, frames, and what is done for each op.
 *
 * An op is a row in common/protocol/, and a handler in the file of its family in verbs/.
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

#include "common/machine/caller.h"
#include "common/protocol/ops.h"
#include "common/protocol/wire.h"
#include "daemon/fwd/control/core.h"
#include "daemon/fwd/transaction/transaction.h"

struct control;
struct ctl_client;

/* A request, and where its reply goes. A handler sets result, or calls ctl_fail. */
struct ctl_request {
	const struct core *core;
	struct ctl_client *client;
	const struct ctl_verb *verb; /* NULL: there is none of this name */
	const cJSON *args;	     /* object, as the verb's row describes it; never NULL */
	const char *from;	     /* SSH_CONNECTION of the client, as it claims; or NULL */
	bool progress;		     /* the client wants to know how far long work is */
	struct change change;	     /* of the policy, as it is asked for: of verbs that write */
	struct actor actor;	     /* who asks */
	struct caller caller;	     /* and from where */
	bool was_kept;		     /* of verbs that write: revisions were, before this one */
	cJSON *result;		     /* set by the handler; NULL becomes {} */
	enum wire_error error;
	char *message;	/* malloced, with ctl_fail */
	cJSON *details; /* with ctl_fail_errors: the list of errors */
	cJSON *notes;	/* list of warnings, for a result that has none of its own; or NULL */
};

typedef int (*ctl_handler)(struct ctl_request *request);

/* An op of the table, and what does it. */
struct ctl_verb {
	const char *op; /* its name */
	const struct op_row *row;
	ctl_handler handler;
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

/* The op's handler and row. */
typedef const struct ctl_verb *ctl_table(enum op op);

/*
 * Listen, and subscribe to the hub of the core for clients that monitor. -EADDRINUSE: a living fwd
 * answers on this socket. A stale socket file is replaced.
 */
int control_open(const struct core *core, ctl_table *verb_of, sd_event *loop, const char *path,
		 struct control **ret, struct errors *errs);
/* Drop all clients and remove the socket file. NULL is allowed; returns NULL. */
struct control *control_close(struct control *control);

#endif
