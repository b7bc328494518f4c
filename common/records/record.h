/* SPDX-License-Identifier: MIT */
/*
 * The data of a type of event: a struct that is made from the list of its members.
 *
 *	#define BAN_EVENT(MEMBER, ALSO, type)                     types/ban.h
 *		MEMBER(type, LIMIT, ALWAYS, const char *, limit)
 *		ALSO(type, enum fw_outcome, outcome)
 *	EVENT_RECORD(ban, BAN_EVENT);
 *
 * This is struct ban_event. A MEMBER is a field of the event: its name in fields.h, when it is
 * there (enum event_when), its C type, and its name in the struct. ALSO is what only the sentence
 * of the type needs. The same list makes the descriptor (EVENT_TYPE in type.h). The sender is
 *
 *	hub_send(hub, ban, .limit = name, .outcome = FW_OUTCOME_DROP);
 *
 * which does not compile if a member is missing, is there twice, or is of another type.
 */
#ifndef FWD_RECORDS_RECORD_H
#define FWD_RECORDS_RECORD_H

#include "common/records/event.h"

#define EVENT_AS_STRUCT(type, field, when, ctype, member) ctype member;
#define EVENT_AS_STRUCT_ALSO(type, ctype, member)	  ctype member;
#define EVENT_AS_ONE(...)				  +1

#define EVENT_RECORD(type, LIST)                                  \
	struct type##_event {                                     \
		LIST(EVENT_AS_STRUCT, EVENT_AS_STRUCT_ALSO, type) \
	};                                                        \
	enum { type##_event_size = LIST(EVENT_AS_ONE, EVENT_AS_ONE, type) }

/* How many arguments there are, at most 12. */
/* clang-format off */
#define EVENT_COUNT(...) \
	EVENT_COUNT_FROM(__VA_ARGS__, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define EVENT_COUNT_FROM(a, b, c, d, e, f, g, h, i, j, k, l, count, ...) count
/* clang-format on */

/* EVENT_NUMBER(ban) is FW_EVENT_BAN. */
#define EVENT_NUMBER(type)	    ((enum fw_event_type)event_number_##type)
#define EVENT_AS_NUMBER(name, text) event_number_##text = FW_EVENT_##name,
enum { EVENT_TYPES(EVENT_AS_NUMBER) };

#endif
