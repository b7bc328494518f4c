// SPDX-License-Identifier: MIT
#include "common/records/types/ban.h"

#include "common/records/type.h"

static void say_ban(struct event_sentence *text, const struct ban_event *ban)
{
	event_say(text, "limit %s: %s is ", ban->limit, event_or_empty(ban->address));
	if (ban->set)
		event_say(text, "put into set %s", ban->set);
	else
		event_say(text, "blocked");
	if (ban->duration_ns) {
		event_say(text, " for ");
		event_say_duration(text, ban->duration_ns);
	}
	event_say(text, ", level %u", ban->level);
	if (ban->outcome == FW_OUTCOME_WOULD_DROP)
		event_say(text, "; monitor mode: its packets are reported, and pass");
}

EVENT_TYPE(ban, BAN_EVENT,
	   "A limit with over: block has put an address into the block list or into a live set, "
	   "for so many seconds (absent: for ever).");

static void say_bans_missed(struct event_sentence *text, const struct bans_missed_event *missed)
{
	unsigned long long count = missed->addresses;

	event_say(text, "limit %s: %llu address%s %s not %s%s: %s", missed->limit, count,
		  count == 1 ? "" : "es", count == 1 ? "was" : "were",
		  missed->set ? "put into set " : "blocked", event_or_empty(missed->set),
		  event_or_empty(missed->why));
}

EVENT_TYPE(bans_missed, BANS_MISSED_EVENT,
	   "So many addresses were not banned, and why; at most once a second.");
