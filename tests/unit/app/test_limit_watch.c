// SPDX-License-Identifier: MIT
/* When a limit starts and stops limiting. */
#include <criterion/criterion.h>

#include "common/base/memory.h"
#include "daemon/fwd/limits/limit_watch.h"

#define SECOND 1000000000ULL

struct look {
	uint64_t second;
	uint64_t packets; /* over the limit so far; 100 bytes each */
	enum limit_change change;
	uint64_t reported; /* packets, if it stopped */
	uint64_t lasted;
};

static void play(const struct look *looks, size_t count)
{
	struct limit_watch watch = {0};

	for (size_t i = 0; i < count; i++) {
		const struct look *look = &looks[i];
		const struct fw_count over = {look->packets, look->packets * 100};
		struct limit_episode episode = {0};
		enum limit_change change =
			limit_watch_note(&watch, "a", &over, look->second * SECOND, &episode);

		cr_expect_eq(change, look->change, "look %zu: %d", i, change);
		cr_expect_eq(episode.over.packets, look->reported, "look %zu", i);
		cr_expect_eq(episode.over.bytes, look->reported * 100, "look %zu", i);
		cr_expect_eq(episode.duration_ns, look->lasted * SECOND, "look %zu", i);
	}
}

Test(limit_watch, one_event_each)
{
	static const struct look looks[] = {
		{10, 1000, LIMIT_SAME, 0, 0}, /* of an earlier fwd */
		{11, 1000, LIMIT_SAME, 0, 0},	    {12, 1001, LIMIT_STARTED, 0, 0},
		{13, 5000, LIMIT_SAME, 0, 0},	    {14, 9000, LIMIT_SAME, 0, 0},
		{15, 9000, LIMIT_SAME, 0, 0},	    {18, 9000, LIMIT_SAME, 0, 0},
		{19, 9000, LIMIT_STOPPED, 8000, 2}, {20, 9000, LIMIT_SAME, 0, 0},
		{60, 9007, LIMIT_STARTED, 0, 0},    {65, 9007, LIMIT_STOPPED, 7, 0},
	};

	play(looks, array_size(looks));
}

Test(limit_watch, pauses_shorter_than_quiet)
{
	static const struct look looks[] = {
		{1, 0, LIMIT_SAME, 0, 0},   {2, 5, LIMIT_STARTED, 0, 0},
		{6, 5, LIMIT_SAME, 0, 0},   {6, 10, LIMIT_SAME, 0, 0},
		{10, 10, LIMIT_SAME, 0, 0}, {11, 10, LIMIT_STOPPED, 10, 4},
	};

	play(looks, array_size(looks));
}

Test(limit_watch, cleared_counters)
{
	static const struct look looks[] = {
		{1, 500, LIMIT_SAME, 0, 0},
		{2, 600, LIMIT_STARTED, 0, 0},
		{3, 20, LIMIT_SAME, 0, 0},
		{4, 21, LIMIT_STARTED, 0, 0},
	};

	play(looks, array_size(looks));
}

Test(limit_watch, another_limit_in_the_slot)
{
	struct limit_watch watch = {0};
	struct limit_episode episode;
	const struct fw_count few = {10, 1000}, many = {99, 9900};

	cr_expect_eq(limit_watch_note(&watch, "a", &few, SECOND, &episode), LIMIT_SAME);
	cr_expect_eq(limit_watch_note(&watch, "b", &many, 2 * SECOND, &episode), LIMIT_SAME);
	cr_expect_eq(limit_watch_note(&watch, "b", &many, 3 * SECOND, &episode), LIMIT_SAME);
}
