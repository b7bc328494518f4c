// SPDX-License-Identifier: MIT
#include "common/base/clock.h"

#include <stdio.h>
#include <time.h>

static uint64_t read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

uint64_t clock_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_ms(void)
{
	return (int64_t)(clock_ns() / 1000000);
}

uint64_t clock_coarse_ns(void)
{
	return read_clock(CLOCK_MONOTONIC_COARSE);
}

uint64_t clock_realtime_ns(void)
{
	return read_clock(CLOCK_REALTIME);
}

const char *clock_text(uint64_t realtime_ns, char buffer[CLOCK_TEXT])
{
	time_t seconds = (time_t)(realtime_ns / NS_PER_SECOND);
	unsigned ms = (unsigned)(realtime_ns / 1000000 % 1000);
	struct tm parts;
	size_t used;

	gmtime_r(&seconds, &parts);
	used = strftime(buffer, CLOCK_TEXT, "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(buffer + used, CLOCK_TEXT - used, ".%03uZ", ms);
	return buffer;
}
