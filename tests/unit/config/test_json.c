// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/abi/fw_limits.h"
#include "common/policy/document/json_reader.h"
#include "tests/unit/config/support.h"

/* Read JSON that is no config; codes as reported() has them. */
static cJSON *read_json(const char *text, size_t length, struct sources **ret_sources,
			char **ret_codes)
{
	struct sources *sources = sources_new();
	struct errors errs = {0};
	char *copy = malloc(length + 1);
	cJSON *root;

	cr_assert(sources && copy);
	memcpy(copy, text, length);
	copy[length] = '\0';
	cr_assert_eq(sources_add(sources, strdup("a.json"), copy, length), 0);
	root = json_read(sources, 0, FW_MAX_CONFIG_VALUES, &errs);
	cr_assert(root || errors_failed(&errs));
	*ret_codes = codes_of(&errs);
	errors_clear(&errs);
	if (ret_sources)
		*ret_sources = sources;
	else
		sources_drop(sources);
	return root;
}

static const struct {
	const char *text;
	const char *printed;
} good[] = {
	{"{}", "{}"},
	{" \t\r\n[ ] \n", "[]"},
	{"null", "null"},
	{"[true,false,null]", "[true,false,null]"},
	{"\"\"", "\"\""},
	{"0", "0"},
	{"-0", "-0"},
	{"-1.5e+2", "-150"},
	{"1E2", "100"},
	{"10.25", "10.25"},
	{"[1,[2,[3]],{}]", "[1,[2,[3]],{}]"},
	{"{\"a\":{\"b\":[{\"c\":1}]},\"d\":2}", "{\"a\":{\"b\":[{\"c\":1}]},\"d\":2}"},
	{"{\"a\":1,\"A\":2}", "{\"a\":1,\"A\":2}"}, /* keys differ by case */
	{"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\""},
	{"\"\\u00e9\\u20ac\"", "\"\xc3\xa9\xe2\x82\xac\""},
	{"\"\\ud83d\\uDE00\"", "\"\xf0\x9f\x98\x80\""},
	{"\"\xf4\x8f\xbf\xbf \x7f\"", "\"\xf4\x8f\xbf\xbf \x7f\""},
	{"{\"\":1}", "{\"\":1}"},
	{"\"\\u0001\"", "\"\\u0001\""},
};

Test(json, good)
{
	for (size_t i = 0; i < array_size(good); i++) {
		cleanup_free char *codes = NULL, *printed = NULL;
		cJSON *root = read_json(good[i].text, strlen(good[i].text), NULL, &codes);

		cr_expect_str_eq(codes, "", "%s: %s", good[i].text, codes);
		cr_assert_not_null(root, "%s", good[i].text);
		printed = cJSON_PrintUnformatted(root);
		cr_expect_str_eq(printed, good[i].printed, "%s: %s", good[i].text, printed);
		cJSON_Delete(root);
	}
}

static const struct {
	const char *text;
	const char *codes;
} bad[] = {
	/* the grammar */
	{"", "E0002 1:1"},
	{"  \n ", "E0002 2:2"},
	{"{", "E0002 1:2"},
	{"[", "E0002 1:2"},
	{"{\"a\"", "E0002 1:5"},
	{"{\"a\":", "E0002 1:6"},
	{"{\"a\":1", "E0002 1:7"},
	{"[1", "E0002 1:3"},
	{"[1 2]", "E0002 1:4"},
	{"[,1]", "E0002 1:2"},
	{"[1,,2]", "E0002 1:4"},
	{"[1}", "E0002 1:3"},
	{"{\"a\" 1}", "E0002 1:6"},
	{"{a:1}", "E0002 1:2"},
	{"{1:1}", "E0002 1:2"},
	{"{'a':1}", "E0002 1:2"},
	{"{} {}", "E0002 1:4"},
	{"{}x", "E0002 1:3"},
	{"[1]]", "E0002 1:4"},
	{"[1] // end", "E0002 1:5"},
	{"# comment\n{}", "E0002 1:1"},
	{"/* c */ {}", "E0002 1:1"},
	{"True", "E0002 1:1"},
	{"nul", "E0002 1:1"},
	{"nullx", "E0002 1:1"},
	{"NaN", "E0002 1:1"},
	{"Infinity", "E0002 1:1"},
	{"undefined", "E0002 1:1"},
	{"\xef\xbb\xbf{}", "E0002 1:1"},
	{"\f{}", "E0002 1:1"},
	{"\"abc", "E0002 1:1"},
	{"\"abc\\\"", "E0002 1:1"},
	{"\"abc\n\"", "E0002 1:1"},
	{"\"abc\\", "E0002 1:1"},
	/* reported and read on */
	{"[1,]", "E0002 1:3"},
	{"{\"a\":1,}", "E0002 1:7"},
	{"{\"a\":[1,],}", "E0002 1:8 E0002 1:10"},
	/* strings */
	{"\"a\tb\"", "E0005 1:3"},
	{"\"\x01\x1f\"", "E0005 1:2 E0005 1:3"},
	{"\"\\x41\"", "E0005 1:2"},
	{"\"\\'\"", "E0005 1:2"},
	{"\"\\u12\"", "E0005 1:2"},
	{"\"\\u12g4\"", "E0005 1:2"},
	{"\"\\U0041\"", "E0005 1:2"},
	{"\"a\\u0000b\"", "E0005 1:3"},
	{"\"\\ud800\"", "E0005 1:2"},
	{"\"\\udc00\"", "E0005 1:2"},
	{"\"\\ud800\\n\"", "E0005 1:2"},
	{"\"\\ud800\\ud800\"", "E0005 1:2 E0005 1:8"},
	{"\"\\udc00\\ud800\"", "E0005 1:2 E0005 1:8"},
	/* UTF-8: stray, cut, overlong, surrogates, too high; columns count characters */
	{"\"\x80\"", "E0004 1:2"},
	{"\"\xc3\"", "E0004 1:2"},
	{"\"\xc0\xaf\"", "E0004 1:2 E0004 1:3"},
	{"\"\xe0\x80\xaf\"", "E0004 1:2 E0004 1:3 E0004 1:4"},
	{"\"\xed\xa0\x80\"", "E0004 1:2 E0004 1:3 E0004 1:4"},
	{"\"\xf4\x90\x80\x80\"", "E0004 1:2 E0004 1:3 E0004 1:4 E0004 1:5"},
	{"\"\xff\"", "E0004 1:2"},
	{"\"\xe2\x82\"", "E0004 1:2 E0004 1:3"},
	{"[\xff]", "E0004 1:2"},
	{"[\"\xc3\xa9\xe2\x82\xac\", x]", "E0002 1:8"},
	/* numbers */
	{"01", "E0006 1:1"},
	{"-01", "E0006 1:1"},
	{"+1", "E0006 1:1"},
	{".5", "E0006 1:1"},
	{"-.5", "E0006 1:1"},
	{"5.", "E0006 1:1"},
	{"1.e1", "E0006 1:1"},
	{"1e", "E0006 1:1"},
	{"1e+", "E0006 1:1"},
	{"1e1.5", "E0006 1:1"},
	{"0x10", "E0006 1:1"},
	{"1_000", "E0002 1:2"},
	{"--1", "E0006 1:1"},
	{"-", "E0006 1:1"},
	{"1-2", "E0006 1:1"},
	{"1e999", "E0006 1:1"},
	{"-1e999", "E0006 1:1"},
	{"[01,02]", "E0006 1:2 E0006 1:5"},
	{"10000000000000000000000000000000000000000000000000000000000000000", "E0006 1:1"},
	/* keys */
	{"{\"a\":1,\"a\":2}", "E0007 1:8"},
	{"{\"a\":1,\n\"b\":2,\n\"a\":3,\"a\":4}", "E0007 3:1 E0007 3:7"},
	{"{\"a\":1,\"\\u0061\":2}", "E0007 1:8"},
	{"[{\"x\":{\"a\":1,\"a\":1}}]", "E0007 1:14"},
	/* many at once */
	{"{\"a\":\"\\x\",\"a\":01,\"b\":\"\xff\",}",
	 "E0005 1:7 E0007 1:11 E0006 1:15 E0004 1:23 E0002 1:25"},
	/* lines */
	{"{\r\n\"a\":1,\r\n\"a\":2\r\n}", "E0007 3:1"},
	{"[\n\n\n\t01]", "E0006 4:2"},
};

Test(json, bad)
{
	for (size_t i = 0; i < array_size(bad); i++) {
		cleanup_free char *codes = NULL;

		cJSON_Delete(read_json(bad[i].text, strlen(bad[i].text), NULL, &codes));
		cr_expect_str_eq(codes, bad[i].codes, "%s: %s, not %s", bad[i].text, codes,
				 bad[i].codes);
	}
}

static const struct {
	const char *text;
	size_t length;
	const char *codes;
} zeros[] = {
	{"\0", 1, "E0002 1:1"},
	{"{}\0", 3, "E0002 1:3"},
	{"{\"a\0b\": 1}", 10, "E0005 1:4"},
	{"[1\0]", 4, "E0002 1:3"},
	{"tru\0", 4, "E0002 1:1"},
	{"[\"\\\0\"]", 6, "E0005 1:3"},
	{"{\"a\":1\0,\"b\":2}", 15, "E0002 1:7"},
};

Test(json, zero_bytes)
{
	for (size_t i = 0; i < array_size(zeros); i++) {
		cleanup_free char *codes = NULL;

		cJSON_Delete(read_json(zeros[i].text, zeros[i].length, NULL, &codes));
		cr_expect_str_eq(codes, zeros[i].codes, "row %zu: %s", i, codes);
	}
}

static char *nested(size_t depth, char open, char close)
{
	char *text = malloc(2 * depth + 1);

	memset(text, open, depth);
	memset(text + depth, close, depth);
	text[2 * depth] = '\0';
	return text;
}

Test(json, depth)
{
	cleanup_free char *most = nested(FW_MAX_CONFIG_DEPTH, '[', ']');
	cleanup_free char *more = nested(FW_MAX_CONFIG_DEPTH + 1, '[', ']');
	cleanup_free char *bomb = nested(1000000, '[', ']');
	cleanup_free char *codes = NULL, *codes_more = NULL, *codes_bomb = NULL;

	cJSON_Delete(read_json(most, strlen(most), NULL, &codes));
	cr_expect_str_eq(codes, "");
	cr_expect_null(read_json(more, strlen(more), NULL, &codes_more));
	cr_expect_str_eq(codes_more, "E0003 1:33");
	cr_expect_null(read_json(bomb, strlen(bomb), NULL, &codes_bomb));
	cr_expect_str_eq(codes_bomb, "E0003 1:33");
}

/* Columns are found by walking along the line: many errors on one long line must not take forever. */
Test(json, one_long_line)
{
	size_t count = rounds(200000);
	cleanup_free char *text = malloc(count * 3 + 2);
	cleanup_free char *codes = NULL;
	char *out = text;

	alarm(300);
	*out++ = '[';
	for (size_t i = 0; i < count; i++)
		out = stpcpy(out, "01,");
	out[-1] = ']';
	*out = '\0';
	cJSON_Delete(read_json(text, strlen(text), NULL, &codes));
	cr_expect_eq(strncmp(codes, "E0006 1:2 E0006 1:5 E0006 1:8 ", 30), 0);
}

Test(json, many_duplicate_keys)
{
	size_t count = rounds(200000);
	cleanup_free char *text = malloc(count * 16 + 16);
	cleanup_free char *codes = NULL;
	char *out = text;

	alarm(300);
	*out++ = '{';
	for (size_t i = 0; i < count; i++)
		out += sprintf(out, "\"k%zu\":1,", i % (count / 2 + 1));
	strcpy(out - 1, "}");
	cJSON_Delete(read_json(text, strlen(text), NULL, &codes));
	cr_expect_eq(strncmp(codes, "E0007 ", 6), 0);
}

Test(json, places)
{
	static const char text[] = "{\n  \"k\": [1,\n\t\"\xc3\xa9\", {\"x\": null}]}";
	cleanup_free char *codes = NULL;
	struct sources *sources;
	cJSON *root = read_json(text, strlen(text), &sources, &codes), *list, *null, *copy;
	struct place place;

	cr_assert_not_null(root);
	list = cJSON_GetObjectItemCaseSensitive(root, "k");
	null = cJSON_GetArrayItem(list, 2)->child;
	copy = cJSON_Duplicate(null, true);

	place = sources_value_place(sources, root);
	cr_expect_eq(place.line * 100 + place.column, 101);
	cr_expect_str_eq(place.file, "a.json");
	place = sources_key_place(sources, list);
	cr_expect_eq(place.line * 100 + place.column, 203);
	place = sources_value_place(sources, list);
	cr_expect_eq(place.line * 100 + place.column, 208);
	place = sources_value_place(sources, cJSON_GetArrayItem(list, 0));
	cr_expect_eq(place.line * 100 + place.column, 209);
	place = sources_key_place(sources, copy);
	cr_expect_eq(place.line * 100 + place.column, 308, "a copy keeps its place");
	place = sources_value_place(sources, copy);
	cr_expect_eq(place.line * 100 + place.column, 313);
	place = sources_value_place(sources, cJSON_GetArrayItem(list, 1));
	cr_expect_eq(place.line * 100 + place.column, 302, "going back is allowed");
	cJSON_Delete(copy);
	cJSON_Delete(root);
	sources_drop(sources);
}

/* Each value again, from its own bytes alone. */
static void check_extents(const struct sources *sources, const char *text, const cJSON *node)
{
	struct extent extent = {0};
	const cJSON *child;
	cJSON *again;

	cr_assert(sources_extent(sources, node, &extent), "%s", text);
	again = cJSON_ParseWithLength(text + extent.value, extent.end - extent.value);
	cr_expect(cJSON_Compare(node, again, true), "%s: %u to %u", text, extent.value, extent.end);
	cJSON_Delete(again);
	cr_expect(!strchr(" \t\r\n,:", text[extent.end - 1]), "%s: ends at %u", text, extent.end);
	cr_expect(node->string ? text[extent.key] == '"' && extent.key < extent.value
			       : extent.key == extent.value,
		  "%s: key at %u", text, extent.key);
	cJSON_ArrayForEach (child, node)
		check_extents(sources, text, child);
}

Test(json, extents)
{
	static const char *const texts[] = {
		"0",
		" \r\n\t[ ]\r\n",
		"{\r\n}",
		"[-0.5e+3 ,1E2,\ttrue ,null\n, false]",
		"{\"\" : \"\" , \"\\u0061\\\"\" :\"\\\\\", \"b:,{\":\"}]\\\"[{,:\"}",
		"{\"\xc3\xa9\":\"\xf0\x9f\x94\xa5\", \"x\" : [\"\xe2\x82\xac\",{ } ,[\n]]}",
		"[[[[[[[[[[[[[[[[{\"a\":[[[[[[ 1 ]]]]]]}]]]]]]]]]]]]]]]]",
		"\"\\ud83d\\udd25\"",
	};

	for (size_t i = 0; i < array_size(texts); i++) {
		cleanup_free char *codes = NULL;
		struct sources *sources;
		cJSON *root = read_json(texts[i], strlen(texts[i]), &sources, &codes);

		cr_assert(root && !*codes, "%s: %s", texts[i], codes);
		check_extents(sources, texts[i], root);
		cJSON_Delete(root);
		sources_drop(sources);
	}
}

/* Values of a live edit have no place; cJSON's own numbers must not be taken for one. */
Test(json, values_from_elsewhere_have_no_place)
{
	static const double numbers[] = {0, 1, -1, -2147483647, -2147483648.0, -1e300, 1e300};
	static const char text[] = "[1, 2, 3]";
	cleanup_free char *codes = NULL;
	struct sources *sources;
	cJSON *root = read_json(text, strlen(text), &sources, &codes);

	for (size_t i = 0; i < array_size(numbers); i++) {
		cJSON *number = cJSON_CreateNumber(numbers[i]);

		cr_expect_eq(sources_value_place(sources, number).line, 0, "%g", numbers[i]);
		cJSON_Delete(number);
	}
	cJSON_Delete(root);
	sources_drop(sources);
}
