// SPDX-License-Identifier: MIT
#include "common/policy/compile/states.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

static int states_add(struct states *states, uint32_t from, uint32_t group)
{
	struct table_state *state = array_grow(&states->list, states->count, sizeof(*state));

	if (!state)
		return -ENOMEM;
	*state = (struct table_state){from, group, NO_ROW};
	return (int)states->count++;
}

int states_begin(struct states *states)
{
	return states_add(states, 0, 0);
}

static bool is_in(const struct states *states, uint32_t state, uint32_t group)
{
	for (; state; state = states->list[state].from)
		if (states->list[state].group == group)
			return true;
	return false;
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

	if (2 * states->used >= states->size && steps_grow(states) < 0)
		return -ENOMEM;
	step = step_place(states, from, group);
	if (step->to)
		return (int)step->to;
	state = is_in(states, from, group) ? (int)from : states_add(states, from, group);
	if (state > 0) {
		*step = (struct step){from, group, (uint32_t)state};
		states->used++;
	}
	return state;
}

int states_copy(const struct states *states, struct states *ret)
{
	struct states copy = {.size = states->size, .used = states->used};

	copy.steps = malloc((states->size + 1) * sizeof(*copy.steps));
	for (uint32_t i = 0; i < states->count; i++) {
		struct table_state *state = array_grow(&copy.list, copy.count, sizeof(*state));

		if (!state)
			break;
		*state = states->list[i];
		copy.count++;
	}
	if (!copy.steps || copy.count < states->count) {
		states_clear(&copy);
		return -ENOMEM;
	}
	if (states->size)
		memcpy(copy.steps, states->steps, states->size * sizeof(*copy.steps));
	*ret = copy;
	return 0;
}

void states_clear(struct states *states)
{
	free(states->list);
	free(states->steps);
	*states = (struct states){0};
}
