/* SPDX-License-Identifier: MIT */
/* JSON as a stream of characters, and the strings in it; set_json.c has its values. */
#ifndef FWD_JSON_STREAM_H
#define FWD_JSON_STREAM_H

#include "common/policy/config/sets/formats/set_format.h"
#include "common/policy/config/sets/formats/set_json.h"
#include "common/policy/config/sets/input/byte_source.h"

#define JSON_BUFFER 65536

struct json_stream {
	struct byte_source *source;
	char *why;		     /* SET_WHY bytes: a sentence about err */
	int err;		     /* the error that ends the reading, or 0 */
	bool stopped;		     /* no more is wanted */
	struct set_json_place at;    /* of the next character */
	struct set_json_place wrong; /* the place of err */
	bool at_end;
	size_t start, end; /* of the unread part of the buffer */
	char buffer[JSON_BUFFER];
};

/* Of several errors, the first one counts. Returns false. */
bool json_fail(struct json_stream *in, int err, struct set_json_place place, const char *format,
	       ...) __attribute__((format(printf, 4, 5)));

/* The next character, or -1: the end, or an error. */
int json_peek(struct json_stream *in);

/* The same after white space. */
int json_peek_text(struct json_stream *in);

/* Skip the character that json_peek has returned. */
void json_skip(struct json_stream *in);

/* An error at the next character: it is not the expected one. Returns false. */
bool json_unexpected(struct json_stream *in, const char *wanted);

/* Skip this character, which must be the next one. */
bool json_take(struct json_stream *in, int c, const char *wanted);

/* A string; a longer one is cut, and marked so that it is not an address. */
bool json_read_string(struct json_stream *in, char text[SET_TEXT]);

/* Skip a byte order mark at the beginning. */
void json_skip_mark(struct json_stream *in);

#endif
