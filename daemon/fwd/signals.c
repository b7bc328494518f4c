// SPDX-License-Identifier: MIT
#include "daemon/fwd/parts.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "common/base/errors/errors_log.h"
#include "common/base/log.h"
#include "common/base/memory.h"
#include "daemon/fwd/datapath/datapath.h"
#include "daemon/fwd/events/event_writer.h"
#include "daemon/fwd/transaction/apply.h"
#include "daemon/fwd/transaction/transaction.h"

static void reload(void *userdata)
{
	struct app *app = userdata;
	uint32_t before = datapath_generation(app->dp);
	char name[POLICY_NAME_TEXT];
	struct errors errs = {0};
	struct actor self;
	struct change change = {.actor = &self};
	int ret;

	actor_self(&self, "SIGHUP");
	ret = transaction_reload(app->transaction, &change, false, &errs);
	errors_log(&errs);
	if (ret < 0 && datapath_generation(app->dp) == before)
		log_error("reload failed; %s continues",
			  transaction_policy_name(app->transaction, name));
	errors_clear(&errs);
}

static void reopen(void *userdata)
{
	struct app *app = userdata;
	int ret = event_writer_reopen(app->event_log);

	if (ret < 0)
		log_error("cannot reopen the event log: %s", strerror(-ret));
	else
		log_info("event log reopened");
}

static const struct signal_row rows[] = {{SIGHUP, reload}, {SIGUSR1, reopen}};

void app_signals(struct app *app)
{
	app->signals = (struct signal_list){rows, array_size(rows), app};
}

int signals_start(struct app *app, struct errors *errs)
{
	int ret = signals_add(app->loop, &app->signals);

	return ret < 0 ? errors_system(errs, ret, "cannot handle signals") : 0;
}
