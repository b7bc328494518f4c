/* SPDX-License-Identifier: MIT */
/* Bans: of a source over a limit, or why there was no ban. */
#ifndef FWD_RECORDS_BAN_H
#define FWD_RECORDS_BAN_H

#include "common/abi/fw_lists.h"
#include "common/records/record.h"

/* address: a prefix. set: the live set that it is put into; NULL: the block list. duration_ns 0: for ever. */
#define BAN_EVENT(MEMBER, ALSO, type)                            \
	MEMBER(type, LIMIT, ALWAYS, const char *, limit)         \
	MEMBER(type, ADDRESS, ALWAYS, const char *, address)     \
	MEMBER(type, SET, IF_NONZERO, const char *, set)         \
	MEMBER(type, LEVEL, ALWAYS, unsigned, level)             \
	MEMBER(type, SECONDS, IF_NONZERO, uint64_t, duration_ns) \
	ALSO(type, enum fw_outcome, outcome)
EVENT_RECORD(ban, BAN_EVENT);

#define BANS_MISSED_EVENT(MEMBER, ALSO, type)                \
	MEMBER(type, LIMIT, ALWAYS, const char *, limit)     \
	MEMBER(type, SET, IF_NONZERO, const char *, set)     \
	MEMBER(type, ADDRESSES, ALWAYS, uint64_t, addresses) \
	ALSO(type, const char *, why)
EVENT_RECORD(bans_missed, BANS_MISSED_EVENT);

#endif
