// SPDX-License-Identifier: MIT
#include "common/policy/config/sets/formats/set_json_where.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WAITING (64u << 20) /* bytes */

/* Before each waiting text with its NUL. Records are not aligned: they are copied. */
struct record {
	struct set_json_place place;
	where_bits open; /* conditions that no object has decided yet */
	size_t length;	 /* of all of it */
};

void where_enter(struct json_where *where, struct where_object *object)
{
	*object = (struct where_object){.parent = where->object, .first = where->used};
	where->object = object;
	where->asked = 0;
}

void where_key(struct json_where *where, const char *key)
{
	where->asked = set_where_keys(where->wheres, where->count, key);
	where->object->has |= where->asked;
}

void where_value(struct json_where *where, const char *text)
{
	if (where->asked)
		where->object->good |= set_where_values(where->wheres, where->asked, text);
}

static int make_room(struct json_where *where, size_t size)
{
	size_t wanted = where->size ? where->size : 4096;
	char *grown;

	while (wanted < where->used + size)
		wanted *= 2;
	if (wanted == where->size)
		return 0;
	if (wanted > MAX_WAITING)
		return -E2BIG;
	grown = realloc(where->waiting, wanted);
	if (!grown)
		return -ENOMEM;
	where->waiting = grown;
	where->size = wanted;
	return 0;
}

int where_add(struct json_where *where, const char *text, const struct set_json_place *place)
{
	struct record record = {.place = *place, .open = where_all(where->count)};
	int err;

	record.length = sizeof(record) + strlen(text) + 1;
	err = make_room(where, record.length);
	if (err < 0)
		return err;
	memcpy(where->waiting + where->used, &record, sizeof(record));
	strcpy(where->waiting + where->used + sizeof(record), text);
	where->used += record.length;
	where->any = true;
	return 0;
}

bool where_leave(struct json_where *where, set_json_visit *visit, void *userdata)
{
	const struct where_object *object = where->object;
	size_t kept = object->first;
	bool more = true;

	if (object->first < where->used)
		where->seen |= object->has;
	for (size_t at = object->first; at < where->used && more;) {
		struct record record;

		memcpy(&record, where->waiting + at, sizeof(record));
		if (!(record.open & object->has & ~object->good)) {
			record.open &= ~object->has;
			memmove(where->waiting + kept, where->waiting + at, record.length);
			memcpy(where->waiting + kept, &record, sizeof(record));
			if (record.open)
				kept += record.length;
			else
				more = visit(userdata, where->waiting + kept + sizeof(record),
					     &record.place);
		}
		at += record.length;
	}
	where->used = kept;
	where->object = object->parent;
	where->asked = 0;
	return more;
}

const struct set_where *where_unseen(const struct json_where *where)
{
	for (size_t i = 0; where->any && i < where->count; i++) {
		if (!(where->seen & 1u << i))
			return &where->wheres[i];
	}
	return NULL;
}

void where_clear(struct json_where *where)
{
	free(where->waiting);
}
