/* SPDX-License-Identifier: MIT */
/*
 * Events as typed records.
 *
 * An event has a type, a time and the type's data. A *type* is a descriptor: its name, its members
 * and, unless it is about one packet, its sentence. A *field* is the name of a member, with the
 * same meaning in every type. JSON, CSV, the line for people, the schema and the documents come
 * from these two tables:
 *
 *	sender -> struct event -> struct event_view -> JSON, CSV, line
 *	              a line of JSON -> struct event_view -> line
 */
#ifndef FWD_RECORDS_EVENT_H
#define FWD_RECORDS_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/base/clock.h"
#include "common/records/fields.h"
#include "common/records/types.h"

struct cJSON;

/* Strings in the data are borrowed for the duration of the call. */
struct event {
	enum fw_event_type type;
	uint64_t realtime_ns; /* since 1970 */
	const void *data;     /* struct TYPE_event of the type: types/ */
};

const char *event_type_name(enum fw_event_type type);

/* The text of a field of kind WORD; "unknown" if the number is none of its list's. */
const char *event_word(enum event_field field, uint64_t number);

/* ---- an event's values ---- */

/* The longest sentence. */
#define EVENT_TEXT 1024

/* Only the first EVENT_LIST_MAX are written. */
#define EVENT_LIST_MAX 8
struct event_list {
	const char *const *items;
	size_t count;
};

union event_value {
	const char *text; /* kinds TIME, TYPE, WORD, TEXT, SENTENCE */
	uint64_t number;  /* NUMBER */
	double seconds;	  /* SECONDS: with three decimals */
	struct event_list list;
};

/* The values of an event, by field; strings are borrowed from the event, or in the view itself. */
struct event_view {
	uint64_t has; /* bit per enum event_field */
	union event_value values[EVENT_FIELD_MAX];
	char time[CLOCK_TEXT];
	char sentence[EVENT_TEXT];
};
_Static_assert(EVENT_FIELD_MAX <= 64, "a bit for each field");

static inline bool event_has(const struct event_view *view, enum event_field field)
{
	return view->has >> field & 1;
}

/* "" and 0 if the event does not have it. */
static inline const char *event_text(const struct event_view *view, enum event_field field)
{
	return event_has(view, field) ? view->values[field].text : "";
}

static inline uint64_t event_number(const struct event_view *view, enum event_field field)
{
	return event_has(view, field) ? view->values[field].number : 0;
}

void event_view(const struct event *event, struct event_view *ret);

/* The same of an event that fwd wrote as JSON. Members of another kind, or unknown, are left out. */
void event_view_read(const struct cJSON *json, struct event_view *ret);

/* ---- formats ---- */

/* A JSON object on one line, without a newline; members in the order of the type. */
void event_put_json(FILE *out, const struct event *event);

/* A packet's fields, without its outcome, as a JSON object; NULL: no memory. */
struct packet_event;
struct cJSON *event_packet_json(const struct packet_event *packet);

/* RFC 4180: a line with the names of all fields, and one with an event's values. */
void event_put_csv_header(FILE *out);
void event_put_csv(FILE *out, const struct event *event);

/*
 * A line for people:
 *	2026-11-21T08:15:04.123Z drop eth0 udp 192.0.2.7:53 > 203.0.113.9:4000, 60 bytes: rule x
 *	2026-11-21T08:15:04.123Z limit dns: over 200/s per src/32,64; drops packets beyond it (rule x)
 */
void event_put_line(FILE *out, const struct event_view *view, bool colour);

/* Such a line without its time, and without a newline. */
void event_put_message(FILE *out, const struct event_view *view, bool colour);

/* Of such a line: "udp 192.0.2.7:53 > 203.0.113.9:4000, 60 bytes". */
void event_put_packet(FILE *out, const struct event_view *view);

#endif
