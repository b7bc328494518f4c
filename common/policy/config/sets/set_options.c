// SPDX-License-Identifier: MIT
/* The keys of sets from files: the path, how it is read, and the bounds of its contents. */
#include "common/policy/config/config_fields.h"
#include "common/policy/config/sets/formats/set_path.h"
#include "common/policy/config/sets/formats/set_where.h"
#include "common/policy/document/document.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

#define IN(member)     offsetof(struct config_set, member)
#define MAX_COLUMN     1000
#define FORMAT(format) (1u << SET_FORMAT_##format)

static const struct word words_on_error[] = {
	{"fail", SET_ERROR_FAIL, "error"}, {"keep-last", SET_ERROR_KEEP_LAST, "keep"}, {0}};
static const struct word words_on_change[] = {{"warn", SET_CHANGE_WARN, NULL},
					      {"accept", SET_CHANGE_ACCEPT, "ignore"},
					      {"keep-last", SET_CHANGE_KEEP_LAST, "keep"},
					      {0}};
static const struct word words_bad_lines[] = {
	{"fail", SET_LINES_FAIL, "error"}, {"skip", SET_LINES_SKIP, "ignore"}, {0}};
static const struct word words_format[] = {
	{"lines", SET_FORMAT_LINES, "netset"},	 {"jsonl", SET_FORMAT_JSONL, NULL},
	{"csv", SET_FORMAT_CSV, "tsv"},		 {"json", SET_FORMAT_JSON, NULL},
	{"p2p", SET_FORMAT_P2P, "peerguardian"}, {0}};
static const struct word words_header[] = {{"first", SET_HEADER_FIRST, NULL},
					   {"comment", SET_HEADER_COMMENT, NULL},
					   {"none", SET_HEADER_NONE, NULL},
					   {0}};
static const struct word words_separator[] = {{"comma", ',', ","},     {"tab", '\t', "\t"},
					      {"semicolon", ';', ";"}, {"pipe", '|', "|"},
					      {"blank", ' ', "space"}, {0}};
static const struct word words_ports[] = {
	{"fail", SET_PORTS_FAIL, "error"}, {"ignore", SET_PORTS_IGNORE, "skip"}, {0}};
static const struct word words_needed[] = {
	{"warn", SET_NEEDED_WARN, NULL}, {"accept", SET_NEEDED_ACCEPT, "ignore"}, {0}};
static const struct word words_reserved[] = {{"warn", SET_RESERVED_WARN, NULL},
					     {"accept", SET_RESERVED_ACCEPT, "ignore"},
					     {"skip", SET_RESERVED_SKIP, "drop"},
					     {0}};

/* A text that is not empty, as a copy. */
static bool read_copy(struct reader *reader, const cJSON *node, const char *wanted, char **to)
{
	const char *text = read_text(reader, node, wanted);

	if (!text)
		return false;
	if (!*text) {
		reader_error(reader, ERROR_EMPTY, node, "\"%s\" is empty", node->string);
		return false;
	}
	free(*to);
	*to = strdup(text);
	return *to || reader_no_memory(reader);
}

/* The path, absolute. The file is read after all keys of the set. */
static bool read_file_name(struct reader *reader, const cJSON *node, void *target)
{
	cleanup_free char *name = NULL;
	char **to = target;

	if (!read_copy(reader, node, "the name of a file", &name))
		return false;
	free(*to);
	*to = NULL;
	if (*name == '/')
		*to = steal(&name);
	else if (asprintf(to, "%s/%s", reader->document->folder, name) < 0)
		*to = NULL;
	return *to || reader_no_memory(reader);
}

static bool read_column(struct reader *reader, const cJSON *node, void *target)
{
	struct set_column *column = target;
	int64_t number;

	if (!cJSON_IsNumber(node))
		return read_copy(reader, node, "the name or number of a column, or a key",
				 &column->name);
	if (!read_number(reader, node, 1, MAX_COLUMN, &number))
		return false;
	column->number = (uint32_t)number;
	return true;
}

static bool read_end_column(struct reader *reader, const cJSON *node, void *target)
{
	struct set_column *column = target;

	if (!cJSON_IsFalse(node))
		return read_column(reader, node, target);
	column->none = true;
	return true;
}

static bool read_begins(struct reader *reader, const cJSON *node, void *target)
{
	return read_copy(reader, node, "what lines begin with", target);
}

static bool read_path(struct reader *reader, const cJSON *node, void *target)
{
	struct config_set *set = target;
	const char *text = read_text(reader, node, "a path such as \"prefixes[].ip_prefix\"");
	struct set_path path, *to;
	const char *why = text ? set_path_parse(text, &path) : NULL;

	if (!text)
		return false;
	if (why || set->path_count == SET_PATHS) {
		reader_error(reader, why ? ERROR_NAME : ERROR_TOO_MANY, node,
			     why ? "path \"%.60s\" %s" : "path \"%.60s\" is one more than %s", text,
			     why ? why : "8");
		return false;
	}
	to = array_grow(&set->paths, set->path_count, sizeof(*to));
	if (!to)
		return reader_no_memory(reader);
	*to = path;
	set->path_count++;
	return true;
}
_Static_assert(SET_PATHS == 8, "the message says so");

static bool read_paths(struct reader *reader, const cJSON *node, void *target)
{
	return read_one_or_more(reader, node, target, read_path);
}

static bool read_where_value(struct reader *reader, const cJSON *node, void *target)
{
	struct set_where *where = target;
	const char *text = read_text(reader, node, "a text, or a list of texts");
	char(*to)[SET_WHERE_TEXT];

	if (!text)
		return false;
	if (strlen(text) >= SET_WHERE_TEXT) {
		reader_error(reader, ERROR_NAME, node,
			     "a value of \"where\" has at most 127 bytes");
		return false;
	}
	if (where->value_count == SET_WHERE_VALUES) {
		reader_error(reader, ERROR_TOO_MANY, node, "more than %d values of one key",
			     SET_WHERE_VALUES);
		return false;
	}
	to = array_grow(&where->values, where->value_count, sizeof(*to));
	if (!to)
		return reader_no_memory(reader);
	strcpy(*to, text);
	where->value_count++;
	return true;
}

static bool read_condition(struct reader *reader, const cJSON *node, struct config_set *set)
{
	struct set_where *where;

	if (!*node->string || strlen(node->string) >= SET_WHERE_TEXT) {
		reader_key_error(reader, ERROR_NAME, node, "a key of \"where\" has 1 to 127 bytes");
		return false;
	}
	if (set->where_count == SET_WHERES) {
		reader_key_error(reader, ERROR_TOO_MANY, node, "more than %d keys in \"where\"",
				 SET_WHERES);
		return false;
	}
	where = array_grow(&set->wheres, set->where_count, sizeof(*where));
	if (!where)
		return reader_no_memory(reader);
	set->where_count++;
	strcpy(where->key, node->string);
	return read_one_or_more(reader, node, where, read_where_value);
}
_Static_assert(SET_WHERE_TEXT == 128, "the messages say so");

static bool read_where(struct reader *reader, const cJSON *node, void *target)
{
	const cJSON *item;
	bool good = true;

	if (!cJSON_IsObject(node)) {
		reader_type_error(reader, node, "an object such as {\"service\": \"S3\"}");
		return false;
	}
	if (!node->child) {
		reader_error(reader, ERROR_EMPTY, node,
			     "\"where\" is empty; leave it out to take all addresses");
		return false;
	}
	cJSON_ArrayForEach (item, node)
		good &= is_comment(item) ? read_comment(reader, item)
					 : read_condition(reader, item, target);
	return good;
}

static const struct field fields_set_file[] = {
	{"bad_lines", FIELD_WORD, .offset = IN(bad_lines), .words = words_bad_lines},
	{"begins", FIELD_READ, .offset = IN(begins), .read = read_begins},
	{"column", FIELD_READ, .offset = IN(column), .read = read_column},
	{"end_column", FIELD_READ, .offset = IN(end_column), .read = read_end_column},
	{"file", FIELD_READ, .offset = IN(file), .read = read_file_name},
	{"format", FIELD_WORD, .offset = IN(format), .words = words_format},
	{"header", FIELD_WORD, .offset = IN(header), .words = words_header},
	{"max_share", FIELD_NUMBER, .offset = IN(max_share), .low = 1, .high = 100},
	{"min", FIELD_NUMBER, .offset = IN(min), .low = 0, .high = FW_MAX_PREFIXES},
	{"needed", FIELD_WORD, .offset = IN(needed), .words = words_needed},
	{"on_error", FIELD_WORD, .offset = IN(on_error), .words = words_on_error},
	{"on_growth", FIELD_WORD, .offset = IN(on_growth), .words = words_on_change},
	{"on_shrink", FIELD_WORD, .offset = IN(on_shrink), .words = words_on_change},
	{"path", FIELD_READ, .read = read_paths},
	{"ports", FIELD_WORD, .offset = IN(ports), .words = words_ports},
	{"reserved", FIELD_WORD, .offset = IN(reserved), .words = words_reserved},
	{"separator", FIELD_WORD, .offset = IN(separator), .words = words_separator},
	{"where", FIELD_READ, .read = read_where},
	{"widest4", FIELD_NUMBER, .offset = IN(widest4), .low = 0, .high = 32},
	{"widest6", FIELD_NUMBER, .offset = IN(widest6), .low = 0, .high = 128},
};
const struct section section_set_file = {"set", fields_set_file, array_size(fields_set_file), NULL,
					 0};

/* ---- consistency ---- */

static const cJSON *member(const cJSON *node, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(node, name);
}

/* Keys that are for some formats only. */
static const struct {
	const char *key;
	unsigned formats;
	const char *of;
} format_keys[] = {
	{"begins", FORMAT(LINES) | FORMAT(CSV) | FORMAT(P2P),
	 "formats \"lines\", \"csv\" and \"p2p\""},
	{"column", FORMAT(CSV) | FORMAT(JSONL), "formats \"csv\" and \"jsonl\""},
	{"end_column", FORMAT(CSV), "format \"csv\""},
	{"header", FORMAT(CSV), "format \"csv\""},
	{"path", FORMAT(JSON), "format \"json\""},
	{"separator", FORMAT(CSV), "format \"csv\""},
	{"where", FORMAT(CSV) | FORMAT(JSON) | FORMAT(JSONL),
	 "formats \"csv\", \"json\" and \"jsonl\""},
};

static bool check_keys(struct reader *reader, const cJSON *node, const struct config_set *set)
{
	bool good = true;

	for (size_t i = 0; i < array_size(format_keys); i++) {
		const cJSON *given = member(node, format_keys[i].key);

		if (!given || format_keys[i].formats & 1u << set->format)
			continue;
		reader_key_error(reader, ERROR_SET_KIND, given, "\"%s\" is only for the %s",
				 format_keys[i].key, format_keys[i].of);
		good = false;
	}
	return good;
}

/* Without a header, conditions name columns by their numbers. */
static bool check_where(struct reader *reader, const cJSON *node, const struct config_set *set)
{
	for (size_t i = 0; i < set->where_count; i++) {
		const char *key = set->wheres[i].key;
		unsigned long number = strtoul(key, NULL, 10);

		if (key[strspn(key, "0123456789")] == '\0' && number >= 1 && number <= MAX_COLUMN)
			continue;
		reader_key_error(reader, ERROR_SET_KIND, member(member(node, "where"), key),
				 "without a header, columns have numbers, from 1, not names");
		return false;
	}
	return true;
}

static bool check_columns(struct reader *reader, const cJSON *node, struct config_set *set)
{
	bool named = set->column.name || set->end_column.name;

	if (!set->column.name && !set->column.number) {
		reader_error(reader, ERROR_MISSING_KEY, node,
			     "\"column\" is missing: which one of the CSV file has the addresses?");
		return false;
	}
	if (!member(node, "header"))
		set->header = named ? SET_HEADER_FIRST : SET_HEADER_NONE;
	if (named && set->header == SET_HEADER_NONE) {
		reader_key_error(reader, ERROR_SET_KIND, member(node, "header"),
				 "without a header, columns have numbers, from 1, not names");
		return false;
	}
	if (!named && set->header == SET_HEADER_COMMENT) {
		reader_key_error(reader, ERROR_SET_KIND, member(node, "header"),
				 "columns by their numbers need no header in a comment");
		return false;
	}
	return set->header != SET_HEADER_NONE || check_where(reader, node, set);
}

bool check_set_file(struct reader *reader, const cJSON *node, struct config_set *set)
{
	if (!check_keys(reader, node, set))
		return false;
	if (set->format == SET_FORMAT_CSV && !check_columns(reader, node, set))
		return false;
	if (set->format == SET_FORMAT_JSONL && set->column.number) {
		reader_error(reader, ERROR_TYPE, member(node, "column"),
			     "\"column\" must be a key of JSON lines, not a number");
		return false;
	}
	if (set->format == SET_FORMAT_JSON && !set->path_count) {
		reader_error(reader, ERROR_MISSING_KEY, node,
			     "\"path\" is missing: where in the JSON file are the addresses?");
		return false;
	}
	if ((uint64_t)set->min > set->max) {
		reader_error(reader, ERROR_RANGE, member(node, "min"),
			     "\"min\" is more than \"max\"");
		return false;
	}
	set->source = cJSON_PrintUnformatted(node);
	return set->source || reader_no_memory(reader);
}
