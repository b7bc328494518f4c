// SPDX-License-Identifier: MIT
/* Two policies, and what is reported of them. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/diff/diff.h"

#define SAME "{\"same\":true,\"changes\":0}"

static const struct {
	const char *name, *before, *after, *diff;
} rows[] = {
	{"the same", "{\"rules\":[{\"id\":\"a\"}]}", "{\"rules\":[{\"id\":\"a\"}]}", SAME},
	{"empty and left out", "{\"rules\":[],\"sets\":{}}", "{}", SAME},
	/* ways to write the same */
	{"numbers as text", "{\"rules\":[{\"id\":\"a\",\"match\":{\"dport\":80}}]}",
	 "{\"rules\":[{\"id\":\"a\",\"match\":{\"dport\":[\"80\"]}}]}", SAME},
	{"lists in any order",
	 "{\"rules\":[{\"id\":\"a\",\"match\":{\"src\":[\"10.0.0.1\",\"::1\"]}}]}",
	 "{\"rules\":[{\"id\":\"a\",\"match\":{\"src\":[\"::1/128\",\"10.0.0.1/32\"]}}]}", SAME},
	{"negated prefixes", "{\"rules\":[{\"id\":\"a\",\"match\":{\"src\":\"!10.0.0.1\"}}]}",
	 "{\"rules\":[{\"id\":\"a\",\"match\":{\"src\":\"10.0.0.1\"}}]}",
	 "{\"same\":false,\"changes\":1,\"rules\":[{\"name\":\"a\",\"change\":\"changed\","
	 "\"fields\":["
	 "{\"field\":\"match.src\",\"before\":\"!10.0.0.1\",\"after\":\"10.0.0.1\"}]}]}"},
	{"rates", "{\"limits\":{\"l\":{\"rate\":\"60/min\"}}}",
	 "{\"limits\":{\"l\":{\"rate\":\"1/s\"}}}", SAME},
	{"rates of another unit", "{\"limits\":{\"l\":{\"rate\":\"1kB/s\"}}}",
	 "{\"limits\":{\"l\":{\"rate\":\"1000/s\"}}}",
	 "{\"same\":false,\"changes\":1,\"limits\":[{\"name\":\"l\",\"change\":\"changed\","
	 "\"fields\":["
	 "{\"field\":\"rate\",\"before\":\"1kB/s\",\"after\":\"1000/s\"}]}]}"},
	{"times", "{\"sets\":{\"s\":{\"live\":true,\"timeout\":\"60s\"}}}",
	 "{\"sets\":{\"s\":{\"live\":true,\"timeout\":\"1m\"}}}", SAME},
	{"defaults",
	 "{\"enforce\":false,\"rules\":[{\"id\":\"a\",\"enabled\":true,\"enforce\":true}]}",
	 "{\"rules\":[{\"id\":\"a\",\"log\":false}]}", SAME},
	{"an object of defaults", "{\"defaults\":{\"action\":\"pass\"},\"events\":{}}", "{}", SAME},
	{"no match is any", "{\"rules\":[{\"id\":\"a\",\"match\":{}}]}",
	 "{\"rules\":[{\"id\":\"a\"}]}", SAME},
	{"ways to log", "{\"rules\":[{\"id\":\"a\",\"log\":true}]}",
	 "{\"rules\":[{\"id\":\"a\",\"log\":{\"sample\":\"1/1\"}}]}", SAME},
	{"logging by default is not logging", "{\"rules\":[{\"id\":\"a\"}]}",
	 "{\"rules\":[{\"id\":\"a\",\"log\":{}}]}",
	 "{\"same\":false,\"changes\":1,\"rules\":[{\"name\":\"a\",\"change\":\"changed\","
	 "\"fields\":[{\"field\":\"log\",\"after\":{}}]}]}"},
	{"a sample", "{\"rules\":[{\"id\":\"a\",\"log\":true}]}",
	 "{\"rules\":[{\"id\":\"a\",\"log\":{\"sample\":\"1/9\"}}]}",
	 "{\"same\":false,\"changes\":1,\"rules\":[{\"name\":\"a\",\"change\":\"changed\","
	 "\"fields\":[{\"field\":\"log.sample\",\"after\":\"1/9\"}]}]}"},
	{"what is not a default", "{\"interfaces\":{\"e\":{\"mode\":\"generic\"}}}",
	 "{\"interfaces\":{\"e\":{}}}",
	 "{\"same\":false,\"changes\":1,\"interfaces\":[{\"name\":\"e\",\"change\":\"changed\","
	 "\"fields\":[{\"field\":\"mode\",\"before\":\"generic\"}]}]}"},
	{"limits in other words",
	 "{\"limits\":{\"l\":{\"rate\":\"9/"
	 "s\",\"per\":\"src\",\"burst\":\"1k\",\"block\":{\"for\":\"60s\"}}}}",
	 "{\"limits\":{\"l\":{\"rate\":\"9/s\",\"per\":\"src/32,128\",\"burst\":1000}}}", SAME},
	{"rates of a limit have places", "{\"limits\":{\"l\":{\"rate\":[\"1/s\",\"2/s\"]}}}",
	 "{\"limits\":{\"l\":{\"rate\":[\"2/s\",\"1/s\"]}}}",
	 "{\"same\":false,\"changes\":1,\"limits\":[{\"name\":\"l\",\"change\":\"changed\","
	 "\"fields\":[{\"field\":\"rate\",\"before\":[\"1/s\",\"2/s\"],\"after\":[\"2/s\",\"1/"
	 "s\"]}]}]}"},
	/* rules */
	{"a rule more", "{\"rules\":[{\"id\":\"a\"}]}",
	 "{\"rules\":[{\"id\":\"n\"},{\"id\":\"a\"}]}",
	 "{\"same\":false,\"changes\":1,\"rules\":[{\"name\":\"n\",\"change\":\"added\","
	 "\"position\":1,"
	 "\"value\":{\"id\":\"n\"}}]}"},
	{"a rule less", "{\"rules\":[{\"id\":\"a\"},{\"id\":\"b\"}]}",
	 "{\"rules\":[{\"id\":\"a\"}]}",
	 "{\"same\":false,\"changes\":1,\"rules\":[{\"name\":\"b\",\"change\":\"removed\","
	 "\"was_position\":2,\"value\":{\"id\":\"b\"}}]}"},
	{"one moved, not all others",
	 "{\"rules\":[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\"},{\"id\":\"d\"}]}",
	 "{\"rules\":[{\"id\":\"b\"},{\"id\":\"c\"},{\"id\":\"d\"},{\"id\":\"a\"}]}",
	 "{\"same\":false,\"changes\":1,\"rules\":[{\"name\":\"a\",\"change\":\"moved\","
	 "\"was_position\":1,\"position\":4}]}"},
	{"moved and changed",
	 "{\"rules\":[{\"id\":\"a\",\"action\":\"pass\"},{\"id\":\"b\"},{\"id\":\"c\"}]}",
	 "{\"rules\":[{\"id\":\"b\"},{\"id\":\"c\"},{\"id\":\"a\",\"action\":\"drop\"}]}",
	 "{\"same\":false,\"changes\":1,\"rules\":[{\"name\":\"a\",\"change\":\"changed\","
	 "\"was_position\":1,\"position\":3,\"fields\":[{\"field\":\"action\",\"before\":\"pass\","
	 "\"after\":\"drop\"}]}]}"},
	{"a field more and one less", "{\"rules\":[{\"id\":\"a\",\"match\":{\"proto\":\"tcp\"}}]}",
	 "{\"rules\":[{\"id\":\"a\",\"match\":{\"ttl\":1}}]}",
	 "{\"same\":false,\"changes\":1,\"rules\":[{\"name\":\"a\",\"change\":\"changed\","
	 "\"fields\":["
	 "{\"field\":\"match.proto\",\"before\":\"tcp\"},{\"field\":\"match.ttl\",\"after\":1}]}]"
	 "}"},
	/* sets */
	{"elements", "{\"sets\":{\"s\":{\"elements\":[\"10.0.0.0/8\",\"::1\"]}}}",
	 "{\"sets\":{\"s\":{\"elements\":[\"::1/128\",\"192.0.2.0/24\",\"192.0.2.0/24\"]}}}",
	 "{\"same\":false,\"changes\":1,\"sets\":[{\"name\":\"s\",\"change\":\"changed\","
	 "\"elements\":{"
	 "\"added\":1,\"removed\":1,\"first_added\":[\"192.0.2.0/24\"],"
	 "\"first_removed\":[\"10.0.0.0/8\"]}}]}"},
	{"a set of another kind", "{\"sets\":{\"s\":{\"live\":true}}}",
	 "{\"sets\":{\"s\":{\"file\":\"f\"}}}",
	 "{\"same\":false,\"changes\":1,\"sets\":[{\"name\":\"s\",\"change\":\"changed\","
	 "\"fields\":["
	 "{\"field\":\"live\",\"before\":true},{\"field\":\"file\",\"after\":\"f\"}]}]}"},
	{"nothing permitted is not everything", "{}", "{\"permitted_cidrs\":[]}",
	 "{\"same\":false,\"changes\":1,\"permitted_cidrs\":[{\"name\":\"permitted_cidrs\","
	 "\"change\":\"added\"}]}"},
	/* the rest */
	{"management has no order",
	 "{\"management\":{\"allow\":[{\"src\":\"::1\"},{\"src\":\"::2\"}]}}",
	 "{\"management\":{\"allow\":[{\"src\":\"::2\"},{\"src\":\"::1\"}]}}", SAME},
	{"management", "{\"management\":{\"allow\":[{\"src\":\"::1\"}]}}", "{}",
	 "{\"same\":false,\"changes\":1,\"management\":[{\"name\":\"{\\\"src\\\":\\\"::1\\\"}\","
	 "\"change\":\"removed\",\"value\":{\"src\":\"::1\"}}]}"},
	{"an interface", "{\"interfaces\":{\"eth0\":{\"zone\":\"wan\"}}}",
	 "{\"interfaces\":{\"eth0\":{\"zone\":\"lan\"},\"eth1\":{}}}",
	 "{\"same\":false,\"changes\":2,\"interfaces\":[{\"name\":\"eth0\",\"change\":\"changed\","
	 "\"fields\":[{\"field\":\"zone\",\"before\":\"wan\",\"after\":\"lan\"}]},"
	 "{\"name\":\"eth1\",\"change\":\"added\",\"value\":{}}]}"},
	{"settings", "{\"enforce\":false,\"defaults\":{\"action\":\"pass\",\"non_ip\":\"pass\"}}",
	 "{\"enforce\":true,\"defaults\":{\"action\":\"drop\",\"non_ip\":\"pass\"}}",
	 "{\"same\":false,\"changes\":2,\"settings\":[{\"name\":\"enforce\",\"change\":\"changed\","
	 "\"fields\":[{\"field\":\"enforce\",\"before\":false,\"after\":true}]},"
	 "{\"name\":\"defaults.action\",\"change\":\"changed\",\"fields\":[{\"field\":"
	 "\"defaults.action\",\"before\":\"pass\",\"after\":\"drop\"}]}]}"},
};

static cJSON *diff_of(const char *before, const char *after, const char *sets_before,
		      const char *sets_after)
{
	cJSON *trees[] = {cJSON_Parse(before), cJSON_Parse(after), cJSON_Parse(sets_before),
			  cJSON_Parse(sets_after)};
	const struct diff_side from = {trees[0], trees[2]}, to = {trees[1], trees[3]};
	cJSON *diff = policy_diff(&from, &to);

	cr_assert(trees[0] && trees[1] && diff, "%s", before);
	for (size_t i = 0; i < array_size(trees); i++)
		cJSON_Delete(trees[i]);
	return diff;
}

static void expect_text(const char *name, cJSON *diff, const char *expected)
{
	char *text = cJSON_PrintUnformatted(diff);

	cr_expect_str_eq(text, expected, "%s: %s", name, text);
	free(text);
	cJSON_Delete(diff);
}

Test(diff, rows)
{
	for (size_t i = 0; i < array_size(rows); i++)
		expect_text(rows[i].name, diff_of(rows[i].before, rows[i].after, "[]", "[]"),
			    rows[i].diff);
}

Test(diff, what_set_files_hold)
{
	static const char policy[] = "{\"sets\":{\"f\":{\"file\":\"x\"}}}";
	static const char one[] = "[{\"name\":\"f\",\"sha256\":\"aa\",\"entries\":1}]";
	static const char two[] = "[{\"name\":\"f\",\"sha256\":\"bb\",\"entries\":2}]";

	expect_text("the same", diff_of(policy, policy, one, one), SAME);
	expect_text("not known of one", diff_of(policy, policy, one, "null"), SAME);
	expect_text(
		"another", diff_of(policy, policy, one, two),
		"{\"same\":false,\"changes\":1,\"sets\":[{\"name\":\"f\",\"change\":\"changed\","
		"\"file_entries\":{\"before\":1,\"after\":2}}]}");
}

/* Of many elements the count, and the first few. */
Test(diff, many_elements)
{
	cJSON *before = cJSON_Parse("{\"sets\":{\"s\":{\"elements\":[]}}}"), *list, *elements;
	cJSON *after = cJSON_Duplicate(before, true);
	const struct diff_side from = {before, NULL}, to = {after, NULL};
	char text[64];
	cJSON *diff;

	list = cJSON_GetObjectItem(cJSON_GetObjectItem(cJSON_GetObjectItem(after, "sets"), "s"),
				   "elements");
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "10.0.%u.%u", i / 250, i % 250);
		cJSON_AddItemToArray(list, cJSON_CreateString(text));
	}
	diff = policy_diff(&from, &to);
	elements = cJSON_GetObjectItem(cJSON_GetArrayItem(cJSON_GetObjectItem(diff, "sets"), 0),
				       "elements");
	cr_expect(cJSON_GetNumberValue(cJSON_GetObjectItem(elements, "added")) == 1000);
	cr_expect(cJSON_GetArraySize(cJSON_GetObjectItem(elements, "first_added")) == 10);
	cJSON_Delete(diff);
	cJSON_Delete(before);
	cJSON_Delete(after);
}

/* ---- every default of the schema ---- */

/* Where the objects of the schema stand in a policy: a frame around one member. */
static const struct {
	const char *def, *frame;
} frames[] = {
	{"", "{%s}"},
	{"defaults", "{\"defaults\":{%s}}"},
	{"events", "{\"events\":{%s}}"},
	{"interface", "{\"interfaces\":{\"x\":{%s}}}"},
	{"set", "{\"sets\":{\"x\":{%s}}}"},
	{"limit", "{\"limits\":{\"x\":{%s}}}"},
	{"cookies", "{\"limits\":{\"x\":{\"cookies\":{%s}}}}"},
	{"block", "{\"limits\":{\"x\":{\"block\":{%s}}}}"},
	{"rule", "{\"rules\":[{\"id\":\"x\"%s}]}"},
	{"log", "{\"rules\":[{\"id\":\"x\",\"log\":{%s}}]}"},
};

static const char *frame_of(const char *def)
{
	for (size_t i = 0; i < array_size(frames); i++) {
		if (strcmp(frames[i].def, def) == 0)
			return frames[i].frame;
	}
	return NULL;
}

static void expect_default(const char *def, const cJSON *property)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(property, "default");
	char *text = cJSON_PrintUnformatted(value), member[256], with[512], without[512];
	const char *frame = frame_of(def);

	cr_assert(frame, "%s.%s has a default that the diff does not know", def, property->string);
	snprintf(member, sizeof(member), "%s\"%s\":%s", strcmp(def, "rule") == 0 ? "," : "",
		 property->string, text);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(with, sizeof(with), frame, member);
	snprintf(without, sizeof(without), frame, "");
#pragma GCC diagnostic pop
	expect_text(with, diff_of(with, without, "[]", "[]"), SAME);
	expect_text(with, diff_of(without, with, "[]", "[]"), SAME);
	free(text);
}

static size_t expect_defaults(const char *def, const cJSON *object)
{
	const cJSON *property;
	size_t count = 0;

	cJSON_ArrayForEach (property, cJSON_GetObjectItemCaseSensitive(object, "properties")) {
		if (!cJSON_GetObjectItemCaseSensitive(property, "default"))
			continue;
		expect_default(def, property);
		count++;
	}
	return count;
}

Test(diff, a_default_that_is_written_out)
{
	static char text[256 * 1024];
	FILE *file = fopen(SOURCE_DIR "/configs/fwd.schema.json", "r");
	const cJSON *def;
	size_t count;
	cJSON *schema;

	cr_assert(file && fread(text, 1, sizeof(text) - 1, file) > 0);
	fclose(file);
	schema = cJSON_Parse(text);
	count = expect_defaults("", schema);
	cJSON_ArrayForEach (def, cJSON_GetObjectItemCaseSensitive(schema, "$defs"))
		count += expect_defaults(def->string, def);
	cr_expect_geq(count, 28, "%zu", count);
	cJSON_Delete(schema);
}
