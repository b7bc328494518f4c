// SPDX-License-Identifier: MIT
#include "common/base/clock.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <time.h>

#include "common/base/memory.h"

static const struct {
	const char *what;
	uint64_t ns;
	const char *text;
} rows[] = {
	{"the epoch", 0, "1970-01-01T00:00:00.000Z"},
	{"less than a millisecond", 999999, "1970-01-01T00:00:00.000Z"},
	{"a millisecond", 1000000, "1970-01-01T00:00:00.001Z"},
	{"the end of a second is cut", 951782399999999999ULL, "2000-02-28T23:59:59.999Z"},
	{"a leap day", 951782400000000000ULL, "2000-02-29T00:00:00.000Z"},
	{"beyond 31 bits of seconds", 2147483648ULL * NS_PER_SECOND, "2038-01-19T03:14:08.000Z"},
	{"beyond 63 bits of ns", 1ULL << 63, "2262-04-11T23:47:16.854Z"},
	{"the last one there is", UINT64_MAX, "2554-07-21T23:34:33.709Z"},
};

Test(clock, text)
{
	char text[CLOCK_TEXT];

	for (size_t i = 0; i < array_size(rows); i++)
		cr_expect_str_eq(clock_text(rows[i].ns, text), rows[i].text, "%s: %s", rows[i].what,
				 text);
}

/* Whatever the operator's zone is. */
Test(clock, text_is_utc)
{
	char text[CLOCK_TEXT];

	setenv("TZ", "Asia/Kolkata", 1);
	tzset();
	cr_expect_str_eq(clock_text(0, text), "1970-01-01T00:00:00.000Z");
}

Test(clock, one_clock_in_several_units)
{
	uint64_t coarse = clock_coarse_ns(), before = clock_ns();
	int64_t ms = clock_ms();
	uint64_t after = clock_ns();

	cr_expect(coarse <= before, "the last tick is not ahead");
	cr_expect(before / 1000000 <= (uint64_t)ms && (uint64_t)ms <= after / 1000000);
}

Test(clock, realtime_is_the_wall_clock)
{
	uint64_t before = (uint64_t)time(NULL), now = clock_realtime_ns() / NS_PER_SECOND;

	/* time() reads the coarse clock: a tick behind, so not ahead of what comes after it. */
	cr_expect(before <= now && now <= (uint64_t)time(NULL) + 1);
}
