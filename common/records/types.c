// SPDX-License-Identifier: MIT
#include "common/records/type.h"

#include <stdarg.h>

#include "common/base/units.h"

#define NS_PER_MS 1000000ULL

#define AS_EXTERN(name, text)	  extern const struct event_type event_type_##text;
#define AS_DESCRIPTOR(name, text) [FW_EVENT_##name] = &event_type_##text,

EVENT_TYPES(AS_EXTERN)

const struct event_type *const event_types[FW_EVENT_TYPE_MAX] = {EVENT_TYPES(AS_DESCRIPTOR)};

const char *event_type_name(enum fw_event_type type)
{
	static const char *const names[] = {EVENT_TYPES(EVENT_AS_TYPE_NAME)};

	return names[type];
}

const char *event_word(enum event_field field, uint64_t number)
{
	const struct event_words *words = event_fields[field].words;

	return number < words->count ? words->items[number] : "unknown";
}

/* ---- sentences ---- */

void event_say(struct event_sentence *text, const char *format, ...)
{
	size_t room = EVENT_TEXT - text->used;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(text->buffer + text->used, room, format, args);
	va_end(args);
	if (length > 0)
		text->used += (size_t)length < room ? (size_t)length : room - 1;
}

void event_say_duration(struct event_sentence *text, uint64_t ns)
{
	uint64_t unit = ns >= NS_PER_SECOND ? NS_PER_SECOND : NS_PER_MS;
	char buffer[UNITS_TEXT];

	event_say(text, "%s", duration_format((ns + unit / 2) / unit * unit, buffer));
}
