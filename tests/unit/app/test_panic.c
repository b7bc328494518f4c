// SPDX-License-Identifier: MIT
/* What is reported of the end of a panic: a client ended it, or its time was over. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/records/types/policy.h"
#include "daemon/fwd/datapath/internal.h"
#include "daemon/fwd/panic/panic.h"

enum end { BY_A_CLIENT, BY_ITS_TIME, BY_ANOTHER_PROCESS };

static const struct {
	enum end end;
	const char *text;
} rows[] = {
	{BY_A_CLIENT, "it has ended, by bob; the policy is in force again"},
	{BY_ITS_TIME, "it has ended, its time is over; the policy is in force again"},
	{BY_ANOTHER_PROCESS, "it has ended; the policy is in force again"},
};

static void take(void *userdata, const struct event *event)
{
	const struct panic_event *data = event->data;

	snprintf(userdata, 256, "%s", data->text);
}

static void changed(void *userdata)
{
	(void)userdata;
}

/* The datapath's time stands still; the panic is over in fwd's when it shall be over. */
static void end_it(struct panic *panic, struct datapath *dp, enum end how)
{
	panic_set(panic, FW_PANIC_CLOSE, how == BY_ITS_TIME ? 4 : 3600 * NS_PER_SECOND, "alice");
	cr_expect_str_eq(panic_by(panic), "alice");
	if (how == BY_A_CLIENT)
		cr_expect(panic_end(panic, "bob"));
	else if (how == BY_ITS_TIME)
		dp->state->test_now = UINT64_MAX;
	else
		datapath_panic_end(dp);
	panic_look(panic);
}

Test(panic, how_it_ended)
{
	for (size_t i = 0; i < array_size(rows); i++) {
		struct fw_state state = {0};
		struct datapath dp = {.state = &state, .test_clock = true};
		char text[256] = "";
		struct event_subscriber reader = {take, text, NULL};
		struct event_hub *hub = hub_new();
		struct panic *panic = panic_new(&dp, hub, changed, NULL);

		cr_assert(hub && panic);
		hub_subscribe(hub, &reader);
		end_it(panic, &dp, rows[i].end);
		cr_expect_str_eq(text, rows[i].text);
		cr_expect_str_eq(panic_by(panic), "");
		hub_unsubscribe(hub, &reader);
		panic_free(panic);
		hub_free(hub);
	}
}
