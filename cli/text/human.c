// SPDX-License-Identifier: MIT
/* Numbers for people, and members of JSON objects. */
#include "cli/text/text.h"

#include <stdio.h>
#include <time.h>

#include "common/base/memory.h"

static bool is_whole(double number)
{
	return number == (double)(uint64_t)number;
}

const char *human_count(double count, char *buffer)
{
	static const char *const units[] = {"", "k", "M", "G", "T", "P", "E"};
	size_t unit = 0;

	if (count < 100000) {
		snprintf(buffer, HUMAN_TEXT, "%.0f", count);
		return buffer;
	}
	/* 999999 is 1.00M, not 1000k. */
	for (; count >= 999.5 && unit + 1 < array_size(units); unit++)
		count /= 1000;
	snprintf(buffer, HUMAN_TEXT, "%.*f%s",
		 is_whole(count) ? 0
		 : count < 99.95 ? 2
				 : 1,
		 count, units[unit]);
	return buffer;
}

const char *human_bytes(double bytes, char *buffer)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
	size_t unit = 0;

	for (; bytes >= 999.5 && unit + 1 < array_size(units); unit++)
		bytes /= 1000;
	snprintf(buffer, HUMAN_TEXT, "%.*f %s", unit && bytes < 99.95 ? 1 : 0, bytes, units[unit]);
	return buffer;
}

const char *human_seconds(double seconds, char *buffer)
{
	static const struct {
		uint64_t seconds;
		const char *name;
	} units[] = {{86400, "d"}, {3600, "h"}, {60, "m"}, {1, "s"}};
	uint64_t left = (uint64_t)(seconds + 0.5), value;

	for (size_t i = 0; i + 1 < array_size(units); i++) {
		if (left < units[i].seconds)
			continue;
		value = left / units[i].seconds;
		left = left % units[i].seconds / units[i + 1].seconds;
		snprintf(buffer, HUMAN_TEXT, "%llu%s", (unsigned long long)value, units[i].name);
		if (left)
			snprintf(buffer, HUMAN_TEXT, "%llu%s%llu%s", (unsigned long long)value,
				 units[i].name, (unsigned long long)left, units[i + 1].name);
		return buffer;
	}
	snprintf(buffer, HUMAN_TEXT, "%llus", (unsigned long long)left);
	return buffer;
}

const char *human_time(const char *utc, char *buffer)
{
	struct tm parts = {0};
	const char *rest = strptime(utc, "%Y-%m-%dT%H:%M:%S", &parts);
	time_t seconds = rest ? timegm(&parts) : -1;

	if (seconds == -1 || !localtime_r(&seconds, &parts) ||
	    !strftime(buffer, HUMAN_TEXT, "%Y-%m-%d %H:%M:%S %Z", &parts))
		snprintf(buffer, HUMAN_TEXT, "%.30s", utc);
	return buffer;
}

const char *human_name(const char *name, char *buffer)
{
	snprintf(buffer, HUMAN_TEXT, "%s", name);
	for (char *at = buffer; *at; at++)
		*at = *at == '_' ? ' ' : *at;
	return buffer;
}

const char *human_many(double count, const char *one, char *buffer)
{
	char number[HUMAN_TEXT];

	snprintf(buffer, HUMAN_TEXT, "%.12s %.14s%s", human_count(count, number), one,
		 count == 1 ? "" : "s");
	return buffer;
}

const cJSON *field(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

const char *field_text(const cJSON *object, const char *key)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

	return text ? text : "";
}

/* Counts do not exceed the integers that a double holds. */
double item_number(const cJSON *item)
{
	if (!cJSON_IsNumber(item) || item->valuedouble < 0 || item->valuedouble > (double)INT64_MAX)
		return 0;
	return item->valuedouble;
}

double field_number(const cJSON *object, const char *key)
{
	return item_number(field(object, key));
}

bool field_true(const cJSON *object, const char *key)
{
	return cJSON_IsTrue(field(object, key));
}

bool field_false(const cJSON *object, const char *key)
{
	return cJSON_IsFalse(field(object, key));
}

const char *human_policy(const cJSON *result, char *buffer)
{
	double revision = field_number(result, "revision");

	snprintf(buffer, HUMAN_TEXT, "%s %.0f", revision > 0 ? "revision" : "generation",
		 revision > 0 ? revision : field_number(result, "generation"));
	return buffer;
}
