/* SPDX-License-Identifier: MIT */
/* The words of a command line, one by one: what can be seen to be wrong before fwd is asked. */
#ifndef FWCTL_VALUE_H
#define FWCTL_VALUE_H

#include "cli/core/cli.h"
#include "cli/grammar/grammar.h"

/* Does a value suit its argument or option? Returns 0, or -1 after cli_fail (a usage error). */
int value_check(struct cli *cli, const struct parameter *parameter, const char *value);

#endif
