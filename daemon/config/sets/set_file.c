// SPDX-License-Identifier: MIT
/*
 * Files of sets, read line by line: set_format.h tells where in a line its
 * address is, here it becomes prefixes, and mistakes become errors.
 *
 * With on_error keep-last, mistakes are warnings and the set is what the running
 * config has of it: half a file would silently let through what the other half
 * names. With bad_lines skip, the rest of a file is good without its bad lines,
 * as long as there is a rest.
 */
#include "document.h"
#include "config_fields.h"
#include "kept.h"
#include "set_format.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "clock.h"
#include "memory.h"
#include "notation.h"
#include "progress.h"

#define TELL_EVERY 4096 /* lines: how often to look whether it is time to tell how far it is */
#define MAX_SHOWN  10	/* bad lines of a file that are told one by one */

struct set_reader {
	struct reader *reader;
	struct config_set *set;
	const cJSON *node; /* "file" */
	enum severity severity;
	struct prefix_list list;
	struct line line; /* being read */
	struct place place;
	size_t column; /* of the text in it, from 0 */
	bool failed;
	bool full;		     /* no more entries are taken */
	bool has_notation;	     /* an address in another notation was warned of */
	unsigned bad;		     /* lines */
	unsigned first_bad;	     /* line */
	struct prefix_content *copy; /* of the state directory, once it was asked for */
	uint64_t copy_time;
};

static void close_lines(struct line_reader **lines)
{
	line_reader_close(*lines);
}

static char *line_of(void *userdata, const char *file, unsigned line)
{
	const struct set_reader *in = userdata;

	(void)file, (void)line; /* only the line being read is ever asked for */
	return errors_line(in->line.text, in->line.length);
}

static void add_error(struct set_reader *in, enum error_code code, const char *format,
		      const char *a, const char *b)
{
	in->place.column = (unsigned)in->column + 1;
	in->failed = true;
	errors_add(in->reader->errs, in->severity, code, &in->place, format, a, b);
}

/* A line that is not what it should be. */
static void add_bad_line(struct set_reader *in, enum error_code code, const char *format,
			 const char *a, const char *b)
{
	bool skip = in->set->bad_lines == SET_LINES_SKIP;

	if (in->bad++ == 0)
		in->first_bad = in->place.line;
	in->place.column = (unsigned)in->column + 1;
	in->failed |= !skip;
	if (in->bad <= MAX_SHOWN)
		errors_add(in->reader->errs, skip ? SEVERITY_WARNING : in->severity, code,
			   &in->place, format, a, b);
}

static void add_prefix(struct set_reader *in, const struct prefix *prefix)
{
	in->full = true;
	if (in->list.count == in->set->max)
		add_error(in, ERROR_SET_FULL, "more entries than the set's \"max\"%s%s", "", "");
	else if (in->list.count + in->reader->file_entries == FW_MAX_SET_ENTRIES)
		add_error(in, ERROR_TOO_MANY, "more than 4000000 entries in all set files%s%s", "",
			  "");
	else if (prefix_list_add(&in->list, prefix) < 0)
		in->failed = !reader_no_memory(in->reader);
	else
		in->full = false;
}
_Static_assert(FW_MAX_SET_ENTRIES == 4000000, "the message says so");

/* "first-last"; dash is where the "-" is. */
static void read_range(struct set_reader *in, char *text, char *dash)
{
	struct prefix first, last, prefix;
	char *end = dash, whole[SET_TEXT];
	bool more = true;

	strcpy(whole, text);
	while (end > text && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	*end = '\0';
	dash += 1 + strspn(dash + 1, " \t");
	if (strchr(text, '/') || strchr(dash, '/') || prefix_parse(text, &first) < 0 ||
	    prefix_parse(dash, &last) < 0 || first.family != last.family) {
		add_bad_line(in, ERROR_PREFIX, "\"%s\" is not an address, prefix or range%s", whole,
			     "");
		return;
	}
	if (prefix_compare(&first, &last) > 0) {
		add_bad_line(in, ERROR_PREFIX, "range %s ends before it begins%s", whole, "");
		return;
	}
	while (more && !in->full) {
		more = prefix_cut_range(&first, &last, &prefix);
		add_prefix(in, &prefix);
	}
}

/* The first one of a file: feeds that do so do it throughout. */
static void warn_notation(struct set_reader *in, const struct prefix *prefix)
{
	char text[NOTATION_TEXT];

	if (in->has_notation || !notation_warning(prefix, text))
		return;
	in->has_notation = true;
	in->place.column = (unsigned)in->column + 1;
	errors_add(in->reader->errs, SEVERITY_WARNING, ERROR_NOTATION, &in->place, "%s", text);
}

static void read_prefix(struct set_reader *in, const char *text)
{
	char buffer[PREFIX_TEXT];
	struct prefix prefix;
	int err = prefix_parse(text, &prefix);

	if (err == -EDOM)
		add_bad_line(in, ERROR_HOST_BITS, "prefix %s has host bits set; meant %s?", text,
			     prefix_format(&prefix, buffer));
	else if (err == -ERANGE)
		add_bad_line(in, ERROR_PREFIX_LENGTH,
			     "prefix %s is longer than an address: at most /%s", text,
			     strchr(text, ':') ? "128" : "32");
	else if (err < 0)
		add_bad_line(in, ERROR_PREFIX,
			     strlen(text) < PREFIX_TEXT ? "\"%s\" is not an address or prefix%s"
							: "not an address or prefix%s%s",
			     strlen(text) < PREFIX_TEXT ? text : "", "");
	else
		add_prefix(in, &prefix);
	if (err == 0 && prefix.family == 6)
		warn_notation(in, &prefix);
}

static void read_line(struct set_reader *in, struct set_parser *parser)
{
	char text[SET_TEXT], *dash;
	const char *why;
	int found = set_format_text(parser, &in->line, text, &in->column, &why);

	if (found == -ENOENT)
		add_error(in, ERROR_SET_COLUMN, "no column is named \"%s\"%s", parser->column, "");
	else if (found < 0)
		add_bad_line(in, ERROR_PREFIX, "%s%s", why, "");
	else if (found && (dash = strchr(text, '-')))
		read_range(in, text, dash);
	else if (found)
		read_prefix(in, text);
}

static void tell_progress(struct set_reader *in, const struct line_reader *lines)
{
	struct progress_report report = {
		.step = PROGRESS_SET, .name = in->set->name, .lines = in->place.line};

	report.bytes = line_reader_position(lines, &report.total);
	progress_go_on(in->reader->progress, &report);
}

/* Read to the end, or to where no more can be made of it. */
static int read_lines(struct set_reader *in, struct line_reader *lines)
{
	struct set_parser parser = {.format = in->set->format, .column = in->set->column};
	struct errors *errs = in->reader->errs;
	struct errors_lines before = {errs->line_of, errs->userdata};
	int more = 1;

	errs->line_of = line_of;
	errs->userdata = in;
	progress_begin(in->reader->progress, PROGRESS_SET, in->set->name);
	while (!in->full && (more = line_reader_next(lines, &in->line)) > 0) {
		if (in->place.line++ % TELL_EVERY == 0)
			tell_progress(in, lines);
		if (in->place.line + in->reader->file_lines > FW_MAX_SET_LINES) {
			more = -E2BIG;
			break;
		}
		read_line(in, &parser);
		/* Without the column, no line means anything. */
		if (in->failed && parser.format == SET_FORMAT_CSV && !parser.has_header)
			break;
	}
	sources_show_again(errs, before);
	return more < 0 ? more : 0;
}

/* Nothing but bad lines is not a file of the format. */
static void tell_skipped(struct set_reader *in)
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
		   "the file has no good line: is it of another format?");
}

/* How many there are, if not all are told. */
static void tell_failed(struct set_reader *in)
{
	struct place place = sources_value_place(in->reader->sources, in->node);

	if (in->set->bad_lines == SET_LINES_FAIL && in->bad > MAX_SHOWN)
		errors_add(
			in->reader->errs, in->severity, ERROR_PREFIX, &place,
			"set \"%s\": %u of %u lines are bad, the first is line %u; \"bad_lines\":"
			" \"skip\" would do without them",
			in->set->name, in->bad, in->place.line, in->first_bad);
}

/* ---- keeping ---- */

/* The set as the running config has it, if it is from a file there too; or NULL. */
static const struct config_set *find_last(const struct reader *reader, const struct config_set *set)
{
	int index = reader->last ? config_find_set(reader->last, set->name) : -ENOENT;
	const struct config_set *last = index >= 0 ? &reader->last->sets[index] : NULL;

	return last && last->kind == SET_FILE && last->content ? last : NULL;
}

/* What the set had, with a reference for the caller, or NULL. */
static struct prefix_content *last_content(struct set_reader *in)
{
	const struct config_set *last = find_last(in->reader, in->set);
	int err;

	if (last)
		return prefix_content_share(last->content);
	if (!in->reader->state_dir || in->copy)
		return prefix_content_share(in->copy);
	err = kept_read(in->reader->state_dir, in->set->name, &in->copy, &in->copy_time);
	if (err && err != -ENOENT)
		reader_warning(in->reader, ERROR_SET_KEPT, in->node,
			       "the copy of set \"%s\" in %s/sets is not used: %s", in->set->name,
			       in->reader->state_dir,
			       err == -EBADMSG ? "it is damaged" : strerror(-err));
	return prefix_content_share(in->copy);
}

static void tell_kept(struct set_reader *in, const struct prefix_content *content)
{
	uint64_t now = clock_realtime_ns() / NS_PER_SECOND;
	char age[UNITS_TEXT];

	if (content != in->copy)
		reader_warning(in->reader, ERROR_SET_KEPT, in->node,
			       "set \"%s\" keeps its last %zu entries", in->set->name,
			       content->list.count);
	else if (now < in->copy_time || now - in->copy_time > UINT64_MAX / NS_PER_SECOND)
		reader_warning(in->reader, ERROR_SET_KEPT, in->node,
			       "set \"%s\" has the %zu entries of its copy in %s/sets",
			       in->set->name, content->list.count, in->reader->state_dir);
	else
		reader_warning(in->reader, ERROR_SET_KEPT, in->node,
			       "set \"%s\" has the %zu entries of its copy in %s/sets, %s old",
			       in->set->name, content->list.count, in->reader->state_dir,
			       duration_format((now - in->copy_time) * NS_PER_SECOND, age));
}

static bool keep_last(struct set_reader *in)
{
	struct prefix_content *content = last_content(in);
	struct prefix_list none = {0};

	in->set->is_kept = true;
	if (content) {
		tell_kept(in, content);
		in->set->content = content;
		in->set->prefixes = content->list;
		return true;
	}
	reader_warning(in->reader, ERROR_SET_KEPT, in->node,
		       "set \"%s\" is empty: it never had entries that could be kept",
		       in->set->name);
	return set_hold(in->set, &none) || reader_no_memory(in->reader);
}

/* Has the set become so much smaller that its source is more likely broken than right? */
static bool has_shrunk(struct set_reader *in)
{
	struct prefix_content *last;
	size_t count = in->list.count, before;

	if (in->set->on_shrink == SET_SHRINK_ACCEPT)
		return false;
	last = last_content(in);
	before = last ? last->list.count : 0;
	prefix_content_drop(last);
	if (2 * count >= before)
		return false;
	reader_warning(in->reader, ERROR_SET_KEPT, in->node,
		       "the file of set \"%s\" shrank from %zu entries to %zu", in->set->name,
		       before, count);
	return true;
}

/* Would the same file be read in the same way? */
static bool same_source(const struct config_set *a, const struct config_set *b)
{
	return strcmp(a->file, b->file) == 0 && a->format == b->format &&
	       !a->column == !b->column && (!a->column || strcmp(a->column, b->column) == 0) &&
	       a->bad_lines == b->bad_lines && a->max == b->max;
}

static size_t largest_file(const struct reader *reader)
{
	size_t left =
		FW_MAX_SETS_BYTES > reader->file_bytes ? FW_MAX_SETS_BYTES - reader->file_bytes : 0;

	return left < FW_MAX_SET_BYTES ? left : FW_MAX_SET_BYTES;
}

static int read_file(struct set_reader *in)
{
	struct line_reader *lines cleanup(close_lines) = NULL;
	int err = line_reader_open(in->set->file, largest_file(in->reader), &lines);
	uint64_t size;

	if (err)
		return err;
	err = read_lines(in, lines);
	in->reader->file_lines += in->place.line;
	in->reader->file_bytes += line_reader_position(lines, &size);
	return err;
}

static bool read_and_keep(struct set_reader *in)
{
	struct place place = sources_value_place(in->reader->sources, in->node);
	bool keep = in->set->on_error == SET_ERROR_KEEP_LAST;
	int err;

	in->severity = keep ? SEVERITY_WARNING : SEVERITY_ERROR;
	/* Shown as the config names it, not as we resolved it. */
	in->place.file = in->node->valuestring;
	err = read_file(in);
	if (err < 0) {
		in->failed = true;
		input_tell(in->set->file, err, in->severity, ERROR_FILE, &place, in->reader->errs);
	}
	tell_failed(in);
	tell_skipped(in);
	if (!in->failed && has_shrunk(in)) {
		in->failed = true;
		keep = true;
	}
	if (in->failed || in->reader->no_memory) {
		prefix_list_clear(&in->list);
		return keep && !in->reader->no_memory && keep_last(in);
	}
	in->reader->file_entries += in->list.count;
	return set_hold(in->set, &in->list) || reader_no_memory(in->reader);
}

bool read_set_file(struct reader *reader, const cJSON *node, struct config_set *set)
{
	struct set_reader in = {.reader = reader, .set = set, .node = node};
	const struct config_set *last = find_last(reader, set);
	bool good;

	if (reader->keep_files && last && same_source(set, last)) {
		set_share(set, last);
		set->is_kept = last->is_kept;
		return true;
	}
	good = read_and_keep(&in);
	prefix_content_drop(in.copy);
	return good;
}
