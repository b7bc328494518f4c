// SPDX-License-Identifier: MIT
#include "common/policy/document/config_sources.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

struct source {
	char *name;
	char *text;
	size_t length;
	uint32_t *lines; /* offset of each line's start */
	size_t line_count;
};

struct sources {
	unsigned references;
	struct source *list;
	size_t count;
	struct extent *positions;
	size_t position_count;
	/*
	 * The column found last: places are mostly searched in the order of the
	 * text, and a line may be all of a large file.
	 */
	struct {
		unsigned source;
		size_t line;
		size_t offset;
		unsigned column;
	} last;
};

struct sources *sources_new(void)
{
	struct sources *sources = calloc(1, sizeof(*sources));

	if (sources)
		sources->references = 1;
	return sources;
}

struct sources *sources_share(struct sources *sources)
{
	if (sources)
		sources->references++;
	return sources;
}

struct sources *sources_drop(struct sources *sources)
{
	if (!sources || --sources->references)
		return NULL;
	for (size_t i = 0; i < sources->count; i++) {
		free(sources->list[i].name);
		free(sources->list[i].text);
		free(sources->list[i].lines);
	}
	free(sources->list);
	free(sources->positions);
	free(sources);
	return NULL;
}

static int index_lines(struct source *source)
{
	const char *end = source->text + source->length;

	for (const char *p = source->text; p; p = memchr(p, '\n', (size_t)(end - p))) {
		uint32_t *line;

		if (source->line_count)
			p++;
		line = array_grow(&source->lines, source->line_count, sizeof(*line));
		if (!line)
			return -ENOMEM;
		*line = (uint32_t)(p - source->text);
		source->line_count++;
	}
	return 0;
}

int sources_add(struct sources *sources, char *name, char *text, size_t length)
{
	struct source source = {.name = name, .text = text, .length = length};
	struct source *added = NULL;

	if (name && text && index_lines(&source) == 0)
		added = array_grow(&sources->list, sources->count, sizeof(*added));
	if (!added) {
		free(name);
		free(text);
		free(source.lines);
		return -ENOMEM;
	}
	*added = source;
	return (int)sources->count++;
}

size_t sources_count(const struct sources *sources)
{
	return sources->count;
}

size_t sources_values(const struct sources *sources)
{
	return sources->position_count;
}

const char *sources_name(const struct sources *sources, unsigned source)
{
	return sources->list[source].name;
}

const char *sources_text(const struct sources *sources, unsigned source, size_t *ret_length)
{
	*ret_length = sources->list[source].length;
	return sources->list[source].text;
}

/* Marks are negative, so that they differ from the numbers that cJSON stores. */
static int mark_of(size_t index)
{
	return INT_MIN + 1 + (int)index;
}

static struct extent *position_of(const struct sources *sources, const cJSON *node)
{
	size_t index;

	if (!node || node->valueint == INT_MIN || node->valueint >= 0)
		return NULL;
	if (cJSON_IsNumber(node) && node->valuedouble == node->valueint)
		return NULL; /* a negative number from elsewhere */
	index = (size_t)(node->valueint - (INT_MIN + 1));
	return index < sources->position_count ? &sources->positions[index] : NULL;
}

int sources_mark(struct sources *sources, cJSON *node, unsigned source, size_t start, size_t end)
{
	struct extent *position;

	position = array_grow(&sources->positions, sources->position_count, sizeof(*position));
	if (!position)
		return -ENOMEM;
	*position = (struct extent){source, (uint32_t)start, (uint32_t)start, (uint32_t)end};
	node->valueint = mark_of(sources->position_count++);
	return 0;
}

void sources_mark_key(struct sources *sources, const cJSON *node, size_t offset)
{
	struct extent *position = position_of(sources, node);

	if (position)
		position->key = (uint32_t)offset;
}

bool sources_extent(const struct sources *sources, const cJSON *node, struct extent *ret)
{
	const struct extent *position = position_of(sources, node);

	if (position)
		*ret = *position;
	return position;
}

/* The line, from 0, that a byte is in. */
static size_t line_at(const struct source *source, size_t offset)
{
	size_t low = 0, high = source->line_count;

	while (high - low > 1) {
		size_t middle = (low + high) / 2;

		if (source->lines[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}

struct place sources_place(struct sources *sources, unsigned number, size_t offset)
{
	const struct source *source = &sources->list[number];
	size_t line = line_at(source, offset), at = source->lines[line];
	struct place place = {.file = source->name, .line = (unsigned)line + 1, .column = 1};

	if (sources->last.column && sources->last.source == number && sources->last.line == line &&
	    sources->last.offset <= offset) {
		at = sources->last.offset;
		place.column = sources->last.column;
	}
	/* Characters, not bytes. */
	for (; at < offset; at += errors_character(source->text + at))
		place.column++;
	sources->last.source = number;
	sources->last.line = line;
	sources->last.offset = at;
	sources->last.column = place.column;
	return place;
}

struct place sources_value_place(struct sources *sources, const cJSON *node)
{
	const struct extent *position = position_of(sources, node);

	return position ? sources_place(sources, position->source, position->value)
			: (struct place){0};
}

struct place sources_key_place(struct sources *sources, const cJSON *node)
{
	const struct extent *position = position_of(sources, node);

	return position ? sources_place(sources, position->source, position->key)
			: (struct place){0};
}

char *sources_line_of(void *userdata, const char *file, unsigned line)
{
	const struct sources *sources = userdata;

	/* The latest first, as all live edits have the same name. */
	for (size_t i = sources->count; i-- > 0;) {
		const struct source *source = &sources->list[i];
		size_t start, length;

		if (strcmp(source->name, file) != 0 || line < 1 || line > source->line_count)
			continue;
		start = source->lines[line - 1];
		length = line < source->line_count ? source->lines[line] - 1 - start
						   : source->length - start;
		if (length && source->text[start + length - 1] == '\r')
			length--;
		return errors_line(source->text + start, length);
	}
	return NULL;
}

struct errors_lines sources_show(struct sources *sources, struct errors *errs)
{
	struct errors_lines before = {errs->line_of, errs->userdata};

	errs->line_of = sources_line_of;
	errs->userdata = sources;
	return before;
}

void sources_show_again(struct errors *errs, struct errors_lines before)
{
	errs->line_of = before.line_of;
	errs->userdata = before.userdata;
}
