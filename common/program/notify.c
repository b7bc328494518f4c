// SPDX-License-Identifier: MIT
#include "common/program/notify.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <systemd/sd-daemon.h>

#include "common/base/clock.h"
#include "common/base/memory.h"

int notify_ready(sd_event *loop)
{
	int r;

	sd_notify(0, "READY=1");
	r = sd_event_set_watchdog(loop, true);
	return r < 0 ? r : 0;
}

/* Each line of a message is an assignment: a text of several would be read as more of them. */
static void make_one_line(char *text)
{
	for (char *at = text; *at; at++)
		if (iscntrl((unsigned char)*at))
			*at = ' ';
}

void notify_status(const char *format, ...)
{
	cleanup_free char *text = NULL;
	va_list args;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	if (length < 0) {
		text = NULL;
		return;
	}
	make_one_line(text);
	sd_notifyf(0, "STATUS=%s", text);
}

void notify_reloading(void)
{
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%llu", (unsigned long long)(clock_ns() / 1000));
}

void notify_reloaded(void)
{
	sd_notify(0, "READY=1");
}

void notify_stopping(void)
{
	sd_notify(0, "STOPPING=1");
}
