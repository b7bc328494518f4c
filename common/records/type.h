/* SPDX-License-Identifier: MIT */
/* The descriptor of a type, and functions that make sentences. */
#ifndef FWD_RECORDS_TYPE_H
#define FWD_RECORDS_TYPE_H

#include "common/base/memory.h"
#include "common/records/data.h"

/* The condition for a member. Texts are also absent if NULL or "". */
enum event_when {
	EVENT_ALWAYS,
	EVENT_IF_NONZERO,
	EVENT_IF_POSSIBLE, /* an int that is -1 if it does not apply */
};

/* A member: where its value is in the type's data. */
struct event_member {
	enum event_field field;
	enum event_when when;
	uint16_t offset;
	uint16_t size;
};

#define EVENT_MEMBER(type, name, member, present)                            \
	{                                                                    \
		EVENT_FIELD_##name, EVENT_##present, offsetof(type, member), \
			sizeof(((type *)0)->member)                          \
	}

struct event_sentence {
	char *buffer; /* EVENT_TEXT bytes, a string */
	size_t used;
};

struct event_type {
	const char *help; /* when the event occurs: one or more sentences, for the documents */
	const struct event_member *members; /* after time and type, in the order of JSON */
	size_t member_count;
	/* The event in a sentence, its last member. NULL: it has none. */
	void (*say)(struct event_sentence *text, const void *data);
};

#define EVENT_MEMBERS(array) .members = (array), .member_count = array_size(array)

/* Add to the sentence; text beyond EVENT_TEXT is cut. */
__attribute__((format(printf, 2, 3))) void event_say(struct event_sentence *text,
						     const char *format, ...);

/* "4m", in whole seconds. */
void event_say_duration(struct event_sentence *text, uint64_t ns);

/* NULL becomes "". */
static inline const char *event_or_empty(const char *text)
{
	return text ? text : "";
}

/* By enum fw_event_type. */
extern const struct event_type *const event_types[FW_EVENT_TYPE_MAX];

#endif
