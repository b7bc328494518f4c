// SPDX-License-Identifier: MIT
/* The rows of the table of ops, and what readers may. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "tests/unit/control/served.h"

/* Each argument is there once, and can be explained. */
static void check_row(enum op op)
{
	const struct op_row *row = op_row(op);

	cr_expect(row->help && *row->help, "%s", op_name(op));
	for (size_t i = 0; i < OP_MAX_ARGUMENTS && row->arguments[i].key; i++) {
		const struct op_argument *argument = &row->arguments[i];

		cr_expect(op_argument(row, argument->key) == argument, "%s: two of %s", op_name(op),
			  argument->key);
		cr_expect(argument->help && *argument->help, "%s: %s", op_name(op), argument->key);
	}
}

/* Every row of the table: named once, an implementation, sane arguments. */
Test(rows, table)
{
	const struct ctl_verb *verb;

	for (unsigned op = OP_NONE + 1; op < OP_MAX; op++) {
		verb = ctl_verb_of((enum op)op);
		cr_expect(verb->handler && verb->row == op_row((enum op)op), "%s", verb->op);
		cr_expect(op_find(verb->op) == op, "%s is there twice", verb->op);
		check_row((enum op)op);
	}
	cr_expect(op_find("rule") == OP_NONE);
}

/* What readers may: a new verb is here on purpose, or for writers only. */
static const char *const for_readers[] = {
	"version",   "status",	   "stats",    "history",  "audit",	 "text",       "rule.list",
	"rule.show", "set.list",   "set.show", "set.test", "limit.list", "limit.show", "blocks",
	"find",	     "iface.list", "monitor",  "lockout",  "explain",	 "try.status",
};

static bool is_for_readers(const char *op)
{
	for (size_t i = 0; i < array_size(for_readers); i++) {
		if (strcmp(for_readers[i], op) == 0)
			return true;
	}
	return false;
}

/* Every verb that writes refuses who may only read, whatever the arguments. */
Test(rows, readers_cannot_write)
{
	const struct ctl_verb *verb;
	struct served served;
	unsigned refused = 0;
	char body[128];
	int fd;

	served_start(&served);
	fd = served_connect(&served);
	served.control->clients->access = ACCESS_READ;
	for (unsigned op = OP_NONE + 1; op < OP_MAX; op++) {
		verb = ctl_verb_of((enum op)op);
		cr_expect((verb->row->privilege == PRIVILEGE_READ) == is_for_readers(verb->op),
			  "%s", verb->op);
		if (is_for_readers(verb->op))
			continue;
		snprintf(body, sizeof(body), "{\"op\":\"%s\",\"args\":{\"if_revision\":0}}",
			 verb->op);
		served_say(&served, fd, body);
		expect_reply(served_hear(&served, fd), "permission", "fwd-admin");
		refused++;
	}
	cr_expect(refused >= 15, "%u", refused);
	/* And it is no matter of the connection: for a writer they are taken. */
	served.control->clients->access = ACCESS_WRITE;
	served_say(&served, fd, "{\"op\":\"unblock\",\"args\":{\"prefix\":\"::1\"}}");
	expect_reply(served_hear(&served, fd), "ok", NULL);
	close(fd);
	served_stop(&served);
}
