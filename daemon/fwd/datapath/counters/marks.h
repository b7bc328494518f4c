/* SPDX-License-Identifier: MIT */
/* Marks of counters, when slots change hands. */
#ifndef FWD_MARKS_H
#define FWD_MARKS_H

struct datapath;
struct policy;

/* Slots that change hands: what their counters were is of no use to the next name. */
void marks_forget(struct datapath *dp, const struct policy *policy);

#endif
