// SPDX-License-Identifier: MIT
/* Cells are written to one stream, each with a final NUL; widths are kept along the way. */
#include "cli/text/table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli/text/text.h"
#include "common/base/memory.h"

#define GAP 2

struct table {
	const struct column *columns;
	size_t column_count;
	size_t widths[TABLE_MAX_COLUMNS]; /* of cells, in characters; 0: all are empty */
	size_t cell_count;
	FILE *cells;
	char *text;
	size_t size;
};

static size_t characters(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

struct table *table_new(const struct column *columns)
{
	struct table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->columns = columns;
	while (table->column_count < TABLE_MAX_COLUMNS && columns[table->column_count].title)
		table->column_count++;
	table->cells = open_memstream(&table->text, &table->size);
	return table->cells ? table : table_free(table);
}

struct table *table_free(struct table *table)
{
	if (!table)
		return NULL;
	if (table->cells)
		fclose(table->cells);
	free(table->text);
	free(table);
	return NULL;
}

void table_put(struct table *table, const char *text)
{
	size_t *width, length;

	if (!table)
		return;
	length = text_put_line(table->cells, text);
	fputc('\0', table->cells);
	width = &table->widths[table->cell_count++ % table->column_count];
	if (length > *width)
		*width = length;
}

void table_putf(struct table *table, const char *format, ...)
{
	cleanup_free char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	table_put(table, text ? text : "");
}

size_t table_rows(const struct table *table)
{
	return table ? table->cell_count / table->column_count : 0;
}

/* Spaces wait until there is text behind them: no line ends with any. */
static void put_cell(const struct table *table, size_t column, const char *text, size_t *spaces,
		     FILE *out)
{
	size_t padding = table->widths[column] - characters(text);
	bool right = table->columns[column].right;

	*spaces += right ? padding : 0;
	if (*text) {
		fprintf(out, "%*s%s", (int)*spaces, "", text);
		*spaces = 0;
	}
	*spaces += (right ? 0 : padding) + GAP;
}

static void put_titles(struct table *table, FILE *out, bool colour, unsigned indent)
{
	size_t spaces = indent;

	fputs(colour ? "\033[1m" : "", out);
	for (size_t i = 0; i < table->column_count; i++) {
		size_t length = characters(table->columns[i].title);

		if (table->widths[i] == 0)
			continue;
		if (length > table->widths[i])
			table->widths[i] = length;
		put_cell(table, i, table->columns[i].title, &spaces, out);
	}
	fprintf(out, "%s\n", colour ? "\033[0m" : "");
}

void table_print(struct table *table, FILE *out, bool colour, unsigned indent)
{
	size_t spaces = indent;
	const char *cell;

	if (table_rows(table) == 0 || fflush(table->cells) != 0)
		return;
	put_titles(table, out, colour, indent);
	cell = table->text;
	for (size_t i = 0; i < table_rows(table) * table->column_count; i++) {
		size_t column = i % table->column_count;

		if (table->widths[column] > 0)
			put_cell(table, column, cell, &spaces, out);
		if (column == table->column_count - 1) {
			fputc('\n', out);
			spaces = indent;
		}
		cell += strlen(cell) + 1;
	}
}
