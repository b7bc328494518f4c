// SPDX-License-Identifier: MIT
/*
 * Files of sets: set_format.h and set_json.h find the texts in them, set_entry.c converts these to
 * entries, set_sense.c checks the whole, and this file combines them.
 *
 * With on_error keep-last, errors are warnings and the set keeps the entries of the
 * running config: half a file would silently pass the sources in the other half.
 * With bad_lines skip, the rest of a file is used without its bad lines, if there
 * is a rest.
 */
#include "common/policy/config/sets/formats/set_json.h"
#include "common/policy/config/sets/input/line_reader.h"
#include "common/policy/config/sets/set_reader.h"
#include "common/policy/document/document.h"

#include <errno.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/base/progress.h"

#define REPORT_EVERY 4096 /* lines between two checks whether to report progress */
#define MAX_SHOWN    10	  /* bad lines of a file that are shown one by one */

static void close_source(struct byte_source **source)
{
	byte_source_close(*source);
}

static void free_lines(struct line_reader **lines)
{
	line_reader_free(*lines);
}

static char *line_of(void *userdata, const char *file, unsigned line)
{
	const struct set_reader *in = userdata;

	(void)file, (void)line; /* only the line being read is ever asked for */
	return in->line.text ? errors_line(in->line.text, in->line.length) : NULL;
}

static void read_line(struct set_reader *in, struct set_parser *parser)
{
	char text[SET_TEXT], why[SET_WHY];
	int found = set_format_text(parser, &in->line, text, &in->column, why);

	if (found == -ENOENT) {
		set_add_error(in, ERROR_SET_COLUMN, "%s%s", why, "");
		in->full = true; /* no line can be used */
	} else if (found < 0) {
		set_add_bad_line(in, ERROR_PREFIX, "%s%s", why, "");
	} else if (found) {
		set_add_text(in, text);
	}
}

static void report_progress(struct set_reader *in, const struct byte_source *source)
{
	struct progress_report report = {
		.step = PROGRESS_SET, .name = in->set->name, .lines = in->place.line};

	report.bytes = byte_source_position(source, &report.total);
	progress_update(in->reader->progress, &report);
}

/* Read to the end, or to an error that ends the reading. */
static int read_lines(struct set_reader *in, struct byte_source *source)
{
	struct line_reader *lines cleanup(free_lines) = NULL;
	struct set_parser parser = {.set = in->set};
	int more = line_reader_new(source, &lines);

	if (more < 0)
		return more;
	while (!in->full && (more = line_reader_next(lines, &in->line)) > 0) {
		if (in->place.line++ % REPORT_EVERY == 0)
			report_progress(in, source);
		if (in->place.line + in->reader->file_lines > FW_MAX_SET_LINES)
			return -E2BIG;
		read_line(in, &parser);
	}
	return more < 0 ? more : 0;
}

/* ---- JSON ---- */

struct json_visit {
	struct set_reader *in;
	const struct byte_source *source;
	unsigned count;
};

static bool add_json_text(void *userdata, const char *text, const struct set_json_place *place)
{
	struct json_visit *visit = userdata;
	struct set_reader *in = visit->in;
	char copy[SET_TEXT];

	in->place.line = place->line;
	in->column = place->column - 1;
	if (visit->count++ % REPORT_EVERY == 0)
		report_progress(in, visit->source);
	strcpy(copy, text);
	set_add_text(in, copy);
	return !in->full;
}

static int read_json(struct set_reader *in, struct byte_source *source)
{
	struct json_visit visit = {.in = in, .source = source};
	struct set_json_place place = {0};
	char why[SET_WHY];
	int err = set_json_read(source, in->set, add_json_text, &visit, &place, why);

	if (err != -EINVAL && err != -ENOENT && err != -ENOMSG)
		return err;
	in->place.line = place.line;
	in->column = place.column ? place.column - 1 : 0;
	set_add_error(in, err == -EINVAL ? ERROR_SYNTAX : ERROR_SET_COLUMN, "%s%s", why, "");
	return 0;
}

/* ---- the whole ---- */

static size_t largest_file(const struct reader *reader)
{
	size_t left =
		FW_MAX_SETS_BYTES > reader->file_bytes ? FW_MAX_SETS_BYTES - reader->file_bytes : 0;

	return left < FW_MAX_SET_BYTES ? left : FW_MAX_SET_BYTES;
}

static int read_file(struct set_reader *in)
{
	struct errors *errs = in->reader->errs;
	struct errors_lines before = {errs->line_of, errs->userdata};
	struct byte_source *source cleanup(close_source) = NULL;
	int err = byte_source_open(in->set->file, largest_file(in->reader), &source);

	if (err)
		return err;
	errs->line_of = line_of;
	errs->userdata = in;
	progress_begin(in->reader->progress, PROGRESS_SET, in->set->name);
	err = in->set->format == SET_FORMAT_JSON ? read_json(in, source) : read_lines(in, source);
	sources_show_again(errs, before);
	in->reader->file_lines += in->place.line;
	in->reader->file_bytes += byte_source_given(source);
	in->set->stamp = byte_source_stamp(source);
	return err;
}

/* A file with only bad lines is not of the format. */
static void report_skipped(struct set_reader *in)
{
	if (!in->bad || in->failed)
		return;
	reader_warning(in->reader, ERROR_SET_SKIPPED, in->node,
		       "set \"%s\": %u of %u lines are skipped, the first is line %u",
		       in->set->name, in->bad, in->place.line, in->first_bad);
	if (in->list.count)
		return;
	in->failed = true;
	errors_add(in->reader->errs, in->severity, ERROR_PREFIX, &in->place,
		   "the file has no valid line: is it of another format?");
}

/* How many there are, if not all are shown. */
static void report_bad(struct set_reader *in)
{
	struct place place = sources_value_place(in->reader->sources, in->node);

	if (in->set->bad_lines == SET_LINES_FAIL && in->bad > MAX_SHOWN)
		errors_add(
			in->reader->errs, in->severity, ERROR_PREFIX, &place,
			"set \"%s\": %u of %u lines are bad, the first is line %u; \"bad_lines\":"
			" \"skip\" ignores them",
			in->set->name, in->bad, in->place.line, in->first_bad);
}

static bool read_and_keep(struct set_reader *in)
{
	struct place place = sources_value_place(in->reader->sources, in->node);
	bool keep = in->set->on_error == SET_ERROR_KEEP_LAST || in->reader->use_copies;
	bool change = false;
	int err;

	in->severity = keep ? SEVERITY_WARNING : SEVERITY_ERROR;
	/* Shown as the config names it, not as the resolved path. */
	in->place.file = in->node->valuestring;
	err = read_file(in);
	if (err < 0) {
		in->failed = true;
		input_report(in->set->file, err, in->severity, ERROR_FILE, &place,
			     in->reader->errs);
	}
	report_bad(in);
	report_skipped(in);
	if (in->failed || in->reader->no_memory || !set_makes_sense(in, &change) || change) {
		prefix_list_clear(&in->list);
		return (keep || change) && !in->reader->no_memory && set_keep_last(in);
	}
	in->reader->file_entries += in->list.count;
	return set_hold(in->set, &in->list) || reader_no_memory(in->reader);
}

static bool is_read_again(const struct reader *reader, const struct config_set *set)
{
	for (size_t i = 0; i < reader->read_again_count; i++) {
		if (strcmp(reader->read_again[i], set->name) == 0)
			return true;
	}
	return false;
}

/*
 * The set keeps its entries in the running config. All sets together must still fit when some are
 * read again, as they are all read at the next start.
 */
static bool share_last(struct reader *reader, const cJSON *node, struct config_set *set,
		       const struct config_set *last)
{
	reader->file_entries += last->prefixes.count;
	if (reader->read_again_count && reader->file_entries > FW_MAX_SET_ENTRIES) {
		reader_error(reader, ERROR_TOO_MANY, node, "more than %d entries in all set files",
			     FW_MAX_SET_ENTRIES);
		return false;
	}
	return set_share(set, last) || reader_no_memory(reader);
}

bool read_set_file(struct reader *reader, const cJSON *node, struct config_set *set)
{
	struct set_reader in = {.reader = reader, .set = set, .node = node};
	const struct config_set *last = set_find_last(reader, set);
	bool good;

	if (reader->keep_files && !is_read_again(reader, set) && last &&
	    !strcmp(set->file, last->file) && !strcmp(set->source, last->source))
		return share_last(reader, node, set, last);
	good = (reader->copies_first && set_take_last(&in)) || read_and_keep(&in);
	prefix_content_drop(in.copy);
	return good;
}
