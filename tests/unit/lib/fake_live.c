// SPDX-License-Identifier: MIT
#include "tests/unit/lib/fake_live.h"

#include <criterion/criterion.h>

#include "common/base/clock.h"
#include "daemon/fwd/live/live_book.h"

static int fake_write(void *userdata, unsigned set_id, const struct prefix *prefix,
		      const struct fw_live_value *value)
{
	(void)userdata, (void)set_id, (void)prefix, (void)value;
	return 0;
}

static int fake_erase(void *userdata, unsigned set_id, const struct prefix *prefix)
{
	(void)userdata, (void)set_id, (void)prefix;
	return 0;
}

static void fake_count(void *userdata, int family, uint32_t count)
{
	(void)userdata, (void)family, (void)count;
}

static uint64_t fake_now(void *userdata)
{
	(void)userdata;
	return clock_ns();
}

static void fake_close(void *userdata)
{
	(void)userdata;
}

struct live *fake_live_new(void)
{
	static const struct live_ops ops = {
		.write = fake_write,
		.erase = fake_erase,
		.count_blocks = fake_count,
		.now = fake_now,
		.close = fake_close,
	};
	struct live *live = live_new(&ops, NULL);

	cr_assert(live);
	return live;
}
