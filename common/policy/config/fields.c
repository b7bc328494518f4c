// SPDX-License-Identifier: MIT
/* The loop that reads fields by their descriptions, and its errors. */
#include "common/policy/config/config_fields.h"

#include <stdint.h>
#include <string.h>

#include "common/base/memory.h"

static void add(struct reader *reader, enum severity severity, enum error_code code,
		struct place place, const char *format, va_list args)
{
	cleanup_free char *message = NULL;
	bool subject = !place.line && reader->subject;

	if (vasprintf(&message, format, args) < 0) {
		message = NULL;
		reader->no_memory = true;
		return;
	}
	errors_add(reader->errs, severity, code, &place, "%s%s%s", subject ? reader->subject : "",
		   subject ? ": " : "", message);
}

/* Finding a column takes a walk along the line: not for errors that are only counted. */
static bool worth_a_place(const struct reader *reader)
{
	return reader->errs->count < FW_MAX_ERRORS;
}

static struct place value_place(const struct reader *reader, const cJSON *node)
{
	return worth_a_place(reader) ? sources_value_place(reader->sources, node)
				     : (struct place){0};
}

void reader_error(struct reader *reader, enum error_code code, const cJSON *node,
		  const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(reader, SEVERITY_ERROR, code, value_place(reader, node), format, args);
	va_end(args);
}

void reader_warning(struct reader *reader, enum error_code code, const cJSON *node,
		    const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(reader, SEVERITY_WARNING, code, value_place(reader, node), format, args);
	va_end(args);
}

void reader_key_error(struct reader *reader, enum error_code code, const cJSON *node,
		      const char *format, ...)
{
	struct place place = {0};
	va_list args;

	if (worth_a_place(reader))
		place = sources_key_place(reader->sources, node);
	va_start(args, format);
	add(reader, SEVERITY_ERROR, code, place, format, args);
	va_end(args);
}

static const char *type_name(const cJSON *node)
{
	switch (node->type & 0xff) {
	case cJSON_False:
	case cJSON_True:
		return "true or false";
	case cJSON_NULL:
		return "null";
	case cJSON_Number:
		return "a number";
	case cJSON_String:
		return "a string";
	case cJSON_Array:
		return "a list";
	case cJSON_Object:
		return "an object";
	}
	return "this";
}

void reader_type_error(struct reader *reader, const cJSON *node, const char *wanted)
{
	const char *key = node->string;

	reader_error(reader, ERROR_TYPE, node, "%s%s%smust be %s, not %s", key ? "\"" : "",
		     key ? key : "", key ? "\" " : "", wanted, type_name(node));
}

bool reader_no_memory(struct reader *reader)
{
	reader->no_memory = true;
	return false;
}

struct field section_field(const struct section *section, size_t number)
{
	return section->fields ? section->fields[number] : section_match_field(number);
}

static bool has_field(const struct section *section, const char *name)
{
	for (; section; section = section->also) {
		for (size_t i = 0; i < section->count; i++) {
			if (!strcmp(section_field(section, i).name, name))
				return true;
		}
	}
	return false;
}

bool is_comment(const cJSON *node)
{
	return !strcmp(node->string, "comment");
}

/* The names of our keys in other programs: more likely than similar words. */
static const struct word_pair {
	const char *theirs, *ours;
} other_names[] = {
	{"source", "src"},	  {"src_ip", "src"},	    {"saddr", "src"},
	{"destination", "dst"},	  {"dst_ip", "dst"},	    {"daddr", "dst"},
	{"src_port", "sport"},	  {"source_port", "sport"}, {"dst_port", "dport"},
	{"dest_port", "dport"},	  {"port", "dport"},	    {"destination_port", "dport"},
	{"protocol", "proto"},	  {"name", "id"},	    {"iface", "interface"},
	{"device", "interface"},  {"key", "per"},	    {"entries", "elements"},
	{"prefixes", "elements"}, {"whitelist", "allow"},
};

static void offer_keys(struct suggestion *suggestion, const struct section *section)
{
	for (; section; section = section->also) {
		for (size_t i = 0; i < section->count; i++)
			suggestion_offer(suggestion, section_field(section, i).name, NULL);
	}
}

/* "; did you mean ...?", or where the key belongs. */
static const char *suggest_key(const struct section *section, const char *key, char *text)
{
	struct suggestion suggestion = {.written = key};

	for (size_t i = 0; i < array_size(other_names); i++) {
		if (strcmp(other_names[i].theirs, key) == 0 &&
		    has_field(section, other_names[i].ours))
			suggestion.best = other_names[i].ours;
	}
	for (const struct section *at = section; at && !suggestion.best; at = at->also) {
		for (size_t i = 0; i < at->count; i++) {
			struct field field = section_field(at, i);

			if (!field.section || !has_field(field.section, key))
				continue;
			snprintf(text, SUGGESTION_TEXT, "; it belongs in \"%s\"", field.name);
			return text;
		}
	}
	if (!suggestion.best)
		offer_keys(&suggestion, section);
	return suggestion_text(&suggestion, text);
}

static bool report_unknown(struct reader *reader, const struct section *section, const cJSON *node)
{
	char text[SUGGESTION_TEXT] = "";

	if (worth_a_place(reader))
		suggest_key(section, node->string, text);
	reader_key_error(reader, ERROR_UNKNOWN_KEY, node, "unknown key \"%.60s\"%s", node->string,
			 text);
	return false;
}

bool read_comment(struct reader *reader, const cJSON *node)
{
	const cJSON *line;
	bool good = cJSON_IsString(node) || cJSON_IsArray(node);

	cJSON_ArrayForEach (line, node)
		good &= cJSON_IsString(line);
	if (!good)
		reader_type_error(reader, node, "a string or a list of strings");
	return good;
}

/* Unknown keys of a section, or duplicate ones (of a live edit; files were checked before). */
static bool check_keys(struct reader *reader, const struct section *section, const cJSON *node)
{
	const cJSON *member;
	bool good = true;

	cJSON_ArrayForEach (member, node) {
		bool known = has_field(section, member->string);

		if (!known && !is_comment(member)) {
			good = report_unknown(reader, section, member);
		} else if (cJSON_GetObjectItemCaseSensitive(node, member->string) != member) {
			reader_key_error(reader, ERROR_DUPLICATE_KEY, member,
					 "\"%s\" is given twice", member->string);
			good = false;
		} else if (!known) {
			good &= read_comment(reader, member);
		}
	}
	return good;
}

static bool read_bool(struct reader *reader, const cJSON *node, bool *ret)
{
	if (!cJSON_IsBool(node)) {
		reader_type_error(reader, node, "true or false");
		return false;
	}
	*ret = cJSON_IsTrue(node);
	return true;
}

static bool read_field(struct reader *reader, const struct field *field, const cJSON *node,
		       void *target)
{
	void *to = (char *)target + field->offset;
	bool value;

	switch (field->type) {
	case FIELD_BOOL:
		return read_bool(reader, node, to);
	case FIELD_NOT:
		if (!read_bool(reader, node, &value))
			return false;
		*(bool *)to = !value;
		return true;
	case FIELD_WORD:
		return read_word(reader, node, field->words, to);
	case FIELD_NUMBER:
		return read_number(reader, node, field->low, field->high, to);
	case FIELD_RANGES:
		return read_ranges(reader, node, field, to);
	case FIELD_OBJECT:
		return read_section(reader, field->section, node, to);
	case FIELD_READ:
		return field->read(reader, node, to);
	case FIELD_NOTE:
		return true;
	}
	return false;
}

/* In the order of the table, where targets of references come first. */
static bool read_fields(struct reader *reader, const struct section *section, const cJSON *node,
			void *target)
{
	bool good = true;

	for (size_t i = 0; i < section->count; i++) {
		struct field field = section_field(section, i);
		const cJSON *member = cJSON_GetObjectItemCaseSensitive(node, field.name);

		if (member) {
			good &= read_field(reader, &field, member, target);
		} else if (field.required && !reader->guess) {
			reader_error(reader, ERROR_MISSING_KEY, node, "\"%s\" is missing",
				     field.name);
			good = false;
		}
	}
	return good;
}

bool read_section(struct reader *reader, const struct section *section, const cJSON *node,
		  void *target)
{
	bool good;

	if (!cJSON_IsObject(node)) {
		reader_type_error(reader, node, "an object");
		return false;
	}
	good = check_keys(reader, section, node);
	good &= read_fields(reader, section, node, target);
	if (section->also)
		good &= read_fields(reader, section->also, node,
				    (char *)target + section->also_offset);
	return good;
}

bool read_one_or_more(struct reader *reader, const cJSON *node, void *target,
		      bool (*read)(struct reader *reader, const cJSON *node, void *target))
{
	const cJSON *item;
	bool good = true;

	if (!cJSON_IsArray(node))
		return read(reader, node, target);
	if (!node->child) {
		reader_error(reader, ERROR_EMPTY, node,
			     "%s%s%san empty list matches nothing; leave the key out to match all",
			     node->string ? "\"" : "", node->string ? node->string : "",
			     node->string ? "\": " : "");
		return false;
	}
	cJSON_ArrayForEach (item, node)
		good &= read(reader, item, target);
	return good;
}
