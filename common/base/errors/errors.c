// SPDX-License-Identifier: MIT
#include "common/base/errors/errors.h"

#include <stdlib.h>
#include <string.h>

#include "common/abi/fw_limits.h"
#include "common/base/memory.h"

/* Of a long line, so many characters around the column are shown. */
#define EXCERPT_WIDTH 120
#define EXCERPT_LEAD  60

#define NAME_OF_CODE(name, text) text,
static const char *const code_names[] = {FW_ERROR_CODES(NAME_OF_CODE)};

const char *error_code_name(enum error_code code)
{
	return (unsigned)code < ERROR_CODE_MAX ? code_names[code] : "E????";
}

int errors_system(struct errors *errs, int error, const char *format, ...)
{
	cleanup_free char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	errors_add(errs, SEVERITY_ERROR, ERROR_SYSTEM, NULL, "%s: %s", text ? text : "failed",
		   strerror(-error));
	return error;
}

bool errors_failed(const struct errors *errs)
{
	return errs->failed > 0;
}

void errors_demote(struct errors *errs)
{
	for (size_t i = 0; i < errs->count; i++)
		errs->list[i].severity = SEVERITY_WARNING;
	errs->warned += errs->failed;
	errs->failed = 0;
}

size_t errors_character(const char *p)
{
	const unsigned char *c = (const unsigned char *)p;
	size_t size = c[0] < 0xc2 ? 1 : c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : c[0] < 0xf5 ? 4 : 1;

	for (size_t i = 1; i < size; i++) {
		if ((c[i] & 0xc0) != 0x80)
			return 1;
	}
	/* Overlong forms, surrogates, beyond U+10FFFF. */
	if ((c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xed && c[1] > 0x9f) ||
	    (c[0] == 0xf0 && c[1] < 0x90) || (c[0] == 0xf4 && c[1] > 0x8f))
		return 1;
	return size;
}

char *errors_line(const char *line, size_t length)
{
	char *copy = malloc(length + 1);

	if (!copy)
		return NULL;
	for (size_t i = 0; i < length; i++)
		copy[i] = line[i] ? line[i] : '\x01';
	copy[length] = '\0';
	return copy;
}

/*
 * Copy the part of a line around a column. The input may be hostile: characters that
 * could control a terminal (control characters, invalid bytes) become '?', one for
 * one, so that the caret stays right. *column becomes the caret's place.
 */
static char *excerpt_copy(const char *line, unsigned *column)
{
	unsigned skip = *column > EXCERPT_WIDTH - 20 ? *column - EXCERPT_LEAD : 0;
	char *copy = malloc((EXCERPT_WIDTH + 8) * 4), *out = copy;

	if (!copy)
		return NULL;
	for (unsigned i = 0; i < skip && *line; i++)
		line += errors_character(line);
	if (skip) {
		out = stpcpy(out, "...");
		*column = *column - skip + 3;
	}
	for (unsigned i = 0; *line; i++) {
		size_t size = errors_character(line);
		unsigned char c = (unsigned char)*line;

		if (i == EXCERPT_WIDTH) {
			out = stpcpy(out, "...");
			break;
		}
		/* U+0080 to U+009F are control characters too. */
		if (size == 1 && c != '\t' && (c < 0x20 || c >= 0x7f))
			*out++ = '?';
		else if (size == 2 && c == 0xc2 && (unsigned char)line[1] < 0xa0)
			*out++ = '?';
		else
			out = mempcpy(out, line, size);
		line += size;
	}
	*out = '\0';
	return copy;
}

static void add_place(struct errors *errs, struct error *error, const struct place *place)
{
	cleanup_free char *line = NULL;

	if (!place || !place->file)
		return;
	error->file = strdup(place->file);
	error->line = place->line;
	error->column = place->column;
	if (!place->line || !errs->line_of)
		return;
	line = errs->line_of(errs->userdata, place->file, place->line);
	error->caret = place->column;
	error->excerpt = line ? excerpt_copy(line, &error->caret) : NULL;
}

void errors_add(struct errors *errs, enum severity severity, enum error_code code,
		const struct place *place, const char *format, ...)
{
	struct error *error = NULL;
	va_list args;

	if (severity == SEVERITY_ERROR)
		errs->failed++;
	else
		errs->warned++;
	if (errs->count < FW_MAX_ERRORS)
		error = array_grow(&errs->list, errs->count, sizeof(*error));
	if (!error)
		return;

	va_start(args, format);
	if (vasprintf(&error->message, format, args) < 0)
		error->message = NULL;
	va_end(args);
	if (!error->message)
		return;
	error->severity = severity;
	error->code = code;
	add_place(errs, error, place);
	errs->count++;
}

static int compare_errors(const void *a, const void *b)
{
	const struct error *left = *(const struct error *const *)a;
	const struct error *right = *(const struct error *const *)b;
	int order = strcmp(left->file ? left->file : "", right->file ? right->file : "");

	if (order)
		return order;
	if (left->line != right->line)
		return left->line < right->line ? -1 : 1;
	if (left->column != right->column)
		return left->column < right->column ? -1 : 1;
	return (left > right) - (left < right); /* as added */
}

struct palette {
	const char *place, *error, *warning, *caret, *end;
};
static const struct palette plain = {"", "", "", "", ""};
static const struct palette ansi = {"\033[1m", "\033[1;31m", "\033[1;35m", "\033[1;32m", "\033[0m"};

static void print_excerpt(const struct error *error, FILE *out, const struct palette *palette)
{
	const char *p = error->excerpt;

	fprintf(out, "    %s\n    ", error->excerpt);
	/* Tabs stay tabs, so that the caret is below its character. */
	for (unsigned i = 1; i < error->caret && *p; i++, p += errors_character(p))
		putc(*p == '\t' ? '\t' : ' ', out);
	fprintf(out, "%s^%s\n", palette->caret, palette->end);
}

static void print_error(const struct error *error, FILE *out, const struct palette *palette)
{
	bool warning = error->severity == SEVERITY_WARNING;

	if (error->file && error->line)
		fprintf(out, "%s%s:%u:%u:%s ", palette->place, error->file, error->line,
			error->column, palette->end);
	else if (error->file)
		fprintf(out, "%s%s:%s ", palette->place, error->file, palette->end);
	fprintf(out, "%s%s:%s %s [%s]\n", warning ? palette->warning : palette->error,
		warning ? "warning" : "error", palette->end, error->message,
		error_code_name(error->code));
	if (error->excerpt)
		print_excerpt(error, out, palette);
}

void errors_print(const struct errors *errs, FILE *out, bool colour)
{
	cleanup_free const struct error **sorted = calloc(errs->count + 1, sizeof(*sorted));
	const struct palette *palette = colour ? &ansi : &plain;
	size_t all = errs->failed + errs->warned;

	if (sorted) {
		for (size_t i = 0; i < errs->count; i++)
			sorted[i] = &errs->list[i];
		qsort(sorted, errs->count, sizeof(*sorted), compare_errors);
	}
	for (size_t i = 0; i < errs->count; i++)
		print_error(sorted ? sorted[i] : &errs->list[i], out, palette);
	if (all > errs->count)
		fprintf(out, "... and %zu more\n", all - errs->count);
}

char *errors_text(const struct errors *errs)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	errors_print(errs, out, false);
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

void errors_clear(struct errors *errs)
{
	for (size_t i = 0; i < errs->count; i++) {
		free(errs->list[i].file);
		free(errs->list[i].message);
		free(errs->list[i].excerpt);
	}
	free(errs->list);
	errs->list = NULL;
	errs->count = errs->failed = errs->warned = 0;
}
