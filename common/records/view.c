// SPDX-License-Identifier: MIT
/* The values of an event by field: from its data, or from JSON. */
#include "common/records/type.h"

#include <string.h>

#include <cjson/cJSON.h>

#define NS_PER_MS 1000000ULL

static union event_value *add(struct event_view *view, enum event_field field)
{
	view->has |= 1ULL << field;
	return &view->values[field];
}

static void add_text(struct event_view *view, enum event_field field, const char *text)
{
	if (text && *text)
		add(view, field)->text = text;
}

static uint64_t read_unsigned(const char *at, size_t size)
{
	switch (size) {
	case sizeof(uint8_t):
		return *(const uint8_t *)at;
	case sizeof(uint16_t):
		return *(const uint16_t *)at;
	case sizeof(uint32_t):
		return *(const uint32_t *)at;
	default:
		return *(const uint64_t *)at;
	}
}

/* Whole milliseconds. */
static double to_seconds(uint64_t ns)
{
	return (double)(ns / NS_PER_MS) / 1000.0;
}

static void add_number(struct event_view *view, const struct event_member *member, const char *at)
{
	uint64_t number = read_unsigned(at, member->size);

	if (member->when == EVENT_IF_NONZERO && !number)
		return;
	if (member->when == EVENT_IF_POSSIBLE && *(const int *)at < 0)
		return;
	switch (event_fields[member->field].kind) {
	case EVENT_KIND_WORD:
		add(view, member->field)->text = event_word(member->field, number);
		break;
	case EVENT_KIND_SECONDS:
		add(view, member->field)->seconds = to_seconds(number);
		break;
	default:
		add(view, member->field)->number = number;
	}
}

static void add_member(struct event_view *view, const struct event_member *member, const char *data)
{
	const char *at = data + member->offset;

	switch (event_fields[member->field].kind) {
	case EVENT_KIND_TEXT:
		add_text(view, member->field, *(const char *const *)at);
		break;
	case EVENT_KIND_LIST:
		add(view, member->field)->list = *(const struct event_list *)at;
		break;
	case EVENT_KIND_WORD:
	case EVENT_KIND_NUMBER:
	case EVENT_KIND_SECONDS:
		add_number(view, member, at);
		break;
	case EVENT_KIND_TIME:
	case EVENT_KIND_TYPE:
	case EVENT_KIND_SENTENCE:
		break;
	}
}

void event_view(const struct event *event, struct event_view *ret)
{
	const struct event_type *type = event_types[event->type];
	struct event_sentence sentence = {ret->sentence, 0};

	ret->has = 0;
	add(ret, EVENT_FIELD_TIME)->text = clock_text(event->realtime_ns, ret->time);
	add(ret, EVENT_FIELD_TYPE)->text = event_type_name(event->type);
	for (size_t i = 0; i < type->member_count; i++)
		add_member(ret, &type->members[i], event->data);
	if (!type->say)
		return;
	type->say(&sentence, event->data);
	add(ret, EVENT_FIELD_TEXT)->text = ret->sentence;
}

/* ---- from JSON ---- */

static void read_value(const cJSON *item, enum event_field field, struct event_view *view)
{
	switch (event_fields[field].kind) {
	case EVENT_KIND_TIME:
	case EVENT_KIND_TYPE:
	case EVENT_KIND_WORD:
	case EVENT_KIND_TEXT:
	case EVENT_KIND_SENTENCE:
		add_text(view, field, cJSON_GetStringValue(item));
		break;
	case EVENT_KIND_NUMBER:
		if (cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble < 0x1p64)
			add(view, field)->number = (uint64_t)item->valuedouble;
		break;
	case EVENT_KIND_SECONDS:
		if (cJSON_IsNumber(item))
			add(view, field)->seconds = item->valuedouble;
		break;
	case EVENT_KIND_LIST:
		break; /* the line of a notice has these texts in its sentence */
	}
}

void event_view_read(const cJSON *json, struct event_view *ret)
{
	ret->has = 0;
	for (enum event_field field = 0; field < EVENT_FIELD_MAX; field++)
		read_value(cJSON_GetObjectItemCaseSensitive(json, event_fields[field].name), field,
			   ret);
}
