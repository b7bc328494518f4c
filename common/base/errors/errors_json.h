/* SPDX-License-Identifier: MIT */
/* Errors with places as JSON: the same in replies of fwd and in errors of fwctl. */
#ifndef FWD_ERRORS_JSON_H
#define FWD_ERRORS_JSON_H

#include <cjson/cJSON.h>

#include "common/base/errors/errors.h"

/* Append an object for each to a list: severity, file, line, column, code, message, excerpt. */
void errors_json(const struct errors *errs, cJSON *list);

#endif
