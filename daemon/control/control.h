/* SPDX-License-Identifier: MIT */
/*
 * The control socket: clients, frames, and the table of verbs.
 *
 * A verb is a row in table.c { "rule.delete", CTL_WRITE, ctl_rule_delete } and
 * one file. SO_PEERCRED decides: root and group fwd-admin write, group fwd reads.
 */
#ifndef FWD_CONTROL_H
#define FWD_CONTROL_H

#include <sys/types.h>

#include <cjson/cJSON.h>

#include "app.h"
#include "wire.h"

enum ctl_privilege { CTL_READ, CTL_WRITE };

struct ctl_client;

/* A request, and where its reply goes. A handler sets result, or calls ctl_fail. */
struct ctl_request {
	struct app *app;
	struct ctl_client *client;
	const cJSON *args; /* object; never NULL */
	cJSON *result;	   /* set by the handler; NULL becomes {} */
	enum wire_error error;
	char *message; /* malloced, with ctl_fail */
};

typedef int (*ctl_handler)(struct ctl_request *request);

struct ctl_verb {
	const char *op;
	enum ctl_privilege privilege;
	ctl_handler handler;
};

/* Set the error of the reply. Returns a negative value, so that handlers can `return ctl_fail(...)`. */
int ctl_fail(struct ctl_request *request, enum wire_error error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same from a list of errors (code INVALID; the message is errors_text). Clears errs. */
int ctl_fail_errors(struct ctl_request *request, struct errors *errs);

/* A string argument, or NULL if absent or of another type. */
const char *ctl_string(const struct ctl_request *request, const char *name);

/* Listen. -EADDRINUSE: a living fwd answers on this socket. A stale socket file is replaced. */
int control_open(struct app *app, const char *path, struct control **ret, struct errors *errs);
struct control *control_close(struct control *control);

/* Give an event to all clients that monitor. */
void control_event(struct control *control, const struct event *event);

#endif
