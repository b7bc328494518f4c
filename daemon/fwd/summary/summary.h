/* SPDX-License-Identifier: MIT */
/* The periodic summary: the difference of the counters since the last one. */
#ifndef FWD_SUMMARY_H
#define FWD_SUMMARY_H

#include <stdio.h>

#include "daemon/fwd/model/model.h"

struct summary;

/* Store the current counters. Both are borrowed. NULL: no memory. */
struct summary *summary_new(const struct datapath *dp, const struct model *model);

/* NULL is allowed; returns NULL. */
struct summary *summary_free(struct summary *summary);

/* Write lines about interfaces, events, and rules and limits that dropped something. */
void summary_write(struct summary *summary, FILE *out);

#endif
