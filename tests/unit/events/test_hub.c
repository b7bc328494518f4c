// SPDX-License-Identifier: MIT
/* Each subscriber gets every event, in order, until it has had enough. */
#include <criterion/criterion.h>
#include <string.h>

#include "common/records/types/policy.h"
#include "daemon/fwd/events/hub.h"

/* Writes its letter for each event; one with a hub ends its subscription at the first. */
struct reader {
	struct event_subscriber subscriber;
	struct event_hub *hub;
	char letter;
};

static char seen[64];
static enum fw_event_type last;

static void take(void *userdata, const struct event *event)
{
	struct reader *reader = userdata;

	seen[strlen(seen)] = reader->letter;
	last = event->type;
	if (reader->hub)
		hub_unsubscribe(reader->hub, &reader->subscriber);
}

static void subscribe(struct event_hub *hub, struct reader *reader)
{
	reader->subscriber = (struct event_subscriber){take, reader, NULL};
	hub_subscribe(hub, &reader->subscriber);
}

Test(hub, all_get_all)
{
	const struct event event = {.type = FW_EVENT_PACKET};
	struct event_hub *hub = hub_new();
	struct reader a = {.letter = 'a'}, b = {.letter = 'b', .hub = hub}, c = {.letter = 'c'};

	cr_assert(hub);
	hub_event(hub, &event);
	cr_expect_str_eq(seen, "");
	subscribe(hub, &a);
	subscribe(hub, &b);
	subscribe(hub, &c);
	hub_send(hub, panic, .duration_ns = 0, .text = "x");
	cr_expect_str_eq(seen, "abc");
	cr_expect_eq(last, FW_EVENT_PANIC);
	hub_event(hub, &event);
	cr_expect_str_eq(seen, "abcac", "b has left");
	cr_expect_eq(last, FW_EVENT_PACKET);
	hub_unsubscribe(hub, &b.subscriber);
	hub_unsubscribe(hub, &a.subscriber);
	hub_event(hub, &event);
	cr_expect_str_eq(seen, "abcacc");
	hub_unsubscribe(hub, &c.subscriber);
	hub_event(hub, &event);
	cr_expect_str_eq(seen, "abcacc");
	hub_free(hub);
}
