/* SPDX-License-Identifier: MIT */
/* Writes errors to the log: those of the config with their place and line, others as one line. */
#ifndef FWD_ERRORS_LOG_H
#define FWD_ERRORS_LOG_H

#include "common/base/errors/errors.h"

/* For the edges: main, timers, signals. An empty list logs nothing. */
void errors_log(const struct errors *errs);

#endif
