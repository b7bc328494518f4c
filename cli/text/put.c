// SPDX-License-Identifier: MIT
/* JSON and colours on a terminal. */
#include <string.h>

#include "cli/text/text.h"
#include "common/base/memory.h"

void json_put(FILE *out, const cJSON *json)
{
	cleanup_free char *text = cJSON_PrintUnformatted(json);

	text_put_json(out, text ? text : "null");
	fputc('\n', out);
}

void text_put_colour(FILE *out, bool wanted, enum colour colour, const char *text)
{
	static const char *const codes[] = {
		[PLAIN] = "0",	[BOLD] = "1",	 [RED] = "31",
		[GREEN] = "32", [YELLOW] = "33", [CYAN] = "36",
	};

	if (wanted && colour != PLAIN)
		fprintf(out, "\033[%sm", codes[colour]);
	text_put(out, text);
	fputs(wanted ? "\033[0m" : "", out);
}

enum colour outcome_colour(const char *outcome)
{
	if (strcmp(outcome, "drop") == 0)
		return RED;
	if (strcmp(outcome, "pass") == 0)
		return GREEN;
	if (strcmp(outcome, "answer") == 0)
		return CYAN;
	return strncmp(outcome, "would_", 6) == 0 ? YELLOW : PLAIN;
}
