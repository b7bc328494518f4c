/* SPDX-License-Identifier: MIT */
/* Aligned columns. */
#ifndef FWCTL_TABLE_H
#define FWCTL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct column {
	const char *title; /* NULL ends the list */
	bool right;	   /* align to the right: numbers */
};

#define TABLE_MAX_COLUMNS 12

struct table;

/* columns must outlive the table. NULL: no memory (which all functions accept). */
struct table *table_new(const struct column *columns);
struct table *table_free(struct table *table);

/* The next cell, row by row; text may be untrusted. */
void table_put(struct table *table, const char *text);
void table_putf(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The number of rows so far. */
size_t table_rows(const struct table *table);

/*
 * Print the table with a line of titles, each line indented by so many spaces. Columns
 * that are empty in all rows are left out.
 */
void table_print(struct table *table, FILE *out, bool colour, unsigned indent);

#endif
