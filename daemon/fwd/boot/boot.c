// SPDX-License-Identifier: MIT
/* What runs when the config file cannot be used at a start. */
#include "daemon/fwd/boot/boot_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/errors/errors_log.h"
#include "common/base/log.h"
#include "common/base/memory.h"
#include "common/policy/rewrite/rewrite.h"
#include "daemon/fwd/boot/known.h"
#include "daemon/fwd/change/change.h"
#include "daemon/fwd/pending/pending.h"

static void free_json(cJSON **json)
{
	cJSON_Delete(*json);
}

struct boot *boot_new(void)
{
	return calloc(1, sizeof(struct boot));
}

struct boot *boot_free(struct boot *boot)
{
	if (!boot)
		return NULL;
	cJSON_Delete(boot->errors);
	free(boot->first);
	free(boot->why_passed);
	free(boot);
	return NULL;
}

bool boot_is_due(const struct app *app)
{
	return app->boot && app->boot->is_due;
}

enum boot_runs boot_runs(const struct app *app)
{
	return app->boot ? app->boot->runs : BOOT_RUNS_FILE;
}

/*
 * A first start is not for us: nothing has ever been filtered, so there is nothing to keep up, and who
 * starts it shall see at once that it does not start.
 */
int boot_begin(struct app *app, int error, struct errors *errs)
{
	int known;

	if (error == -ENOMEM || error == -EPERM || app->options.strict_config)
		return error;
	known = known_is_there(app->options.state_dir);
	app->is_state_unknown = known < 0;
	if (known < 0)
		return errors_system(errs, known, "cannot look for earlier revisions in %s",
				     app->options.state_dir);
	if (!known)
		return error;
	boot_note_errors(app->boot, errs);
	app->boot->is_due = true;
	errors_log(errs);
	errors_clear(errs);
	log_error("the config file %s cannot be used: the last revision that can is used instead",
		  app->options.config_path);
	return 0;
}

/* ---- revisions ---- */

/* There may be no room for both this policy and the earlier one: then it takes its place. */
static int apply_revision(struct app *app, uint64_t number, struct errors *errs)
{
	uint64_t until = model_deadline(app->model);
	struct document *document = NULL;
	int r = change_read_revision(app, number, &document, errs);

	if (r == 0)
		r = model_apply(app->model, document, errs);
	if (r == 0 || !until)
		return r;
	errors_clear(errs);
	model_set_deadline(app->model, 0);
	r = change_read_revision(app, number, &document, errs);
	if (r == 0)
		r = model_apply(app->model, document, errs);
	if (r < 0)
		model_set_deadline(app->model, until);
	return r;
}

static void record(struct app *app, uint64_t number)
{
	char command[80];
	struct actor self;
	const struct history_change change = {.cause = "start", .command = command, .actor = &self};

	snprintf(command, sizeof(command),
		 "revision %" PRIu64 ", as the config file cannot be used", number);
	actor_self(&self, "fwd");
	change_record_revision(app, &change, number);
}

/* One that cannot be used gives way to the one before it. */
static int load_revision(struct app *app, struct errors *errs)
{
	uint64_t unconfirmed = pending_unconfirmed(app);
	const cJSON *header;

	for (size_t i = 0; (header = history_header(app->history, i)); i++) {
		uint64_t number = (uint64_t)cJSON_GetNumberValue(
			cJSON_GetObjectItemCaseSensitive(header, "number"));

		if (!history_is_usable(header) || number == unconfirmed)
			continue;
		if (apply_revision(app, number, errs) == 0) {
			record(app, number);
			return 0;
		}
		errors_log(errs);
		errors_clear(errs);
		log_error("revision %" PRIu64 " cannot be used, either", number);
	}
	return -ENOENT;
}

/* ---- closed or open ---- */

/* Do packets still see a policy of an earlier fwd? Programs may have been taken off meanwhile. */
static bool is_filtering(const struct app *app)
{
	const struct attachment *attachments;
	size_t count = datapath_attachments(app->dp, &attachments);

	if (!datapath_adopted(app->dp))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (attachments[i].state == ATTACH_DISPATCHER ||
		    attachments[i].state == ATTACH_ALONE)
			return true;
	}
	return !datapath_generation(app->dp);
}

#define CLOSED_COMMAND "boot_fail closed"
#define OPEN_COMMAND   "boot_fail open"

/* The fwd before was here too: what it loaded is what packets see, and its revision. */
static int load_same(struct app *app, struct errors *errs)
{
	const cJSON *header = history_header(app->history, 0);
	const char *command =
		cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(header, "command"));
	bool closed = command && strcmp(command, CLOSED_COMMAND) == 0;
	int r;

	if (!closed && (!command || strcmp(command, OPEN_COMMAND) != 0))
		return -ENOENT;
	r = apply_revision(app, history_revision(app->history), errs);
	if (r < 0)
		return r;
	record(app, history_revision(app->history));
	app->boot->runs = closed ? BOOT_RUNS_CLOSED : BOOT_RUNS_OPEN;
	return 0;
}

static int apply_known(struct app *app, const cJSON *policy, bool closed, struct errors *errs)
{
	struct actor self;
	const struct history_change change = {.cause = "start",
					      .command = closed ? CLOSED_COMMAND : OPEN_COMMAND,
					      .actor = &self,
					      .unconfirmed = true};
	struct policy_text text = {.name = "boot.json"};
	struct document *document = NULL;
	cleanup_free char *written = rewrite_text(NULL, 0, policy, &text.length);
	int r;

	if (!written)
		return -ENOMEM;
	text.text = written;
	r = change_read(app, &text, &document, errs);
	if (r == 0)
		r = model_apply(app->model, document, errs);
	if (r < 0)
		return r;
	actor_self(&self, "fwd");
	history_record(app->history, &change, steal(&written), text.length,
		       model_config(app->model));
	return 0;
}

static int load_known(struct app *app, struct errors *errs)
{
	cleanup(free_json) cJSON *policy = NULL;
	bool closed = false;
	unsigned ssh = 0;
	int r;

	if (is_filtering(app)) {
		r = load_same(app, errs);
		if (r == 0)
			return 0;
		errors_add(errs, SEVERITY_ERROR, ERROR_SYSTEM, NULL,
			   "no revision can be used: what the earlier fwd left attached goes on "
			   "filtering as it is");
		return -EBADMSG;
	}
	r = known_read(history_folder(app->history), &closed, &policy);
	if (r < 0) {
		errors_add(errs, SEVERITY_ERROR, ERROR_SYSTEM, NULL,
			   "no revision can be used, and boot.json in %s cannot be read: %s",
			   app->options.state_dir, r == -EBADMSG ? "it is damaged" : strerror(-r));
		return history_trouble(app->history) ? -EIO : -EBADMSG;
	}
	if (closed)
		ssh = known_keep_ssh(policy);
	r = apply_known(app, policy, closed, errs);
	if (r < 0)
		return r;
	app->boot->runs = closed ? BOOT_RUNS_CLOSED : BOOT_RUNS_OPEN;
	if (ssh)
		log_warning("no management.allow is known: only the SSH connections that exist now "
			    "(%u) go on, new ones are dropped",
			    ssh);
	return 0;
}

int boot_load(struct app *app, struct errors *errs)
{
	int r = load_revision(app, errs);

	if (r == 0)
		app->boot->runs = BOOT_RUNS_REVISION;
	else
		r = load_known(app, errs);
	if (r == 0)
		boot_tell(app);
	return r;
}

void boot_passed_by(struct app *app)
{
	if (!boot_is_due(app))
		return;
	app->boot->runs = BOOT_RUNS_REVISION;
	boot_tell(app);
}

void boot_replaced(struct app *app)
{
	if (app->boot && app->running && app->boot->runs != BOOT_RUNS_FILE)
		app->boot->runs = BOOT_RUNS_REVISION;
}

/* ---- for the next start ---- */

static void remember(struct app *app)
{
	const struct config *config = model_config(app->model);
	cJSON *policy = known_policy(config, model_document(app->model));
	char digest[DIGEST_TEXT];
	size_t length = 0;
	cleanup_free char *text =
		policy ? known_encode(known_is_closed(config), policy, &length) : NULL;
	int r;

	if (text && strcmp(digest_text(text, length, digest), app->boot->remembered) == 0)
		return;
	r = text ? known_write(history_folder(app->history), text, length) : -ENOMEM;
	if (r == 0)
		memcpy(app->boot->remembered, digest, sizeof(digest));
	else if (!history_trouble(app->history))
		log_warning("boot.json cannot be written in %s: %s", app->options.state_dir,
			    strerror(-r));
}

void boot_settled(struct app *app)
{
	/* What is closed or open knows less than the policy that it was made of. */
	if (!app->boot || app->boot->runs == BOOT_RUNS_CLOSED || app->boot->runs == BOOT_RUNS_OPEN)
		return;
	history_confirm(app->history);
	remember(app);
}
