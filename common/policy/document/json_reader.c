// SPDX-License-Identifier: MIT
#include "common/policy/document/json_reader.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/abi/fw_limits.h"
#include "common/base/memory.h"
#include "common/policy/document/json_text.h"

static cJSON *read_value(struct json_text *text, unsigned depth);

static void delete_tree(cJSON **node)
{
	cJSON_Delete(*node);
}
#define cleanup_tree cleanup(delete_tree)

static void skip_space(struct json_text *text)
{
	while (text->at < text->end && *text->at && strchr(" \t\r\n", *text->at))
		text->at++;
}

/* Skip this character if the cursor is on it. */
static bool take(struct json_text *text, char c)
{
	if (text->at >= text->end || *text->at != c)
		return false;
	text->at++;
	return true;
}

/* Report what was found in place of what was expected. */
static void unexpected(struct json_text *text, const char *wanted)
{
	const char *at = text->at;
	unsigned size = at < text->end ? json_utf8(at, text->end) : 0;

	if (at >= text->end)
		json_error(text, at, ERROR_SYNTAX, "the file ends where %s should be", wanted);
	else if (*at == '#' || (*at == '/' && at + 1 < text->end && strchr("/*", at[1])))
		json_error(text, at, ERROR_SYNTAX,
			   "JSON has no comments; \"comment\": \"...\" can be in every object");
	else if (*at == '\'')
		json_error(text, at, ERROR_SYNTAX, "strings have double quotes in JSON");
	else if (size == 0 || (size == 1 && !isprint((unsigned char)*at)))
		json_error(text, at, size ? ERROR_SYNTAX : ERROR_UTF8,
			   "byte 0x%02x where %s should be", (unsigned char)*at, wanted);
	else
		json_error(text, at, ERROR_SYNTAX, "%.*s where %s should be", (int)size, at,
			   wanted);
}

static int compare_keys(const void *a, const void *b)
{
	const cJSON *left = *(cJSON *const *)a, *right = *(cJSON *const *)b;
	int order = strcmp(left->string, right->string);

	/* Positions count up in the order of reading. */
	return order ? order
		     : (left->valueint > right->valueint) - (left->valueint < right->valueint);
}

static void report_duplicate(struct json_text *text, const cJSON *first, const cJSON *member)
{
	struct place place = {0}, first_place = {0};

	/* Places take a walk along the line: not for errors that are only counted. */
	if (text->errs->count < FW_MAX_ERRORS) {
		place = sources_key_place(text->sources, member);
		first_place = sources_key_place(text->sources, first);
	}
	errors_add(text->errs, SEVERITY_ERROR, ERROR_DUPLICATE_KEY, &place,
		   "\"%s\" is already on line %u", member->string, first_place.line);
}

/* Report members with a duplicate key, and remove them. */
static void drop_duplicates(struct json_text *text, cJSON *object, size_t count)
{
	cleanup_free cJSON **members = count > 1 ? calloc(count, sizeof(*members)) : NULL;
	cJSON *member, *first;
	size_t i = 0;

	if (!members)
		return;
	cJSON_ArrayForEach (member, object)
		members[i++] = member;
	qsort(members, count, sizeof(*members), compare_keys);
	first = members[0];
	for (i = 1; i < count; i++) {
		member = members[i];
		if (strcmp(first->string, member->string) != 0) {
			first = member;
			continue;
		}
		report_duplicate(text, first, member);
		cJSON_Delete(cJSON_DetachItemViaPointer(object, member));
	}
}

/* One `"key": value` of an object. */
static bool read_member(struct json_text *text, cJSON *object, unsigned depth)
{
	const char *start = text->at;
	cleanup_free char *key = NULL;
	cJSON *value;

	if (start >= text->end || *start != '"') {
		unexpected(text, "a key in double quotes");
		return false;
	}
	key = json_string(text);
	if (!key)
		return false;
	skip_space(text);
	if (!take(text, ':')) {
		unexpected(text, "a colon");
		return false;
	}
	skip_space(text);
	value = read_value(text, depth);
	if (!value)
		return false;
	value->string = steal(&key);
	cJSON_AddItemToArray(object, value); /* it only links; the key is set */
	sources_mark_key(text->sources, value, (size_t)(start - text->start));
	return true;
}

static bool read_element(struct json_text *text, cJSON *array, unsigned depth)
{
	cJSON *value = read_value(text, depth);

	return value && cJSON_AddItemToArray(array, value);
}

/* The contents of a list or object, with its closing bracket. */
static bool read_items(struct json_text *text, cJSON *node, unsigned depth, size_t *ret_count)
{
	bool object = cJSON_IsObject(node);
	char close = object ? '}' : ']';

	skip_space(text);
	if (take(text, close))
		return true;
	for (;;) {
		const char *comma;

		if (!(object ? read_member : read_element)(text, node, depth))
			return false;
		++*ret_count;
		skip_space(text);
		if (take(text, close))
			return true;
		comma = text->at;
		if (!take(text, ',')) {
			unexpected(text, object ? "a comma or }" : "a comma or ]");
			return false;
		}
		skip_space(text);
		if (take(text, close)) {
			json_error(text, comma, ERROR_SYNTAX, "a comma after the last %s",
				   object ? "member" : "element");
			return true;
		}
	}
}

static cJSON *read_container(struct json_text *text, unsigned depth)
{
	const char *start = text->at++;
	cleanup_tree cJSON *node = *start == '{' ? cJSON_CreateObject() : cJSON_CreateArray();
	size_t count = 0;

	if (depth >= FW_MAX_CONFIG_DEPTH) {
		json_error(text, start, ERROR_DEPTH, "lists and objects nested more than %d deep",
			   FW_MAX_CONFIG_DEPTH);
		return NULL;
	}
	if (!node || !read_items(text, node, depth + 1, &count))
		return NULL;
	if (cJSON_IsObject(node))
		drop_duplicates(text, node, count);
	return steal(&node);
}

static cJSON *read_string(struct json_text *text)
{
	char *string = json_string(text);
	cJSON *node = string ? cJSON_CreateNull() : NULL;

	if (!node) {
		free(string);
		return NULL;
	}
	node->type = cJSON_String;
	node->valuestring = string;
	return node;
}

static cJSON *read_literal(struct json_text *text)
{
	static const struct {
		const char *word;
		int type;
	} literals[] = {{"true", cJSON_True}, {"false", cJSON_False}, {"null", cJSON_NULL}};
	const char *start = text->at;
	size_t length = 0;
	cJSON *node;

	while (start + length < text->end && isalnum((unsigned char)start[length]))
		length++;
	for (size_t i = 0; i < array_size(literals); i++) {
		if (strlen(literals[i].word) != length || memcmp(literals[i].word, start, length))
			continue;
		node = cJSON_CreateNull();
		if (node)
			node->type = literals[i].type;
		text->at += length;
		return node;
	}
	json_error(text, start, ERROR_SYNTAX,
		   "%.*s is not a JSON value; strings have double quotes",
		   (int)(length < 32 ? length : 32), start);
	return NULL;
}

static cJSON *read_value(struct json_text *text, unsigned depth)
{
	size_t offset = (size_t)(text->at - text->start);
	char c = text->at < text->end ? *text->at : '\0';
	cJSON *node = NULL;

	if (text->values == 0) {
		json_error(text, text->at, ERROR_TOO_MANY, "more than %d values in a config",
			   FW_MAX_CONFIG_VALUES);
		return NULL;
	}
	text->values--;
	if (c == '{' || c == '[')
		node = read_container(text, depth);
	else if (c == '"')
		node = read_string(text);
	else if (c && (isdigit((unsigned char)c) || strchr("+-.", c)))
		node = cJSON_CreateNumber(json_number(text));
	else if (isalpha((unsigned char)c))
		node = read_literal(text);
	else
		unexpected(text, "a value");
	if (node && sources_mark(text->sources, node, text->source, offset,
				 (size_t)(text->at - text->start)) < 0) {
		cJSON_Delete(node);
		return NULL;
	}
	return node;
}

cJSON *json_read(struct sources *sources, unsigned source, size_t max_values, struct errors *errs)
{
	struct json_text text = {
		.sources = sources, .source = source, .errs = errs, .values = max_values};
	struct errors_lines before = sources_show(sources, errs);
	cJSON *root;
	size_t length;

	text.start = text.at = sources_text(sources, source, &length);
	text.end = text.start + length;
	if (length >= 3 && !memcmp(text.start, "\xef\xbb\xbf", 3)) {
		json_error(&text, text.start, ERROR_SYNTAX, "a byte order mark before the JSON");
		text.at += 3;
	}
	skip_space(&text);
	root = read_value(&text, 0);
	skip_space(&text);
	if (root && text.at < text.end) {
		unexpected(&text, "the end of the file");
		cJSON_Delete(root);
		root = NULL;
	}
	sources_show_again(errs, before);
	return root;
}
