// SPDX-License-Identifier: MIT
#include "cli/completion/completion.h"

#include <string.h>

const char *completion_names(const struct parameter *parameter)
{
	switch (parameter->kind) {
	case VALUE_RULE:
		return "rule";
	case VALUE_SET:
		return "set";
	case VALUE_LIMIT:
		return "limit";
	case VALUE_INTERFACE:
		return "interface";
	case VALUE_BLOCK:
		return "block";
	case VALUE_TEXT:
	case VALUE_JSON:
	case VALUE_FIELDS:
	case VALUE_PREFIX:
	case VALUE_FILE:
	case VALUE_COUNT:
	case VALUE_SOME:
	case VALUE_REVISION:
	case VALUE_TIME:
	case VALUE_STAY:
	case VALUE_FLAG:
		break;
	}
	return NULL;
}

void completion_quote(FILE *out, const char *text, const char *escaped, const char *quote)
{
	fputc('\'', out);
	for (; *text; text++) {
		if (*text == '\'') {
			fputs(quote, out);
			continue;
		}
		if (strchr(escaped, *text))
			fputc('\\', out);
		fputc(*text, out);
	}
	fputc('\'', out);
}

void completion_words(FILE *out, const char *const *words, const char *between)
{
	for (size_t i = 0; words[i]; i++)
		fprintf(out, "%s%s", i ? between : "", words[i]);
}
