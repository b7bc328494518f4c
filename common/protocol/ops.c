// SPDX-License-Identifier: MIT
#include "common/protocol/ops.h"

#include <string.h>

#include "common/base/memory.h"

#define AS_NAME(name, text, symbol) [OP_##name] = text,
#define AS_ROW(name, text, symbol)  [OP_##name] = &op_row_##symbol,

static const char *const names[OP_MAX] = {OPS(AS_NAME)};
static const struct op_row *const rows[OP_MAX] = {OPS(AS_ROW)};

#define TAKES_PAGES 16 /* after the OP_TAKES_ bits */

/* Arguments that many ops take, each with its OP_TAKES_ bit. */
static const struct {
	unsigned takes;
	struct op_argument argument;
} shared[] = {
	{TAKES_PAGES,
	 {"offset", VALUE_COUNT, 0, "the number of items before the first one of the page", NULL}},
	{TAKES_PAGES, {"limit", VALUE_COUNT, 0, "at most so many items", NULL}},
	{OP_TAKES_REVISION,
	 {"if_revision", VALUE_REVISION, 0, "refuse if the running policy is of another revision",
	  NULL}},
	{OP_TAKES_CONFIRM,
	 {"confirm", VALUE_TIME, 0, "take the change back after this time, unless it is confirmed",
	  NULL}},
	{OP_TAKES_FORCE,
	 {"force", VALUE_FLAG, 0, "do it even if it cuts somebody off; it must end by itself",
	  NULL}},
	{OP_TAKES_DRY, {"dry_run", VALUE_FLAG, 0, "check everything, but do nothing", NULL}},
};

const char *op_name(enum op op)
{
	return names[op];
}

enum op op_find(const char *name)
{
	for (unsigned op = OP_NONE + 1; op < OP_MAX; op++) {
		if (strcmp(names[op], name) == 0)
			return (enum op)op;
	}
	return OP_NONE;
}

const struct op_row *op_row(enum op op)
{
	return rows[op];
}

static unsigned takes_by_privilege(enum privilege privilege)
{
	switch (privilege) {
	case PRIVILEGE_READ:
		return 0;
	case PRIVILEGE_PREPARE:
	case PRIVILEGE_LIVE:
	case PRIVILEGE_WRITE:
		return OP_TAKES_REVISION;
	case PRIVILEGE_GUARDED:
		return OP_TAKES_REVISION | OP_TAKES_FORCE;
	case PRIVILEGE_SET:
	case PRIVILEGE_CHANGE:
		return OP_TAKES_CHANGE;
	}
	return 0;
}

unsigned op_takes(const struct op_row *row)
{
	return takes_by_privilege(row->privilege) | (row->flags & OP_DRY ? OP_TAKES_DRY : 0) |
	       (op_own_argument(row, "force") ? OP_TAKES_FORCE : 0);
}

const struct op_argument *op_own_argument(const struct op_row *row, const char *key)
{
	for (size_t i = 0; i < OP_MAX_ARGUMENTS && row->arguments[i].key; i++) {
		if (strcmp(row->arguments[i].key, key) == 0)
			return &row->arguments[i];
	}
	return NULL;
}

const struct op_argument *op_argument_at(const struct op_row *row, size_t index)
{
	unsigned takes = op_takes(row) | (row->flags & OP_PAGES ? TAKES_PAGES : 0);
	size_t own = 0;

	while (own < OP_MAX_ARGUMENTS && row->arguments[own].key)
		own++;
	if (index < own)
		return &row->arguments[index];
	index -= own;
	for (size_t i = 0; i < array_size(shared); i++) {
		const struct op_argument *argument = &shared[i].argument;

		if (shared[i].takes & takes && !op_own_argument(row, argument->key) && index-- == 0)
			return argument;
	}
	return NULL;
}

const struct op_argument *op_argument(const struct op_row *row, const char *key)
{
	const struct op_argument *argument;

	for (size_t i = 0; (argument = op_argument_at(row, i)); i++) {
		if (strcmp(argument->key, key) == 0)
			return argument;
	}
	return NULL;
}

enum op_type op_type(const struct op_argument *argument)
{
	switch (argument->kind) {
	case VALUE_COUNT:
	case VALUE_SOME:
	case VALUE_REVISION:
		return OP_COUNT;
	case VALUE_FLAG:
		return OP_BOOL;
	case VALUE_TEXT:
	case VALUE_JSON:
	case VALUE_FIELDS:
	case VALUE_RULE:
	case VALUE_SET:
	case VALUE_LIMIT:
	case VALUE_INTERFACE:
	case VALUE_PREFIX:
	case VALUE_BLOCK:
	case VALUE_FILE:
	case VALUE_TIME:
	case VALUE_STAY:
		break;
	}
	return argument->flags & OP_MANY ? OP_STRINGS : OP_STRING;
}
