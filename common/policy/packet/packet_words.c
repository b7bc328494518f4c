// SPDX-License-Identifier: MIT
#include "common/policy/packet/packet_words.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The text is one line; line breaks are shown as spaces. */
static char *line_of(void *userdata, const char *file, unsigned line)
{
	char *copy = strdup(userdata);

	(void)file, (void)line;
	for (char *at = copy; at && *at; at++) {
		if (iscntrl((unsigned char)*at))
			*at = ' ';
	}
	return copy;
}

static unsigned column_of(const char *text, const char *at)
{
	unsigned column = 1;

	for (; text < at; text += errors_character(text))
		column++;
	return column;
}

void words_begin(struct words *words, const char *text, struct errors *errs)
{
	*words = (struct words){.text = text, .at = text, .errs = errs};
	errs->line_of = line_of;
	errs->userdata = (void *)text;
	words_next(words);
}

void words_next(struct words *words)
{
	const char *start = words->at;
	size_t length;

	while (isspace((unsigned char)*start))
		start++;
	length = *start == '>' ? 1 : strcspn(start, "> \t\r\n\v\f");
	words->at = start + length;
	words->word.column = column_of(words->text, start);
	/* No valid word is as long: cut, it is still invalid. */
	if (length >= WORD_SIZE)
		length = WORD_SIZE - 1;
	memcpy(words->word.text, start, length);
	words->word.text[length] = '\0';
}

bool words_take(struct words *words, const char *text)
{
	if (strcmp(words->word.text, text) != 0)
		return false;
	words_next(words);
	return true;
}

int words_number(struct words *words, const char *what, uint32_t low, uint32_t high, uint32_t *ret)
{
	const char *text = words->word.text;
	size_t digits = strspn(text, "0123456789");
	unsigned long value;

	if (!*text)
		return words_fail(words, &words->word, ERROR_MISSING_KEY,
				  "%s is missing: a number from %u to %u", what, low, high);
	value = digits < 10 ? strtoul(text, NULL, 10) : (unsigned long)high + 1;
	if (digits == 0 || text[digits] || value < low || value > high)
		return words_fail(words, &words->word, ERROR_RANGE,
				  "\"%s\" is not %s: a number from %u to %u", text, what, low,
				  high);
	*ret = (uint32_t)value;
	words_next(words);
	return 0;
}

int words_fail(struct words *words, const struct packet_word *word, enum error_code code,
	       const char *format, ...)
{
	const struct place place = {.file = "packet", .line = 1, .column = word->column};
	char message[256];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	errors_add(words->errs, SEVERITY_ERROR, code, &place, "%s", message);
	return -EBADMSG;
}
