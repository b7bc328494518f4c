// SPDX-License-Identifier: MIT
/* Times in words, in a zone with summer time. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <time.h>

#include "cli/policy/moment.h"
#include "common/base/memory.h"

#define NOW 1795876200 /* 2026-11-28 15:30 in Berlin, 14:30 UTC */

static const struct {
	const char *text;
	time_t wanted; /* 0: refused */
} rows[] = {
	{"yesterday", NOW - 86400},
	{"yesterday 14:00", NOW - 86400 - 5400},
	{"yesterday  14:00:01", NOW - 86400 - 5399},
	{"today 00:00", NOW - 55800},
	{"14:00", NOW - 5400},
	{"15:30", NOW},
	{"2h ago", NOW - 7200},
	{"1w ago", NOW - 7 * 86400},
	{"90 ago", NOW - 90},
	{"2026-11-28", NOW - 55800},
	{"2026-11-28 14:00", NOW - 5400},
	{"2026-11-28T14:00:30", NOW - 5370},
	{"2026-11-28T14:00Z", NOW - 1800},
	{"2026-11-28T14:00:00.123Z", NOW - 1800},
	{"2026-11-28T14:00+01:00", NOW - 5400},
	{"2026-07-01 12:00", 1782900000}, /* summer: two hours before UTC */
	{"", 0},
	{"tomorrow", 0},
	{"yesterdays", 0},
	{"yesterday noon", 0},
	{"25:00", 0},
	{"14:00 ago", 0},
	{"2h", 0},
	{"2h ago now", 0},
	{"2026-13-01", 0},
	{"2026-11-28 14:00 there", 0},
	{"2026-11-28T", 0},
	{"12", 0},
};

Test(moment, words)
{
	setenv("TZ", "Europe/Berlin", 1);
	tzset();
	for (size_t i = 0; i < array_size(rows); i++) {
		int64_t got = 1000;
		int r = moment_parse(rows[i].text, NOW * 1000LL + 999, &got);

		cr_expect_eq(r == 0, rows[i].wanted != 0, "%s", rows[i].text);
		cr_expect_eq(got / 1000, rows[i].wanted ? rows[i].wanted : 1, "%s: %ld off",
			     rows[i].text, (long)(got / 1000 - rows[i].wanted));
	}
}

Test(moment, milliseconds)
{
	int64_t got;

	cr_assert_eq(moment_parse("2026-11-28T14:00:00.123Z", NOW * 1000LL, &got), 0);
	cr_expect_eq(got % 1000, 123);
	cr_assert_eq(moment_parse("2026-11-28T14:00:00Z", NOW * 1000LL, &got), 0);
	cr_expect_eq(got % 1000, 999, "what became active in that second");
}
