// SPDX-License-Identifier: MIT
#include "daemon/fwd/events/sinks.h"

#include <string.h>

#include "common/base/memory.h"

const struct sink_ops *sink_find(const char *name)
{
	static const struct sink_ops *const sinks[] = {
		&sink_console,
		&sink_json,
		&sink_jsonl,
		&sink_csv,
	};

	for (size_t i = 0; i < array_size(sinks); i++) {
		if (strcmp(sinks[i]->name, name) == 0)
			return sinks[i];
	}
	return NULL;
}

const char *event_fragment(const struct event *event)
{
	static const char *const names[] = {FW_FRAGMENTS(FW_AS_NAME)};
	unsigned fragment = event->raw->fragment;

	if (fragment == FW_FRAGMENT_NONE || fragment >= FW_FRAGMENT_MAX)
		return "";
	return names[fragment];
}
