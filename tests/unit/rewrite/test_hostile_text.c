// SPDX-License-Identifier: MIT
/* Bases that are hard to take apart: what did not change is still copied byte for byte. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/abi/fw_limits.h"
#include "common/base/memory.h"
#include "common/policy/rewrite/json_equal.h"
#include "common/policy/rewrite/rewrite.h"

static const struct {
	const char *name, *base, *wanted, *text;
} rows[] = {
	{"escapes in keys", "{\"\\u0061\" : 1,  \"\\\"\":2, \"\\\\\":3}",
	 "{\"a\":1,\"\\\"\":5,\"\\\\\":3}", "{\"\\u0061\" : 1,  \"\\\"\":5, \"\\\\\":3}"},
	{"an escaped key less", "{\"\\u0061\" : 1,  \"b\":2}", "{\"b\":2}", "{\"b\":2}"},
	{"punctuation in keys", "{\"a:{\": 1 , \"}],\" :[ 2], \"b\" :3}",
	 "{\"a:{\":1,\"}],\":[2,4],\"b\":3}", "{\"a:{\": 1 , \"}],\" :[ 2, 4], \"b\" :3}"},
	{"escapes in values", "[\"\\\\\", \"\\\"]\" ,\"\\u002c\"]", "[\"\\\\\",\"\\\"]\",\",\",1]",
	 "[\"\\\\\", \"\\\"]\" ,\"\\u002c\", 1]"},
	{"lines end with CR LF", "{\r\n  \"a\": 1,\r\n  \"b\": [ ]\r\n}\r\n",
	 "{\"a\":2,\"b\":[],\"c\":3}", "{\r\n  \"a\": 2,\r\n  \"b\": [ ],\n  \"c\": 3\r\n}\r\n"},
	{"white space at each place", " { \"a\" : [ 1 , 2 ] , \"b\" : { } } ",
	 "{\"a\":[1,3],\"b\":{}}", " { \"a\" : [ 1 , 3 ] , \"b\" : { } } "},
	{"empty ones stay as they are", "[{ }, [\n\n], {}, 1]", "[{},[],{},2]",
	 "[{ }, [\n\n], {}, 2]"},
	{"an empty one is filled", "{\"a\": {\t}, \"b\": 0}", "{\"a\":{\"x\":1},\"b\":0}",
	 "{\"a\": {\"x\": 1}, \"b\": 0}"},
	{"numbers in other forms", "[1e2, 0.50, -0.0e1, 1]", "[100,0.5,-0,2]",
	 "[1e2, 0.50, -0.0e1, 2]"},
	{"characters of many bytes",
	 "{\"\xf0\x9f\x94\xa5\":\"\xe2\x82\xac\",\"a\":[\"\xc3\xa9\" ]}",
	 "{\"\xf0\x9f\x94\xa5\":\"\xe2\x82\xac\",\"a\":[\"\xc3\xa9\",\"\\u00e8\"]}",
	 "{\"\xf0\x9f\x94\xa5\":\"\xe2\x82\xac\",\"a\":[\"\xc3\xa9\", \"\xc3\xa8\" ]}"},
	{"one value alone", "\t7\n", "8", "\t8\n"},
	/* What is not JSON is no base: nothing of it is kept. */
	{"a key twice", "{\"a\":1,  \"a\":1}", "{\"a\":1}", "{\n  \"a\": 1\n}\n"},
	{"a comment", "{\"a\":1, /* no */ \"b\":2}", "{\"a\":1}", "{\n  \"a\": 1\n}\n"},
	{"more behind it", "{\"a\":1} x", "{\"a\":1}", "{\n  \"a\": 1\n}\n"},
	{"a comma too many", "{\"a\":1 , }", "{\"a\":1}", "{\n  \"a\": 1\n}\n"},
	{"a byte order mark", "\xef\xbb\xbf{\"a\":1 }", "{\"a\":1}", "{\n  \"a\": 1\n}\n"},
	{"bad UTF-8", "{\"a\":1, \"b\":\"\xff\"}", "{\"a\":1}", "{\n  \"a\": 1\n}\n"},
	{"it ends too early", "{\"a\":1, \"b\":[", "{\"a\":1}", "{\n  \"a\": 1\n}\n"},
	{"no byte at all", "", "{\"a\":1}", "{\n  \"a\": 1\n}\n"},
};

/* From memory that ends where the text does: there is no NUL behind it. */
static char *rewrite_exactly(const char *base, const cJSON *wanted, size_t *ret_length)
{
	size_t length = strlen(base);
	char *exact = malloc(length ? length : 1), *text;

	cr_assert(exact);
	memcpy(exact, base, length);
	text = rewrite_text(exact, length, wanted, ret_length);
	free(exact);
	return text;
}

Test(hostile_text, rows)
{
	for (size_t i = 0; i < array_size(rows); i++) {
		cJSON *wanted = cJSON_Parse(rows[i].wanted), *tree;
		size_t length = 0;
		char *text = rewrite_exactly(rows[i].base, wanted, &length);

		cr_assert(wanted && text, "%s", rows[i].name);
		cr_expect_str_eq(text, rows[i].text, "%s: %s", rows[i].name, text);
		cr_expect(length == strlen(text), "%s", rows[i].name);
		tree = cJSON_Parse(text);
		cr_expect(json_equal(tree, wanted), "%s", rows[i].name);
		cJSON_Delete(tree);
		cJSON_Delete(wanted);
		free(text);
	}
}

/* As deep as a document may be: only the innermost value is another. */
Test(hostile_text, deep)
{
	char base[FW_MAX_CONFIG_DEPTH * 8 + 2], other[sizeof(base)], *text;
	size_t at = 0, length;
	cJSON *wanted;

	for (int i = 0; i < FW_MAX_CONFIG_DEPTH; i++)
		at += (size_t)sprintf(base + at, "{ \"a\":");
	at += (size_t)sprintf(base + at, "7");
	for (int i = 0; i < FW_MAX_CONFIG_DEPTH; i++)
		at += (size_t)sprintf(base + at, "\n}");
	strcpy(other, base);
	*strchr(other, '7') = '8';
	wanted = cJSON_Parse(other);
	text = rewrite_exactly(base, wanted, &length);
	cr_assert(wanted && text);
	cr_expect_str_eq(text, other);
	cJSON_Delete(wanted);
	free(text);
}
