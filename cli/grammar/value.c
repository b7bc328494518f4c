// SPDX-License-Identifier: MIT
#include "cli/grammar/value.h"

#include <string.h>

#include "common/base/units.h"
#include "common/policy/config/config_fields.h"

/* Check a value against a few words, which the error lists. */
static int check_words(struct cli *cli, const char *what, const char *const *words,
		       const char *value)
{
	struct suggestion suggestion = {.written = value};
	char text[SUGGESTION_TEXT], all[2048] = "";
	size_t used = 0;

	for (size_t i = 0; words[i]; i++) {
		if (strcmp(words[i], value) == 0)
			return 0;
		suggestion_offer(&suggestion, words[i], NULL);
		if (used < sizeof(all))
			used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s",
						 i ? ", " : "", words[i]);
	}
	suggestion_text(&suggestion, text);
	return cli_fail(cli, WIRE_ERROR_BAD_REQUEST, "%s cannot be \"%s\"%s%s", what, value,
			*text ? text : "; it is one of: ", *text ? "" : all);
}

static int check_count(struct cli *cli, const char *what, const char *value)
{
	size_t digits = strspn(value, "0123456789");

	if (digits && !value[digits] && digits < 16)
		return 0;
	if (digits && !value[digits])
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST, "%s \"%s\" is too large", what, value);
	return cli_fail(cli, WIRE_ERROR_BAD_REQUEST, "%s must be a whole number, not \"%s\"", what,
			value);
}

static int check_some(struct cli *cli, const char *what, const char *value)
{
	if (check_count(cli, what, value) < 0)
		return -1;
	return value[strspn(value, "0")]
		       ? 0
		       : cli_fail(cli, WIRE_ERROR_BAD_REQUEST, "%s must be at least 1", what);
}

/* The range of the time is checked by fwd, per argument. */
static int check_time(struct cli *cli, const char *what, const char *value)
{
	uint64_t ns;
	const char *problem = duration_problem(value, &ns);

	return problem ? cli_fail(cli, WIRE_ERROR_BAD_REQUEST, "%s \"%s\" %s", what, value, problem)
		       : 0;
}

static bool is_without_end(const char *value)
{
	return strcmp(value, "forever") == 0 || strcmp(value, "0") == 0;
}

int value_check(struct cli *cli, const struct parameter *parameter, const char *value)
{
	char what[64];

	snprintf(what, sizeof(what), "%s%s", parameter->name ? "--" : "",
		 parameter->name ? parameter->name : parameter->label);
	if (parameter->words)
		return check_words(cli, what, parameter->words, value);
	if (parameter->kind == VALUE_COUNT)
		return check_count(cli, what, value);
	if (parameter->kind == VALUE_SOME || (parameter->kind == VALUE_REVISION && *value != '@'))
		return check_some(cli, what, value);
	if (parameter->kind == VALUE_TIME ||
	    (parameter->kind == VALUE_STAY && !is_without_end(value)))
		return check_time(cli, what, value);
	if (parameter->kind == VALUE_INTERFACE && (!*value || strlen(value) > 15))
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST, "\"%s\" is not an interface's name",
				value);
	return 0;
}
