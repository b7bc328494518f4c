/* SPDX-License-Identifier: MIT */
/* Outcomes of many packets, counted by what decided. */
#ifndef FWCTL_TALLY_H
#define FWCTL_TALLY_H

#include "cli/output/output.h"

struct tally;

struct tally *tally_new(void);
struct tally *tally_free(struct tally *tally);

/* The name of a packet's outcome, from an item of explain's reply. */
const char *item_outcome(const cJSON *item);

/* An item of explain's reply. -ENOMEM. */
int tally_add(struct tally *tally, const cJSON *item);

/* {"packets", "pass", "drop", "would_drop", "answered", "errors", "by": [...]}, the most frequent first. */
cJSON *tally_json(struct tally *tally);
void tally_print(const cJSON *summary, FILE *out, bool colour);

#endif
