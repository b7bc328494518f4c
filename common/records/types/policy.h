/* SPDX-License-Identifier: MIT */
/* The policy as a whole: unconfirmed changes, a panic, a config file that cannot be loaded. */
#ifndef FWD_RECORDS_POLICY_H
#define FWD_RECORDS_POLICY_H

#include "common/records/record.h"

/* text: the sentence, without its subject. */
#define POLICY_WAITS_EVENT(MEMBER, ALSO, type)               \
	MEMBER(type, SECONDS, ALWAYS, uint64_t, duration_ns) \
	ALSO(type, const char *, text)
EVENT_RECORD(policy_pending, POLICY_WAITS_EVENT);
EVENT_RECORD(policy_due, POLICY_WAITS_EVENT);

#define POLICY_SAYS_EVENT(MEMBER, ALSO, type) ALSO(type, const char *, text)
EVENT_RECORD(policy_confirmed, POLICY_SAYS_EVENT);
EVENT_RECORD(policy_reverted, POLICY_SAYS_EVENT);
EVENT_RECORD(config_unusable, POLICY_SAYS_EVENT);
EVENT_RECORD(config_good, POLICY_SAYS_EVENT);

/* duration_ns: what is left of it; 0: no end, or it has ended. */
#define PANIC_EVENT(MEMBER, ALSO, type)                          \
	MEMBER(type, SECONDS, IF_NONZERO, uint64_t, duration_ns) \
	ALSO(type, const char *, text)
EVENT_RECORD(panic, PANIC_EVENT);

#endif
