// SPDX-License-Identifier: MIT
#include "set_format.h"

#include <errno.h>
#include <string.h>

#define DEFAULT_KEY "cidr" /* as Spamhaus has it */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Copy a text without the blanks around it. 1; 0: there is none; -EINVAL: it is no text. */
static int take_text(const char *line, size_t start, size_t end, char text[SET_TEXT],
		     size_t *ret_column, const char **ret_why)
{
	while (start < end && is_blank(line[start]))
		start++;
	while (end > start && is_blank(line[end - 1]))
		end--;
	*ret_column = start;
	if (start == end)
		return 0;
	if (end - start >= SET_TEXT || memchr(line + start, '\0', end - start)) {
		*ret_why = "not an address or prefix";
		return -EINVAL;
	}
	memcpy(text, line + start, end - start);
	text[end - start] = '\0';
	return 1;
}

static int text_of_line(const struct line *line, char text[SET_TEXT], size_t *ret_column,
			const char **ret_why)
{
	size_t end = 0;

	while (end < line->length && line->text[end] != '#' && line->text[end] != ';')
		end++;
	return take_text(line->text, 0, end, text, ret_column, ret_why);
}

/* ---- CSV ---- */

/*
 * Take a field, without quotes around it; position goes to the next one, or beyond the end.
 * What does not fit into text is cut. False: a quote that never ends.
 */
static bool take_field(const struct line *line, size_t *position, char text[SET_TEXT],
		       size_t *ret_column)
{
	const char *p = line->text;
	size_t i = *position, used = 0;
	bool quoted;

	while (i < line->length && is_blank(p[i]))
		i++;
	quoted = i < line->length && p[i] == '"';
	i += quoted;
	*ret_column = i;
	for (; i < line->length && (quoted || p[i] != ','); i++) {
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
	while (i < line->length && p[i] != ',')
		i++;
	while (used && is_blank(text[used - 1]))
		used--;
	text[used] = '\0';
	*position = i + 1;
	return true;
}

static int read_csv_header(struct set_parser *parser, const struct line *line)
{
	char text[SET_TEXT];
	size_t column;

	parser->index = 0;
	for (size_t position = 0; position < line->length; parser->index++) {
		if (!take_field(line, &position, text, &column))
			break;
		if (!strcmp(text, parser->column)) {
			parser->has_header = true;
			return 0;
		}
	}
	return -ENOENT;
}

static int text_of_csv(struct set_parser *parser, const struct line *line, char text[SET_TEXT],
		       size_t *ret_column, const char **ret_why)
{
	size_t position = 0;

	*ret_column = 0;
	if (line->length == 0 || line->text[0] == '#')
		return 0;
	if (!parser->has_header)
		return read_csv_header(parser, line);
	for (size_t i = 0; i <= parser->index; i++) {
		if (position > line->length || (position == line->length && i)) {
			*ret_why = "the line has too few columns";
			return -EINVAL;
		}
		if (!take_field(line, &position, text, ret_column)) {
			*ret_why = "a quote that does not end in its line";
			return -EINVAL;
		}
	}
	return *text ? 1 : 0;
}

/* ---- JSON lines ---- */

static int text_of_json(const struct set_parser *parser, const struct line *line,
			char text[SET_TEXT], size_t *ret_column, const char **ret_why)
{
	const char *key = parser->column ? parser->column : DEFAULT_KEY, *end;
	const cJSON *value, *type;
	cJSON *object;
	int err = 1;

	if (take_text(line->text, 0, line->length, text, ret_column, ret_why) == 0)
		return 0;
	object = cJSON_ParseWithLengthOpts(line->text, line->length, &end, false);
	value = cJSON_GetObjectItemCaseSensitive(object, key);
	type = cJSON_GetObjectItemCaseSensitive(object, "type");
	while (object && end < line->text + line->length && is_blank(*end))
		end++;
	if (!cJSON_IsObject(object) || end != line->text + line->length) {
		*ret_why = "not a JSON object";
		err = -EINVAL;
	} else if (!value && cJSON_IsString(type) && !strcmp(type->valuestring, "metadata")) {
		err = 0;
	} else if (!cJSON_IsString(value) || strlen(value->valuestring) >= SET_TEXT) {
		*ret_why = "an object without the address under its key";
		err = -EINVAL;
	} else {
		strcpy(text, value->valuestring);
	}
	cJSON_Delete(object);
	return err;
}

int set_format_text(struct set_parser *parser, const struct line *line, char text[SET_TEXT],
		    size_t *ret_column, const char **ret_why)
{
	if (line->cut) {
		*ret_column = 0;
		*ret_why = "the line is too long";
		return -EINVAL;
	}
	switch (parser->format) {
	case SET_FORMAT_LINES:
		return text_of_line(line, text, ret_column, ret_why);
	case SET_FORMAT_CSV:
		return text_of_csv(parser, line, text, ret_column, ret_why);
	case SET_FORMAT_JSONL:
		return text_of_json(parser, line, text, ret_column, ret_why);
	}
	return 0;
}
