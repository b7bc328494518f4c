// SPDX-License-Identifier: MIT
/* The transaction and its hooks into the app; and the core, which handlers of verbs get. */
#include "daemon/fwd/parts.h"

#include <errno.h>

#include "daemon/fwd/interfaces/interfaces.h"
#include "daemon/fwd/panic/panic.h"
#include "daemon/fwd/transaction/transaction.h"
#include "daemon/fwd/trial/trial.h"

static void take_status(void *userdata)
{
	app_report_status(userdata);
}

static int sync_interfaces(void *userdata, const char *edited, struct errors *errs)
{
	const struct app *app = userdata;

	return edited ? interfaces_sync_one(app->interfaces, edited, errs)
		      : interfaces_sync(app->interfaces, errs);
}

int transaction_part_start(struct app *app, struct errors *errs)
{
	const struct transaction_options options = {
		.config_path = app->options.config_path,
		.state_dir = app->options.state_dir,
		.strict_config = app->options.strict_config,
	};
	const struct transaction_hooks hooks = {
		.userdata = app,
		.status = take_status,
		.sync_interfaces = sync_interfaces,
	};

	(void)errs;
	return transaction_new(&options, &hooks, &app->transaction);
}

void transaction_part_stop(struct app *app)
{
	app->transaction = transaction_free(app->transaction);
}

int core_start(struct app *app, struct errors *errs)
{
	(void)errs;
	app->trials = trials_new(app->model);
	app->panic = panic_new(app->dp, app->events, take_status, app);
	if (!app->trials || !app->panic)
		return -ENOMEM;
	app->core = (struct core){
		.dp = app->dp,
		.live = app->live,
		.model = app->model,
		.transaction = app->transaction,
		.history = app->history,
		.trials = app->trials,
		.panic = app->panic,
		.events = app->events,
		.bans = app->bans,
		.started_ns = app->started_ns,
	};
	return 0;
}

void core_stop(struct app *app)
{
	app->core = (struct core){.events = app->events};
	app->trials = trials_free(app->trials);
	app->panic = panic_free(app->panic);
}
