/* SPDX-License-Identifier: MIT */
/* Values as text for people: what is safe on a terminal, members of JSON objects, numbers. */
#ifndef FWCTL_TEXT_H
#define FWCTL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cjson/cJSON.h>

#include "common/base/terminal.h"

/* ---- text ---- */

/* Write JSON and a newline. */
void json_put(FILE *out, const cJSON *json);

/* Text in a colour, if enabled. */
enum colour { PLAIN, BOLD, RED, GREEN, YELLOW, CYAN };
void text_put_colour(FILE *out, bool wanted, enum colour colour, const char *text);
/* The colour of an outcome: pass, drop, would_drop, answer, would_answer. */
enum colour outcome_colour(const char *outcome);

/* ---- members of a JSON object, and the value if they are missing ---- */

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
/* The policy of a result: "revision 9", or "generation 8" where no revisions are kept. */
const char *human_policy(const cJSON *result, char *buffer);
/* A time from fwd (UTC) in local time: "2026-11-21 14:26:09 CET"; other text is unchanged. */
const char *human_time(const char *utc, char *buffer);
/* "would_drop" as "would drop" */
const char *human_name(const char *name, char *buffer);
/* "1 rule", "2 rules" */
const char *human_many(double count, const char *one, char *buffer);

#endif
