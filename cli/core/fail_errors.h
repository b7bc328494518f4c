/* SPDX-License-Identifier: MIT */
/* Errors with places (common/base/errors/errors.h) that end a run. */
#ifndef FWCTL_FAIL_ERRORS_H
#define FWCTL_FAIL_ERRORS_H

#include "cli/core/cli.h"
#include "common/base/errors/errors.h"

/* Fail with a list of errors; its text is the message. Clears errs, returns -1. */
int cli_fail_errors(struct cli *cli, enum wire_error error, struct errors *errs);

#endif
