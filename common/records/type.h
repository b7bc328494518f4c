/* SPDX-License-Identifier: MIT */
/* The descriptor of a type, and functions that make its sentence. */
#ifndef FWD_RECORDS_TYPE_H
#define FWD_RECORDS_TYPE_H

#include "common/base/memory.h"
#include "common/records/record.h"

/* The condition for a member. Texts are also absent if NULL or "". */
enum event_when {
	EVENT_ALWAYS,
	EVENT_IF_NONZERO,
	EVENT_IF_POSSIBLE, /* an int that is -1 where it does not apply */
};

/* A member: where its value is in the type's data. */
struct event_member {
	enum event_field field;
	enum event_when when;
	uint16_t offset;
	uint16_t size;
};

/* Which C types hold the kinds of fields, so that the compiler finds a member that does not. */
enum {
	EVENT_HOLDS_TEXT,
	EVENT_HOLDS_LIST,
	EVENT_HOLDS_NUMBER,
	EVENT_HOLDS_WORD = EVENT_HOLDS_NUMBER,
	EVENT_HOLDS_SECONDS = EVENT_HOLDS_NUMBER,
	EVENT_HOLDS_TIME = -1, /* no member */
	EVENT_HOLDS_TYPE = -1,
	EVENT_HOLDS_SENTENCE = -1,
};
#define EVENT_AS_HOLDER(name, text, kind, words, help) event_holder_##name = EVENT_HOLDS_##kind,
enum { EVENT_FIELDS(EVENT_AS_HOLDER) };
#define EVENT_HOLDS(value) \
	_Generic((value), const char *        \
		 : EVENT_HOLDS_TEXT, struct event_list \
		 : EVENT_HOLDS_LIST, default  \
		 : EVENT_HOLDS_NUMBER)

/* 0, if the member's C type can hold what the field is. */
#define EVENT_CHECK(type, name, member)                                                            \
	(0 * sizeof(struct {                                                                       \
		 _Static_assert((int)EVENT_HOLDS(((type *)0)->member) == (int)event_holder_##name, \
				"the member is of another kind than the field");                   \
		 char unused;                                                                      \
	 }))

#define EVENT_MEMBER(type, name, member, present)                                     \
	{                                                                             \
		EVENT_FIELD_##name, EVENT_##present, offsetof(type, member),          \
			sizeof(((type *)0)->member) + EVENT_CHECK(type, name, member) \
	}

struct event_sentence {
	char *buffer; /* EVENT_TEXT bytes, a string */
	size_t used;
};

struct event_type {
	const char *help; /* when there is such an event: a sentence or more, for the documents */
	const struct event_member *members; /* after time and type, in the order of JSON */
	size_t member_count;
	/* The event in a sentence, its last member. NULL: it has none. */
	void (*say)(struct event_sentence *text, const void *data);
};

#define EVENT_MEMBERS(array) .members = (array), .member_count = array_size(array)

/*
 * The descriptor of a type whose data is an EVENT_RECORD of that list. Its sentence is
 * say_TYPE(struct event_sentence *, const struct TYPE_event *), which comes before.
 */
#define EVENT_AS_MEMBER(type, field, when, ctype, member) \
	EVENT_MEMBER(struct type##_event, field, member, when),
#define EVENT_AS_NONE(...)
#define EVENT_TYPE(type, LIST, text)                                              \
	static const struct event_member type##_members[] = {                     \
		LIST(EVENT_AS_MEMBER, EVENT_AS_NONE, type)};                      \
	static void type##_say(struct event_sentence *sentence, const void *data) \
	{                                                                         \
		say_##type(sentence, data);                                       \
	}                                                                         \
	const struct event_type event_type_##type = {                             \
		.help = (text), EVENT_MEMBERS(type##_members), .say = type##_say}

/* Add to the sentence; text beyond EVENT_TEXT is cut. */
__attribute__((format(printf, 2, 3))) void event_say(struct event_sentence *text,
						     const char *format, ...);

/* "4m": whole seconds are enough for what takes seconds. */
void event_say_duration(struct event_sentence *text, uint64_t ns);

/* NULL as "". */
static inline const char *event_or_empty(const char *text)
{
	return text ? text : "";
}

/* By enum fw_event_type. */
extern const struct event_type *const event_types[FW_EVENT_TYPE_MAX];

#endif
