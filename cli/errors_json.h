/* SPDX-License-Identifier: MIT */
/* Errors with places (common/errors.h) as what ends a run, and as JSON like fwd's own. */
#ifndef FWCTL_ERRORS_JSON_H
#define FWCTL_ERRORS_JSON_H

#include "cli.h"
#include "errors.h"

/* Append to a list of objects: severity, file, line, column, code, message, excerpt. */
void errors_json(const struct errors *errs, cJSON *list);

/* Fail with a list of errors; its text is the message. Clears errs, returns -1. */
int cli_fail_errors(struct cli *cli, enum wire_error error, struct errors *errs);

#endif
