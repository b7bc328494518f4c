/* SPDX-License-Identifier: MIT */
/* The clocks, and a moment as text: the one place that asks the kernel for the time. */
#ifndef FWD_CLOCK_H
#define FWD_CLOCK_H

#include <stdint.h>

#define NS_PER_SECOND 1000000000ULL
#define CLOCK_TEXT    32

/*
 * CLOCK_MONOTONIC, by which deadlines and packets go: no step of the wall clock moves it, and it
 * stands still while the machine is suspended.
 */
uint64_t clock_ns(void);
int64_t clock_ms(void);

/* The same as of the last tick, up to 10 ms ago, for a few ns: for what is asked all the time. */
uint64_t clock_coarse_ns(void);

/* The wall clock: ns since 1970. For texts only; it can step in both directions. */
uint64_t clock_realtime_ns(void);

/* Such a time in UTC, as in "2026-11-21T08:15:04.123Z"; cut, not rounded. Returns buffer. */
const char *clock_text(uint64_t realtime_ns, char buffer[CLOCK_TEXT]);

#endif
