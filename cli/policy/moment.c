// SPDX-License-Identifier: MIT
#include "cli/policy/moment.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/core/client.h"
#include "cli/output/output.h"
#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/base/units.h"

/* The text after a prefix and spaces; NULL: it does not begin with the prefix. */
static const char *after_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(text, word, length) != 0 || (text[length] && text[length] != ' '))
		return NULL;
	text += length;
	return text + strspn(text, " ");
}

/* "14:00", "14:00:30"; what follows is in *ret_rest. */
static bool take_clock(const char *text, struct tm *parts, const char **ret_rest)
{
	const char *rest = strptime(text, "%H:%M:%S", parts);

	if (!rest) {
		parts->tm_sec = 0;
		rest = strptime(text, "%H:%M", parts);
	}
	*ret_rest = rest;
	return rest;
}

/* A local time of the day, some days before another one. */
static int clock_of(const char *text, int64_t now, int days_ago, int64_t *ret)
{
	time_t day = (time_t)(now / 1000);
	struct tm parts;

	localtime_r(&day, &parts);
	parts.tm_mday -= days_ago;
	parts.tm_isdst = -1;
	if (!take_clock(text, &parts, &text) || *text)
		return -EINVAL;
	day = mktime(&parts);
	*ret = (int64_t)day * 1000 + 999;
	return day == -1 ? -EINVAL : 0;
}

/* ".123", as in the output of fwctl -j. Without a fraction, the whole second is meant. */
static const char *take_ms(const char *text, unsigned *ret)
{
	*ret = 999;
	if (*text != '.')
		return text;
	sscanf(text + 1, "%3u", ret);
	return text + 1 + strspn(text + 1, "0123456789");
}

static int read_date(const char *text, int64_t *ret)
{
	struct tm parts = {.tm_isdst = -1};
	const char *rest = strptime(text, "%Y-%m-%d", &parts), *zone;
	unsigned ms = 0;
	time_t seconds;
	long offset;

	if (!rest)
		return -EINVAL;
	if (*rest && (!strchr("T ", *rest) || !take_clock(rest + 1, &parts, &rest)))
		return -EINVAL;
	rest = take_ms(rest, &ms);
	if (!*rest) {
		seconds = mktime(&parts);
		*ret = (int64_t)seconds * 1000 + ms;
		return seconds == -1 ? -EINVAL : 0;
	}
	zone = strptime(rest, "%z", &parts);
	if (strcmp(rest, "Z") != 0 && (!zone || *zone))
		return -EINVAL;
	offset = *rest == 'Z' ? 0 : parts.tm_gmtoff;
	*ret = ((int64_t)timegm(&parts) - offset) * 1000 + ms;
	return 0;
}

static int read_ago(const char *text, int64_t now, int64_t *ret)
{
	cleanup_free char *copy = strdup(text);
	char *ago = copy ? strstr(copy, " ago") : NULL;
	uint64_t ns;

	if (!ago || ago[4])
		return -EINVAL;
	*ago = '\0';
	if (duration_parse(copy, &ns) < 0)
		return -EINVAL;
	*ret = now - (int64_t)(ns / 1000000);
	return 0;
}

int moment_parse(const char *text, int64_t now, int64_t *ret)
{
	static const struct {
		const char *word;
		int days_ago;
	} days[] = {{"today", 0}, {"yesterday", 1}};

	for (size_t i = 0; i < array_size(days); i++) {
		const char *rest = after_word(text, days[i].word);

		if (rest && *rest)
			return clock_of(rest, now, days[i].days_ago, ret);
		if (rest && days[i].days_ago) {
			*ret = now - 86400 * 1000;
			return 0;
		}
	}
	if (clock_of(text, now, 0, ret) == 0 || read_date(text, ret) == 0)
		return 0;
	return read_ago(text, now, ret);
}

/* When a revision became active. False: its file is damaged. */
static bool time_of(const cJSON *item, int64_t *ret)
{
	return read_date(field_text(item, "time"), ret) == 0;
}

/* The revision of a time among the items of a page; 0: all are later. */
static double find_in(const cJSON *items, int64_t wanted)
{
	const cJSON *item;
	int64_t when;

	cJSON_ArrayForEach (item, items) {
		if (time_of(item, &when) && when <= wanted)
			return field_number(item, "number");
	}
	return 0;
}

static int find_revision(struct cli *cli, const char *text, int64_t wanted, double *ret)
{
	double next = 0, total, found = 0;
	time_t seconds = (time_t)(wanted / 1000);
	char shown[64];
	struct tm parts;
	int count;

	do {
		cJSON *args = cJSON_CreateObject(), *page = NULL;

		cJSON_AddNumberToObject(args, "offset", next);
		if (client_request(cli, OP_HISTORY, args, &page) < 0)
			return -1;
		found = find_in(field(page, "items"), wanted);
		count = cJSON_GetArraySize(field(page, "items"));
		total = field_number(page, "total");
		next += count;
		cJSON_Delete(page);
	} while (found == 0 && count > 0 && next < total);
	if (found > 0) {
		*ret = found;
		return 0;
	}
	localtime_r(&seconds, &parts);
	strftime(shown, sizeof(shown), "%Y-%m-%d %H:%M:%S %Z", &parts);
	return cli_fail(cli, WIRE_ERROR_NOT_FOUND,
			"no stored revision was running at \"%s\" (%s); fwctl history lists them",
			text, shown);
}

int moment_revision(struct cli *cli, const char *word, bool is_time, double *ret)
{
	const char *text = word + (!is_time && *word == '@');
	int64_t now = (int64_t)(clock_realtime_ns() / 1000000), wanted;

	if (!is_time && *word != '@') {
		*ret = strtod(word, NULL);
		return 0;
	}
	if (moment_parse(text, now, &wanted) < 0)
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST,
				"\"%s\" is not a time such as \"2026-11-21 14:00\", \"14:00\", "
				"\"yesterday 14:00\" or \"2h ago\"",
				text);
	if (wanted / 1000 > now / 1000)
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST, "\"%s\" is in the future", text);
	return find_revision(cli, text, wanted, ret);
}
