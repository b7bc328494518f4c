/* SPDX-License-Identifier: MIT */
/* The clocks, and times as text: the only place that reads the kernel's clocks. */
#ifndef FWD_CLOCK_H
#define FWD_CLOCK_H

#include <stdint.h>

#define NS_PER_SECOND 1000000000ULL
#define CLOCK_TEXT    32

/*
 * CLOCK_MONOTONIC, for deadlines and packets: steps of the wall clock do not change it, and it
 * stops while the machine is suspended.
 */
uint64_t clock_ns(void);
int64_t clock_ms(void);

/* The same at the last tick, up to 10 ms ago. Takes a few ns: for frequent calls. */
uint64_t clock_coarse_ns(void);

/* The wall clock: ns since 1970. For texts only; it can step in both directions. */
uint64_t clock_realtime_ns(void);

/* That time in UTC, as in "2026-11-21T08:15:04.123Z"; truncated, not rounded. Returns buffer. */
const char *clock_text(uint64_t realtime_ns, char buffer[CLOCK_TEXT]);

#endif
