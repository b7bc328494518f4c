/* SPDX-License-Identifier: MIT */
/*
 * The audit: all writes with author, arguments and result, also refused ones. A JSON object a line,
 * in audit.jsonl of the state folder (older lines in audit.jsonl.1 to .3), and in the journal.
 */
#ifndef FWD_AUDIT_H
#define FWD_AUDIT_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/fwd/history/actor.h"

struct audit_entry {
	const struct actor *actor;
	const char *command; /* with its arguments, shortened */
	const char *result;  /* "ok", or the name of an error */
	const char *message; /* the error; NULL: none */
	uint64_t revision_before;
	uint64_t revision;
};

/*
 * Write an entry into the log of a state folder (a descriptor; -1: there is none) with one write,
 * and into the journal, if there is one. 0, or the error of writing the log.
 */
int audit_write(int folder, const struct audit_entry *entry);

/*
 * An entry in one line of text, for a log: of the message its first line that is not a warning,
 * which is the reason of the failure. Allocated; NULL: no memory.
 */
char *audit_text(const struct audit_entry *entry);

/* Put the last `limit` entries into a list, newest first; bytes: about so many at most. */
void audit_read(int folder, size_t limit, size_t bytes, cJSON *list);

#endif
