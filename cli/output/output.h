/* SPDX-License-Identifier: MIT */
/*
 * Output: text for people, or JSON. Each is a struct output_ops. The text of a
 * verb is printed by its row's `print` or, for lists, by its struct list_view.
 */
#ifndef FWCTL_OUTPUT_H
#define FWCTL_OUTPUT_H

#include <stdint.h>

#include "cli/grammar/call.h"
#include "cli/text/table.h"
#include "cli/text/text.h"

struct listing;

struct output_ops {
	/* The result of a verb. */
	void (*result)(struct cli *cli, const struct call *call, const cJSON *result);
	/* Keep a page of a list; takes page. After the last page: print the whole list. */
	void (*page)(struct listing *listing, cJSON *page);
	void (*list)(struct cli *cli, struct listing *listing);
	/* One of many events. */
	void (*event)(struct cli *cli, const cJSON *event);
	/* The error of the run, from cli->error, message and details. */
	void (*error)(struct cli *cli);
};

extern const struct output_ops output_text, output_json;

/* How a list looks as text. */
struct list_view {
	const struct column *columns;
	/* Put the cells of an item; index counts from 0. */
	void (*row)(struct table *table, const cJSON *item, size_t index);
	/* Lines above the table, from the first page without its items; may be NULL. */
	void (*head)(struct cli *cli, const cJSON *head);
	const char *empty; /* the text for an empty list */
};

/* A list as it arrives, page by page. Kept as text: a set may have a million entries. */
struct listing {
	const struct call *call;
	cJSON *head;	     /* the first page, without items */
	struct table *table; /* text: the rows so far */
	FILE *items;	     /* JSON: the items so far */
	char *items_text;
	size_t items_size;
	size_t count;
};
struct listing *listing_new(const struct call *call);
struct listing *listing_free(struct listing *listing);

/* ---- parts that several verbs print ---- */

/* " (dry run: nothing was done)", " (nothing changed: it was so already)", or nothing. */
void print_dry(struct cli *cli, const cJSON *result);

/*
 * After an edit: what was done, the generation, and that it is not saved in the file.
 * Warnings go to stderr.
 */
void print_changed(struct cli *cli, const cJSON *result, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* A list of errors or warnings, one a line. */
void print_problems(struct cli *cli, FILE *out, const cJSON *problems);
/* The fields of a packet, from an event or an explanation. */
void print_packet(FILE *out, const cJSON *event);
/* The line of an event, as in fwd's console log. */
void print_event(FILE *out, const cJSON *event, bool colour);

#endif
