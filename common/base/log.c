// SPDX-License-Identifier: MIT
#include "common/base/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The only setting of the process; everything else is read when a line is written. */
static enum log_level shown = LOG_LEVEL_INFO;

void log_set_level(enum log_level level)
{
	shown = level;
}

/* systemd.exec(5): stderr is the journal if it is the file named by JOURNAL_STREAM. */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat info;

	return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
	       fstat(fileno(stderr), &info) == 0 && info.st_dev == device && info.st_ino == inode;
}

static const char *level_name(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_ERROR:
		return "error: ";
	case LOG_LEVEL_WARNING:
		return "warning: ";
	case LOG_LEVEL_INFO:
		return "";
	case LOG_LEVEL_DEBUG:
		return "debug: ";
	}
	return "";
}

/* sd-daemon(3): <3> error, <4> warning, <6> info, <7> debug. */
static int level_priority(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_ERROR:
		return 3;
	case LOG_LEVEL_WARNING:
		return 4;
	case LOG_LEVEL_INFO:
		return 6;
	case LOG_LEVEL_DEBUG:
		return 7;
	}
	return 6;
}

void log_message_v(enum log_level level, const char *format, va_list args)
{
	char *text = NULL;
	char *rest, *line;
	bool journal;

	if (level > shown)
		return;
	if (vasprintf(&text, format, args) < 0)
		return;
	journal = stderr_is_journal();
	flockfile(stderr);
	for (rest = text; (line = strsep(&rest, "\n"));) {
		if (!*line && !rest && line != text)
			break; /* the caller's own final newline */
		if (journal)
			fprintf(stderr, "<%d>%s\n", level_priority(level), line);
		else
			fprintf(stderr, "%s: %s%s\n", program_invocation_short_name,
				level_name(level), line);
	}
	fflush(stderr);
	funlockfile(stderr);
	free(text);
}

void log_message(enum log_level level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_message_v(level, format, args);
	va_end(args);
}
