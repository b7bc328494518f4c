// SPDX-License-Identifier: MIT
#include "daemon/fwd/control/request_audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/memory.h"
#include "daemon/fwd/control/server.h"
#include "daemon/fwd/history/audit.h"
#include "daemon/fwd/history/history.h"

#define AUDIT_ARGS   200 /* bytes */
#define MAX_REFUSALS 100 /* noted in a minute, of those who may not write */

/* Only printable ASCII reaches logs. */
char *ctl_command(const struct ctl_request *request)
{
	cleanup_free char *args = cJSON_PrintUnformatted(request->args);
	char *command;

	if (asprintf(&command, "%s %.*s%s", request->verb->op, AUDIT_ARGS, args ? args : "?",
		     args && strlen(args) > AUDIT_ARGS ? "..." : "") < 0)
		return NULL;
	for (char *at = command; *at; at++) {
		if (*at < ' ' || *at > '~')
			*at = '?';
	}
	return command;
}

void ctl_actor(const struct ctl_request *request, struct actor *ret)
{
	actor_fill(ret, &request->client->peer, request->client->command, request->from);
}

int ctl_audit_error(const struct ctl_request *request)
{
	return request->client->control->audit_error;
}

/* Say once that the log fails, and once that it works again. */
static void note_audit(struct control *control, int r)
{
	/* Without a state folder, that was said at the start. */
	if (-r != control->audit_error && history_folder(control->core->history) >= 0) {
		if (r < 0)
			log_warning("the audit log cannot be written: %s", strerror(-r));
		else
			log_info("the audit log is written again");
	}
	control->audit_error = -r;
}

/*
 * Who may not write shall not be able to push what others wrote out of the log: of refusals, only
 * so many a minute are noted.
 */
static bool is_flood(struct control *control)
{
	uint64_t now = clock_ns();

	if (now - control->refused_since >= 60 * NS_PER_SECOND) {
		if (control->refused > MAX_REFUSALS)
			log_warning("control: %u refusals of the last minute are not in the audit",
				    control->refused - MAX_REFUSALS);
		control->refused_since = now;
		control->refused = 0;
	}
	return ++control->refused > MAX_REFUSALS;
}

void ctl_audit_request(const struct ctl_request *request, uint64_t revision_before)
{
	cleanup_free char *command = ctl_command(request), *text = NULL;
	const struct core *core = request->core;
	struct actor actor;
	const struct audit_entry entry = {
		.actor = &actor,
		.command = command,
		.result = request->message ? wire_error_name(request->error) : "ok",
		.message = request->message,
		.revision_before = revision_before,
		.revision = history_revision(core->history),
	};

	if (request->verb->row->privilege == PRIVILEGE_PREPARE && !request->message)
		return;
	if (request->message && request->client->access != ACCESS_WRITE &&
	    is_flood(request->client->control))
		return;
	ctl_actor(request, &actor);
	note_audit(request->client->control, audit_write(history_folder(core->history), &entry));
	/* In the journal it is already, with its fields. */
	if (getenv("JOURNAL_STREAM"))
		return;
	text = audit_text(&entry);
	if (text)
		log_info("%s", text);
}
