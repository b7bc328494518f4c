// SPDX-License-Identifier: MIT
/* Two policies, and what is told of them. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "memory.h"

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
