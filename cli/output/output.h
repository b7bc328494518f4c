/* SPDX-License-Identifier: MIT */
/*
 * Output: text for people, or JSON. Both are a struct output_ops; the text of a
 * verb is printed by its row's `print`, or, for lists, by its struct list_view.
 */
#ifndef FWCTL_OUTPUT_H
#define FWCTL_OUTPUT_H

#include <stdint.h>

#include "call.h"
#include "table.h"

struct listing;

struct output_ops {
	/* The result of a verb. */
	void (*result)(struct cli *cli, const struct call *call, const cJSON *result);
	/* A page of a list: keep it; takes page. Then, after the last: print all of it. */
	void (*page)(struct listing *listing, cJSON *page);
	void (*list)(struct cli *cli, struct listing *listing);
	/* One of many events. */
	void (*event)(struct cli *cli, const cJSON *event);
	/* How the run ended, from cli->error, message and details. */
	void (*error)(struct cli *cli);
};

extern const struct output_ops output_text, output_json;

/* How a list looks as text. */
struct list_view {
	const struct column *columns;
	/* Put the cells of an item. index counts from 0. */
	void (*row)(struct table *table, const cJSON *item, size_t index);
	/* Lines above the table, from the first page without its items; may be NULL. */
	void (*head)(struct cli *cli, const cJSON *head);
	const char *empty; /* what is said of an empty list */
};

/* A list on its way in, page by page. Kept as text: a set may have a million entries. */
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

/* ---- text ---- */

/*
 * Write text from elsewhere: what could steer a terminal (control characters,
 * what is not UTF-8, marks that reverse the direction of writing) becomes '?';
 * newlines and tabs stay.
 */
void text_put(FILE *out, const char *text);
/* The same on one line: newlines and tabs become '?', too. Returns the characters written. */
size_t text_put_line(FILE *out, const char *text);
/* Replace such characters in place. NULL is allowed. */
void text_clean(char *text);
/* In JSON such characters are escaped. */
void text_put_json(FILE *out, const char *json);
/* Write JSON and a newline. */
void json_put(FILE *out, const cJSON *json);

/* Text in a colour, if wanted. */
enum colour { PLAIN, BOLD, RED, GREEN, YELLOW, CYAN };
void text_put_colour(FILE *out, bool wanted, enum colour colour, const char *text);
/* The colour of an outcome: pass, drop, would_drop, answer, would_answer. */
enum colour outcome_colour(const char *outcome);

/* ---- members of a JSON object, and what to take if they are not there ---- */

const char *field_text(const cJSON *object, const char *key); /* "" */
double field_number(const cJSON *object, const char *key);    /* 0 */
double item_number(const cJSON *item);			      /* 0 */
bool field_true(const cJSON *object, const char *key);	      /* false */
bool field_false(const cJSON *object, const char *key);	      /* is there, and false */
const cJSON *field(const cJSON *object, const char *key);     /* NULL */

/* ---- numbers for people; buffer holds HUMAN_TEXT bytes and is returned ---- */

#define HUMAN_TEXT 32

/* "99999", "1.23M": exact below 100000. */
const char *human_count(double count, char *buffer);
/* "850 B", "1.2 MB" */
const char *human_bytes(double bytes, char *buffer);
/* "4s", "9m58s", "3h12m", "12d5h" */
const char *human_seconds(double seconds, char *buffer);
/* Which policy a result is about: "revision 9"; where none is kept "generation 8". */
const char *human_policy(const cJSON *result, char *buffer);
/* A time of fwd's (UTC) in local time: "2026-11-21 14:26:09 CET"; what is none, as it is. */
const char *human_time(const char *utc, char *buffer);
/* "would_drop" as "would drop" */
const char *human_name(const char *name, char *buffer);
/* "1 rule", "2 rules" */
const char *human_many(double count, const char *one, char *buffer);

/* ---- the pieces that several verbs print ---- */

/* " (dry run: nothing was done)", " (nothing changed: it was so already)", or nothing. */
void print_dry(struct cli *cli, const cJSON *result);

/*
 * After an edit: what was done, the generation, that the file does not have it.
 * Warnings go to stderr.
 */
void print_changed(struct cli *cli, const cJSON *result, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* A list of errors or warnings, one a line. */
void print_problems(struct cli *cli, FILE *out, const cJSON *problems);
/* What a packet is, from an event or an explanation. */
void print_packet(FILE *out, const cJSON *event);
/* The line of an event, as fwd's console log has it. */
void print_event(FILE *out, const cJSON *event, bool colour);

#endif
