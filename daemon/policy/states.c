// SPDX-License-Identifier: MIT
#include "states.h"

#include <errno.h>
#include <stdlib.h>

#include "memory.h"

int states_add(struct states *states)
{
	uint32_t *row = array_grow(&states->rows, states->count, sizeof(*row));

	if (!row)
		return -ENOMEM;
	*row = NO_ROW;
	return (int)states->count++;
}

static struct step *step_place(const struct states *states, uint32_t from, uint32_t group)
{
	uint64_t hash = ((uint64_t)from << 32 | group) * 0x9e3779b97f4a7c15ULL;
	size_t place = (size_t)(hash >> 32) & (states->size - 1);

	while (states->steps[place].to &&
	       (states->steps[place].from != from || states->steps[place].group != group))
		place = (place + 1) & (states->size - 1);
	return &states->steps[place];
}

static int steps_grow(struct states *states)
{
	struct states grown = {.size = states->size ? 2 * states->size : 64};

	grown.steps = calloc(grown.size, sizeof(*grown.steps));
	if (!grown.steps)
		return -ENOMEM;
	for (size_t i = 0; i < states->size; i++)
		if (states->steps[i].to)
			*step_place(&grown, states->steps[i].from, states->steps[i].group) =
				states->steps[i];
	free(states->steps);
	states->steps = grown.steps;
	states->size = grown.size;
	return 0;
}

int states_after(struct states *states, uint32_t from, uint32_t group)
{
	struct step *step;
	int state;

	if (2 * (size_t)states->count >= states->size && steps_grow(states) < 0)
		return -ENOMEM;
	step = step_place(states, from, group);
	if (step->to)
		return (int)step->to;
	state = states_add(states);
	if (state > 0)
		*step = (struct step){from, group, (uint32_t)state};
	return state;
}

void states_clear(struct states *states)
{
	free(states->rows);
	free(states->steps);
	*states = (struct states){0};
}
