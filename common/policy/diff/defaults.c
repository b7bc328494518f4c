// SPDX-License-Identifier: MIT
/* The defaults of fields: writing a default value is not a change. */
#include <stddef.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/diff/diff_internal.h"

/* By section of the diff; the values as JSON. test_diff.c compares them with fwd.schema.json. */
static const struct {
	const char *section, *path, *value;
} rows[] = {
	{"settings", "enforce", "false"},
	{"settings", "defaults", "{}"},
	{"settings", "defaults.action", "\"pass\""},
	{"settings", "defaults.malformed", "\"drop\""},
	{"settings", "defaults.non_ip", "\"pass\""},
	{"settings", "defaults.on_stop", "\"keep\""},
	{"settings", "events", "{}"},
	{"settings", "events.rate", "\"1000/s\""},
	{"settings", "events.sample", "\"1/1\""},
	{"interfaces", "attach", "true"},
	{"interfaces", "mode", "\"native\""},
	{"interfaces", "on_unsupported", "\"fail\""},
	{"sets", "format", "\"lines\""},
	{"sets", "bad_lines", "\"fail\""},
	{"sets", "max", "1000000"},
	{"sets", "on_error", "\"fail\""},
	{"sets", "on_shrink", "\"warn\""},
	{"sets", "needed", "\"warn\""},
	{"sets", "on_growth", "\"warn\""},
	{"sets", "ports", "\"fail\""},
	{"sets", "reserved", "\"warn\""},
	{"sets", "separator", "\"comma\""},
	{"sets", "min", "1"},
	{"sets", "widest4", "8"},
	{"sets", "widest6", "12"},
	{"sets", "max_share", "50"},
	{"limits", "per", "\"rule\""},
	{"limits", "algorithm", "\"token_bucket\""},
	{"limits", "max", "65536"},
	{"limits", "over", "\"drop\""},
	{"limits", "when_full", "\"evict\""},
	{"limits", "within", "\"pass\""},
	{"limits", "block", "{}"},
	{"limits", "block.for", "\"1m\""},
	{"limits", "block.max", "\"1d\""},
	{"limits", "block.quiet", "\"1h\""},
	{"limits", "block.forgeable", "false"},
	{"limits", "cookies", "{}"},
	{"limits", "cookies.for", "\"local\""},
	{"limits", "cookies.mss", "1460"},
	{"limits", "cookies.wscale", "7"},
	{"rules", "match", "{}"},
	{"rules", "priority", "0"},
	{"rules", "enabled", "true"},
	{"rules", "enforce", "true"},
	{"rules", "log", "false"},
	{"rules", "log.sample", "\"1/1\""},
};

cJSON *diff_default(const char *section, const char *path)
{
	for (size_t i = 0; section && i < array_size(rows); i++) {
		if (strcmp(rows[i].section, section) == 0 && strcmp(rows[i].path, path) == 0)
			return cJSON_Parse(rows[i].value);
	}
	return NULL;
}

const cJSON *diff_long_form(const char *section, const char *path, const cJSON *value)
{
	static const cJSON no_members = {.type = cJSON_Object};
	bool is_log = section && strcmp(section, "rules") == 0 && strcmp(path, "log") == 0;

	return is_log && cJSON_IsTrue(value) ? &no_members : value;
}
