/* SPDX-License-Identifier: MIT */
/* Revisions by time: "@yesterday 14:00" is the one that was running then. */
#ifndef FWCTL_MOMENT_H
#define FWCTL_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/core/cli.h"

/*
 * A time in words: "2026-11-21T14:00" (local, or with Z or +01:00), "2026-11-21" (its beginning),
 * "14:00" (today), "yesterday", "yesterday 14:00", "today 14:00", "2h ago". A date and a time can
 * have a space between them; seconds can follow. "yesterday" is 24 hours ago.
 * now, *ret: ms since 1970; without a fraction, the last ms of the second. Returns 0 or -EINVAL.
 */
int moment_parse(const char *text, int64_t now, int64_t *ret);

/*
 * The revision for "12", "@TIME" or, if is_time, "TIME". For a time: the last one that became
 * active before it. -1 after cli_fail.
 */
int moment_revision(struct cli *cli, const char *word, bool is_time, double *ret);

#endif
