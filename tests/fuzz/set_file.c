// SPDX-License-Identifier: MIT
/* Feeds: the lines of a set file, in each format, and what of them becomes a prefix. */
#include <errno.h>
#include <string.h>

#include "fw_limits.h"
#include "input_file.h"
#include "set_format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_line(struct set_parser *parser, const struct line *line)
{
	/* The line and no byte more: what is behind it in the buffer is not ours to read. */
	char *copy = malloc(line->length ? line->length : 1), text[SET_TEXT];
	struct line alone = {copy, line->length, line->cut};
	const char *why = NULL;
	struct prefix prefix;
	size_t column = 0;
	int r;

	if (!copy || line->length > FW_MAX_SET_LINE)
		abort();
	memcpy(copy, line->text, line->length);
	r = set_format_text(parser, &alone, text, &column, &why);
	if (r == -EINVAL ? !why : r != 0 && r != 1 && r != -ENOENT)
		abort();
	if (r == 1 && (strlen(text) >= SET_TEXT || column > line->length))
		abort();
	if (r == 1)
		prefix_parse(text, &prefix);
	free(copy);
}

static void read_file(const char *path, enum set_format format, const char *column)
{
	struct set_parser parser = {.format = format, .column = column};
	struct line_reader *lines;
	struct line line;

	if (line_reader_open(path, FW_MAX_SET_BYTES, &lines) < 0)
		abort();
	while (line_reader_next(lines, &line) > 0)
		read_line(&parser, &line);
	line_reader_close(lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[64];
	int fd = input_file(data, size, path);

	read_file(path, SET_FORMAT_LINES, NULL);
	read_file(path, SET_FORMAT_JSONL, "cidr");
	read_file(path, SET_FORMAT_CSV, "ip");
	close(fd);
	return 0;
}
