// SPDX-License-Identifier: MIT
/* How long bans are, and what is remembered of them. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "daemon/fwd/limits/ban_levels.h"

#define SECOND 1000000000ULL

static const struct config_ban minute = {
	.first_ns = 60 * SECOND, .max_ns = 300 * SECOND, .quiet_ns = 1000 * SECOND};

/* ---- a store, as the kernel's map is one ---- */

#define STORE_MAX 1000

struct fake_store {
	struct fw_ban_level_key keys[STORE_MAX];
	struct fw_ban_level levels[STORE_MAX];
	size_t count, max;
};

static size_t place_of(const struct fake_store *fake, const struct fw_ban_level_key *key)
{
	size_t place = 0;

	while (place < fake->count && memcmp(&fake->keys[place], key, sizeof(*key)) != 0)
		place++;
	return place;
}

static int fake_get(void *userdata, const struct fw_ban_level_key *key, struct fw_ban_level *ret)
{
	const struct fake_store *fake = userdata;
	size_t place = place_of(fake, key);

	if (place == fake->count)
		return -ENOENT;
	*ret = fake->levels[place];
	return 0;
}

static int fake_put(void *userdata, const struct fw_ban_level_key *key,
		    const struct fw_ban_level *value)
{
	struct fake_store *fake = userdata;
	size_t place = place_of(fake, key);

	if (place == fake->max)
		return -E2BIG;
	fake->count += place == fake->count;
	fake->keys[place] = *key;
	fake->levels[place] = *value;
	return 0;
}

static int fake_remove(void *userdata, const struct fw_ban_level_key *key)
{
	struct fake_store *fake = userdata;
	size_t place = place_of(fake, key);

	if (place == fake->count)
		return -ENOENT;
	fake->count--;
	for (; place < fake->count; place++) {
		fake->keys[place] = fake->keys[place + 1];
		fake->levels[place] = fake->levels[place + 1];
	}
	return 0;
}

static int fake_next(void *userdata, const struct fw_ban_level_key *after,
		     struct fw_ban_level_key *ret)
{
	const struct fake_store *fake = userdata;
	size_t place = after ? place_of(fake, after) + 1 : 0;

	if (after && place > fake->count)
		place = 0;
	if (place >= fake->count)
		return -ENOENT;
	*ret = fake->keys[place];
	return 0;
}

static struct ban_levels *levels_of(struct fake_store *fake, size_t max)
{
	const struct ban_store store = {fake_get, fake_put, fake_remove, fake_next, fake};

	fake->max = max;
	return ban_levels_new(&store);
}

/* ---- */

static struct prefix host(uint32_t number)
{
	struct prefix prefix = {.family = 4, .length = 32};

	memcpy(prefix.addr, &number, sizeof(number));
	return prefix;
}

static struct ban_step ban(struct ban_levels *levels, uint32_t limit, uint32_t number,
			   uint64_t second)
{
	struct prefix prefix = host(number);
	struct ban_step step = ban_levels_next(levels, limit, &prefix, &minute, second * SECOND);

	ban_levels_note(levels, limit, &prefix, &minute, second * SECOND, step);
	return step;
}

static void expect(struct ban_levels *levels, uint32_t limit, uint32_t number, uint64_t second,
		   unsigned level, uint64_t seconds)
{
	struct ban_step step = ban(levels, limit, number, second);

	cr_expect_eq(step.level, level, "at %lu: level %u, not %u", second, step.level, level);
	cr_expect_eq(step.duration_ns, seconds * SECOND, "at %lu: %lu s", second,
		     step.duration_ns / SECOND);
}

Test(ban_levels, back_off)
{
	struct fake_store fake = {0};
	struct ban_levels *levels = levels_of(&fake, 10);

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
	cr_expect_eq(fake.count, 1); /* the others were forgotten by the way */
	ban_levels_free(levels);
}

/* Another fwd goes on with what the one before noted. */
Test(ban_levels, restart)
{
	struct fake_store fake = {0};
	struct ban_levels *levels = levels_of(&fake, 10);

	expect(levels, 1, 7, 100, 1, 60);
	expect(levels, 1, 7, 200, 2, 120);
	ban_levels_free(levels);
	levels = levels_of(&fake, 10);
	expect(levels, 1, 7, 400, 3, 240);
	ban_levels_free(levels);
}

/* A ban that could not be made is not one. */
Test(ban_levels, only_asked)
{
	struct fake_store fake = {0};
	struct ban_levels *levels = levels_of(&fake, 10);
	struct prefix prefix = host(7);

	for (int i = 0; i < 20; i++)
		cr_expect_eq(ban_levels_next(levels, 1, &prefix, &minute, SECOND).level, 1);
	cr_expect_eq(fake.count, 0);
	expect(levels, 1, 7, 2, 1, 60);
	ban_levels_free(levels);
}

Test(ban_levels, longest_times)
{
	const struct config_ban forever = {
		.first_ns = INT64_MAX / 3, .max_ns = INT64_MAX, .quiet_ns = INT64_MAX};
	struct fake_store fake = {0};
	struct ban_levels *levels = levels_of(&fake, 1);
	struct prefix prefix = host(1);
	struct ban_step step;

	for (unsigned i = 1; i < 3000; i++) {
		step = ban_levels_next(levels, 0, &prefix, &forever, i);
		cr_expect_eq(step.level, i < 1000 ? i : 1000, "%u: level %u", i, step.level);
		cr_expect(i < 3 || step.duration_ns == INT64_MAX);
		ban_levels_note(levels, 0, &prefix, &forever, i, step);
	}
	ban_levels_free(levels);
}

Test(ban_levels, full)
{
	struct fake_store fake = {0};
	struct ban_levels *levels = levels_of(&fake, 100);

	for (uint32_t i = 0; i < 100; i++)
		expect(levels, 1, i, 10, 1, 60);
	cr_expect_eq(fake.count, 100);
	/* No room: banned all the same, but not remembered. */
	expect(levels, 1, 1000, 20, 1, 60);
	expect(levels, 1, 1000, 80, 1, 60);
	/* Those that are there are. */
	expect(levels, 1, 99, 80, 2, 120);
	/* Once others are forgotten, there is room again. */
	expect(levels, 1, 1000, 1100, 1, 60);
	expect(levels, 1, 1000, 1200, 2, 120);
	cr_expect_leq(fake.count, 100);
	ban_levels_free(levels);
}

/* Many come and go; each that is recorded is found again. */
Test(ban_levels, churn)
{
	struct fake_store fake = {0};
	struct ban_levels *levels = levels_of(&fake, STORE_MAX);

	for (uint32_t i = 0; i < 20000; i++) {
		uint64_t now = (uint64_t)i * 10;

		ban(levels, 1, i, now);
		if (i > 5 && i % 100 == 0)
			cr_assert_eq(ban(levels, 1, i - 5, now).level, 2);
		cr_assert_lt(fake.count, STORE_MAX);
	}
	cr_expect_geq(fake.count, 100);
	cr_expect_leq(fake.count, 400);
	ban_levels_free(levels);
}
