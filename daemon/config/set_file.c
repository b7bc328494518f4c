// SPDX-License-Identifier: MIT
/*
 * Files of sets: an address or prefix a line, with comments after # or ;.
 *
 * With on_error keep-last, mistakes are warnings and the set is what the running
 * config has of it: half a file would silently let through what the other half
 * names.
 */
#include "document.h"
#include "config_fields.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "memory.h"

struct set_reader {
	struct reader *reader;
	struct config_set *set;
	enum severity severity;
	struct prefix_list list;
	const char *line; /* being read, and where it ends */
	const char *end;
	struct place place;
	bool failed;
};

static char *line_of(void *userdata, const char *file, unsigned line)
{
	const struct set_reader *in = userdata;

	(void)file, (void)line; /* only the line being read is ever asked for */
	return errors_line(in->line, (size_t)(in->end - in->line));
}

static void add_error(struct set_reader *in, size_t column, enum error_code code,
		      const char *format, const char *a, const char *b)
{
	in->place.column = (unsigned)column + 1;
	in->failed = true;
	errors_add(in->reader->errs, in->severity, code, &in->place, format, a, b);
}

/* One line without its end; the text may hold anything. */
static void read_line(struct set_reader *in)
{
	size_t length = (size_t)(in->end - in->line), start = 0;
	char text[80], buffer[PREFIX_TEXT];
	struct prefix prefix;
	int err;

	for (size_t i = 0; i < length; i++) {
		if (in->line[i] == '#' || in->line[i] == ';')
			length = i;
	}
	while (start < length && strchr(" \t", in->line[start]) && in->line[start])
		start++;
	while (length > start && strchr(" \t\r", in->line[length - 1]) && in->line[length - 1])
		length--;
	if (start == length)
		return;
	length -= start;
	if (length >= sizeof(text) || memchr(in->line + start, '\0', length)) {
		add_error(in, start, ERROR_PREFIX, "not an address or prefix%s%s", "", "");
		return;
	}
	memcpy(text, in->line + start, length);
	text[length] = '\0';
	err = prefix_parse(text, &prefix);
	if (err == -EDOM)
		add_error(in, start, ERROR_HOST_BITS, "prefix %s has host bits set; meant %s?",
			  text, prefix_format(&prefix, buffer));
	else if (err == -ERANGE)
		add_error(in, start, ERROR_PREFIX_LENGTH,
			  "prefix %s is longer than an address: at most /%s", text,
			  strchr(text, ':') ? "128" : "32");
	else if (err < 0)
		add_error(in, start, ERROR_PREFIX, "\"%s\" is not an address or prefix%s", text,
			  "");
	else if (in->list.count == in->set->max)
		add_error(in, start, ERROR_SET_FULL, "more entries than the set's \"max\"%s%s", "",
			  "");
	else if (prefix_list_add(&in->list, &prefix) < 0)
		in->failed = !reader_no_memory(in->reader);
}

static void read_lines(struct set_reader *in, const struct input *input)
{
	struct errors *errs = in->reader->errs;
	struct errors_lines before = {errs->line_of, errs->userdata};
	const char *end = input->text + input->length;

	errs->line_of = line_of;
	errs->userdata = in;
	/* One line too many is enough to know. */
	for (const char *p = input->text; p < end && in->list.count <= in->set->max;
	     p = in->end + 1) {
		in->line = p;
		in->end = memchr(p, '\n', (size_t)(end - p));
		if (!in->end)
			in->end = end;
		in->place.line++;
		read_line(in);
		if (in->failed && in->list.count == in->set->max)
			break;
	}
	sources_show_again(errs, before);
}

/* The set as the running config has it. */
static bool keep_last(struct reader *reader, const cJSON *node, struct config_set *set)
{
	int index = reader->last ? config_find_set(reader->last, set->name) : -ENOENT;
	const struct prefix_list *last = index >= 0 ? &reader->last->sets[index].prefixes : NULL;
	bool found = last && reader->last->sets[index].kind == SET_FILE;

	for (size_t i = 0; found && i < last->count; i++) {
		if (prefix_list_add(&set->prefixes, &last->items[i]) < 0)
			return reader_no_memory(reader);
	}
	if (found)
		reader_warning(reader, ERROR_SET_KEPT, node,
			       "set \"%s\" keeps its last %zu entries", set->name, last->count);
	else
		reader_warning(reader, ERROR_SET_KEPT, node,
			       "set \"%s\" is empty: it never had entries that could be kept",
			       set->name);
	return true;
}

bool read_set_file(struct reader *reader, const cJSON *node, struct config_set *set)
{
	struct place place = sources_value_place(reader->sources, node);
	struct set_reader in = {.reader = reader, .set = set, .place.file = set->file};
	bool keep = set->on_error == SET_ERROR_KEEP_LAST;
	struct input input;

	in.severity = keep ? SEVERITY_WARNING : SEVERITY_ERROR;
	if (input_read(set->file, FW_MAX_CONFIG_BYTES, &input, in.severity, ERROR_FILE, &place,
		       reader->errs) < 0) {
		in.failed = true;
	} else {
		/* Shown as the config names it, not as we resolved it. */
		in.place.file = node->valuestring;
		read_lines(&in, &input);
		free(input.text);
	}
	if (in.failed || reader->no_memory) {
		prefix_list_clear(&in.list);
		return keep && !reader->no_memory && keep_last(reader, node, set);
	}
	set->prefixes = in.list;
	return true;
}
