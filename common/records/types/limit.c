// SPDX-License-Identifier: MIT
#include "common/records/types/limit.h"

#include "common/records/type.h"

static void say_rules(struct event_sentence *text, const struct event_list *rules)
{
	for (size_t i = 0; i < rules->count && i < EVENT_LIST_MAX; i++)
		event_say(text, "%s%s",
			  i		     ? ", "
			  : rules->count > 1 ? " (rules "
					     : " (rule ",
			  rules->items[i]);
	if (rules->count > EVENT_LIST_MAX)
		event_say(text, " and %zu more", rules->count - EVENT_LIST_MAX);
	if (rules->count)
		event_say(text, ")");
}

static void say_limit_started(struct event_sentence *text, const struct limit_started_event *limit)
{
	static const char *const does[] = {
		[FW_OUTCOME_PASS] = "counts packets beyond it, and passes them",
		[FW_OUTCOME_DROP] = "drops packets beyond it",
		[FW_OUTCOME_WOULD_DROP] = "would drop packets beyond it",
		[FW_OUTCOME_TX] = "answers packets beyond it with cookies",
		[FW_OUTCOME_WOULD_TX] = "would answer packets beyond it with cookies",
	};

	event_say(text, "limit %s: over %s per %s; %s", limit->limit, event_or_empty(limit->rate),
		  event_or_empty(limit->per), does[limit->outcome]);
	say_rules(text, &limit->rules);
}

EVENT_TYPE(limit_started, LIMIT_STARTED_EVENT,
	   "Packets are over a limit (within a second of the first).");

static void say_limit_stopped(struct event_sentence *text, const struct limit_stopped_event *limit)
{
	static const char *const did[] = {
		[FW_OUTCOME_PASS] = "passed",
		[FW_OUTCOME_DROP] = "dropped",
		[FW_OUTCOME_WOULD_DROP] = "would have dropped",
		[FW_OUTCOME_TX] = "answered or dropped",
		[FW_OUTCOME_WOULD_TX] = "would have answered or dropped",
	};
	unsigned long long packets = limit->packets, bytes = limit->bytes;

	event_say(text, "limit %s: within %s again; %s %llu packet%s, %llu bytes, in ",
		  limit->limit, event_or_empty(limit->rate), did[limit->outcome], packets,
		  packets == 1 ? "" : "s", bytes);
	event_say_duration(text, limit->duration_ns);
	say_rules(text, &limit->rules);
}

EVENT_TYPE(limit_stopped, LIMIT_STOPPED_EVENT, "No packet was over the limit for 5 seconds.");

static void say_limit_full(struct event_sentence *text, const struct limit_full_event *limit)
{
	static const char *const does[] = {
		[FW_FULL_EVICT] = "those closest to idle are replaced by new ones",
		[FW_FULL_DROP] = "packets of new ones are dropped",
		[FW_FULL_PASS] = "packets of new ones pass unmetered",
	};

	event_say(text, "limit %s: no room for another key, of %llu; %s", limit->limit,
		  (unsigned long long)limit->keys, does[limit->when_full]);
}

EVENT_TYPE(limit_full, LIMIT_FULL_EVENT,
	   "A new key found no room: it got that of another, or its packets were dropped or "
	   "passed, as the limit's when_full says. Reported again after 5 seconds without that.");
