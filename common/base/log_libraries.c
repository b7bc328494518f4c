// SPDX-License-Identifier: MIT
/* Separate from log.c, so that programs without BPF (fwctl) need not link the libraries. */
#include "common/base/log.h"

#include <stdio.h>
#include <string.h>

#include <bpf/libbpf.h>
#include <xdp/libxdp.h>

#include "common/base/memory.h"

/* Log a message of a library as one of our lines; only warnings. */
static void library_log(const char *library, const char *format, va_list args)
{
	cleanup_free char *text = NULL;

	if (vasprintf(&text, format, args) < 0) {
		text = NULL;
		return;
	}
	text[strcspn(text, "\n")] = '\0';
	log_debug("%s: %s", library, text);
}

static int bpf_print(enum libbpf_print_level level, const char *format, va_list args)
{
	if (level == LIBBPF_WARN)
		library_log("libbpf", format, args);
	return 0;
}

static int xdp_print(enum libxdp_print_level level, const char *format, va_list args)
{
	if (level == LIBXDP_WARN)
		library_log("libxdp", format, args);
	return 0;
}

void log_take_libraries(void)
{
	libbpf_set_print(bpf_print);
	libxdp_set_print(xdp_print);
}
