// SPDX-License-Identifier: MIT
#include "common/policy/config/sets/formats/set_json.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/abi/fw_limits.h"
#include "common/base/memory.h"
#include "common/base/prefix/prefix.h"
#include "common/policy/config/sets/formats/json_stream.h"
#include "common/policy/config/sets/formats/set_json_where.h"

#define PATH_SIZE 256
#define MAX_SEEN  3	/* places of addresses that are named if a path has no value */
#define LOOK_AT	  10000 /* texts that are checked for that */

/* A bit for each path whose first steps lead to the value. */
typedef unsigned path_bits;

struct json {
	const struct set_path *paths;
	size_t path_count;
	struct json_where where;
	set_json_visit *visit;
	void *userdata;
	path_bits found;
	char place[PATH_SIZE]; /* the path to the current value */
	char seen[MAX_SEEN][PATH_SIZE];
	unsigned seen_count, looked_at;
	struct json_stream in;
};

static void read_value(struct json *json, unsigned depth, path_bits bits);

/* ---- values ---- */

/* Paths that end at this depth. */
static path_bits ending(const struct json *json, unsigned depth, path_bits bits)
{
	path_bits ends = 0;

	for (size_t i = 0; i < json->path_count; i++) {
		if (bits & 1u << i && json->paths[i].count == depth)
			ends |= 1u << i;
	}
	return ends;
}

/* Record where addresses are, for the error of a path without value. */
static void note_address(struct json *json, const char *text)
{
	struct prefix prefix;

	if (json->seen_count == MAX_SEEN || json->looked_at++ >= LOOK_AT ||
	    prefix_parse(text, &prefix) == -EINVAL)
		return;
	for (unsigned i = 0; i < json->seen_count; i++) {
		if (!strcmp(json->seen[i], json->place))
			return;
	}
	strcpy(json->seen[json->seen_count++], json->place);
}

/* Visit the address, or let it wait for the other keys of its objects. */
static void take_address(struct json *json, const char *text, const struct set_json_place *place)
{
	int err;

	if (!json->where.count) {
		json->in.stopped = !json->visit(json->userdata, text, place);
		return;
	}
	err = where_add(&json->where, text, place);
	if (err == -E2BIG)
		json_fail(&json->in, -ENOENT, *place,
			  "more than 64 MiB of addresses in an object before the keys that "
			  "\"where\" names");
	else if (err < 0)
		json->in.err = err;
}

static void read_text(struct json *json, unsigned depth, path_bits bits)
{
	struct set_json_place place = json->in.at;
	path_bits ends = ending(json, depth, bits);
	char text[SET_TEXT];

	if (!json_read_string(&json->in, text))
		return;
	json->found |= ends;
	where_value(&json->where, text);
	if (!ends)
		note_address(json, text);
	else if (*text)
		take_address(json, text, &place);
}

/* A number, true, false or null. */
static void read_word(struct json *json, unsigned depth, path_bits bits)
{
	static const char *const words[] = {"true", "false", "null"};
	struct set_json_place place = json->in.at;
	char text[64];
	size_t used = 0, digits;
	int c = json_peek(&json->in);
	bool known = false;

	while (c > 0 && (isalnum(c) || strchr("+-.", c)) && used + 1 < sizeof(text)) {
		text[used++] = (char)c;
		json_skip(&json->in);
		c = json_peek(&json->in);
	}
	text[used] = '\0';
	if (used == 0) {
		json_unexpected(&json->in, "a value");
		return;
	}
	where_value(&json->where, text);
	for (size_t i = 0; i < array_size(words); i++)
		known |= !strcmp(text, words[i]);
	digits = strspn(text, "0123456789+-.eE");
	if (!known && (text[digits] || !strpbrk(text, "0123456789")))
		json_fail(&json->in, -EINVAL, place, "not JSON: \"%s\" where a value should be",
			  text);
	/* Some lists write null for a missing address. */
	else if (ending(json, depth, bits) && strcmp(text, "null") != 0)
		json_fail(&json->in, -ENOMSG, place,
			  "%s where \"path\" leads to, instead of a text", text);
	else if (!strcmp(text, "null"))
		json->found |= ending(json, depth, bits);
}

/* Extend the path to a value; returns the earlier length, to restore it. */
static size_t enter(struct json *json, const char *dot, const char *step)
{
	size_t length = strlen(json->place);

	snprintf(json->place + length, PATH_SIZE - length, "%s%s", length ? dot : "", step);
	return length;
}

static path_bits follow(const struct json *json, unsigned depth, path_bits bits, const char *key)
{
	path_bits further = 0;

	for (size_t i = 0; i < json->path_count; i++) {
		const struct set_path *path = &json->paths[i];

		if (bits & 1u << i &&
		    (key ? set_path_has_key(path, depth, key) : set_path_has_elements(path, depth)))
			further |= 1u << i;
	}
	return further;
}

static void read_member(struct json *json, unsigned depth, path_bits bits)
{
	char key[SET_TEXT];
	size_t length;

	if (json_peek_text(&json->in) != '"') {
		json_unexpected(&json->in, "a key in double quotes");
		return;
	}
	if (!json_read_string(&json->in, key) || !json_take(&json->in, ':', "a colon"))
		return;
	length = enter(json, ".", key);
	where_key(&json->where, key);
	read_value(json, depth + 1, follow(json, depth, bits, key));
	json->where.asked = 0;
	json->place[length] = '\0';
}

static void read_element(struct json *json, unsigned depth, path_bits bits)
{
	/* A list has a value if one of its elements is that. */
	where_bits asked = json->where.asked;
	size_t length = enter(json, "", "[]");

	read_value(json, depth + 1, follow(json, depth, bits, NULL));
	json->where.asked = asked;
	json->place[length] = '\0';
}

/* A list or an object. */
static void read_all(struct json *json, unsigned depth, path_bits bits, int end,
		     void (*read)(struct json *json, unsigned depth, path_bits bits))
{
	if (ending(json, depth, bits)) {
		json_fail(&json->in, -ENOMSG, json->in.at,
			  "%s where \"path\" leads to, instead of a text%s",
			  end == ']' ? "a list" : "an object",
			  end == ']' ? ": is [] missing?" : "");
		return;
	}
	if (depth >= FW_MAX_CONFIG_DEPTH) {
		json_fail(&json->in, -EINVAL, json->in.at,
			  "lists and objects nested more than %d deep", FW_MAX_CONFIG_DEPTH);
		return;
	}
	json_skip(&json->in);
	if (json_peek_text(&json->in) == end) {
		/* An empty list is not an error of the path. */
		json->found |= end == ']' ? follow(json, depth, bits, NULL) : 0;
		json_skip(&json->in);
		return;
	}
	for (;;) {
		read(json, depth, bits);
		if (json->in.err || json->in.stopped)
			return;
		if (json_peek_text(&json->in) != ',')
			break;
		json_skip(&json->in);
	}
	json_take(&json->in, end, end == ']' ? "a comma or ]" : "a comma or }");
}

static void read_object(struct json *json, unsigned depth, path_bits bits)
{
	struct where_object object;

	where_enter(&json->where, &object);
	read_all(json, depth, bits, '}', read_member);
	if (!json->in.err && !json->in.stopped)
		json->in.stopped = !where_leave(&json->where, json->visit, json->userdata);
}

static void read_value(struct json *json, unsigned depth, path_bits bits)
{
	switch (json_peek_text(&json->in)) {
	case '{':
		read_object(json, depth, bits);
		break;
	case '[':
		read_all(json, depth, bits, ']', read_element);
		break;
	case '"':
		read_text(json, depth, bits);
		break;
	default:
		read_word(json, depth, bits);
	}
}

/* ---- the whole ---- */

static void report_missing(struct json *json)
{
	char seen[MAX_SEEN * (PATH_SIZE + 8)] = "";
	size_t i = 0, used = 0;

	while (i < json->path_count && json->found & 1u << i)
		i++;
	if (i == json->path_count)
		return;
	for (unsigned n = 0; n < json->seen_count && strlen(json->seen[n]) < 64; n++)
		used += (size_t)snprintf(seen + used, sizeof(seen) - used, "%s\"%s\"",
					 n ? ", " : "; addresses are at ", json->seen[n]);
	json_fail(&json->in, -ENOENT, (struct set_json_place){0}, "nothing is at \"%s\"%s",
		  json->paths[i].text, seen);
}

static void report_unseen(struct json *json)
{
	const struct set_where *unseen = where_unseen(&json->where);

	if (unseen)
		json_fail(&json->in, -ENOENT, (struct set_json_place){0},
			  "no object around an address has \"%.60s\", which \"where\" asks "
			  "for",
			  unseen->key);
}

static void free_json(struct json **json)
{
	if (*json)
		where_clear(&(*json)->where);
	free(*json);
}

int set_json_read(struct byte_source *source, const struct config_set *set, set_json_visit *visit,
		  void *userdata, struct set_json_place *ret_place, char why[SET_WHY])
{
	struct json *json cleanup(free_json) = malloc(sizeof(*json));

	if (!json)
		return -ENOMEM;
	memset(json, 0, offsetof(struct json, in.buffer));
	json->paths = set->paths;
	json->path_count = set->path_count;
	json->where.wheres = set->wheres;
	json->where.count = set->where_count;
	json->visit = visit;
	json->userdata = userdata;
	json->in.source = source;
	json->in.why = why;
	json->in.at = (struct set_json_place){1, 1};
	json_skip_mark(&json->in);
	read_value(json, 0, (1u << set->path_count) - 1);
	if (!json->in.err && !json->in.stopped && json_peek_text(&json->in) >= 0)
		json_fail(&json->in, -EINVAL, json->in.at,
			  "text after the JSON value; for one value a line use \"format\": "
			  "\"jsonl\"");
	if (!json->in.err && !json->in.stopped)
		report_missing(json);
	if (!json->in.err && !json->in.stopped)
		report_unseen(json);
	*ret_place = json->in.wrong;
	return json->in.err;
}
