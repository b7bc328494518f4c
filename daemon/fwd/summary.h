/* SPDX-License-Identifier: MIT */
/* The periodic summary: what the counters gained since the last one. */
#ifndef FWD_SUMMARY_H
#define FWD_SUMMARY_H

#include <stdio.h>

#include "daemon/fwd/datapath/counters.h"

struct summary;

/* Remember what the counters are now. NULL: no memory. */
struct summary *summary_new(const struct datapath *dp);
struct summary *summary_free(struct summary *summary);

/*
 * Write a line for each interface, and one about events if some were lost:
 *	summary of 60 s: eth0 passed 1234 (1.2 MB), dropped 3 (180 B: blocked 2, rule 1)
 * Returns the seconds.
 */
unsigned summary_write(struct summary *summary, const struct datapath *dp, FILE *out);

/* A number of bytes for people: "1.2 MB". */
void summary_put_bytes(FILE *out, uint64_t bytes);

#endif
