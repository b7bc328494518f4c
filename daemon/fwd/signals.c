// SPDX-License-Identifier: MIT
#include "daemon/fwd/parts.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "common/base/errors/errors_log.h"
#include "common/base/log.h"
#include "common/base/memory.h"
#include "daemon/fwd/events/event_writer.h"
#include "daemon/fwd/transaction/apply.h"

static const int handled[] = {SIGHUP, SIGINT, SIGTERM, SIGUSR1};

void signals_block(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < array_size(handled); i++)
		sigaddset(&set, handled[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	/* A reader of stdout or a client that goes away is an error of write(2), not our end. */
	signal(SIGPIPE, SIG_IGN);
}

static void reload(struct app *app)
{
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
		log_error("reload failed; %s goes on",
			  transaction_policy_name(app->transaction, name));
	errors_clear(&errs);
}

static void reopen(struct app *app)
{
	int ret = event_writer_reopen(app->event_log);

	if (ret < 0)
		log_error("cannot reopen the event log: %s", strerror(-ret));
	else
		log_info("event log reopened");
}

static int take_signal(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
	struct app *app = userdata;

	switch (info->ssi_signo) {
	case SIGHUP:
		reload(app);
		return 0;
	case SIGUSR1:
		reopen(app);
		return 0;
	default:
		log_info("stopping: SIG%s", sigabbrev_np((int)info->ssi_signo));
		return sd_event_exit(sd_event_source_get_event(source), 0);
	}
}

int signals_start(struct app *app, struct errors *errs)
{
	for (size_t i = 0; i < array_size(handled); i++) {
		int ret = sd_event_add_signal(app->loop, NULL, handled[i], take_signal, app);

		if (ret < 0)
			return errors_system(errs, ret, "cannot handle signals");
	}
	return 0;
}
