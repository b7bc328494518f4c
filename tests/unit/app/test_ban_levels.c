// SPDX-License-Identifier: MIT
/* How long bans are, and what is remembered of them. */
#include <criterion/criterion.h>
#include <string.h>

#include "ban_levels.h"

#define SECOND 1000000000ULL

static const struct config_ban minute = {
	.first_ns = 60 * SECOND, .max_ns = 300 * SECOND, .quiet_ns = 1000 * SECOND};

static struct prefix host(uint32_t number)
{
	struct prefix prefix = {.family = 4, .length = 32};

	memcpy(prefix.addr, &number, sizeof(number));
	return prefix;
}

static void expect(struct ban_levels *levels, uint32_t limit, uint32_t number, uint64_t second,
		   unsigned level, uint64_t seconds)
{
	struct prefix prefix = host(number);
	uint64_t duration = 0;
	unsigned got = ban_levels_next(levels, limit, &prefix, &minute, second * SECOND, &duration);

	cr_expect_eq(got, level, "at %lu: level %u, not %u", second, got, level);
	cr_expect_eq(duration, seconds * SECOND, "at %lu: %lu s", second, duration / SECOND);
}

Test(ban_levels, back_off)
{
	struct ban_levels *levels = ban_levels_new(10);

	expect(levels, 1, 7, 100, 1, 60);
	expect(levels, 1, 7, 160, 2, 120);
	expect(levels, 2, 7, 160, 1, 60); /* another limit */
	expect(levels, 1, 8, 160, 1, 60); /* another host */
	expect(levels, 1, 7, 280, 3, 240);
	expect(levels, 1, 7, 520, 4, 300);
	expect(levels, 1, 7, 820, 5, 300);
	/* One second before it is forgotten: 820 + 300 + 1000. */
	expect(levels, 1, 7, 2119, 6, 300);
	expect(levels, 1, 7, 3419, 1, 60);
	cr_expect_eq(ban_levels_count(levels), 1); /* the others were forgotten by the way */
	ban_levels_free(levels);
}

Test(ban_levels, longest_times)
{
	const struct config_ban forever = {
		.first_ns = INT64_MAX / 3, .max_ns = INT64_MAX, .quiet_ns = 1};
	struct ban_levels *levels = ban_levels_new(1);
	struct prefix prefix = host(1);
	uint64_t duration;

	cr_expect_eq(ban_levels_next(levels, 0, &prefix, &forever, 1, &duration), 1);
	cr_expect_eq(ban_levels_next(levels, 0, &prefix, &forever, 1, &duration), 2);
	cr_expect_eq(ban_levels_next(levels, 0, &prefix, &forever, 1, &duration), 3);
	cr_expect_eq(duration, INT64_MAX);
	for (int i = 0; i < 3000; i++)
		ban_levels_next(levels, 0, &prefix, &forever, 1, &duration);
	cr_expect_eq(ban_levels_next(levels, 0, &prefix, &forever, 1, &duration), 1000);
	ban_levels_free(levels);
}

Test(ban_levels, full)
{
	struct ban_levels *levels = ban_levels_new(100);

	for (uint32_t i = 0; i < 100; i++)
		expect(levels, 1, i, 10, 1, 60);
	cr_expect_eq(ban_levels_count(levels), 100);
	/* No room: banned all the same, but not remembered. */
	expect(levels, 1, 1000, 20, 1, 60);
	expect(levels, 1, 1000, 80, 1, 60);
	/* Those that are there are. */
	expect(levels, 1, 99, 80, 2, 120);
	/* Once others are forgotten, there is room again. */
	expect(levels, 1, 1000, 1100, 1, 60);
	expect(levels, 1, 1000, 1200, 2, 120);
	cr_expect_leq(ban_levels_count(levels), 100);
	ban_levels_free(levels);
}

/* Many come and go; whoever is remembered is found again. */
Test(ban_levels, churn)
{
	struct ban_levels *levels = ban_levels_new(1000);
	uint64_t duration;

	for (uint32_t i = 0; i < 200000; i++) {
		struct prefix prefix = host(i), old = host(i - 5);

		ban_levels_next(levels, 1, &prefix, &minute, (uint64_t)i * 10 * SECOND, &duration);
		if (i > 5 && i % 100 == 0)
			cr_assert_eq(ban_levels_next(levels, 1, &old, &minute,
						     (uint64_t)i * 10 * SECOND, &duration),
				     2);
		cr_assert_leq(ban_levels_count(levels), 1000);
	}
	cr_expect_geq(ban_levels_count(levels), 100);
	cr_expect_leq(ban_levels_count(levels), 400);
	ban_levels_free(levels);
}
