// SPDX-License-Identifier: MIT
#include "common/policy/document/json_text.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/abi/fw_limits.h"
#include "common/base/memory.h"

void json_error(struct json_text *text, const char *at, enum error_code code, const char *format,
		...)
{
	cleanup_free char *message = NULL;
	struct place place = {0};
	va_list args;

	va_start(args, format);
	if (vasprintf(&message, format, args) < 0)
		message = NULL;
	va_end(args);
	/* Finding a column takes a walk along the line: not for errors that are only counted. */
	if (text->errs->count < FW_MAX_ERRORS)
		place = sources_place(text->sources, text->source, (size_t)(at - text->start));
	errors_add(text->errs, SEVERITY_ERROR, code, &place, "%s",
		   message ? message : "out of memory");
}

unsigned json_utf8(const char *p, const char *end)
{
	const uint8_t *c = (const uint8_t *)p;
	unsigned size = c[0] < 0x80 ? 1 : c[0] < 0xc2 ? 0 : c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : 4;

	if (c[0] > 0xf4 || (size_t)(end - p) < size)
		return 0;
	for (unsigned i = 1; i < size; i++) {
		if ((c[i] & 0xc0) != 0x80)
			return 0;
	}
	/* Overlong forms, surrogates, beyond U+10FFFF. */
	if ((c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xed && c[1] > 0x9f) ||
	    (c[0] == 0xf0 && c[1] < 0x90) || (c[0] == 0xf4 && c[1] > 0x8f))
		return 0;
	return size;
}

/* The four hex digits of a \u escape; -1 if they are not. */
static long hex4(const char *p, const char *end)
{
	long value = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		if (!isxdigit((unsigned char)p[i]))
			return -1;
		value = value * 16 + (isdigit((unsigned char)p[i]) ? p[i] - '0' : (p[i] | 32) - 87);
	}
	return value;
}

static char *put_utf8(char *out, unsigned long c)
{
	if (c < 0x80) {
		*out++ = (char)c;
	} else if (c < 0x800) {
		*out++ = (char)(0xc0 | c >> 6);
		*out++ = (char)(0x80 | (c & 63));
	} else if (c < 0x10000) {
		*out++ = (char)(0xe0 | c >> 12);
		*out++ = (char)(0x80 | (c >> 6 & 63));
		*out++ = (char)(0x80 | (c & 63));
	} else {
		*out++ = (char)(0xf0 | c >> 18);
		*out++ = (char)(0x80 | (c >> 12 & 63));
		*out++ = (char)(0x80 | (c >> 6 & 63));
		*out++ = (char)(0x80 | (c & 63));
	}
	return out;
}

/* \uXXXX, the cursor after the u. */
static char *take_unicode(struct json_text *text, const char *end, char *out)
{
	const char *escape = text->at - 2;
	long value = hex4(text->at, end), low;

	if (value < 0) {
		json_error(text, escape, ERROR_STRING, "\\u must have four hex digits");
		return out;
	}
	text->at += 4;
	if (value == 0) {
		json_error(text, escape, ERROR_STRING, "\\u0000 cannot be in a string");
		return out;
	}
	if (value < 0xd800 || value > 0xdfff)
		return put_utf8(out, (unsigned long)value);
	low = value < 0xdc00 && end - text->at >= 6 && text->at[0] == '\\' && text->at[1] == 'u'
		      ? hex4(text->at + 2, end)
		      : -1;
	if (low < 0xdc00 || low > 0xdfff) {
		json_error(text, escape, ERROR_STRING, "\\u%04lx is half of a surrogate pair",
			   value);
		return out;
	}
	text->at += 6;
	return put_utf8(out, 0x10000 + ((unsigned long)(value - 0xd800) << 10) +
				     (unsigned long)(low - 0xdc00));
}

static char *take_escape(struct json_text *text, const char *end, char *out)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	char c = text->at[1];
	const char *name = c ? strchr(names, c) : NULL;

	text->at += 2;
	if (c == 'u')
		return take_unicode(text, end, out);
	if (name)
		*out++ = values[name - names];
	else
		json_error(text, text->at - 2, ERROR_STRING,
			   isgraph((unsigned char)c) ? "\\%c is not a JSON escape"
						     : "a backslash that escapes nothing",
			   c);
	return out;
}

/* One character, escaped or not; the cursor is before end. */
static char *take_character(struct json_text *text, const char *end, char *out)
{
	unsigned size = json_utf8(text->at, end);

	if (*text->at == '\\')
		return take_escape(text, end, out);
	if (size == 0) {
		json_error(text, text->at, ERROR_UTF8, "byte 0x%02x is not UTF-8",
			   (unsigned char)*text->at);
		size = 1;
		*out++ = '?';
	} else if ((unsigned char)*text->at < 0x20) {
		json_error(text, text->at, ERROR_STRING,
			   "control character 0x%02x in a string; write it as \\u%04x",
			   (unsigned char)*text->at, (unsigned char)*text->at);
		*out++ = '?';
	} else {
		out = mempcpy(out, text->at, size);
	}
	text->at += size;
	return out;
}

char *json_string(struct json_text *text)
{
	const char *quote = text->at, *end = quote + 1;
	char *string, *out;

	while (end < text->end && *end != '"' && *end != '\n')
		end += *end == '\\' && end + 1 < text->end && end[1] != '\n' ? 2 : 1;
	if (end >= text->end || *end != '"') {
		json_error(text, quote, ERROR_SYNTAX, "a string without its closing quote");
		return NULL;
	}
	string = out = malloc((size_t)(end - quote));
	if (!string)
		return NULL;
	text->at = quote + 1;
	while (text->at < end)
		out = take_character(text, end, out);
	*out = '\0';
	text->at = end + 1;
	return string;
}

static const char *skip_digits(const char *p)
{
	while (isdigit((unsigned char)*p))
		p++;
	return p;
}

/* Why a token is not a number of JSON; NULL if it is one. The token ends with a NUL. */
static const char *number_mistake(const char *p)
{
	const char *digits;

	if (*p == '+')
		return "numbers have no plus sign";
	if (*p == '-')
		p++;
	digits = p;
	p = skip_digits(p);
	if (p == digits)
		return "a number must start with a digit";
	if (p > digits + 1 && *digits == '0')
		return "numbers have no leading zeros";
	if (*p == '.') {
		if (skip_digits(p + 1) == p + 1)
			return "a digit must follow the decimal point";
		p = skip_digits(p + 1);
	}
	if (*p == 'e' || *p == 'E') {
		p += p[1] == '+' || p[1] == '-' ? 2 : 1;
		if (skip_digits(p) == p)
			return "an exponent must have a digit";
		p = skip_digits(p);
	}
	return *p ? "not a number" : NULL;
}

double json_number(struct json_text *text)
{
	char token[64];
	const char *start = text->at, *mistake;
	size_t length;
	double value;

	while (text->at < text->end &&
	       (isalnum((unsigned char)*text->at) || strchr("+-.", *text->at)) && *text->at)
		text->at++;
	length = (size_t)(text->at - start);
	if (length >= sizeof(token)) {
		json_error(text, start, ERROR_NUMBER, "a number of %zu characters", length);
		return 0;
	}
	memcpy(token, start, length);
	token[length] = '\0';
	mistake = number_mistake(token);
	if (mistake) {
		json_error(text, start, ERROR_NUMBER, "%s: %s", mistake, token);
		return 0;
	}
	value = strtod(token, NULL);
	if (isinf(value)) {
		json_error(text, start, ERROR_NUMBER, "too large a number: %s", token);
		return 0;
	}
	return value;
}
