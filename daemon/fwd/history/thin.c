// SPDX-License-Identifier: MIT
/*
 * Chooses the revision to remove when there are too many.
 *
 * If edits were gathered and committed, age alone would be sufficient. Here each edit is active at
 * once, and is a revision: a script that adds a hundred prefixes one by one would replace all
 * policies that may be needed again. So intermediate steps are removed first.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/abi/fw_limits.h"
#include "daemon/fwd/history/history_internal.h"

static const char *text_of(const cJSON *header, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(header, name));

	return text ? text : "";
}

static bool is_edit(const cJSON *header)
{
	return strcmp(text_of(header, "cause"), "edit") == 0;
}

/* The object of an edit: "set" of "set.add {...}". */
static bool same_kind(const cJSON *a, const cJSON *b)
{
	const char *one = text_of(a, "command"), *other = text_of(b, "command");
	size_t length = strcspn(one, ". ");

	return strcspn(other, ". ") == length && memcmp(one, other, length) == 0;
}

static bool same_user(const cJSON *a, const cJSON *b)
{
	static const char *const names[] = {"uid", "login_uid"};
	const cJSON *one = cJSON_GetObjectItemCaseSensitive(a, "who");
	const cJSON *other = cJSON_GetObjectItemCaseSensitive(b, "who");

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const cJSON *mine = cJSON_GetObjectItemCaseSensitive(one, names[i]);
		const cJSON *its = cJSON_GetObjectItemCaseSensitive(other, names[i]);

		if (!mine != !its || (mine && !cJSON_Compare(mine, its, true)))
			return false;
	}
	return one && other;
}

/* Seconds since 1970; -1: it has no time. */
static time_t time_of(const cJSON *header)
{
	struct tm parts = {0};

	return strptime(text_of(header, "time"), "%Y-%m-%dT%H:%M:%S", &parts) ? timegm(&parts) : -1;
}

static bool soon_after(const cJSON *header, const cJSON *next)
{
	time_t then = time_of(header), now = time_of(next);

	return then >= 0 && now >= then && now - then <= FW_STEP_SECONDS;
}

/* Is it only a step to the next revision? */
static bool is_step(const cJSON *header, const cJSON *next)
{
	return is_edit(header) && is_edit(next) && same_kind(header, next) &&
	       same_user(header, next) && soon_after(header, next);
}

int history_superfluous(const cJSON *headers)
{
	int count = cJSON_GetArraySize(headers), edits = 0, oldest_edit = 0, at = 0;
	const cJSON *header;

	cJSON_ArrayForEach (header, headers) {
		if (at + FW_RECENT_REVISIONS < count && is_step(header, header->next))
			return at;
		if (is_edit(header) && edits++ == 0)
			oldest_edit = at;
		at++;
	}
	return edits > FW_MAX_REVISIONS / 2 ? oldest_edit : 0;
}
