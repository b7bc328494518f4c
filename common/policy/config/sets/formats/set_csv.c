// SPDX-License-Identifier: MIT
/*
 * Columns of a set file. If a range is in two columns and the set names only the first, most
 * addresses would be lost: the names of columns and the first records are checked for that.
 */
#include "common/policy/config/sets/formats/set_format.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/base/prefix/prefix.h"

#define LOOK_AT 100 /* records: ranges are found early, and the check takes time */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static char separator_of(const struct set_parser *parser)
{
	return parser->set->separator ? (char)parser->set->separator : ',';
}

static bool ends_field(char c, char separator)
{
	return separator == ' ' ? is_blank(c) : c == separator;
}

/*
 * Take a field, without quotes around it; position goes to the next one, or beyond the end.
 * A longer text is cut. False: a quote without end.
 */
static bool take_field(const struct line *line, char separator, size_t *position,
		       char text[SET_TEXT], size_t *ret_column)
{
	const char *p = line->text;
	size_t i = *position, used = 0;
	bool quoted;

	while (i < line->length && is_blank(p[i]) && (separator == ' ' || p[i] != separator))
		i++;
	quoted = i < line->length && p[i] == '"';
	i += quoted;
	*ret_column = i;
	for (; i < line->length && (quoted || !ends_field(p[i], separator)); i++) {
		if (quoted && p[i] == '"') {
			if (i + 1 == line->length || p[i + 1] != '"')
				break;
			i++;
		}
		if (used + 1 < SET_TEXT)
			text[used++] = p[i] ? p[i] : '\1'; /* never part of an address */
	}
	if (quoted && i == line->length)
		return false;
	while (i < line->length && !ends_field(p[i], separator))
		i++;
	while (separator == ' ' && i + 1 < line->length && is_blank(p[i + 1]))
		i++;
	while (used && is_blank(text[used - 1]))
		used--;
	text[used] = '\0';
	/* Blanks at the end are not separators. */
	*position = separator == ' ' && i + 1 == line->length ? i + 2 : i + 1;
	return true;
}

/* ---- the header ---- */

static bool is_given(const struct set_column *column)
{
	return column->name || column->number || column->none;
}

/* Is a column's name that of the end of another one's range: "start_ip" and "end_ip"? */
static bool ends_range(const char *start, const char *end)
{
	static const char *const pairs[][2] = {
		{"start", "end"},   {"start", "stop"}, {"first", "last"},
		{"from", "to"},	    {"begin", "end"},  {"low", "high"},
		{"lower", "upper"}, {"min", "max"},    {"network", "broadcast"}};

	for (size_t i = 0; i < array_size(pairs); i++) {
		const char *found = strcasestr(start, pairs[i][0]);
		char other[SET_TEXT * 2];

		if (!found)
			continue;
		snprintf(other, sizeof(other), "%.*s%s%s", (int)(found - start), start, pairs[i][1],
			 found + strlen(pairs[i][0]));
		if (strcasecmp(other, end) == 0)
			return true;
	}
	return false;
}

/* Why a header is invalid: its likely format. */
static int report_header(const struct set_parser *parser, const struct line *line, size_t fields,
			 const char *name, char why[SET_WHY])
{
	const char *hint = "";

	if (fields <= 1 && memchr(line->text, '\t', line->length))
		hint = "; is \"separator\": \"tab\" meant?";
	else if (fields <= 1 && memchr(line->text, ';', line->length))
		hint = "; is \"separator\": \"semicolon\" meant?";
	else if (fields <= 1 && memchr(line->text, '|', line->length))
		hint = "; is \"separator\": \"pipe\" meant?";
	else if (parser->in_comment)
		hint = "; a comment names it: use \"header\": \"comment\"";
	snprintf(why, SET_WHY, "no column is named \"%.60s\"%s", name, hint);
	return -ENOENT;
}

struct header {
	bool found, end_found;
	size_t index, end_index, fields;
	where_bits wheres_found;
	size_t where_index[SET_WHERES];
	char partner[SET_TEXT]; /* a column that looks like the end of the range; "" */
};

/* Is a column used by conditions? */
static void note_where(const struct config_set *set, const char *name, struct header *header)
{
	where_bits keys = set_where_keys(set->wheres, set->where_count, name);

	for (size_t i = 0; keys >> i; i++) {
		if (!(keys & ~header->wheres_found & 1u << i))
			continue;
		header->wheres_found |= 1u << i;
		header->where_index[i] = header->fields;
	}
}

static void read_fields(const struct set_parser *parser, const struct line *line,
			struct header *header)
{
	const struct set_column *column = &parser->set->column, *end = &parser->set->end_column;
	char text[SET_TEXT];
	size_t at;

	for (size_t position = 0; position < line->length; header->fields++) {
		if (!take_field(line, separator_of(parser), &position, text, &at))
			break;
		if (column->name && !header->found && !strcmp(text, column->name)) {
			header->found = true;
			header->index = header->fields;
		}
		if (end->name && !header->end_found && !strcmp(text, end->name)) {
			header->end_found = true;
			header->end_index = header->fields;
		}
		if (column->name && ends_range(column->name, text))
			strcpy(header->partner, text);
		note_where(parser->set, text, header);
	}
}

static int learn_wheres(struct set_parser *parser, const struct line *line,
			const struct header *header, char why[SET_WHY])
{
	for (size_t i = 0; i < parser->set->where_count; i++) {
		const char *key = parser->set->wheres[i].key;

		if (line && !(header->wheres_found & 1u << i))
			return report_header(parser, line, header->fields, key, why);
		parser->where_index[i] = line ? header->where_index[i] : strtoul(key, NULL, 10) - 1;
	}
	return 0;
}

/* Learn the columns, from a header or from their numbers (line NULL). */
static int learn_columns(struct set_parser *parser, const struct line *line, char why[SET_WHY])
{
	const struct set_column *column = &parser->set->column, *end = &parser->set->end_column;
	struct header header = {0};

	if (line)
		read_fields(parser, line, &header);
	if (column->name && !header.found)
		return report_header(parser, line, header.fields, column->name, why);
	if (end->name && !header.end_found)
		return report_header(parser, line, header.fields, end->name, why);
	if (learn_wheres(parser, line, &header, why) < 0)
		return -ENOENT;
	if (!is_given(end) && *header.partner) {
		snprintf(why, SET_WHY,
			 "column \"%.60s\" looks like the end of ranges that begin in \"%.60s\": "
			 "give "
			 "\"end_column\" its name, or false",
			 header.partner, column->name);
		return -ENOENT;
	}
	parser->index = column->name ? header.index : column->number - 1u;
	parser->has_end = end->name || end->number;
	parser->end_index = end->name ? header.end_index : end->number - 1u;
	parser->has_header = true;
	return 0;
}

/* A comment may be the header, or only look like one. */
static void read_comment(struct set_parser *parser, const struct line *line)
{
	struct line rest = *line;
	struct header header = {0};
	char why[SET_WHY];

	while (rest.length && (*rest.text == '#' || *rest.text == '/' || is_blank(*rest.text)))
		rest.text++, rest.length--;
	read_fields(parser, &rest, &header);
	parser->in_comment |= header.found;
	if (parser->set->header == SET_HEADER_COMMENT && header.found && !parser->has_header)
		learn_columns(parser, &rest, why);
}

static int begin(struct set_parser *parser, const struct line *line, char why[SET_WHY])
{
	switch (parser->set->header) {
	case SET_HEADER_FIRST:
		return learn_columns(parser, line, why);
	case SET_HEADER_COMMENT:
		snprintf(why, SET_WHY, "no comment before the first record names the column");
		return -ENOENT;
	case SET_HEADER_NONE:
		return learn_columns(parser, NULL, why);
	}
	return 0;
}

/* ---- records ---- */

/* Is the next column the end of a range that is a network: 192.0.2.0 and 192.0.2.255? */
static bool is_range(const char *first_text, const char *last_text)
{
	struct prefix first, last, network;

	return prefix_parse(first_text, &first) == 0 && prefix_parse(last_text, &last) == 0 &&
	       first.family == last.family && first.length == (first.family == 4 ? 32 : 128) &&
	       last.length == first.length && prefix_compare(&first, &last) < 0 &&
	       !prefix_cut_range(&first, &last, &network);
}

static int look_for_range(struct set_parser *parser, const struct line *line, size_t position,
			  const char *text, char why[SET_WHY])
{
	char next[SET_TEXT];
	size_t at;

	if (is_given(&parser->set->end_column) || parser->looked_at == LOOK_AT)
		return 1;
	parser->looked_at++;
	if (position >= line->length ||
	    !take_field(line, separator_of(parser), &position, next, &at) || !is_range(text, next))
		return 1;
	snprintf(why, SET_WHY,
		 "the next column has %.45s, the end of a range that begins with %.45s: give "
		 "\"end_column\" its name or number (%zu), or false",
		 next, text, parser->index + 2);
	return -ENOENT;
}

/* Read one column of a record; *ret_next is where the next one begins. 0 or -EINVAL. */
static int take_column(const struct set_parser *parser, const struct line *line, size_t index,
		       char text[SET_TEXT], size_t *ret_column, size_t *ret_next, char why[SET_WHY])
{
	size_t position = 0;

	for (size_t i = 0; i <= index; i++) {
		if (position > line->length) {
			snprintf(why, SET_WHY, "the line has too few columns");
			return -EINVAL;
		}
		if (!take_field(line, separator_of(parser), &position, text, ret_column)) {
			snprintf(why, SET_WHY, "a quote that does not end in its line");
			return -EINVAL;
		}
	}
	*ret_next = position;
	return 0;
}

static int add_end(const struct set_parser *parser, const struct line *line, char text[SET_TEXT],
		   char why[SET_WHY])
{
	char end[SET_TEXT];
	size_t column, next, used = strlen(text);
	int err = take_column(parser, line, parser->end_index, end, &column, &next, why);

	if (err < 0 || !*end)
		return err < 0 ? err : 1;
	if (used + strlen(end) + 2 > SET_TEXT) {
		snprintf(why, SET_WHY, "not a range of addresses");
		return -EINVAL;
	}
	text[used] = '-';
	strcpy(text + used + 1, end);
	return 1;
}

/* Are all conditions true for a record? 1, 0 or -EINVAL. */
static int is_wanted(const struct set_parser *parser, const struct line *line, char why[SET_WHY])
{
	const struct config_set *set = parser->set;
	char text[SET_TEXT];
	size_t column, next;
	int err;

	for (size_t i = 0; i < set->where_count; i++) {
		err = take_column(parser, line, parser->where_index[i], text, &column, &next, why);
		if (err < 0)
			return err;
		if (!set_where_values(set->wheres, 1u << i, text))
			return 0;
	}
	return 1;
}

int set_csv_text(struct set_parser *parser, const struct line *line, char text[SET_TEXT],
		 size_t *ret_column, char why[SET_WHY])
{
	size_t next;
	int err;

	*ret_column = 0;
	if (line->length == 0)
		return 0;
	if (line->text[0] == '#' || (line->length > 1 && !memcmp(line->text, "//", 2))) {
		read_comment(parser, line);
		return 0;
	}
	if (!parser->has_header) {
		err = begin(parser, line, why);
		if (err < 0 || parser->set->header == SET_HEADER_FIRST)
			return err;
	}
	err = is_wanted(parser, line, why);
	if (err <= 0)
		return err;
	err = take_column(parser, line, parser->index, text, ret_column, &next, why);
	if (err < 0 || !*text)
		return err;
	return parser->has_end ? add_end(parser, line, text, why)
			       : look_for_range(parser, line, next, text, why);
}
