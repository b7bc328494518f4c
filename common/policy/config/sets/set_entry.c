// SPDX-License-Identifier: MIT
/* Converts the texts of a set file to entries, or errors. */
#include "common/policy/config/sets/set_reader.h"

#include <errno.h>
#include <string.h>

#include "common/base/prefix/notation.h"

#define MAX_SHOWN 10 /* bad lines of a file that are shown one by one */

void set_add_error(struct set_reader *in, enum error_code code, const char *format, const char *a,
		   const char *b)
{
	in->place.column = (unsigned)in->column + 1;
	in->failed = true;
	errors_add(in->reader->errs, in->severity, code, &in->place, format, a, b);
}

void set_add_bad_line(struct set_reader *in, enum error_code code, const char *format,
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

static void refuse_wide(struct set_reader *in, const struct prefix *prefix)
{
	char text[PREFIX_TEXT];

	in->full = true; /* one is enough */
	set_add_error(in, ERROR_SET_WIDE, "%s is too wide for a list; a smaller \"%s\" accepts it",
		      prefix_format(prefix, text), prefix->family == 4 ? "widest4" : "widest6");
}

/* Reserved address space. True: the set's options leave it out. */
static bool note_reserved(struct set_reader *in, const struct prefix *prefix)
{
	if (in->set->reserved == SET_RESERVED_ACCEPT || !set_is_reserved(prefix))
		return false;
	if (in->set->reserved == SET_RESERVED_SKIP) {
		in->skipped++;
		return true;
	}
	if (in->set->reserved_count++ == 0)
		in->set->reserved_first = *prefix;
	return false;
}

static void add_prefix(struct set_reader *in, const struct prefix *prefix)
{
	if (set_is_too_wide(in->set, prefix)) {
		refuse_wide(in, prefix);
		return;
	}
	if (note_reserved(in, prefix))
		return;
	in->full = true;
	if (in->list.count == in->set->max)
		set_add_error(in, ERROR_SET_FULL, "more entries than the set's \"max\"%s%s", "",
			      "");
	else if (in->list.count + in->reader->file_entries == FW_MAX_SET_ENTRIES)
		set_add_error(in, ERROR_TOO_MANY, "more than 4000000 entries in all set files%s%s",
			      "", "");
	else if (prefix_list_add(&in->list, prefix) < 0)
		in->failed = !reader_no_memory(in->reader);
	else
		in->full = false;
}
_Static_assert(FW_MAX_SET_ENTRIES == 4000000, "the message says so");

static void report_text(struct set_reader *in, const char *text, const char *what)
{
	char hint[SET_WHY], format[64];

	set_format_hint(in->set, text, hint);
	if (strlen(text) >= PREFIX_TEXT) {
		snprintf(format, sizeof(format), "not an %s%%s%%s", what);
		set_add_bad_line(in, ERROR_PREFIX, format, hint, "");
		return;
	}
	snprintf(format, sizeof(format), "\"%%s\" is not an %s%%s", what);
	set_add_bad_line(in, ERROR_PREFIX, format, text, hint);
}

/* "first-last"; dash is where the "-" is. */
static void add_range(struct set_reader *in, char *text, char *dash)
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
		report_text(in, whole, "address, prefix or range");
		return;
	}
	if (prefix_compare(&first, &last) > 0) {
		set_add_bad_line(in, ERROR_PREFIX, "range %s ends before it begins%s", whole, "");
		return;
	}
	while (more && !in->full) {
		more = prefix_cut_range(&first, &last, &prefix);
		add_prefix(in, &prefix);
	}
}

/* Only the first one of a file: such feeds do it in all lines. */
static void warn_notation(struct set_reader *in, const struct prefix *prefix)
{
	char text[NOTATION_TEXT];

	if (in->has_notation || !notation_warning(prefix, text))
		return;
	in->has_notation = true;
	in->place.column = (unsigned)in->column + 1;
	errors_add(in->reader->errs, SEVERITY_WARNING, ERROR_NOTATION, &in->place, "%s", text);
}

static void add_address(struct set_reader *in, char text[SET_TEXT])
{
	char buffer[PREFIX_TEXT];
	struct prefix prefix;
	int err = prefix_parse(text, &prefix);

	if (err == -EINVAL && in->set->ports == SET_PORTS_IGNORE && set_format_drop_port(text))
		err = prefix_parse(text, &prefix);
	if (err == -EDOM)
		set_add_bad_line(in, ERROR_HOST_BITS, "prefix %s has host bits set; meant %s?",
				 text, prefix_format(&prefix, buffer));
	else if (err == -ERANGE)
		set_add_bad_line(in, ERROR_PREFIX_LENGTH,
				 "prefix %s is longer than an address: at most /%s", text,
				 strchr(text, ':') ? "128" : "32");
	else if (err < 0)
		report_text(in, text, "address or prefix");
	else
		add_prefix(in, &prefix);
	if (err == 0 && prefix.family == 6)
		warn_notation(in, &prefix);
}

void set_add_text(struct set_reader *in, char text[SET_TEXT])
{
	char *dash = strchr(text, '-');

	if (dash)
		add_range(in, text, dash);
	else
		add_address(in, text);
}
