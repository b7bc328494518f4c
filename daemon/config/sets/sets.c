// SPDX-License-Identifier: MIT
#include "config_fields.h"
#include "document.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "memory.h"

#define IN(member)     offsetof(struct config_set, member)
#define MAX_SETS       4096
#define DEFAULT_MAX    1000000
#define TEXT_OF_PREFIX "an address or prefix such as \"192.0.2.0/24\""

static const struct word words_on_error[] = {
	{"fail", SET_ERROR_FAIL, "error"}, {"keep-last", SET_ERROR_KEEP_LAST, "keep"}, {0}};
static const struct word words_on_shrink[] = {
	{"accept", SET_SHRINK_ACCEPT, "ignore"}, {"keep-last", SET_SHRINK_KEEP_LAST, "keep"}, {0}};
static const struct word words_bad_lines[] = {
	{"fail", SET_LINES_FAIL, "error"}, {"skip", SET_LINES_SKIP, "ignore"}, {0}};
static const struct word words_format[] = {{"lines", SET_FORMAT_LINES, "netset"},
					   {"jsonl", SET_FORMAT_JSONL, "json"},
					   {"csv", SET_FORMAT_CSV, NULL},
					   {0}};

static bool read_element(struct reader *reader, const cJSON *node, struct prefix_list *list)
{
	const char *text = read_text(reader, node, TEXT_OF_PREFIX);
	struct prefix prefix;

	if (!text || !read_prefix_text(reader, node, text, &prefix))
		return false;
	return prefix_list_add(list, &prefix) == 0 || reader_no_memory(reader);
}

static bool read_elements(struct reader *reader, const cJSON *node, void *target)
{
	const cJSON *item;
	bool good = true;

	if (!cJSON_IsArray(node)) {
		reader_type_error(reader, node, "a list of addresses and prefixes");
		return false;
	}
	cJSON_ArrayForEach (item, node)
		good &= read_element(reader, item, target);
	return good;
}

/* The path, absolute. What is in the file is read when the whole set is known. */
static bool read_file_name(struct reader *reader, const cJSON *node, void *target)
{
	const char *name = read_text(reader, node, "the name of a file");
	char **to = target;

	if (!name)
		return false;
	if (!*name) {
		reader_error(reader, ERROR_EMPTY, node, "\"file\" is empty");
		return false;
	}
	free(*to);
	*to = NULL;
	if (*name == '/')
		*to = strdup(name);
	else if (asprintf(to, "%s/%s", reader->document->folder, name) < 0)
		*to = NULL;
	return *to || reader_no_memory(reader);
}

static bool read_column(struct reader *reader, const cJSON *node, void *target)
{
	const char *name = read_text(reader, node, "the name of a column or key");
	char **to = target;

	if (!name)
		return false;
	if (!*name) {
		reader_error(reader, ERROR_EMPTY, node, "\"column\" is empty");
		return false;
	}
	free(*to);
	*to = strdup(name);
	return *to || reader_no_memory(reader);
}

static bool read_live(struct reader *reader, const cJSON *node, void *target)
{
	(void)target;
	if (cJSON_IsTrue(node))
		return true;
	if (cJSON_IsFalse(node))
		reader_error(reader, ERROR_SET_KIND, node,
			     "\"live\" can only be true; leave it out for other sets");
	else
		reader_type_error(reader, node, "true");
	return false;
}

static const struct field fields_set[] = {
	{"bad_lines", FIELD_WORD, .offset = IN(bad_lines), .words = words_bad_lines},
	{"column", FIELD_READ, .offset = IN(column), .read = read_column},
	{"elements", FIELD_READ, .offset = IN(prefixes), .read = read_elements},
	{"file", FIELD_READ, .offset = IN(file), .read = read_file_name},
	{"format", FIELD_WORD, .offset = IN(format), .words = words_format},
	{"live", FIELD_READ, .read = read_live},
	{"max", FIELD_NUMBER, .offset = IN(max), .low = 1, .high = FW_MAX_PREFIXES},
	{"on_error", FIELD_WORD, .offset = IN(on_error), .words = words_on_error},
	{"on_shrink", FIELD_WORD, .offset = IN(on_shrink), .words = words_on_shrink},
	{"timeout", FIELD_READ, .offset = IN(timeout_ns), .read = read_duration},
};
const struct section section_set = {"set", fields_set, array_size(fields_set), NULL, 0};

static const cJSON *member(const cJSON *node, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(node, name);
}

/* Exactly one of the keys that make a kind. */
static bool find_kind(struct reader *reader, const cJSON *node, enum set_kind *ret)
{
	static const char *const kinds[] = {
		[SET_INLINE] = "elements", [SET_FILE] = "file", [SET_LIVE] = "live"};
	int found = 0;

	for (size_t i = 0; i < array_size(kinds); i++) {
		if (member(node, kinds[i])) {
			*ret = (enum set_kind)i;
			found++;
		}
	}
	if (found != 1)
		reader_error(
			reader, ERROR_SET_KIND, node,
			"a set has one of \"elements\", \"file\" and \"live\"; this one has %s",
			found ? "more" : "none");
	return found == 1;
}

/* Keys that only make sense for another kind. */
static bool check_kind(struct reader *reader, const cJSON *node, enum set_kind kind)
{
	static const struct {
		const char *key;
		unsigned kinds;
		const char *of;
	} keys[] = {
		{"max", 1u << SET_FILE | 1u << SET_LIVE, "sets with \"file\" or \"live\""},
		{"bad_lines", 1u << SET_FILE, "sets with \"file\""},
		{"column", 1u << SET_FILE, "sets with \"file\""},
		{"format", 1u << SET_FILE, "sets with \"file\""},
		{"on_error", 1u << SET_FILE, "sets with \"file\""},
		{"on_shrink", 1u << SET_FILE, "sets with \"file\""},
		{"timeout", 1u << SET_LIVE, "live sets"},
	};
	bool good = true;

	for (size_t i = 0; i < array_size(keys); i++) {
		const cJSON *given = member(node, keys[i].key);

		if (!given || keys[i].kinds & 1u << kind)
			continue;
		reader_key_error(reader, ERROR_SET_KIND, given, "\"%s\" is only for %s",
				 keys[i].key, keys[i].of);
		good = false;
	}
	return good;
}

/* A column is for formats that have some, and CSV cannot do without. */
static bool check_column(struct reader *reader, const cJSON *node, const struct config_set *set)
{
	if (set->format == SET_FORMAT_LINES && set->column) {
		reader_key_error(reader, ERROR_SET_KIND, member(node, "column"),
				 "\"column\" is only for the formats \"csv\" and \"jsonl\"");
		return false;
	}
	if (set->format == SET_FORMAT_CSV && !set->column) {
		reader_error(reader, ERROR_MISSING_KEY, node,
			     "\"column\" is missing: which one of the CSV file has the addresses?");
		return false;
	}
	return true;
}

bool set_hold(struct config_set *set, struct prefix_list *prefixes)
{
	set->content = prefix_content_new(prefixes);
	set->prefixes = set->content ? set->content->list : (struct prefix_list){0};
	return set->content;
}

void set_share(struct config_set *set, const struct config_set *from)
{
	set->content = prefix_content_share(from->content);
	set->prefixes = from->prefixes;
}

static bool read_set(struct reader *reader, const cJSON *node)
{
	struct config *config = reader->config;
	struct config_set *set;
	bool good;

	if (config->set_count == MAX_SETS) {
		reader_key_error(reader, ERROR_TOO_MANY, node, "more than %d sets", MAX_SETS);
		return false;
	}
	if (config_find_set(config, node->string) >= 0) {
		reader_key_error(reader, ERROR_DUPLICATE_ID, node, "set \"%s\" is there twice",
				 node->string);
		return false;
	}
	set = array_grow(&config->sets, config->set_count, sizeof(*set));
	if (!set)
		return reader_no_memory(reader);
	config->set_count++;
	set->place = sources_key_place(reader->sources, node);
	set->max = DEFAULT_MAX;
	/* A set with a mistake keeps its name: rules that use it are not to blame. */
	good = read_name(reader, node, true, set->name);
	if (!read_section(reader, &section_set, node, set) || !cJSON_IsObject(node))
		return false;
	if (!find_kind(reader, node, &set->kind) || !check_kind(reader, node, set->kind))
		return false;
	if (!check_column(reader, node, set))
		return false;
	if (set->kind == SET_FILE && !reader->guess)
		good &= read_set_file(reader, member(node, "file"), set);
	if (set->kind == SET_INLINE && !set_hold(set, &set->prefixes))
		good = reader_no_memory(reader);
	return good;
}

bool read_sets(struct reader *reader, const cJSON *node, void *target)
{
	const cJSON *item;
	bool good = true;

	(void)target;
	if (!cJSON_IsObject(node)) {
		reader_type_error(reader, node, "an object of sets by name");
		return false;
	}
	cJSON_ArrayForEach (item, node) {
		char subject[FW_NAME_SIZE + 8];

		snprintf(subject, sizeof(subject), "set \"%.60s\"", item->string);
		reader->subject = subject;
		good &= is_comment(item) ? read_comment(reader, item) : read_set(reader, item);
		reader->subject = NULL;
	}
	return good;
}
