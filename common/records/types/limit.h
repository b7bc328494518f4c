/* SPDX-License-Identifier: MIT */
/* A limit: it limits, has stopped, or has no free bucket. */
#ifndef FWD_RECORDS_LIMIT_H
#define FWD_RECORDS_LIMIT_H

#include "common/abi/fw_lists.h"
#include "common/records/record.h"

/* outcome: of packets over the limit. rate and per: as in the config. rules: all that use it are counted. */
#define LIMIT_STARTED_EVENT(MEMBER, ALSO, type)                 \
	MEMBER(type, OUTCOME, ALWAYS, enum fw_outcome, outcome) \
	MEMBER(type, LIMIT, ALWAYS, const char *, limit)        \
	MEMBER(type, RULES, ALWAYS, struct event_list, rules)   \
	MEMBER(type, RATE, ALWAYS, const char *, rate)          \
	MEMBER(type, PER, ALWAYS, const char *, per)
EVENT_RECORD(limit_started, LIMIT_STARTED_EVENT);

/* packets, bytes: over the limit, in duration_ns. */
#define LIMIT_STOPPED_EVENT(MEMBER, ALSO, type)          \
	LIMIT_STARTED_EVENT(MEMBER, ALSO, type)          \
	MEMBER(type, PACKETS, ALWAYS, uint64_t, packets) \
	MEMBER(type, BYTES, ALWAYS, uint64_t, bytes)     \
	MEMBER(type, SECONDS, ALWAYS, uint64_t, duration_ns)
EVENT_RECORD(limit_stopped, LIMIT_STOPPED_EVENT);

/* keys: for how many there is room. */
#define LIMIT_FULL_EVENT(MEMBER, ALSO, type)             \
	MEMBER(type, LIMIT, ALWAYS, const char *, limit) \
	MEMBER(type, KEYS, ALWAYS, uint64_t, keys)       \
	ALSO(type, enum fw_when_full, when_full)
EVENT_RECORD(limit_full, LIMIT_FULL_EVENT);

#endif
