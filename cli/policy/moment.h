/* SPDX-License-Identifier: MIT */
/* Revisions by when they ran: "@yesterday 14:00" is the one that ran then. */
#ifndef FWCTL_MOMENT_H
#define FWCTL_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/core/cli.h"

/*
 * A time in words: "2026-11-21T14:00" (local; with Z or +01:00: there), "2026-11-21" (its
 * beginning), "14:00" (today), "yesterday", "yesterday 14:00", "today 14:00", "2h ago". A date and a
 * time can have a space between them; seconds can follow. "yesterday" is 24 hours ago.
 * now, *ret: ms since 1970; without a fraction, the last one of the second. -EINVAL.
 */
int moment_parse(const char *text, int64_t now, int64_t *ret);

/*
 * The revision that "12", "@TIME" or, if is_time, "TIME" means: of a time, the last one that became
 * active before it. -1 after cli_fail.
 */
int moment_revision(struct cli *cli, const char *word, bool is_time, double *ret);

#endif
