// SPDX-License-Identifier: MIT
/* The tables that fwd reads the config by, the schema and the documentation say the same. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/config/support.h"

/* Where docs/config.md describes a section. */
static const struct {
	const char *section;
	const char *heading;
} headings[] = {
	{"config", "## The top level\n"},
	{"interface", "## Interfaces\n"},
	{"defaults", "## Defaults\n"},
	{"events", "## Events\n"},
	{"management", "## Management\n"},
	{"allow", "### Entries of allow\n"},
	{"set", "## Sets\n"},
	{"limit", "## Limits\n"},
	{"cookies", "### SYN cookies\n"},
	{"rule", "## Rules\n"},
	{"block", "### Bans"},
	{"log", "### Log\n"},
	{"match", "## Match\n"},
};

struct agreement {
	cJSON *schema;
	char *docs;
	char *man;
	unsigned fields;
};

static const cJSON *item(const cJSON *node, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(node, name);
}

static const cJSON *properties_of(const struct agreement *all, const char *section)
{
	const cJSON *holder = strcmp(section, "config") == 0
				      ? all->schema
				      : item(item(all->schema, "$defs"), section);

	return item(holder, "properties");
}

/* What a schema allows, its references followed. */
struct allowed {
	const struct agreement *all;
	const char *words[128];
	size_t word_count;
	bool ranged;
	double low, high;
};

static bool has_word(const struct allowed *allowed, const char *word)
{
	for (size_t i = 0; i < allowed->word_count; i++) {
		if (!strcmp(allowed->words[i], word))
			return true;
	}
	return false;
}

static void collect_words(struct allowed *allowed, const cJSON *list)
{
	const cJSON *word;

	cJSON_ArrayForEach (word, list) {
		if (!has_word(allowed, word->valuestring))
			allowed->words[allowed->word_count++] = word->valuestring;
	}
}

static void collect(struct allowed *allowed, const cJSON *schema)
{
	static const char prefix[] = "#/$defs/";
	const cJSON *node;

	cJSON_ArrayForEach (node, schema) {
		const char *name = node->string ? node->string : "";

		if (!strcmp(name, "$ref") && !strncmp(node->valuestring, prefix, strlen(prefix)))
			collect(allowed, item(item(allowed->all->schema, "$defs"),
					      node->valuestring + strlen(prefix)));
		else if (!strcmp(name, "minimum"))
			allowed->ranged = true, allowed->low = node->valuedouble;
		else if (!strcmp(name, "maximum"))
			allowed->high = node->valuedouble;
		else if (!strcmp(name, "enum"))
			collect_words(allowed, node);
		else if (cJSON_IsObject(node) || cJSON_IsArray(node))
			collect(allowed, node);
	}
}

static bool is_required(const struct agreement *all, const struct config_field *field)
{
	const cJSON *name,
		*list = item(item(item(all->schema, "$defs"), field->section), "required");

	cJSON_ArrayForEach (name, list) {
		if (!strcmp(name->valuestring, field->name))
			return true;
	}
	return false;
}

static void check_schema(const struct agreement *all, const struct config_field *field)
{
	const cJSON *property = item(properties_of(all, field->section), field->name);
	struct allowed allowed = {.all = all};
	size_t words = 0;

	cr_expect_not_null(property, "the schema has no %s.%s", field->section, field->name);
	cr_expect_eq(is_required(all, field), field->required, "%s.%s is required or not",
		     field->section, field->name);
	/* What an object or a list of them holds is another section's. */
	if (!strcmp(field->section, "config") || !strcmp(field->section, "management") ||
	    !strcmp(field->name, "match") || !strcmp(field->name, "log") ||
	    !strcmp(field->name, "block"))
		return;
	collect(&allowed, property);
	for (; field->words && field->words[words]; words++)
		cr_expect(has_word(&allowed, field->words[words]), "the schema's %s.%s lacks %s",
			  field->section, field->name, field->words[words]);
	if (field->words)
		cr_expect_eq(allowed.word_count, words, "%s.%s has %zu words, not %zu",
			     field->section, field->name, allowed.word_count, words);
	if (field->ranged)
		cr_expect(allowed.ranged && allowed.low == (double)field->low &&
				  allowed.high == (double)field->high,
			  "%s.%s is from %g to %g", field->section, field->name, allowed.low,
			  allowed.high);
}

/* The part of docs/config.md about a section, up to the next heading; malloced. */
static char *chapter(const struct agreement *all, const char *section)
{
	const char *start = NULL, *end;

	for (size_t i = 0; i < array_size(headings); i++) {
		if (!strcmp(headings[i].section, section))
			start = strstr(all->docs, headings[i].heading);
	}
	cr_assert_not_null(start, "docs/config.md has no chapter about %s", section);
	end = strstr(start + 3, "\n#");
	return end ? strndup(start, (size_t)(end - start)) : strdup(start);
}

/* A row of a table; of the row's text, words that it must have. */
static void check_docs(const struct agreement *all, const struct config_field *field)
{
	cleanup_free char *text = chapter(all, field->section);
	cleanup_free char *start = NULL, *row = NULL, *quoted = NULL;
	const char *found;

	cr_assert_geq(asprintf(&start, "\n| `%s` |", field->name), 0);
	found = strstr(text, start);
	cr_expect_not_null(found, "docs/config.md has no row for %s.%s", field->section,
			   field->name);
	if (!found)
		return;
	row = strndup(found + 1, strcspn(found + 1, "\n"));
	if (field->required)
		cr_expect_not_null(strstr(row, "| required |"), "%s", row);
	/* Long lists of words stand below the table, in part as "a to b". */
	for (size_t i = 0; field->words && field->words[i] && !field->ranged; i++) {
		cr_assert_geq(asprintf(&quoted, "`%s`", field->words[i]), 0);
		cr_expect_not_null(strstr(row, quoted), "%s lacks %s", row, quoted);
		free(quoted);
		quoted = NULL;
	}
	if (field->ranged) {
		cr_assert_geq(asprintf(&quoted, " %ld to %ld", (long)field->low, (long)field->high),
			      0);
		cr_expect_not_null(strstr(row, quoted), "%s lacks %s", row, quoted);
	}
}

static void visit(const struct config_field *field, void *userdata)
{
	struct agreement *all = userdata;
	cleanup_free char *name = NULL;

	all->fields++;
	check_schema(all, field);
	check_docs(all, field);
	cr_assert_geq(asprintf(&name, " %s", field->name), 0);
	cr_expect_not_null(strstr(all->man, name), "fwd.json(5) does not describe %s.%s",
			   field->section, field->name);
}

/* Rows of the tables with keys, and properties of sections, "comment" aside. */
static unsigned count_rows(const char *docs)
{
	unsigned rows = 0;

	for (size_t i = 0; i < array_size(headings); i++) {
		const struct agreement all = {.docs = (char *)docs};
		cleanup_free char *text = chapter(&all, headings[i].section);
		const char *table = strstr(text, "\n| key |");

		cr_assert_not_null(table, "%s", headings[i].heading);
		for (table = strchr(table + 1, '\n'); table && table[1] == '|';
		     table = strchr(table + 1, '\n'))
			rows += !strncmp(table, "\n| `", 4);
	}
	return rows;
}

static unsigned count_properties(const struct agreement *all)
{
	unsigned count = 0;

	for (size_t i = 0; i < array_size(headings); i++) {
		const cJSON *property;

		cJSON_ArrayForEach (property, properties_of(all, headings[i].section))
			count += strcmp(property->string, "comment") != 0;
	}
	return count;
}

Test(schema, agrees_with_the_tables_and_the_documentation)
{
	struct agreement all = {0};
	cleanup_free char *schema = NULL;
	size_t length;

	schema = file_text(SOURCE_DIR "/configs/fwd.schema.json", &length);
	all.docs = file_text(SOURCE_DIR "/docs/config.md", &length);
	all.man = file_text(SOURCE_DIR "/docs/man/fwd.json.5", &length);
	all.schema = cJSON_Parse(schema);
	cr_assert_not_null(all.schema);
	config_each_field(visit, &all);
	cr_expect_gt(all.fields, 50);
	cr_expect_eq(count_rows(all.docs), all.fields, "docs/config.md has %u rows, not %u",
		     count_rows(all.docs), all.fields);
	cr_expect_eq(count_properties(&all), all.fields, "the schema has %u properties, not %u",
		     count_properties(&all), all.fields);
	cJSON_Delete(all.schema);
	free(all.docs);
	free(all.man);
}

Test(schema, every_error_code_is_documented)
{
	size_t length;
	cleanup_free char *docs = file_text(SOURCE_DIR "/docs/config.md", &length);

	for (int code = 0; code < ERROR_CODE_MAX; code++) {
		cleanup_free char *row = NULL;

		cr_assert_geq(asprintf(&row, "\n| `%s` |", error_code_name((enum error_code)code)),
			      0);
		cr_expect_not_null(strstr(docs, row), "docs/config.md has no%s", row);
	}
}
