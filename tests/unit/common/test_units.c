// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/base/units.h"

#define S  1000000000ULL
#define MS 1000000ULL

static const struct {
	const char *text, *problem;
} not_durations[] = {
	{"5m", NULL},
	{"500ms", NULL},
	{"soon", "is not a time such as 500ms, 90s, 10m or 1h30m"},
	{"", "is not a time such as 500ms, 90s, 10m or 1h30m"},
	{"5M", "is not a time such as 500ms, 90s, 10m or 1h30m"},
	{"0s", "must be above 0"},
	{"9999999999999d", "is too long"},
};

Test(units, what_is_wrong_with_a_duration)
{
	for (size_t i = 0; i < array_size(not_durations); i++) {
		const char *expected = not_durations[i].problem, *problem;
		uint64_t ns = 12345;

		problem = duration_problem(not_durations[i].text, &ns);
		cr_expect(!problem == !expected && (!problem || strcmp(problem, expected) == 0),
			  "%s: %s", not_durations[i].text, problem ? problem : "good");
		cr_expect((ns == 12345) == (problem != NULL));
	}
}

static const struct {
	const char *text;
	int result;
	uint64_t ns;
	const char *formatted;
} durations[] = {
	{"90", 0, 90 * S, "1m30s"},
	{"90s", 0, 90 * S, "1m30s"},
	{"10m", 0, 600 * S, "10m"},
	{"2h", 0, 7200 * S, "2h"},
	{"1d", 0, 86400 * S, "1d"},
	{"1w", 0, 7 * 86400 * S, "7d"},
	{"1y", 0, 365 * 86400 * S, "365d"},
	{"1y2w3d4h", 0, (382 * 86400 + 4 * 3600) * S, "382d4h"},
	{"292y", 0, 292ULL * 365 * 86400 * S, "106580d"},
	{"293y", -ERANGE, 0, NULL},
	{"1w1y", -EINVAL, 0, NULL},
	{"1d1w", -EINVAL, 0, NULL},
	{"500ms", 0, 500 * MS, "500ms"},
	{"1h30m", 0, 5400 * S, "1h30m"},
	{"1d2h3m4s5ms6us7ns", 0, 93784 * S + 5006007, "1d2h3m4s5ms6us7ns"},
	{"1500ms", 0, 1500 * MS, "1s500ms"},
	{"0", -ERANGE, 0, NULL},
	{"0s", -ERANGE, 0, NULL},
	{"0h0m", -ERANGE, 0, NULL},
	{"", -EINVAL, 0, NULL},
	{"s", -EINVAL, 0, NULL},
	{"10 m", -EINVAL, 0, NULL},
	{"-1s", -EINVAL, 0, NULL},
	{"1.5h", -EINVAL, 0, NULL},
	{"10x", -EINVAL, 0, NULL},
	{"10m10", -EINVAL, 0, NULL},
	{"10m1h", -EINVAL, 0, NULL},
	{"1m1m", -EINVAL, 0, NULL},
	{"10M", -EINVAL, 0, NULL},
	{"99999999999999999999", -ERANGE, 0, NULL},
	{"9999999999999d", -ERANGE, 0, NULL},
	{"18446744073s", -ERANGE, 0, NULL},
};

Test(units, durations)
{
	for (size_t i = 0; i < array_size(durations); i++) {
		uint64_t ns = 12345;
		char text[UNITS_TEXT];

		cr_expect_eq(duration_parse(durations[i].text, &ns), durations[i].result, "%s",
			     durations[i].text);
		if (!durations[i].formatted) {
			cr_expect_eq(ns, 12345);
			continue;
		}
		cr_expect_eq(ns, durations[i].ns, "%s: %" PRIu64, durations[i].text, ns);
		cr_expect_str_eq(duration_format(ns, text), durations[i].formatted);
	}
}

Test(units, format_without_parse)
{
	char text[UNITS_TEXT];

	cr_expect_str_eq(duration_format(0, text), "0s");
	/* The longest there is fits the buffer, or is cut: never overruns. */
	cr_expect_leq(strlen(duration_format(UINT64_MAX, text)), UNITS_TEXT - 1);
	cr_expect_leq(strlen(rate_format(&(struct rate){UINT64_MAX, 3, RATE_BYTES}, text)),
		      UNITS_TEXT - 1);
	cr_expect_leq(strlen(rate_format(&(struct rate){UINT64_MAX, UINT64_MAX, RATE_BYTES}, text)),
		      UNITS_TEXT - 1);
}

static const struct {
	const char *text;
	int result;
	struct rate rate;
	const char *formatted;
} rates[] = {
	{"1000/s", 0, {1000, S, RATE_PACKETS}, "1k/s"},
	{"200/s", 0, {200, S, RATE_PACKETS}, "200/s"},
	{"1/sec", 0, {1, S, RATE_PACKETS}, "1/s"},
	{"600/min", 0, {600, 60 * S, RATE_PACKETS}, "600/min"},
	{"600/m", 0, {600, 60 * S, RATE_PACKETS}, "600/min"},
	{"50MB/s", 0, {50000000, S, RATE_BYTES}, "50MB/s"},
	{"1GiB/s", 0, {1ULL << 30, S, RATE_BYTES}, "1073741824B/s"},
	{"10Mbit/s", 0, {1250000, S, RATE_BYTES}, "1250kB/s"},
	{"1bit/s", 0, {1, 8 * S, RATE_BYTES}, "1bit/s"},
	{"1kB/h", 0, {1000, 3600 * S, RATE_BYTES}, "1kB/h"},
	{"1500B/s", 0, {1500, S, RATE_BYTES}, "1500B/s"},
	{"2k/s", 0, {2000, S, RATE_PACKETS}, "2k/s"},
	{"1T/s", 0, {1000000000000, S, RATE_PACKETS}, "1T/s"},
	{"0/s", -ERANGE, {0}, NULL},
	{"2T/s", -ERANGE, {0}, NULL},
	{"99999999999999999999/s", -ERANGE, {0}, NULL},
	{"99999999999G/s", -ERANGE, {0}, NULL},
	{"1000", -EINVAL, {0}, NULL},
	{"1000/", -EINVAL, {0}, NULL},
	{"/s", -EINVAL, {0}, NULL},
	{"1000/S", -EINVAL, {0}, NULL},
	{"1000/10s", -EINVAL, {0}, NULL},
	{"1000 /s", -EINVAL, {0}, NULL},
	{"1000/s ", -EINVAL, {0}, NULL},
	{"10Kb/s", -EINVAL, {0}, NULL},
	{"10mB/s", -EINVAL, {0}, NULL},
	{"1.5MB/s", -EINVAL, {0}, NULL},
	{"-1/s", -EINVAL, {0}, NULL},
	{"", -EINVAL, {0}, NULL},
};

Test(units, rates)
{
	for (size_t i = 0; i < array_size(rates); i++) {
		struct rate rate = {.amount = 12345};
		char text[UNITS_TEXT];

		cr_expect_eq(rate_parse(rates[i].text, &rate), rates[i].result, "%s",
			     rates[i].text);
		if (!rates[i].formatted) {
			cr_expect_eq(rate.amount, 12345);
			continue;
		}
		cr_expect_eq(rate.amount, rates[i].rate.amount, "%s", rates[i].text);
		cr_expect_eq(rate.period_ns, rates[i].rate.period_ns, "%s", rates[i].text);
		cr_expect_eq(rate.unit, rates[i].rate.unit, "%s", rates[i].text);
		cr_expect_str_eq(rate_format(&rate, text), rates[i].formatted);
	}
}

Test(units, samples)
{
	uint32_t every = 7;

	cr_expect_eq(sample_parse("1/1", &every), 0);
	cr_expect_eq(every, 1);
	cr_expect_eq(sample_parse("1/1000", &every), 0);
	cr_expect_eq(every, 1000);
	cr_expect_eq(sample_parse("1/2147483648", &every), 0);
	cr_expect_eq(every, 1u << 31);
	cr_expect_eq(sample_parse("1/2147483649", &every), -ERANGE);
	cr_expect_eq(sample_parse("1/0", &every), -ERANGE);
	cr_expect_eq(sample_parse("2/3", &every), -EINVAL);
	cr_expect_eq(sample_parse("1/", &every), -EINVAL);
	cr_expect_eq(sample_parse("1/5x", &every), -EINVAL);
	cr_expect_eq(sample_parse("", &every), -EINVAL);
	cr_expect_eq(every, 1u << 31);
}

Test(units, bytes)
{
	uint64_t bytes = 7;

	cr_expect_eq(bytes_parse("4096", &bytes), 0);
	cr_expect_eq(bytes, 4096);
	cr_expect_eq(bytes_parse("64k", &bytes), 0);
	cr_expect_eq(bytes, 64000);
	cr_expect_eq(bytes_parse("1MB", &bytes), 0);
	cr_expect_eq(bytes, 1000000);
	cr_expect_eq(bytes_parse("1MiB", &bytes), 0);
	cr_expect_eq(bytes, 1 << 20);
	cr_expect_eq(bytes_parse("99999999999G", &bytes), -ERANGE);
	cr_expect_eq(bytes_parse("1X", &bytes), -EINVAL);
	cr_expect_eq(bytes_parse("", &bytes), -EINVAL);
	cr_expect_eq(bytes, 1 << 20);
}
