// SPDX-License-Identifier: MIT
#include "tests/protocol/check_reply.h"

#include <stdio.h>

#include "common/protocol/results.h"

static bool has_type(const struct op_field *field, const cJSON *value)
{
	const cJSON *item;

	switch (field->type) {
	case FIELD_TEXT:
		return cJSON_IsString(value);
	case FIELD_COUNT:
		return cJSON_IsNumber(value) && value->valuedouble >= 0 &&
		       value->valuedouble == (double)(unsigned long long)value->valuedouble;
	case FIELD_NUMBER:
		return cJSON_IsNumber(value);
	case FIELD_BOOL:
		return cJSON_IsBool(value);
	case FIELD_ONE:
	case FIELD_OBJECT:
		return cJSON_IsObject(value);
	case FIELD_TEXTS:
	case FIELD_LIST:
		if (!cJSON_IsArray(value))
			return false;
		cJSON_ArrayForEach (item, value) {
			if (field->type == FIELD_LIST ? !cJSON_IsObject(item)
						      : !cJSON_IsString(item))
				return false;
		}
		return true;
	}
	return false;
}

static const char *check_record(const struct op_record *record, const cJSON *object, bool whole,
				char text[REPLY_PROBLEM]);

static const char *check_value(const struct op_field *field, const cJSON *value, bool whole,
			       char text[REPLY_PROBLEM])
{
	const char *problem = NULL;
	const cJSON *item;

	if (field->type == FIELD_ONE)
		return check_record(field->record, value, whole, text);
	if (field->type != FIELD_LIST)
		return NULL;
	cJSON_ArrayForEach (item, value) {
		problem = check_record(field->record, item, whole, text);
		if (problem)
			return problem;
	}
	return NULL;
}

static const char *find_missing(const struct op_record *record, const cJSON *object,
				char text[REPLY_PROBLEM])
{
	for (const struct op_record *part = record; part; part = part->also) {
		for (size_t i = 0; i < OP_MAX_FIELDS && part->fields[i].name; i++) {
			const struct op_field *field = &part->fields[i];

			if (field->optional ||
			    cJSON_GetObjectItemCaseSensitive(object, field->name))
				continue;
			snprintf(text, REPLY_PROBLEM, "%s lacks %s", record->name, field->name);
			return text;
		}
	}
	return NULL;
}

static const char *check_record(const struct op_record *record, const cJSON *object, bool whole,
				char text[REPLY_PROBLEM])
{
	const char *problem = whole ? find_missing(record, object, text) : NULL;
	const cJSON *member;

	cJSON_ArrayForEach (member, object) {
		const struct op_field *field = op_field(record, member->string);

		if (problem)
			return problem;
		if (!field || !has_type(field, member)) {
			snprintf(text, REPLY_PROBLEM, "%s: %s %s", record->name, member->string,
				 field ? "is of another type" : "is not described");
			return text;
		}
		problem = check_value(field, member, whole, text);
	}
	return problem;
}

const char *check_reply(enum op op, const cJSON *result, bool whole, char text[REPLY_PROBLEM])
{
	return check_record(op_row(op)->result, result, whole, text);
}
