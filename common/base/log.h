/* SPDX-License-Identifier: MIT */
/*
 * The log of a process, for main, control handlers and other edges. Modules
 * below them return errors instead.
 *
 * Lines go to stderr, with the journal's "<N>" priority prefixes when stderr
 * is the journal (JOURNAL_STREAM).
 */
#ifndef FWD_LOG_H
#define FWD_LOG_H

#include <stdarg.h>
#include <stdbool.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* Show messages up to this level; INFO unless set. */
void log_set_level(enum log_level level);

void log_message(enum log_level level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void log_message_v(enum log_level level, const char *format, va_list args);

#define log_error(...)	 log_message(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_message(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...)	 log_message(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...)	 log_message(LOG_LEVEL_DEBUG, __VA_ARGS__)

/* Send libbpf's and libxdp's messages here: their warnings as debug, the rest dropped. */
void log_take_libraries(void);

#endif
