// SPDX-License-Identifier: MIT
/* Golden tests: FWD_GOLDEN=write writes the files again. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "common/base/memory.h"
#include "common/policy/compile/slots.h"
#include "tests/unit/events/samples.h"

/* All samples (or none) through a sink; caller frees. */
static char *render(const struct sink_ops *ops, size_t count, bool colour)
{
	struct slots *slots = sample_slots();
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (ops->begin)
		ops->begin(out);
	for (size_t i = 0; i < count; i++) {
		struct event event;

		sample_decode(i, slots, &event);
		ops->write(out, &event, i == 0, colour);
	}
	if (ops->end)
		ops->end(out);
	fclose(out);
	slots_free(slots);
	return text;
}

static void compare(const char *sink, const char *golden, bool colour)
{
	const char *mode = getenv("FWD_GOLDEN");
	char path[512];
	char *text, *wanted;

	snprintf(path, sizeof(path), "%s/tests/golden/events/%s", SOURCE_DIR, golden);
	text = render(sink_find(sink), SAMPLE_COUNT, colour);
	if (mode && strcmp(mode, "write") == 0) {
		FILE *file = fopen(path, "we");

		fputs(text, file);
		fclose(file);
	}
	wanted = read_text(path);
	cr_expect_str_eq(text, wanted, "%s differs:\n%s", golden, text);
	free(text);
	free(wanted);
}

Test(sinks, console)
{
	compare("console", "console.txt", false);
}

Test(sinks, console_colour)
{
	compare("console", "console-colour.txt", true);
}

Test(sinks, json)
{
	compare("json", "events.json", false);
}

Test(sinks, jsonl)
{
	compare("jsonl", "events.jsonl", false);
}

Test(sinks, csv)
{
	compare("csv", "events.csv", false);
}

Test(sinks, json_is_a_document)
{
	const size_t counts[] = {0, 1, SAMPLE_COUNT};

	for (size_t i = 0; i < array_size(counts); i++) {
		char *text = render(sink_find("json"), counts[i], false);
		cJSON *json = cJSON_Parse(text);

		cr_assert(cJSON_IsArray(json), "not an array: %s", text);
		cr_expect((size_t)cJSON_GetArraySize(json) == counts[i]);
		cJSON_Delete(json);
		free(text);
	}
}

Test(sinks, unknown)
{
	cr_expect_null(sink_find("xml"));
	cr_expect_null(sink_find(""));
}
