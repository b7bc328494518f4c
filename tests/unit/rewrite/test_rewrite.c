// SPDX-License-Identifier: MIT
/* What is written again, and above all what is not. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/rewrite/json_equal.h"
#include "common/policy/rewrite/rewrite.h"
#include "common/policy/rewrite/unmerge.h"

/* A text, the policy that it shall become, and the text that says so. */
static const struct {
	const char *name, *base, *wanted, *text;
} rows[] = {
	{"nothing", " {\"a\" :1 ,\n\t\"b\":[ ] }\n\n", "{\"b\": [], \"a\": 1}",
	 " {\"a\" :1 ,\n\t\"b\":[ ] }\n\n"},
	{"a value", "{\"a\" :1 , \"b\":2 }", "{\"a\": 7, \"b\": 2}", "{\"a\" :7 , \"b\":2 }"},
	{"a member more, one line", "{\"a\":1, \"b\":2}", "{\"a\":1,\"b\":2,\"c\":3}",
	 "{\"a\":1, \"b\":2, \"c\": 3}"},
	{"a member more, lines", "{\n\t\"a\": 1\n}\n", "{\"a\":1,\"c\":[1]}",
	 "{\n\t\"a\": 1,\n\t\"c\": [1]\n}\n"},
	{"a member less, the first", "{\"a\":1, \"b\":2}", "{\"b\":2}", "{\"b\":2}"},
	{"a member less, the last", "{\n  \"a\": 1,\n\n  \"b\": 2\n}", "{\"a\":1}",
	 "{\n  \"a\": 1\n}"},
	{"all members less", "{\"x\": {\n  \"a\": 1\n}}", "{\"x\": {}}", "{\"x\": {}}"},
	{"an element more", "{\"l\":[\"a\",\"b\"]}", "{\"l\":[\"a\",\"b\",\"c\"]}",
	 "{\"l\":[\"a\",\"b\",\"c\"]}"},
	{"one element, one more", "{\"l\": [\"a\"]}", "{\"l\":[\"a\",\"b\"]}",
	 "{\"l\": [\"a\", \"b\"]}"},
	{"elements in the middle", "{\"l\": [\n  1,\n  2,\n  3\n]}", "{\"l\":[1,9,3]}",
	 "{\"l\": [\n  1,\n  9,\n  3\n]}"},
	{"the same twice", "{\"l\": [1,  1, 2]}", "{\"l\":[1,1]}", "{\"l\": [1,  1]}"},
	{"a list that was empty", "{\n    \"l\": []\n}", "{\"l\":[{\"id\":\"a\"}]}",
	 "{\n    \"l\": [{\"id\": \"a\"}]\n}"},
	{"a rule changed, its neighbours kept",
	 "{\n \"rules\": [\n  {\"id\":\"a\",   \"x\":1},\n\n  {\"id\" : \"b\",\n   \"x\":2}\n "
	 "]\n}\n",
	 "{\"rules\":[{\"id\":\"a\",\"x\":1},{\"id\":\"b\",\"x\":3}]}",
	 "{\n \"rules\": [\n  {\"id\":\"a\",   \"x\":1},\n\n  {\"id\" : \"b\",\n   \"x\":3}\n "
	 "]\n}\n"},
	{"a rule before another", "{\n \"rules\": [\n  {\"id\":\"a\"},\n\n  {\"id\":\"b\"}\n ]\n}",
	 "{\"rules\":[{\"id\":\"a\"},{\"id\":\"n\"},{\"id\":\"b\"}]}",
	 "{\n \"rules\": [\n  {\"id\":\"a\"},\n  {\"id\": \"n\"},\n\n  {\"id\":\"b\"}\n ]\n}"},
	{"rules in another order", "{\"rules\": [{\"id\":\"a\"}, {\"id\":\"b\" }]}",
	 "{\"rules\":[{\"id\":\"b\"},{\"id\":\"a\"}]}",
	 "{\"rules\": [{\"id\":\"b\" }, {\"id\":\"a\"}]}"},
	{"strings with brackets", "{\"a\": \"}]\\\"{\", \"b\":[\"]\"]}",
	 "{\"a\":\"}]\\\"{\",\"b\":[\"]\",\"[\"]}", "{\"a\": \"}]\\\"{\", \"b\":[\"]\", \"[\"]}"},
	{"another type", "{\"a\": [1, 2], \"b\": 1}", "{\"a\":{\"x\":null},\"b\":true}",
	 "{\"a\": {\"x\": null}, \"b\": true}"},
	{"other characters", "{\"\xc3\xa9\": \"\xe2\x82\xac\"}", "{\"\xc3\xa9\":\"\xe2\x82\xac!\"}",
	 "{\"\xc3\xa9\": \"\xe2\x82\xac!\"}"},
	{"no base", NULL, "{\"a\":1,\"b\":{\"c\":[1,2]}}",
	 "{\n  \"a\": 1,\n  \"b\": {\"c\": [1, 2]}\n}\n"},
};

/* The text says what was wanted, whatever it looks like. */
static void check_means(const char *name, const char *text, const cJSON *wanted)
{
	cJSON *tree = cJSON_Parse(text);

	cr_expect(json_equal(tree, wanted), "%s: %s", name, text);
	cJSON_Delete(tree);
}

Test(rewrite, rows)
{
	for (size_t i = 0; i < array_size(rows); i++) {
		cJSON *wanted = cJSON_Parse(rows[i].wanted);
		const char *base = rows[i].base;
		size_t length;
		char *text = rewrite_text(base, base ? strlen(base) : 0, wanted, &length);

		cr_assert(wanted && text, "%s", rows[i].name);
		cr_expect_str_eq(text, rows[i].text, "%s: %s", rows[i].name, text);
		cr_expect(length == strlen(text));
		check_means(rows[i].name, text, wanted);
		free(text);
		cJSON_Delete(wanted);
	}
}

/* ---- at random: any tree becomes any other, and back ---- */

static unsigned state;

static unsigned draw(unsigned below)
{
	state = state * 1103515245 + 12345;
	return (state >> 16) % below;
}

static cJSON *random_value(unsigned depth)
{
	static const char *const texts[] = {"", "a", "}", "\"", "\\", "x\ny", "\xc3\xa4"};
	unsigned kind = draw(depth ? 7 : 4);
	cJSON *value;

	if (kind == 0)
		return cJSON_CreateNumber(draw(5));
	if (kind == 1)
		return cJSON_CreateBool(draw(2));
	if (kind < 4)
		return cJSON_CreateString(texts[draw(array_size(texts))]);
	value = kind == 4 ? cJSON_CreateArray() : cJSON_CreateObject();
	for (unsigned i = 0, count = draw(6); i < count; i++) {
		char key[2] = {(char)('a' + i), '\0'};

		if (kind == 4)
			cJSON_AddItemToArray(value, random_value(depth - 1));
		else if (draw(3))
			cJSON_AddItemToObject(value, key, random_value(depth - 1));
	}
	if (kind == 5)
		cJSON_AddStringToObject(value, "id", texts[draw(3)]);
	return value;
}

Test(rewrite, random)
{
	for (state = 1; state < 4000; state += 2) {
		unsigned seed = state;
		cJSON *from = random_value(4), *to = random_value(4);
		char *base = draw(2) ? cJSON_Print(from) : cJSON_PrintUnformatted(from), *text;
		size_t length;

		text = rewrite_text(base, strlen(base), to, &length);
		cr_assert(text);
		check_means(base, text, to);
		free(text);
		/* And what is equal is not touched. */
		text = rewrite_text(base, strlen(base), from, &length);
		cr_expect_str_eq(text, base);
		free(text);
		free(base);
		cJSON_Delete(from);
		cJSON_Delete(to);
		state = seed;
	}
}

/* ---- several files ---- */

/* The main file, one included, the policy wanted; the main file then, or what is in the way. */
static const struct {
	const char *name, *main, *included, *wanted, *part, *what;
} splits[] = {
	{"nothing", "{\"include\":\"x\",\"rules\":[{\"id\":\"a\"}]}",
	 "{\"rules\":[{\"id\":\"b\"}]}", "{\"rules\":[{\"id\":\"a\"},{\"id\":\"b\"}]}",
	 "{\"include\":\"x\",\"rules\":[{\"id\":\"a\"}]}", NULL},
	{"a rule of the main file", "{\"include\":\"x\",\"rules\":[{\"id\":\"a\"}]}",
	 "{\"rules\":[{\"id\":\"b\"}]}", "{\"rules\":[{\"id\":\"n\"},{\"id\":\"b\"}]}",
	 "{\"include\":\"x\",\"rules\":[{\"id\":\"n\"}]}", NULL},
	{"a section that only the included has", "{\"include\":\"x\"}",
	 "{\"sets\":{\"s\":{\"live\":true}},\"comment\":\"no\"}",
	 "{\"sets\":{\"s\":{\"live\":true}}}", "{\"include\":\"x\"}", NULL},
	{"management", "{\"include\":\"x\",\"management\":{\"allow\":[{\"src\":\"::1\"}]}}",
	 "{\"management\":{\"allow\":[{\"src\":\"::2\"}]}}",
	 "{\"management\":{\"allow\":[{\"src\":\"::1\"},{\"src\":\"::2\"}]},\"enforce\":true}",
	 "{\"include\":\"x\",\"management\":{\"allow\":[{\"src\":\"::1\"}]},\"enforce\":true}",
	 NULL},
	{"an included rule is gone", "{\"include\":\"x\",\"rules\":[{\"id\":\"a\"}]}",
	 "{\"rules\":[{\"id\":\"b\"}]}", "{\"rules\":[{\"id\":\"a\"}]}", NULL, "rules: \"b\""},
	{"an included set is changed", "{\"include\":\"x\"}", "{\"sets\":{\"s\":{\"live\":true}}}",
	 "{\"sets\":{\"s\":{\"elements\":[]}}}", NULL, "sets: \"s\""},
	{"an included limit is gone", "{\"include\":\"x\"}",
	 "{\"limits\":{\"l\":{\"rate\":\"1/s\"}}}", "{}", NULL, "section: \"limits\""},
	{"a rule at the end", "{\"include\":\"x\",\"rules\":[{\"id\":\"a\"}]}",
	 "{\"rules\":[{\"id\":\"b\"}]}",
	 "{\"rules\":[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"n\"}]}", NULL, "the order of rules"},
	{"a prefix of the included is gone", "{\"include\":\"x\",\"permitted_cidrs\":[\"::/8\"]}",
	 "{\"permitted_cidrs\":[\"::/9\"]}", "{\"permitted_cidrs\":[\"::/8\"]}", NULL,
	 "permitted_cidrs: \"\"::/9\"\""},
};

Test(unmerge, rows)
{
	for (size_t i = 0; i < array_size(splits); i++) {
		cJSON *main = cJSON_Parse(splits[i].main),
		      *included = cJSON_Parse(splits[i].included);
		cJSON *wanted = cJSON_Parse(splits[i].wanted), *part = NULL, *expected;
		char *what = NULL;
		size_t file = 9;
		int r;

		cr_assert(main && included && wanted, "%s", splits[i].name);
		r = unmerge_main(wanted, main, &included, 1, &part, &file, &what);
		cr_expect((r == 0) == !splits[i].what, "%s: %d %s", splits[i].name, r, what);
		if (r == 0) {
			expected = cJSON_Parse(splits[i].part);
			cr_expect(json_equal(part, expected), "%s", splits[i].name);
			cJSON_Delete(expected);
		} else {
			cr_expect(what && splits[i].what && strcmp(what, splits[i].what) == 0,
				  "%s: %s", splits[i].name, what);
			cr_expect(file == 0 && !part);
		}
		free(what);
		cJSON_Delete(part);
		cJSON_Delete(main);
		cJSON_Delete(included);
		cJSON_Delete(wanted);
	}
}
