/* SPDX-License-Identifier: MIT */
/* The part of the periodic summary on interfaces and events. */
#ifndef FWD_INTERFACE_SUMMARY_H
#define FWD_INTERFACE_SUMMARY_H

#include <stdio.h>

#include "daemon/fwd/datapath/counters/counters.h"

struct interface_summary;

/* Store the current counters. NULL: no memory. */
struct interface_summary *interface_summary_new(const struct datapath *dp);
/* NULL is allowed; returns NULL. */
struct interface_summary *interface_summary_free(struct interface_summary *summary);

/*
 * Write a line for each interface, and one about events if some were lost:
 *	summary of 60 s: eth0 passed 1234 (1.2 MB), dropped 3 (180 B: blocked 2, rule 1)
 * Returns the seconds.
 */
unsigned interface_summary_write(struct interface_summary *summary, const struct datapath *dp,
				 FILE *out);

/* A number of bytes for people: "1.2 MB". */
void summary_put_bytes(FILE *out, uint64_t bytes);

#endif
