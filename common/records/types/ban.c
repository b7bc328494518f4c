// SPDX-License-Identifier: MIT
/* Bans: of a source over a limit, or why there was no ban. */
#include "common/records/type.h"

#define MEMBER(name, member, present) EVENT_MEMBER(struct notice, name, member, present)

/* ---- ban ---- */

static const struct event_member ban_members[] = {
	MEMBER(LIMIT, limit, ALWAYS),
	MEMBER(ADDRESS, address, ALWAYS),
	MEMBER(SET, set, IF_NONZERO),
	MEMBER(LEVEL, level, ALWAYS),
	MEMBER(SECONDS, duration_ns, IF_NONZERO),
};

static void say_ban(struct event_sentence *text, const void *data)
{
	const struct notice *notice = data;

	event_say(text, "limit %s: %s is ", notice->limit, event_or_empty(notice->address));
	if (notice->set)
		event_say(text, "put into set %s", notice->set);
	else
		event_say(text, "blocked");
	if (notice->duration_ns) {
		event_say(text, " for ");
		event_say_duration(text, notice->duration_ns);
	}
	event_say(text, ", level %u", notice->level);
	if (notice->outcome == FW_OUTCOME_WOULD_DROP)
		event_say(text, "; monitor mode: its packets are reported, and pass");
}

const struct event_type event_type_ban = {
	.help = "A limit with over: block has put an address into the block list or into a live "
		"set, for so many seconds (absent: for ever).",
	EVENT_MEMBERS(ban_members),
	.say = say_ban,
};

/* ---- bans_missed ---- */

static const struct event_member missed_members[] = {
	MEMBER(LIMIT, limit, ALWAYS),
	MEMBER(SET, set, IF_NONZERO),
	MEMBER(ADDRESSES, count.packets, ALWAYS),
};

static void say_missed(struct event_sentence *text, const void *data)
{
	const struct notice *notice = data;
	unsigned long long count = notice->count.packets;

	event_say(text, "limit %s: %llu address%s %s not %s%s: %s", notice->limit, count,
		  count == 1 ? "" : "es", count == 1 ? "was" : "were",
		  notice->set ? "put into set " : "blocked", event_or_empty(notice->set),
		  event_or_empty(notice->why));
}

const struct event_type event_type_bans_missed = {
	.help = "So many addresses were not banned, and why; at most once a second.",
	EVENT_MEMBERS(missed_members),
	.say = say_missed,
};
