// SPDX-License-Identifier: MIT
/* Notices: what of them applies, and the sentence that says it. */
#include "daemon/fwd/events/sinks.h"

#include <stdarg.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/base/units.h"

static const char *const outcomes[] = {FW_OUTCOMES(FW_AS_NAME)};

void event_of_notice(const struct notice *notice, struct event *ret)
{
	*ret = (struct event){
		.notice = notice,
		.realtime_ns = clock_realtime_ns(),
	};
}

const char *event_type_name(const struct event *event)
{
	static const char *const names[] = {FW_EVENT_TYPES(FW_AS_NAME)};

	return names[event->notice ? event->notice->type : FW_EVENT_PACKET];
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

struct notice_fields notice_fields(const struct notice *notice)
{
	enum fw_event_type type = notice->type;
	bool limiting = type == FW_EVENT_LIMIT_STARTED || type == FW_EVENT_LIMIT_STOPPED;

	return (struct notice_fields){
		.outcome = limiting ? outcomes[notice->outcome] : "",
		.limit = or_empty(notice->limit),
		.rate = or_empty(notice->rate),
		.per = or_empty(notice->per),
		.address = or_empty(notice->address),
		.set = or_empty(notice->set),
		.seconds = (double)(notice->duration_ns / 1000000) / 1000.0,
		.has_rules = limiting,
		.has_packets = type == FW_EVENT_LIMIT_STOPPED,
		.has_addresses = type == FW_EVENT_BANS_MISSED,
		.has_seconds =
			type == FW_EVENT_LIMIT_STOPPED || type == FW_EVENT_POLICY_PENDING ||
			type == FW_EVENT_POLICY_DUE ||
			((type == FW_EVENT_BAN || type == FW_EVENT_PANIC) && notice->duration_ns),
		.has_keys = type == FW_EVENT_LIMIT_FULL,
		.has_level = type == FW_EVENT_BAN,
	};
}

/* ---- the sentence ---- */

struct text {
	char *buffer;
	size_t used;
};

__attribute__((format(printf, 2, 3))) static void say(struct text *text, const char *format, ...)
{
	size_t room = NOTICE_TEXT - text->used;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(text->buffer + text->used, room, format, args);
	va_end(args);
	if (length > 0)
		text->used += (size_t)length < room ? (size_t)length : room - 1;
}

/* Whole seconds say enough of what takes seconds. */
static void say_duration(struct text *text, uint64_t ns)
{
	uint64_t unit = ns >= NS_PER_SECOND ? NS_PER_SECOND : 1000000;
	char buffer[UNITS_TEXT];

	say(text, "%s", duration_format((ns + unit / 2) / unit * unit, buffer));
}

static void say_rules(struct text *text, const struct notice *notice)
{
	for (size_t i = 0; i < notice->rule_count && i < NOTICE_RULES; i++)
		say(text, "%s%s",
		    i			     ? ", "
		    : notice->rule_count > 1 ? " (rules "
					     : " (rule ",
		    notice->rules[i]);
	if (notice->rule_count > NOTICE_RULES)
		say(text, " and %zu more", notice->rule_count - NOTICE_RULES);
	if (notice->rule_count)
		say(text, ")");
}

static void say_started(struct text *text, const struct notice *notice)
{
	static const char *const does[] = {
		[FW_OUTCOME_PASS] = "counts what is beyond, and passes it",
		[FW_OUTCOME_DROP] = "drops what is beyond",
		[FW_OUTCOME_WOULD_DROP] = "would drop what is beyond",
		[FW_OUTCOME_TX] = "answers what is beyond with cookies",
		[FW_OUTCOME_WOULD_TX] = "would answer what is beyond with cookies",
	};

	say(text, "over %s per %s; %s", or_empty(notice->rate), or_empty(notice->per),
	    does[notice->outcome]);
	say_rules(text, notice);
}

static void say_stopped(struct text *text, const struct notice *notice)
{
	static const char *const did[] = {
		[FW_OUTCOME_PASS] = "passed",
		[FW_OUTCOME_DROP] = "dropped",
		[FW_OUTCOME_WOULD_DROP] = "would have dropped",
		[FW_OUTCOME_TX] = "answered or dropped",
		[FW_OUTCOME_WOULD_TX] = "would have answered or dropped",
	};
	unsigned long long packets = notice->count.packets, bytes = notice->count.bytes;

	say(text, "within %s again; %s %llu packet%s, %llu bytes, in ", or_empty(notice->rate),
	    did[notice->outcome], packets, packets == 1 ? "" : "s", bytes);
	say_duration(text, notice->duration_ns);
	say_rules(text, notice);
}

static void say_full(struct text *text, const struct notice *notice)
{
	static const struct {
		const char *when_full, *does;
	} words[] = {
		{"evict", "those closest to idle give way to new ones"},
		{"drop", "packets of new ones are dropped"},
		{"pass", "packets of new ones pass unmetered"},
	};

	say(text, "no room for another key, of %llu", (unsigned long long)notice->keys);
	for (size_t i = 0; i < array_size(words); i++) {
		if (strcmp(words[i].when_full, or_empty(notice->why)) == 0)
			say(text, "; %s", words[i].does);
	}
}

static void say_ban(struct text *text, const struct notice *notice)
{
	say(text, "%s is ", or_empty(notice->address));
	if (notice->set)
		say(text, "put into set %s", notice->set);
	else
		say(text, "blocked");
	if (notice->duration_ns) {
		say(text, " for ");
		say_duration(text, notice->duration_ns);
	}
	say(text, ", level %u", notice->level);
	if (notice->outcome == FW_OUTCOME_WOULD_DROP)
		say(text, "; monitor mode: its packets are reported, and pass");
}

static void say_missed(struct text *text, const struct notice *notice)
{
	unsigned long long count = notice->count.packets;

	say(text, "%llu address%s %s not %s%s: %s", count, count == 1 ? "" : "es",
	    count == 1 ? "was" : "were", notice->set ? "put into set " : "blocked",
	    or_empty(notice->set), or_empty(notice->why));
}

const char *notice_text(const struct notice *notice, char buffer[NOTICE_TEXT])
{
	struct text text = {buffer, 0};

	buffer[0] = '\0';
	if (notice->limit)
		say(&text, "limit %s: ", notice->limit);
	switch (notice->type) {
	case FW_EVENT_LIMIT_STARTED:
		say_started(&text, notice);
		break;
	case FW_EVENT_LIMIT_STOPPED:
		say_stopped(&text, notice);
		break;
	case FW_EVENT_LIMIT_FULL:
		say_full(&text, notice);
		break;
	case FW_EVENT_BAN:
		say_ban(&text, notice);
		break;
	case FW_EVENT_BANS_MISSED:
		say_missed(&text, notice);
		break;
	case FW_EVENT_POLICY_PENDING:
	case FW_EVENT_POLICY_DUE:
	case FW_EVENT_POLICY_CONFIRMED:
	case FW_EVENT_POLICY_REVERTED:
		say(&text, "policy: %s", or_empty(notice->why));
		break;
	case FW_EVENT_PANIC:
		say(&text, "panic: %s", or_empty(notice->why));
		break;
	case FW_EVENT_CONFIG_UNUSABLE:
	case FW_EVENT_CONFIG_GOOD:
		say(&text, "config: %s", or_empty(notice->why));
		break;
	case FW_EVENT_PACKET:
	case FW_EVENT_TYPE_MAX:
		break;
	}
	return buffer;
}
