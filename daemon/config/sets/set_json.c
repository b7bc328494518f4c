// SPDX-License-Identifier: MIT
#include "set_json.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fw_limits.h"
#include "memory.h"
#include "prefix.h"

#define BUFFER_SIZE 65536
#define PATH_SIZE   256
#define MAX_SEEN    3	  /* places of addresses that are named when a path leads nowhere */
#define LOOK_AT	    10000 /* texts that are looked at for that */

/* A bit for each path whose steps so far have led to a value. */
typedef unsigned path_bits;

struct json {
	struct byte_source *source;
	const struct set_path *paths;
	size_t path_count;
	set_json_visit *visit;
	void *userdata;
	path_bits found;
	int err;      /* what ends the reading, or 0 */
	bool stopped; /* by visit */
	char *why;
	struct set_json_place at;    /* of the next character */
	struct set_json_place wrong; /* where err is */
	char where[PATH_SIZE];	     /* the path to the current value */
	char seen[MAX_SEEN][PATH_SIZE];
	unsigned seen_count, looked_at;
	bool at_end;
	size_t start, end; /* of what is in the buffer and was not read yet */
	char buffer[BUFFER_SIZE];
};

static void read_value(struct json *json, unsigned depth, path_bits bits);

/* The first one counts. Returns false. */
static bool __attribute__((format(printf, 4, 5)))
fail(struct json *json, int err, struct set_json_place place, const char *format, ...)
{
	va_list args;

	if (json->err)
		return false;
	json->err = err;
	json->wrong = place;
	va_start(args, format);
	vsnprintf(json->why, SET_WHY, format, args);
	va_end(args);
	return false;
}

/* The next character, or -1: the end, or an error. */
static int peek(struct json *json)
{
	ssize_t got;

	if (json->err || json->stopped)
		return -1;
	if (json->start < json->end)
		return (unsigned char)json->buffer[json->start];
	if (json->at_end)
		return -1;
	got = byte_source_read(json->source, json->buffer, BUFFER_SIZE);
	if (got < 0)
		json->err = (int)got;
	json->at_end = got <= 0;
	json->start = 0;
	json->end = got > 0 ? (size_t)got : 0;
	return got > 0 ? (unsigned char)json->buffer[0] : -1;
}

static void skip(struct json *json)
{
	unsigned char c = (unsigned char)json->buffer[json->start++];

	if (c == '\n') {
		json->at.line++;
		json->at.column = 1;
	} else {
		json->at.column += (c & 0xc0) != 0x80;
	}
}

static int peek_text(struct json *json)
{
	int c = peek(json);

	while (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
		skip(json);
		c = peek(json);
	}
	return c;
}

static bool unexpected(struct json *json, const char *wanted)
{
	int c = peek(json);

	if (c < 0)
		return fail(json, -EINVAL, json->at, "the file ends where %s should be", wanted);
	if (isprint(c))
		return fail(json, -EINVAL, json->at, "not JSON: %c where %s should be", c, wanted);
	return fail(json, -EINVAL, json->at, "not JSON: byte 0x%02x where %s should be",
		    (unsigned)c, wanted);
}

static bool take(struct json *json, int c, const char *wanted)
{
	if (peek_text(json) != c)
		return unexpected(json, wanted);
	skip(json);
	return true;
}

/* ---- strings ---- */

/* What a backslash stands for: one byte, as what is not ASCII is no part of an address. */
static int read_escape(struct json *json)
{
	static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
	int c = peek(json);
	const char *name = c > 0 ? strchr(names, c) : NULL;
	unsigned value = 0;

	if (name) {
		skip(json);
		return bytes[name - names];
	}
	if (c != 'u')
		return unexpected(json, "an escape") - 1;
	skip(json);
	for (int i = 0; i < 4; i++) {
		c = peek(json);
		if (c < 0 || !isxdigit(c))
			return unexpected(json, "a hexadecimal digit") - 1;
		skip(json);
		value = value * 16 + (unsigned)(isdigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return value > 0 && value < 0x80 ? (int)value : '?';
}

/* A string; what does not fit is left out, and marked so that it is no address. */
static bool read_string(struct json *json, char text[SET_TEXT])
{
	size_t used = 0;
	int c;

	if (!take(json, '"', "a text in double quotes"))
		return false;
	for (;;) {
		c = peek(json);
		if (c < 0x20)
			return unexpected(json, "the end of a text");
		skip(json);
		if (c == '"')
			break;
		if (c == '\\')
			c = read_escape(json);
		if (c < 0)
			return false;
		if (used + 1 < SET_TEXT)
			text[used++] = (char)c;
		else
			text[0] = '?';
	}
	text[used] = '\0';
	return true;
}

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

/* Keep in mind where addresses are, for when a path leads nowhere. */
static void note_address(struct json *json, const char *text)
{
	struct prefix prefix;

	if (json->seen_count == MAX_SEEN || json->looked_at++ >= LOOK_AT ||
	    prefix_parse(text, &prefix) == -EINVAL)
		return;
	for (unsigned i = 0; i < json->seen_count; i++) {
		if (!strcmp(json->seen[i], json->where))
			return;
	}
	strcpy(json->seen[json->seen_count++], json->where);
}

static void read_text(struct json *json, unsigned depth, path_bits bits)
{
	struct set_json_place place = json->at;
	path_bits ends = ending(json, depth, bits);
	char text[SET_TEXT];

	if (!read_string(json, text))
		return;
	json->found |= ends;
	if (!ends)
		note_address(json, text);
	else if (*text && !json->visit(json->userdata, text, &place))
		json->stopped = true;
}

/* A number, true, false or null. */
static void read_word(struct json *json, unsigned depth, path_bits bits)
{
	static const char *const words[] = {"true", "false", "null"};
	struct set_json_place place = json->at;
	char text[64];
	size_t used = 0, digits;
	int c = peek(json);
	bool known = false;

	while (c > 0 && (isalnum(c) || strchr("+-.", c)) && used + 1 < sizeof(text)) {
		text[used++] = (char)c;
		skip(json);
		c = peek(json);
	}
	text[used] = '\0';
	if (used == 0) {
		unexpected(json, "a value");
		return;
	}
	for (size_t i = 0; i < array_size(words); i++)
		known |= !strcmp(text, words[i]);
	digits = strspn(text, "0123456789+-.eE");
	if (!known && (text[digits] || !strpbrk(text, "0123456789")))
		fail(json, -EINVAL, place, "not JSON: \"%s\" where a value should be", text);
	/* Null is how some lists write that there is none. */
	else if (ending(json, depth, bits) && strcmp(text, "null") != 0)
		fail(json, -ENOMSG, place, "%s where \"path\" leads to, instead of a text", text);
	else if (!strcmp(text, "null"))
		json->found |= ending(json, depth, bits);
}

/* Make the path to a value longer; the length that it had is returned, for taking it back. */
static size_t enter(struct json *json, const char *dot, const char *step)
{
	size_t length = strlen(json->where);

	snprintf(json->where + length, PATH_SIZE - length, "%s%s", length ? dot : "", step);
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

	if (peek_text(json) != '"') {
		unexpected(json, "a key in double quotes");
		return;
	}
	if (!read_string(json, key) || !take(json, ':', "a colon"))
		return;
	length = enter(json, ".", key);
	read_value(json, depth + 1, follow(json, depth, bits, key));
	json->where[length] = '\0';
}

static void read_element(struct json *json, unsigned depth, path_bits bits)
{
	size_t length = enter(json, "", "[]");

	read_value(json, depth + 1, follow(json, depth, bits, NULL));
	json->where[length] = '\0';
}

/* A list or an object. */
static void read_all(struct json *json, unsigned depth, path_bits bits, int end,
		     void (*read)(struct json *json, unsigned depth, path_bits bits))
{
	if (ending(json, depth, bits)) {
		fail(json, -ENOMSG, json->at, "%s where \"path\" leads to, instead of a text%s",
		     end == ']' ? "a list" : "an object", end == ']' ? ": is [] missing?" : "");
		return;
	}
	if (depth >= FW_MAX_CONFIG_DEPTH) {
		fail(json, -EINVAL, json->at, "more than %d lists and objects in each other",
		     FW_MAX_CONFIG_DEPTH);
		return;
	}
	skip(json);
	if (peek_text(json) == end) {
		/* A list without elements is no wrong path. */
		json->found |= end == ']' ? follow(json, depth, bits, NULL) : 0;
		skip(json);
		return;
	}
	for (;;) {
		read(json, depth, bits);
		if (json->err || json->stopped)
			return;
		if (peek_text(json) != ',')
			break;
		skip(json);
	}
	take(json, end, end == ']' ? "a comma or ]" : "a comma or }");
}

static void read_value(struct json *json, unsigned depth, path_bits bits)
{
	switch (peek_text(json)) {
	case '{':
		read_all(json, depth, bits, '}', read_member);
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

static void skip_mark(struct json *json)
{
	static const char mark[] = "\xef\xbb\xbf";

	for (int i = 0; i < 3 && peek(json) == (unsigned char)mark[i]; i++)
		json->start++;
}

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
	fail(json, -ENOENT, (struct set_json_place){0}, "nothing is at \"%s\"%s",
	     json->paths[i].text, seen);
}

int set_json_read(struct byte_source *source, const struct set_path *paths, size_t path_count,
		  set_json_visit *visit, void *userdata, struct set_json_place *ret_place,
		  char why[SET_WHY])
{
	cleanup_free struct json *json = malloc(sizeof(*json));

	if (!json)
		return -ENOMEM;
	memset(json, 0, offsetof(struct json, buffer));
	json->source = source;
	json->paths = paths;
	json->path_count = path_count;
	json->visit = visit;
	json->userdata = userdata;
	json->why = why;
	json->at = (struct set_json_place){1, 1};
	skip_mark(json);
	read_value(json, 0, (1u << path_count) - 1);
	if (!json->err && !json->stopped && peek_text(json) >= 0)
		fail(json, -EINVAL, json->at,
		     "more behind the JSON value: one a line has \"format\": \"jsonl\"");
	if (!json->err && !json->stopped)
		report_missing(json);
	*ret_place = json->wrong;
	return json->err;
}
