// SPDX-License-Identifier: MIT
#include "common/records/types/interface.h"

#include "common/records/type.h"

static void say_interface_changed(struct event_sentence *text,
				  const struct interface_changed_event *event)
{
	event_say(text, "interface %s: %s", event->interface, event_or_empty(event->text));
}

EVENT_TYPE(
	interface_changed, INTERFACE_CHANGED_EVENT,
	"An interface was attached or detached, vanished, appeared or was renamed, or its program "
	"was removed by another program: what happened, and what fwd did.");
