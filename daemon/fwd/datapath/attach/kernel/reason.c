// SPDX-License-Identifier: MIT
/*
 * The kernel's own words for what it refused (extended ACK). libbpf prints them and returns only
 * an errno, so its output is read during a call.
 */
#include "daemon/fwd/datapath/attach/kernel/inspect.h"

#include <stdio.h>
#include <string.h>

#define BEFORE "Kernel error message: "

/* The callback has no argument, and calls to the kernel are made by one thread at a time. */
static _Thread_local struct {
	libbpf_print_fn_t forward;
	char *text;
	size_t size;
	unsigned depth;
} listener;

static int listen_to(enum libbpf_print_level level, const char *format, va_list args)
{
	char line[256];
	const char *found;
	va_list copy;

	va_copy(copy, args);
	vsnprintf(line, sizeof(line), format, copy);
	va_end(copy);
	found = strstr(line, BEFORE);
	if (found && listener.text && !listener.text[0]) {
		snprintf(listener.text, listener.size, "%s", found + strlen(BEFORE));
		listener.text[strcspn(listener.text, "\n")] = '\0';
	}
	return listener.forward ? listener.forward(level, format, args) : 0;
}

void reason_listen(struct datapath *dp)
{
	if (listener.depth++)
		return;
	dp->reason[0] = '\0';
	listener.text = dp->reason;
	listener.size = sizeof(dp->reason);
	listener.forward = libbpf_set_print(listen_to);
}

void reason_end(void)
{
	if (--listener.depth)
		return;
	libbpf_set_print(listener.forward);
	listener.text = NULL;
}

const char *reason_text(const struct datapath *dp, int err, char *buffer, size_t size)
{
	if (dp->reason[0])
		snprintf(buffer, size, "%s: %s", strerror(-err), dp->reason);
	else
		snprintf(buffer, size, "%s", strerror(-err));
	return buffer;
}
