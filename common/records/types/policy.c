// SPDX-License-Identifier: MIT
/* The policy as a whole: unconfirmed changes, a panic, a config file that cannot be loaded. */
#include "common/records/type.h"

#define MEMBER(name, member, present) EVENT_MEMBER(struct notice, name, member, present)

static const struct event_member lasting_members[] = {MEMBER(SECONDS, duration_ns, ALWAYS)};
static const struct event_member panic_members[] = {MEMBER(SECONDS, duration_ns, IF_NONZERO)};

/* The sender has the sentence. */
static void say_policy(struct event_sentence *text, const void *data)
{
	const struct notice *notice = data;

	event_say(text, "policy: %s", event_or_empty(notice->why));
}

static void say_panic(struct event_sentence *text, const void *data)
{
	const struct notice *notice = data;

	event_say(text, "panic: %s", event_or_empty(notice->why));
}

static void say_config(struct event_sentence *text, const void *data)
{
	const struct notice *notice = data;

	event_say(text, "config: %s", event_or_empty(notice->why));
}

const struct event_type event_type_policy_pending = {
	.help = "A policy waits for its confirmation, for so many seconds.",
	EVENT_MEMBERS(lasting_members),
	.say = say_policy,
};

const struct event_type event_type_policy_due = {
	.help = "A policy without confirmation is taken back in so many seconds, a minute or less.",
	EVENT_MEMBERS(lasting_members),
	.say = say_policy,
};

const struct event_type event_type_policy_confirmed = {
	.help = "A policy was confirmed, and stays.",
	.say = say_policy,
};

const struct event_type event_type_policy_reverted = {
	.help = "A policy was taken back: the one before it runs again.",
	.say = say_policy,
};

const struct event_type event_type_panic = {
	.help = "A panic is in force, for so many seconds (absent: until it is ended), or has "
		"ended.",
	EVENT_MEMBERS(panic_members),
	.say = say_panic,
};

const struct event_type event_type_config_unusable = {
	.help = "The config file cannot be loaded.",
	.say = say_config,
};

const struct event_type event_type_config_good = {
	.help = "The config file can be loaded again.",
	.say = say_config,
};
