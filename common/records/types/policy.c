// SPDX-License-Identifier: MIT
#include "common/records/types/policy.h"

#include "common/records/type.h"

/* The sender has the sentence; here it gets its subject. */
#define SAYS(type, subject)                                                                   \
	static void say_##type(struct event_sentence *text, const struct type##_event *event) \
	{                                                                                     \
		event_say(text, subject ": %s", event_or_empty(event->text));                 \
	}

SAYS(policy_pending, "policy")
EVENT_TYPE(policy_pending, POLICY_WAITS_EVENT,
	   "A policy waits for its confirmation, for so many seconds.");

SAYS(policy_due, "policy")
EVENT_TYPE(policy_due, POLICY_WAITS_EVENT,
	   "A policy without confirmation is taken back in so many seconds, a minute or less.");

SAYS(policy_confirmed, "policy")
EVENT_TYPE(policy_confirmed, POLICY_SAYS_EVENT, "A policy was confirmed, and stays.");

SAYS(policy_reverted, "policy")
EVENT_TYPE(policy_reverted, POLICY_SAYS_EVENT,
	   "A policy was taken back: the one before it runs again.");

SAYS(panic, "panic")
EVENT_TYPE(panic, PANIC_EVENT,
	   "A panic is in force, for so many seconds (absent: until it is ended), or has ended.");

SAYS(config_unusable, "config")
EVENT_TYPE(config_unusable, POLICY_SAYS_EVENT, "The config file cannot be loaded.");

SAYS(config_good, "config")
EVENT_TYPE(config_good, POLICY_SAYS_EVENT, "The config file can be loaded again.");
