// SPDX-License-Identifier: MIT
#include "common/policy/config/sets/formats/set_format.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/prefix/prefix.h"
#include "common/policy/config/sets/formats/set_where.h"

#define DEFAULT_KEY "cidr" /* as used by Spamhaus */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static int refuse(char why[SET_WHY], const char *reason)
{
	snprintf(why, SET_WHY, "%s", reason);
	return -EINVAL;
}

/* Copy a text without the blanks around it. 1; 0: it is empty; -EINVAL: it is not text. */
static int take_text(const char *line, size_t start, size_t end, char text[SET_TEXT],
		     size_t *ret_column, char why[SET_WHY])
{
	while (start < end && is_blank(line[start]))
		start++;
	while (end > start && is_blank(line[end - 1]))
		end--;
	*ret_column = start;
	if (start == end)
		return 0;
	if (end - start >= SET_TEXT || memchr(line + start, '\0', end - start))
		return refuse(why, "not an address or prefix");
	memcpy(text, line + start, end - start);
	text[end - start] = '\0';
	return 1;
}

/* ---- lines ---- */

/* The end of a line's content: the end of the line, or the beginning of a comment. */
static size_t text_end(const struct line *line)
{
	static const bool marks[256] = {['#'] = true, [';'] = true, ['/'] = true};
	const char *p = line->text;
	size_t end = 0;

	for (; end < line->length; end++) {
		if (!marks[(unsigned char)p[end]])
			continue;
		/*
		 * A comment with two slashes; not a prefix, or a URL, where they come after a
		 * colon.
		 */
		if (p[end] != '/' || (end + 1 < line->length && p[end + 1] == '/' &&
				      (end == 0 || is_blank(p[end - 1]))))
			break;
	}
	return end;
}

/* "! a comment", but not "!192.0.2.1", which may be an exception. */
static bool is_remark(const char *text)
{
	char word[SET_TEXT];
	struct prefix prefix;

	if (*text != '!' || sscanf(text + 1, " %255s", word) != 1)
		return *text == '!';
	return prefix_parse(word, &prefix) == -EINVAL;
}

static int text_of_line(const struct line *line, char text[SET_TEXT], size_t *ret_column,
			char why[SET_WHY])
{
	int found = take_text(line->text, 0, text_end(line), text, ret_column, why);

	if (found < 0 && line->text[*ret_column] == '!')
		return 0;
	return found > 0 && is_remark(text) ? 0 : found;
}

/* ---- PeerGuardian ---- */

static int text_of_p2p(const struct line *line, char text[SET_TEXT], size_t *ret_column,
		       char why[SET_WHY])
{
	size_t at = line->length;

	if (at == 0 || line->text[0] == '#')
		return 0;
	/* Names may have colons, addresses of IPv4 have none. */
	while (at > 0 && line->text[at - 1] != ':')
		at--;
	if (at == 0) {
		*ret_column = 0;
		return refuse(why, "not \"name:first-last\", as in the format \"p2p\"");
	}
	return take_text(line->text, at, line->length, text, ret_column, why);
}

/* ---- JSON lines ---- */

/* Of these conditions, those that are true for a value of an object: itself, or one of a list. */
static where_bits met_by(const struct set_where *wheres, where_bits asked, const cJSON *value)
{
	where_bits bits = 0;
	const cJSON *item;

	if (cJSON_IsString(value))
		return set_where_values(wheres, asked, value->valuestring);
	if (cJSON_IsArray(value)) {
		cJSON_ArrayForEach (item, value)
			bits |= met_by(wheres, asked, item);
	} else if (!cJSON_IsObject(value)) {
		char *text = cJSON_PrintUnformatted(value);

		bits = text ? set_where_values(wheres, asked, text) : 0;
		cJSON_free(text);
	}
	return bits;
}

static bool is_wanted(const struct config_set *set, const cJSON *object)
{
	where_bits met = 0;
	const cJSON *value;

	cJSON_ArrayForEach (value, object)
		met |= met_by(set->wheres,
			      set_where_keys(set->wheres, set->where_count, value->string), value);
	return met == where_all(set->where_count);
}

static int text_of_json(const struct set_parser *parser, const struct line *line,
			char text[SET_TEXT], size_t *ret_column, char why[SET_WHY])
{
	const char *key = parser->set->column.name ? parser->set->column.name : DEFAULT_KEY, *end;
	const cJSON *value, *type;
	cJSON *object;
	int err = 1;

	if (take_text(line->text, 0, line->length, text, ret_column, why) == 0)
		return 0;
	object = cJSON_ParseWithLengthOpts(line->text, line->length, &end, false);
	value = cJSON_GetObjectItemCaseSensitive(object, key);
	type = cJSON_GetObjectItemCaseSensitive(object, "type");
	while (object && end < line->text + line->length && is_blank(*end))
		end++;
	if (!cJSON_IsObject(object) || end != line->text + line->length) {
		err = refuse(why,
			     "not a JSON object in one line; a file that is one JSON value has "
			     "\"format\": \"json\"");
	} else if (!value && cJSON_IsString(type) && !strcmp(type->valuestring, "metadata")) {
		err = 0;
	} else if (!is_wanted(parser->set, object)) {
		err = 0;
	} else if (!cJSON_IsString(value) || strlen(value->valuestring) >= SET_TEXT) {
		err = -EINVAL;
		snprintf(why, SET_WHY, "an object without the address under its key (\"%.60s\")",
			 key);
	} else {
		strcpy(text, value->valuestring);
	}
	cJSON_Delete(object);
	return err;
}

/* ---- all of them ---- */

/* Lines without the required beginning are skipped; of others, the rest counts. */
static bool skip_beginning(const struct config_set *set, struct line *line, size_t *ret_skipped)
{
	size_t length = set->begins ? strlen(set->begins) : 0;

	*ret_skipped = length;
	if (length > line->length || (length && memcmp(line->text, set->begins, length) != 0))
		return false;
	line->text += length;
	line->length -= length;
	return true;
}

int set_format_text(struct set_parser *parser, const struct line *line, char text[SET_TEXT],
		    size_t *ret_column, char why[SET_WHY])
{
	struct line rest = *line;
	size_t skipped;
	int found = 0;

	*ret_column = 0;
	if (!skip_beginning(parser->set, &rest, &skipped))
		return 0;
	if (line->cut)
		return refuse(why, "the line is too long");
	switch (parser->set->format) {
	case SET_FORMAT_LINES:
		found = text_of_line(&rest, text, ret_column, why);
		break;
	case SET_FORMAT_CSV:
		found = set_csv_text(parser, &rest, text, ret_column, why);
		break;
	case SET_FORMAT_JSONL:
		found = text_of_json(parser, &rest, text, ret_column, why);
		break;
	case SET_FORMAT_P2P:
		found = text_of_p2p(&rest, text, ret_column, why);
		break;
	case SET_FORMAT_JSON:
		break;
	}
	*ret_column += skipped;
	return found;
}

bool set_format_drop_port(char text[SET_TEXT])
{
	char *colon = strrchr(text, ':'), address[SET_TEXT];
	bool bracketed = *text == '[';
	struct prefix prefix;

	strcpy(address, text + bracketed);
	if (bracketed)
		address[strcspn(address, "]")] = '\0';
	else if (colon && colon == strchr(text, ':'))
		address[colon - text] = '\0';
	else
		return false;
	if (bracketed &&
	    (!strchr(text, ']') || (strchr(text, ']')[1] && strchr(text, ']') + 1 != colon)))
		return false;
	if (colon && colon > text && (!bracketed || colon[-1] == ']') &&
	    (!colon[1] || colon[1 + strspn(colon + 1, "0123456789")]))
		return false;
	if (strchr(address, '/') || prefix_parse(address, &prefix) < 0)
		return false;
	strcpy(text, address);
	return true;
}

const char *set_format_hint(const struct config_set *set, const char *text, char buffer[SET_WHY])
{
	char word[SET_TEXT], first[SET_TEXT];
	const char *hint = "", *colon = strrchr(text, ':');
	struct prefix prefix;

	snprintf(word, sizeof(word), "%s", text);
	snprintf(first, sizeof(first), "%s", text);
	first[strcspn(first, " \t,;|")] = '\0';
	if (set->ports == SET_PORTS_FAIL && set_format_drop_port(word))
		hint = "; \"ports\": \"ignore\" takes the address without its port";
	else if (set->format != SET_FORMAT_LINES)
		hint = "";
	else if (*text == '{' || *text == '[')
		hint = "; for JSON there are \"format\": \"json\" with a \"path\", and \"jsonl\"";
	else if (*text == '<')
		hint = "; is this a web page?";
	else if (strlen(first) < strlen(text) && prefix_parse(first, &prefix) != -EINVAL)
		hint = "; for further columns there is \"format\": \"csv\" with \"separator\" and "
		       "\"column\"";
	else if (colon && strchr(colon, '-') && strchr(colon, '.'))
		hint = "; for \"name:first-last\" there is \"format\": \"p2p\"";
	snprintf(buffer, SET_WHY, "%s", hint);
	return buffer;
}
