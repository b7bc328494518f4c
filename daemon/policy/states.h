/* SPDX-License-Identifier: MIT */
/*
 * What the prefixes that cover an address say together, as a state. A prefix of a
 * group leads from one state to another; the same step leads to the same state, whose
 * row is then known. State 0 is below all prefixes.
 */
#ifndef FWD_STATES_H
#define FWD_STATES_H

#include <stddef.h>
#include <stdint.h>

#define NO_ROW UINT32_MAX

struct step {
	uint32_t from;
	uint32_t group;
	uint32_t to; /* 0: free, as nothing leads to the first state */
};

struct states {
	uint32_t *rows; /* by state; NO_ROW: not made yet */
	uint32_t count;
	struct step *steps; /* open addressing, never more than half full */
	size_t size;
};

/* A state that nothing leads to yet: its number, or -ENOMEM. */
int states_add(struct states *states);

/* The state behind a step, made if need be: its number, or -ENOMEM. */
int states_after(struct states *states, uint32_t from, uint32_t group);

void states_clear(struct states *states);

#endif
