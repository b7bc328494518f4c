// SPDX-License-Identifier: MIT
/*
 * print_events: the events of fwd as lines, from a process without rights. It is what
 * tests/netns/test_program.sh tests common/program/ with, and the example of
 * docs/adding-a-program.md.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "common/base/log.h"
#include "common/base/memory.h"
#include "common/program/connection.h"
#include "common/program/notify.h"
#include "common/program/program.h"
#include "common/records/event.h"
#include "tests/program/attempts.h"

struct printer {
	struct program base;
	const char *type; /* only events of this type; NULL: all */
	struct connection *fwd;
};

static void on_up(void *userdata)
{
	(void)userdata;
	log_info("connected to fwd");
	notify_status("connected to fwd");
}

static void on_down(void *userdata, const char *why)
{
	(void)userdata;
	log_warning("%s", why);
	notify_status("waiting for fwd: %s", why);
}

static void on_event(void *userdata, const cJSON *frame)
{
	const cJSON *dropped = cJSON_GetObjectItemCaseSensitive(frame, "dropped");
	const struct printer *printer = userdata;
	struct event_view view;

	if (dropped) {
		log_warning("%.0f events were left out", cJSON_GetNumberValue(dropped));
		return;
	}
	event_view_read(cJSON_GetObjectItemCaseSensitive(frame, "event"), &view);
	if (printer->type && strcmp(printer->type, event_text(&view, EVENT_FIELD_TYPE)) != 0)
		return;
	event_put_line(stdout, &view, false);
	fflush(stdout);
}

static const struct connection_handlers handlers = {on_up, on_down, on_event};

static int start(struct program *program, struct errors *errs)
{
	struct printer *printer = (struct printer *)program;
	int r = connection_new(program->loop, program->socket_path, &handlers, printer,
			       &printer->fwd);

	return r < 0 ? errors_system(errs, r, "cannot follow %s", program->socket_path) : 0;
}

static void stop(struct program *program)
{
	struct printer *printer = (struct printer *)program;

	printer->fwd = connection_free(printer->fwd);
}

static const struct option_row options[] = {
	{"type", "only events of this type, as packet or ban", "TYPE", .kind = OPTION_TEXT,
	 .member = offsetof(struct printer, type)},
};

static const char *const groups[] = {"fwd", NULL};
static const struct resource_row resources[] = {{RLIMIT_NOFILE, 64}};
static const struct signal_row signals[] = {{SIGUSR1, attempt_all}};

static const struct program_kind kind = {
	.options =
		{
			.program = "print_events",
			.about = "Prints the events of fwd as lines, and gives up all rights "
				 "before.\n",
			.rows = options,
			.count = array_size(options),
		},
	.privileges = {"nobody", groups, resources, array_size(resources)},
	.signals = signals,
	.signal_count = array_size(signals),
	.start = start,
	.stop = stop,
};

int main(int argc, char **argv)
{
	struct printer printer = {0};

	return program_run(&kind, argc, argv, &printer.base);
}
