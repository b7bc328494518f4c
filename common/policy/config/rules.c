// SPDX-License-Identifier: MIT
/* Rules, and the entries of management.allow, which are rules that pass. */
#include "common/policy/config/config_fields.h"
#include "common/policy/fields/fields.h"
#include "common/policy/config/id_index.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"

/* More than a generation holds, so that the compiler can name the one that does not fit. */
#define MAX_RULES     (8 * FW_MAX_RULES)
#define MAX_PRIORITY  1000000
#define IN(member)    offsetof(struct config_rule, member)
#define MANAGEMENT_ID "management/"

/* ---- fields ---- */

static const struct field fields_log[] = {
	{"sample", FIELD_READ, .offset = IN(log_every), .read = read_sample},
};
const struct section section_log = {"log", fields_log, array_size(fields_log), NULL, 0};

/* true, or an object; both request events. */
static bool read_log(struct reader *reader, const cJSON *node, void *target)
{
	struct config_rule *rule = target;

	rule->log = !cJSON_IsFalse(node);
	if (cJSON_IsBool(node))
		return true;
	if (!cJSON_IsObject(node)) {
		reader_type_error(reader, node, "true, false or an object");
		return false;
	}
	return read_section(reader, &section_log, node, rule);
}

/* Ids that the compiler generates. */
static bool is_reserved(const char *id)
{
	return !strcmp(id, "permitted") || !strcmp(id, "not-permitted") ||
	       !strncmp(id, MANAGEMENT_ID, strlen(MANAGEMENT_ID));
}

static bool read_id(struct reader *reader, const cJSON *node, void *target)
{
	const char *text = read_text(reader, node, "a name");

	if (!text || !read_name(reader, node, false, target))
		return false;
	if (!is_reserved(text))
		return true;
	reader_error(reader, ERROR_RESERVED, node, "id \"%.63s\" is fwd's own", text);
	return false;
}

static bool read_match(struct reader *reader, const cJSON *node, void *target)
{
	struct config_match *match = target;

	match->partial = !read_section(reader, &section_match, node, match);
	return !match->partial;
}

static bool read_limit_name(struct reader *reader, const cJSON *node, void *target)
{
	const char *text = read_text(reader, node, "the name of a limit");
	struct suggestion suggestion = {.written = text};
	char meant[SUGGESTION_TEXT];
	size_t *limit = target;
	int index;

	if (!text)
		return false;
	index = config_find_limit(reader->config, text);
	if (index >= 0) {
		*limit = (size_t)index;
		return true;
	}
	if (reader->guess)
		return false;
	for (size_t i = 0; i < reader->config->limit_count; i++)
		suggestion_offer(&suggestion, reader->config->limits[i].name, NULL);
	reader_error(reader, ERROR_NO_LIMIT, node, "there is no limit \"%.63s\"%s", text,
		     suggestion_text(&suggestion, meant));
	return false;
}

static const struct field fields_rule[] = {
	{"id", FIELD_READ, .required = true, .offset = IN(id), .read = read_id},
	{"match", FIELD_READ, .offset = IN(match), .read = read_match, .section = &section_match},
	{"action", FIELD_WORD, .offset = IN(action), .words = words_actions},
	{"limit", FIELD_READ, .offset = IN(limit), .read = read_limit_name},
	{"priority", FIELD_NUMBER, .offset = IN(priority), .low = -MAX_PRIORITY,
	 .high = MAX_PRIORITY},
	{"enabled", FIELD_NOT, .offset = IN(disabled)},
	{"enforce", FIELD_NOT, .offset = IN(canary)},
	{"log", FIELD_READ, .read = read_log},
};
const struct section section_rule = {"rule", fields_rule, array_size(fields_rule), NULL, 0};

static const struct field fields_allow[] = {
	{"id", FIELD_READ, .offset = IN(id), .read = read_id},
};
const struct section section_allow = {"allow", fields_allow, array_size(fields_allow),
				      &section_match, IN(match)};

/* ---- lists of them ---- */

static bool check_action(struct reader *reader, const cJSON *node)
{
	bool action = cJSON_GetObjectItemCaseSensitive(node, "action");
	bool limit = cJSON_GetObjectItemCaseSensitive(node, "limit");

	if (action != limit || (!action && reader->guess))
		return true;
	reader_error(reader, ERROR_ACTION, node,
		     action ? "a rule has an \"action\" or a \"limit\", not both"
			    : "a rule needs an \"action\" (pass, drop, log) or a \"limit\"");
	return false;
}

/* An id that another entry has: the error names both places. */
static bool check_unique(struct reader *reader, const cJSON *node, const struct config_rule *rules,
			 size_t count)
{
	const struct config_rule *rule = &rules[count], *first;
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(node, "id");
	int found = *rule->id ? id_index_find(reader->ids, rules, rule->id) : -ENOENT;

	if (found < 0 && *rule->id && id_index_add(reader->ids, rules, count) < 0)
		return reader_no_memory(reader);
	first = found < 0 ? NULL : &rules[found];
	if (!first)
		return true;
	if (first->place.line)
		reader_error(reader, ERROR_DUPLICATE_ID, id, "id \"%s\" is already at %s:%u:%u",
			     rule->id, first->place.file, first->place.line, first->place.column);
	else
		reader_error(reader, ERROR_DUPLICATE_ID, id, "id \"%s\" already exists", rule->id);
	return false;
}

/* A new entry of a list, with default values. NULL: no memory. */
static struct config_rule *add_rule(struct reader *reader, const cJSON *node,
				    struct config_rule **list, size_t *count)
{
	struct config_rule *rule = array_grow(list, *count, sizeof(*rule));

	if (!rule) {
		reader_no_memory(reader);
		return NULL;
	}
	rule->position = (unsigned)(*count)++;
	rule->action = FW_ACTION_PASS;
	rule->limit = CONFIG_NO_LIMIT;
	rule->log_every = 1;
	rule->place = sources_value_place(reader->sources, node);
	return rule;
}

static bool too_many(struct reader *reader, const cJSON *node, size_t count)
{
	if (count < MAX_RULES)
		return false;
	reader_error(reader, ERROR_TOO_MANY, node, "more than %d rules", MAX_RULES);
	return true;
}

static bool read_rule(struct reader *reader, const cJSON *node)
{
	struct config *config = reader->config;
	struct config_rule *rule = add_rule(reader, node, &config->rules, &config->rule_count);
	bool good;

	if (!rule)
		return false;
	good = read_section(reader, &section_rule, node, rule);
	if (!cJSON_IsObject(node))
		return false;
	good &= check_action(reader, node);
	return check_unique(reader, node, config->rules, config->rule_count - 1) && good;
}

/* An entry without an id is named by its place in the list, from 0. */
static bool read_entry(struct reader *reader, const cJSON *node)
{
	struct config *config = reader->config;
	size_t index = config->management_count;
	struct config_rule *rule =
		add_rule(reader, node, &config->management, &config->management_count);
	bool good;

	if (!rule)
		return false;
	good = read_section(reader, &section_allow, node, rule);
	rule->match.partial = !good;
	if (!*rule->id)
		snprintf(rule->id, sizeof(rule->id), MANAGEMENT_ID "%zu", index);
	return check_unique(reader, node, config->management, index) && good;
}

static bool read_list(struct reader *reader, const cJSON *node, const char *what,
		      bool (*read)(struct reader *reader, const cJSON *node))
{
	struct id_index ids cleanup(id_index_clear) = {0};
	char subject[FW_NAME_SIZE + 24];
	const cJSON *item;
	bool good = true;
	size_t count = 0;

	if (!cJSON_IsArray(node)) {
		reader_type_error(reader, node, what);
		return false;
	}
	reader->ids = &ids;
	cJSON_ArrayForEach (item, node) {
		const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "id"));

		if (too_many(reader, item, count))
			return false;
		snprintf(subject, sizeof(subject), "%s \"%.60s\"",
			 read == read_rule ? "rule" : "management entry", id ? id : "");
		reader->subject = subject;
		good &= read(reader, item);
		reader->subject = NULL;
		count++;
	}
	return good;
}

bool read_allow(struct reader *reader, const cJSON *node, void *target)
{
	(void)target;
	return read_list(reader, node, "a list of matches", read_entry);
}

/* By priority; equal ones as in the list. */
static int compare_rules(const void *a, const void *b)
{
	const struct config_rule *left = a, *right = b;

	if (left->priority != right->priority)
		return left->priority < right->priority ? -1 : 1;
	return left->position < right->position ? -1 : 1;
}

/* An id is unique, also across both lists. */
static bool check_management_ids(struct reader *reader)
{
	struct id_index ids cleanup(id_index_clear) = {0};
	const struct config *config = reader->config;
	bool good = true;

	for (size_t i = 0; i < config->rule_count; i++)
		if (id_index_find(&ids, config->rules, config->rules[i].id) < 0 &&
		    id_index_add(&ids, config->rules, i) < 0)
			return reader_no_memory(reader);
	for (size_t i = 0; i < config->management_count; i++) {
		const struct config_rule *entry = &config->management[i];
		int index = id_index_find(&ids, config->rules, entry->id);
		const struct place *place = index >= 0 ? &config->rules[index].place : NULL;

		if (!place)
			continue;
		errors_add(reader->errs, SEVERITY_ERROR, ERROR_DUPLICATE_ID, &entry->place,
			   "id \"%s\" is also that of a rule%s", entry->id,
			   place->line ? "" : " added live");
		good = false;
	}
	return good;
}

bool read_rules(struct reader *reader, const cJSON *node, void *target)
{
	bool good = read_list(reader, node, "a list of rules", read_rule);
	struct config *config = reader->config;

	(void)target;
	good &= check_management_ids(reader);
	if (config->rule_count)
		qsort(config->rules, config->rule_count, sizeof(*config->rules), compare_rules);
	return good;
}

void config_rule_clear(struct config_rule *rule)
{
	config_match_clear(&rule->match);
}
