// SPDX-License-Identifier: MIT
/* All that fwctl can do. docs/adding-a-verb.md tells how a row comes here. */
#include "cli/grammar/grammar.h"

#include <string.h>

#include "cli/grammar/verb_groups.h"
#include "common/base/memory.h"

static const struct object objects[] = {
	{"rule", "the rules of the running policy", NULL},
	{"set", "named groups of prefixes", NULL},
	{"limit", "rates that rules refer to", NULL},
	{"iface", "the interfaces that fwd filters", "interface"},
	{"defaults", "what holds where no rule decides", NULL},
	{"panic", "open or close everything at once, for a time", NULL},
	{"stats", "where its figures count from", NULL},
	{"blocks", "end many of them at once", NULL},
};

static const struct verb_group *const groups[] = {
	&verbs_watch,
	&verbs_policy,
	&verbs_edit,
	&verbs_more,
};

const struct verb *verb_at(size_t index)
{
	for (size_t i = 0; i < array_size(groups); i++) {
		if (index < groups[i]->count)
			return &groups[i]->verbs[index];
		index -= groups[i]->count;
	}
	return NULL;
}

const struct object *object_at(size_t index)
{
	return index < array_size(objects) ? &objects[index] : NULL;
}

bool verb_takes(const struct verb *verb, unsigned bits)
{
	return !verb || (verb->takes & bits) == bits;
}

const struct verb *verb_find(const char *object, const char *name)
{
	const struct verb *verb;

	for (size_t i = 0; (verb = verb_at(i)); i++) {
		if (!verb->object == !object && (!object || strcmp(verb->object, object) == 0) &&
		    strcmp(verb->name, name) == 0)
			return verb;
	}
	return NULL;
}

const struct object *object_find(const char *name)
{
	for (size_t i = 0; i < array_size(objects); i++) {
		if (strcmp(objects[i].name, name) == 0 ||
		    (objects[i].alias && strcmp(objects[i].alias, name) == 0))
			return &objects[i];
	}
	return NULL;
}

const struct object *verb_as_object(const struct verb *verb)
{
	return verb->object ? NULL : object_find(verb->name);
}

const struct verb *object_as_verb(const struct object *object)
{
	return verb_find(NULL, object->name);
}
