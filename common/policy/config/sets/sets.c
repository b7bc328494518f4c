// SPDX-License-Identifier: MIT
#include "common/policy/config/config_fields.h"
#include "common/policy/config/sets/formats/set_where.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"

#define IN(member)  offsetof(struct config_set, member)
#define MAX_SETS    4096
#define DEFAULT_MAX 1000000
/* Default bounds of a set from a file, by what lists for filtering usually have. */
#define DEFAULT_MIN	1
#define DEFAULT_WIDEST4 8  /* the largest block that was ever given to one holder */
#define DEFAULT_WIDEST6 12 /* what a regional registry has */
#define DEFAULT_SHARE	50 /* all addresses of the country with the most are 40 percent */
#define TEXT_OF_PREFIX	"an address or prefix such as \"192.0.2.0/24\""

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
	{"elements", FIELD_READ, .offset = IN(prefixes), .read = read_elements},
	{"live", FIELD_READ, .read = read_live},
	{"max", FIELD_NUMBER, .offset = IN(max), .low = 1, .high = FW_MAX_PREFIXES},
	{"timeout", FIELD_READ, .offset = IN(timeout_ns), .read = read_duration},
};
const struct section section_set = {"set", fields_set, array_size(fields_set), &section_set_file,
				    0};

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

static bool is_file_key(const char *name)
{
	for (size_t i = 0; i < section_set_file.count; i++) {
		if (!strcmp(section_set_file.fields[i].name, name))
			return true;
	}
	return false;
}

/* Keys that only make sense for another kind. */
static bool check_kind(struct reader *reader, const cJSON *node, enum set_kind kind)
{
	bool good = true;
	const cJSON *given;

	cJSON_ArrayForEach (given, node) {
		const char *of = NULL;

		if (!strcmp(given->string, "max"))
			of = kind == SET_INLINE ? "sets with \"file\" or \"live\"" : NULL;
		else if (!strcmp(given->string, "timeout"))
			of = kind == SET_LIVE ? NULL : "live sets";
		else if (kind != SET_FILE && is_file_key(given->string))
			of = "sets with \"file\"";
		if (!of)
			continue;
		reader_key_error(reader, ERROR_SET_KIND, given, "\"%s\" is only for %s",
				 given->string, of);
		good = false;
	}
	return good;
}

bool set_hold(struct config_set *set, struct prefix_list *prefixes)
{
	set->content = prefix_content_new(prefixes);
	set->prefixes = set->content ? set->content->list : (struct prefix_list){0};
	return set->content;
}

bool set_share(struct config_set *set, const struct config_set *from)
{
	set->content = prefix_content_share(from->content);
	set->prefixes = from->prefixes;
	set->is_kept = from->is_kept;
	set->stamp = from->stamp;
	set->reserved_count = from->reserved_count;
	set->reserved_first = from->reserved_first;
	if (from->problem)
		set->problem = strdup(from->problem);
	return set->problem || !from->problem;
}

void config_set_clear(struct config_set *set)
{
	free(set->file);
	free(set->source);
	free(set->column.name);
	free(set->end_column.name);
	free(set->paths);
	set_where_clear(set->wheres, set->where_count);
	free(set->begins);
	free(set->problem);
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
		reader_key_error(reader, ERROR_DUPLICATE_ID, node, "set \"%s\" is given twice",
				 node->string);
		return false;
	}
	set = array_grow(&config->sets, config->set_count, sizeof(*set));
	if (!set)
		return reader_no_memory(reader);
	config->set_count++;
	set->place = sources_key_place(reader->sources, node);
	set->max = DEFAULT_MAX;
	set->min = DEFAULT_MIN;
	set->widest4 = DEFAULT_WIDEST4;
	set->widest6 = DEFAULT_WIDEST6;
	set->max_share = DEFAULT_SHARE;
	/* A set with an error keeps its name, so that rules that use it are not errors. */
	good = read_name(reader, node, true, set->name);
	if (!read_section(reader, &section_set, node, set) || !cJSON_IsObject(node))
		return false;
	if (!find_kind(reader, node, &set->kind) || !check_kind(reader, node, set->kind))
		return false;
	if (set->kind == SET_FILE && !check_set_file(reader, node, set))
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
