// SPDX-License-Identifier: MIT
/* A limit: it limits, has stopped, or has no free bucket. */
#include "common/records/type.h"

#include <string.h>

#define MEMBER(name, member, present) EVENT_MEMBER(struct notice, name, member, present)

static void say_rules(struct event_sentence *text, const struct notice *notice)
{
	for (size_t i = 0; i < notice->rule_count && i < NOTICE_RULES; i++)
		event_say(text, "%s%s",
			  i			   ? ", "
			  : notice->rule_count > 1 ? " (rules "
						   : " (rule ",
			  notice->rules[i]);
	if (notice->rule_count > NOTICE_RULES)
		event_say(text, " and %zu more", notice->rule_count - NOTICE_RULES);
	if (notice->rule_count)
		event_say(text, ")");
}

/* ---- limit_started ---- */

static const struct event_member started_members[] = {
	MEMBER(OUTCOME, outcome, ALWAYS), MEMBER(LIMIT, limit, ALWAYS),
	MEMBER(RULES, rule_list, ALWAYS), MEMBER(RATE, rate, ALWAYS),
	MEMBER(PER, per, ALWAYS),
};

static void say_started(struct event_sentence *text, const void *data)
{
	static const char *const does[] = {
		[FW_OUTCOME_PASS] = "counts packets beyond it, and passes them",
		[FW_OUTCOME_DROP] = "drops packets beyond it",
		[FW_OUTCOME_WOULD_DROP] = "would drop packets beyond it",
		[FW_OUTCOME_TX] = "answers packets beyond it with cookies",
		[FW_OUTCOME_WOULD_TX] = "would answer packets beyond it with cookies",
	};
	const struct notice *notice = data;

	event_say(text, "limit %s: over %s per %s; %s", notice->limit, event_or_empty(notice->rate),
		  event_or_empty(notice->per), does[notice->outcome]);
	say_rules(text, notice);
}

const struct event_type event_type_limit_started = {
	.help = "Packets are over a limit (within a second of the first).",
	EVENT_MEMBERS(started_members),
	.say = say_started,
};

/* ---- limit_stopped ---- */

static const struct event_member stopped_members[] = {
	MEMBER(OUTCOME, outcome, ALWAYS),   MEMBER(LIMIT, limit, ALWAYS),
	MEMBER(RULES, rule_list, ALWAYS),   MEMBER(RATE, rate, ALWAYS),
	MEMBER(PER, per, ALWAYS),	    MEMBER(PACKETS, count.packets, ALWAYS),
	MEMBER(BYTES, count.bytes, ALWAYS), MEMBER(SECONDS, duration_ns, ALWAYS),
};

static void say_stopped(struct event_sentence *text, const void *data)
{
	static const char *const did[] = {
		[FW_OUTCOME_PASS] = "passed",
		[FW_OUTCOME_DROP] = "dropped",
		[FW_OUTCOME_WOULD_DROP] = "would have dropped",
		[FW_OUTCOME_TX] = "answered or dropped",
		[FW_OUTCOME_WOULD_TX] = "would have answered or dropped",
	};
	const struct notice *notice = data;
	unsigned long long packets = notice->count.packets, bytes = notice->count.bytes;

	event_say(text, "limit %s: within %s again; %s %llu packet%s, %llu bytes, in ",
		  notice->limit, event_or_empty(notice->rate), did[notice->outcome], packets,
		  packets == 1 ? "" : "s", bytes);
	event_say_duration(text, notice->duration_ns);
	say_rules(text, notice);
}

const struct event_type event_type_limit_stopped = {
	.help = "No packet was over the limit for 5 seconds.",
	EVENT_MEMBERS(stopped_members),
	.say = say_stopped,
};

/* ---- limit_full ---- */

static const struct event_member full_members[] = {
	MEMBER(LIMIT, limit, ALWAYS),
	MEMBER(KEYS, keys, ALWAYS),
};

static void say_full(struct event_sentence *text, const void *data)
{
	static const struct {
		const char *when_full, *does;
	} words[] = {
		{"evict", "those closest to idle are replaced by new ones"},
		{"drop", "packets of new ones are dropped"},
		{"pass", "packets of new ones pass unmetered"},
	};
	const struct notice *notice = data;

	event_say(text, "limit %s: no room for another key, of %llu", notice->limit,
		  (unsigned long long)notice->keys);
	for (size_t i = 0; i < array_size(words); i++) {
		if (strcmp(words[i].when_full, event_or_empty(notice->why)) == 0)
			event_say(text, "; %s", words[i].does);
	}
}

const struct event_type event_type_limit_full = {
	.help = "A new key found no room: it got that of another, or its packets were dropped or "
		"passed, as the limit's when_full says. Reported again after 5 seconds without "
		"that.",
	EVENT_MEMBERS(full_members),
	.say = say_full,
};
