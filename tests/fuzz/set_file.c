// SPDX-License-Identifier: MIT
/* Feeds: set files in each format, packed or not, and what of them becomes a prefix. */
#include <errno.h>
#include <string.h>

#include "common/abi/fw_limits.h"
#include "tests/fuzz/input_file.h"
#include "common/policy/config/sets/formats/set_format.h"
#include "common/policy/config/sets/formats/set_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_text(const struct config_set *set, char text[SET_TEXT])
{
	char hint[SET_WHY], copy[SET_TEXT];
	struct prefix prefix;

	if (strlen(text) >= SET_TEXT)
		abort();
	if (prefix_parse(text, &prefix) == 0)
		return;
	set_format_hint(set, text, hint);
	if (strlen(hint) >= SET_WHY)
		abort();
	strcpy(copy, text);
	/* What is left without its port is an address. */
	if (set_format_drop_port(text) ? prefix_parse(text, &prefix) != 0 : strcmp(copy, text) != 0)
		abort();
}

static void read_line(struct set_parser *parser, const struct line *line)
{
	/* The line and no byte more: what is behind it in the buffer is not ours to read. */
	char *copy = malloc(line->length ? line->length : 1), text[SET_TEXT], why[SET_WHY] = "";
	struct line alone = {copy, line->length, line->cut};
	size_t column = 0;
	int r;

	if (!copy || line->length > FW_MAX_SET_LINE)
		abort();
	memcpy(copy, line->text, line->length);
	r = set_format_text(parser, &alone, text, &column, why);
	if (r == -EINVAL || r == -ENOENT ? !*why : r != 0 && r != 1)
		abort();
	if (r == 1 && column > line->length)
		abort();
	if (r == 1)
		read_text(parser->set, text);
	free(copy);
}

static void read_lines(struct byte_source *source, const struct config_set *set)
{
	struct set_parser parser = {.set = set};
	struct line_reader *lines;
	struct line line;

	if (line_reader_new(source, &lines) < 0)
		abort();
	while (line_reader_next(lines, &line) > 0)
		read_line(&parser, &line);
	line_reader_free(lines);
}

static bool visit(void *userdata, const char *text, const struct set_json_place *place)
{
	char copy[SET_TEXT];

	if (!*text || strlen(text) >= SET_TEXT || !place->line || !place->column)
		abort();
	strcpy(copy, text);
	read_text(userdata, copy);
	return true;
}

static void read_json(struct byte_source *source, const struct config_set *set)
{
	struct set_path paths[3];
	struct config_set read = *set;
	struct set_json_place place = {0};
	char why[SET_WHY] = "";
	int err;

	if (set_path_parse("[]", &paths[0]) || set_path_parse("*[].*", &paths[1]) ||
	    set_path_parse("prefixes[].ip_prefix", &paths[2]))
		abort();
	read.paths = paths;
	read.path_count = 3;
	err = set_json_read(source, &read, visit, (void *)set, &place, why);
	if ((err == -EINVAL || err == -ENOENT || err == -ENOMSG) && !*why)
		abort();
}

static void read_file(const char *path, const struct config_set *set)
{
	struct byte_source *source;
	int err = byte_source_open(path, 1 << 20, &source);

	if (err == -ENOTSUP)
		return;
	if (err < 0)
		abort();
	if (set->format == SET_FORMAT_JSON)
		read_json(source, set);
	else
		read_lines(source, set);
	byte_source_close(source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char values[][SET_WHERE_TEXT] = {"S3", "1"};
	static struct set_where by_name[] = {{"service", values, 2}, {"region", values, 1}};
	static struct set_where by_number[] = {{"3", values, 2}};
	static const struct config_set sets[] = {
		{.format = SET_FORMAT_LINES},
		{.format = SET_FORMAT_LINES, .begins = "deny "},
		{.format = SET_FORMAT_JSONL, .column = {.name = "cidr"}},
		{.format = SET_FORMAT_CSV, .column = {.name = "ip"}},
		{.format = SET_FORMAT_CSV,
		 .column = {.name = "DstIP"},
		 .end_column = {.name = "end"},
		 .header = SET_HEADER_COMMENT},
		{.format = SET_FORMAT_CSV,
		 .column = {.number = 1},
		 .end_column = {.number = 2},
		 .separator = '\t',
		 .header = SET_HEADER_NONE},
		{.format = SET_FORMAT_CSV,
		 .column = {.number = 2},
		 .separator = ' ',
		 .header = SET_HEADER_NONE},
		{.format = SET_FORMAT_JSON},
		{.format = SET_FORMAT_JSON, .wheres = by_name, .where_count = 2},
		{.format = SET_FORMAT_JSONL, .wheres = by_name, .where_count = 1},
		{.format = SET_FORMAT_CSV,
		 .column = {.name = "ip"},
		 .wheres = by_name,
		 .where_count = 2},
		{.format = SET_FORMAT_CSV,
		 .column = {.number = 1},
		 .wheres = by_number,
		 .where_count = 1,
		 .header = SET_HEADER_NONE},
		{.format = SET_FORMAT_P2P},
	};
	char path[64];
	int fd = input_file(data, size, path);

	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		read_file(path, &sets[i]);
	close(fd);
	return 0;
}
