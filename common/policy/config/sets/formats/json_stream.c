// SPDX-License-Identifier: MIT
#include "common/policy/config/sets/formats/json_stream.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool json_fail(struct json_stream *in, int err, struct set_json_place place, const char *format,
	       ...)
{
	va_list args;

	if (in->err)
		return false;
	in->err = err;
	in->wrong = place;
	va_start(args, format);
	vsnprintf(in->why, SET_WHY, format, args);
	va_end(args);
	return false;
}

int json_peek(struct json_stream *in)
{
	ssize_t got;

	if (in->err || in->stopped)
		return -1;
	if (in->start < in->end)
		return (unsigned char)in->buffer[in->start];
	if (in->at_end)
		return -1;
	got = byte_source_read(in->source, in->buffer, JSON_BUFFER);
	if (got < 0)
		in->err = (int)got;
	in->at_end = got <= 0;
	in->start = 0;
	in->end = got > 0 ? (size_t)got : 0;
	return got > 0 ? (unsigned char)in->buffer[0] : -1;
}

void json_skip(struct json_stream *in)
{
	unsigned char c = (unsigned char)in->buffer[in->start++];

	if (c == '\n') {
		in->at.line++;
		in->at.column = 1;
	} else {
		in->at.column += (c & 0xc0) != 0x80;
	}
}

int json_peek_text(struct json_stream *in)
{
	int c = json_peek(in);

	while (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
		json_skip(in);
		c = json_peek(in);
	}
	return c;
}

bool json_unexpected(struct json_stream *in, const char *wanted)
{
	int c = json_peek(in);

	if (c < 0)
		return json_fail(in, -EINVAL, in->at, "the file ends where %s should be", wanted);
	if (isprint(c))
		return json_fail(in, -EINVAL, in->at, "not JSON: %c where %s should be", c, wanted);
	return json_fail(in, -EINVAL, in->at, "not JSON: byte 0x%02x where %s should be",
			 (unsigned)c, wanted);
}

bool json_take(struct json_stream *in, int c, const char *wanted)
{
	if (json_peek_text(in) != c)
		return json_unexpected(in, wanted);
	json_skip(in);
	return true;
}

/* ---- strings ---- */

/* The character of an escape: one byte, as other than ASCII is not part of an address. */
static int read_escape(struct json_stream *in)
{
	static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
	int c = json_peek(in);
	const char *name = c > 0 ? strchr(names, c) : NULL;
	unsigned value = 0;

	if (name) {
		json_skip(in);
		return bytes[name - names];
	}
	if (c != 'u')
		return json_unexpected(in, "an escape") - 1;
	json_skip(in);
	for (int i = 0; i < 4; i++) {
		c = json_peek(in);
		if (c < 0 || !isxdigit(c))
			return json_unexpected(in, "a hexadecimal digit") - 1;
		json_skip(in);
		value = value * 16 + (unsigned)(isdigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return value > 0 && value < 0x80 ? (int)value : '?';
}

bool json_read_string(struct json_stream *in, char text[SET_TEXT])
{
	size_t used = 0;
	int c;

	if (!json_take(in, '"', "a text in double quotes"))
		return false;
	for (;;) {
		c = json_peek(in);
		if (c < 0x20)
			return json_unexpected(in, "the end of a text");
		json_skip(in);
		if (c == '"')
			break;
		if (c == '\\')
			c = read_escape(in);
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

void json_skip_mark(struct json_stream *in)
{
	static const char mark[] = "\xef\xbb\xbf";

	for (int i = 0; i < 3 && json_peek(in) == (unsigned char)mark[i]; i++)
		in->start++;
}
