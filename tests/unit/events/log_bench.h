/* SPDX-License-Identifier: MIT */
/* An event log in a folder of its own. */
#ifndef FWD_TEST_LOG_BENCH_H
#define FWD_TEST_LOG_BENCH_H

#include <stddef.h>

struct event_log;

/* The log, and what it is called after a rotation. */
extern char log_path[64], log_rotated[64];

/* For each test: .init and .fini of its suite. */
void log_set_up(void);
void log_tear_down(void);

/* Open the log with this sink. */
struct event_log *open_log(const char *sink, size_t buffer);
/* As event_log_write. */
int write_sample(struct event_log *log);

int count_lines(const char *file);
/* Elements of a JSON array; -1: it is none. */
int count_documents(const char *file);

#endif
