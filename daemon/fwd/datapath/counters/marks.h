/* SPDX-License-Identifier: MIT */
/* Marks of counters, when slots change hands. */
#ifndef FWD_MARKS_H
#define FWD_MARKS_H

struct datapath;
struct policy;

/* Slots with a new name, for which the earlier values of their counters are meaningless. */
void marks_forget(struct datapath *dp, const struct policy *policy);

#endif
