/* SPDX-License-Identifier: MIT */
/* Checks of single words of a command line that need no request to fwd. */
#ifndef FWCTL_VALUE_H
#define FWCTL_VALUE_H

#include "cli/core/cli.h"
#include "cli/grammar/grammar.h"

/* Is a value valid for its argument or option? Returns 0, or -1 after cli_fail (a usage error). */
int value_check(struct cli *cli, const struct parameter *parameter, const char *value);

#endif
