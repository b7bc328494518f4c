// SPDX-License-Identifier: MIT
/* The errors of the datapath, and the kernel's ids of its maps. */
#include "daemon/fwd/datapath/internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void add_error(struct errors *errs, enum severity severity, int err, const char *format,
		      va_list args)
{
	char text[1024];

	if (!errs)
		return;
	vsnprintf(text, sizeof(text), format, args);
	if (err)
		errors_add(errs, severity, ERROR_SYSTEM, NULL, "%s: %s", text, strerror(-err));
	else
		errors_add(errs, severity, ERROR_SYSTEM, NULL, "%s", text);
}

int fail(struct errors *errs, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_error(errs, SEVERITY_ERROR, err, format, args);
	va_end(args);
	return err;
}

void warn(struct errors *errs, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_error(errs, SEVERITY_WARNING, 0, format, args);
	va_end(args);
}

uint32_t map_id(int fd)
{
	struct bpf_map_info info = {0};
	uint32_t size = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &size) ? 0 : info.id;
}
