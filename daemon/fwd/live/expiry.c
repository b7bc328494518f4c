// SPDX-License-Identifier: MIT
#include "daemon/fwd/live/expiry.h"

#include <errno.h>
#include <stdlib.h>

#include "common/abi/fw_abi.h"
#include "common/base/clock.h"

struct live_expiry {
	struct live *live;
	sd_event_source *timer;
	sd_event_source *after; /* each turn of the loop */
};

static int expire(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct live_expiry *expiry = userdata;

	(void)source, (void)usec;
	live_expire(expiry->live, clock_ns());
	return 0;
}

/* After each turn of the loop, the next end may have changed. */
static int set_timer(sd_event_source *source, void *userdata)
{
	struct live_expiry *expiry = userdata;
	uint64_t next = live_next_expiry(expiry->live);

	(void)source;
	if (next == FW_FOREVER)
		return sd_event_source_set_enabled(expiry->timer, SD_EVENT_OFF);
	sd_event_source_set_time(expiry->timer, next / 1000 + 1);
	return sd_event_source_set_enabled(expiry->timer, SD_EVENT_ONESHOT);
}

int live_expiry_new(struct live *live, sd_event *loop, struct live_expiry **ret)
{
	struct live_expiry *expiry = calloc(1, sizeof(*expiry));
	int r;

	if (!expiry)
		return -ENOMEM;
	expiry->live = live;
	r = sd_event_add_time(loop, &expiry->timer, CLOCK_MONOTONIC, 0, 1000, expire, expiry);
	if (r >= 0)
		r = sd_event_add_post(loop, &expiry->after, set_timer, expiry);
	if (r < 0) {
		live_expiry_free(expiry);
		return r;
	}
	*ret = expiry;
	return 0;
}

struct live_expiry *live_expiry_free(struct live_expiry *expiry)
{
	if (!expiry)
		return NULL;
	sd_event_source_disable_unref(expiry->timer);
	sd_event_source_disable_unref(expiry->after);
	free(expiry);
	return NULL;
}
