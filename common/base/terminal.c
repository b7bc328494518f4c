// SPDX-License-Identifier: MIT
/* Untrusted text for a terminal. */
#include "common/base/terminal.h"

#include <stdbool.h>
#include <string.h>

/* Decode the UTF-8 character at p: its bytes and its number; 0: invalid. */
static size_t decode(const char *p, unsigned *ret_code)
{
	static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char c = (unsigned char)*p;
	size_t size = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
	unsigned code = size == 1 ? c : c & (0x7fu >> size);

	for (size_t i = 1; i < size; i++) {
		if (((unsigned char)p[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | ((unsigned char)p[i] & 0x3f);
	}
	if (size == 0 || code < least[size] || code > 0x10ffff || (code & 0x1ff800) == 0xd800)
		return 0;
	*ret_code = code;
	return size;
}

/* Characters that change how a terminal shows the text around them. */
static bool steers(unsigned code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) ||	       /* C0, DEL, C1 */
	       code == 0x061c || (code >= 0x200e && code <= 0x200f) || /* direction marks */
	       (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
	       code == 0xfeff;
}

/* Harmless characters are written in runs. */
static size_t put(FILE *out, const char *text, bool lines)
{
	const char *run = text;
	size_t count = 0;

	for (; *text; count++) {
		unsigned code = 0;
		size_t size = decode(text, &code);
		bool kept = lines && (code == '\n' || code == '\t');

		if (size > 0 && (!steers(code) || kept)) {
			text += size;
			continue;
		}
		fwrite(run, 1, (size_t)(text - run), out);
		fputc('?', out);
		text += size ? size : 1;
		run = text;
	}
	fwrite(run, 1, (size_t)(text - run), out);
	return count;
}

void text_put(FILE *out, const char *text)
{
	put(out, text, true);
}

size_t text_put_line(FILE *out, const char *text)
{
	return put(out, text, false);
}

void text_clean(char *text)
{
	char *to = text;

	while (text && *text) {
		unsigned code = 0;
		size_t size = decode(text, &code);

		if (size == 0 || (steers(code) && code != '\n' && code != '\t'))
			*to++ = '?';
		else
			to = (char *)memmove(to, text, size) + size;
		text += size ? size : 1;
	}
	if (to)
		*to = '\0';
}

void text_put_json(FILE *out, const char *json)
{
	while (*json) {
		unsigned code = 0;
		size_t size = decode(json, &code);

		/* Outside of strings, JSON has no such characters except white space. */
		if (size == 0)
			fputs("\\ufffd", out);
		else if (steers(code) && code != '\n' && code != '\t')
			fprintf(out, "\\u%04x", code);
		else
			fwrite(json, 1, size, out);
		json += size ? size : 1;
	}
}
