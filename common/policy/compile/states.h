/* SPDX-License-Identifier: MIT */
/*
 * The combined effect of the prefixes that cover an address, as a state. A prefix of a
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

/* A state: the step that led to it, and its row; NO_ROW: not made yet. */
struct table_state {
	uint32_t from;
	uint32_t group;
	uint32_t row;
};

struct states {
	struct table_state *list;
	uint32_t count;
	struct step *steps; /* open addressing, never more than half full */
	size_t size;
	size_t used;
};

/* The first state: 0, or -ENOMEM. */
int states_begin(struct states *states);

/*
 * The state after a step, created if necessary: its number, or -ENOMEM. A group that the state
 * already has leads to the same state.
 */
int states_after(struct states *states, uint32_t from, uint32_t group);

/* 0 or -ENOMEM. */
int states_copy(const struct states *states, struct states *ret);

void states_clear(struct states *states);

#endif
