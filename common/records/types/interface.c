// SPDX-License-Identifier: MIT
#include "common/records/types/interface.h"

#include <string.h>

#include "common/records/type.h"

static void say_interface_changed(struct event_sentence *text,
				  const struct interface_changed_event *event)
{
	const char *what = event_or_empty(event->text);
	size_t length = strlen(event->interface);

	/* "eth0 vanished": the text may begin with the name. */
	if (strncmp(what, event->interface, length) == 0 && strchr(" ,", what[length]))
		event_say(text, "interface %s", what);
	else
		event_say(text, "interface %s: %s", event->interface, what);
}

EVENT_TYPE(
	interface_changed, INTERFACE_CHANGED_EVENT,
	"An interface was attached or detached, vanished, appeared or was renamed, or its program "
	"was removed by another program: what happened, and what fwd did.");
