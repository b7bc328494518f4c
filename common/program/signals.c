// SPDX-License-Identifier: MIT
#include "common/program/signals.h"

#include <signal.h>
#include <string.h>

#include "common/base/log.h"
#include "common/base/memory.h"

static const int stops[] = {SIGINT, SIGTERM};

void signals_block(const struct signal_list *list)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < array_size(stops); i++)
		sigaddset(&set, stops[i]);
	for (size_t i = 0; i < list->count; i++)
		sigaddset(&set, list->rows[i].number);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static int take_signal(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
	const struct signal_list *list = userdata;

	for (size_t i = 0; i < list->count; i++) {
		if (list->rows[i].number == (int)info->ssi_signo) {
			list->rows[i].handler(list->userdata);
			return 0;
		}
	}
	log_info("stopping: SIG%s", sigabbrev_np((int)info->ssi_signo));
	return sd_event_exit(sd_event_source_get_event(source), 0);
}

int signals_add(sd_event *loop, const struct signal_list *list)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < array_size(stops); i++)
		r = sd_event_add_signal(loop, NULL, stops[i], take_signal, (void *)list);
	for (size_t i = 0; r >= 0 && i < list->count; i++)
		r = sd_event_add_signal(loop, NULL, list->rows[i].number, take_signal,
					(void *)list);
	return r < 0 ? r : 0;
}
