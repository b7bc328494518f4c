/* SPDX-License-Identifier: MIT */
/* The arguments of a request, checked against the row of its op. */
#ifndef FWD_CONTROL_ARGUMENTS_H
#define FWD_CONTROL_ARGUMENTS_H

#include "daemon/fwd/control/control.h"

/*
 * Is each argument one that the op takes, of its type, and is none missing? 0, or a refusal
 * (BAD_REQUEST) that names the first that is wrong.
 */
int ctl_check_args(struct ctl_request *request, const struct ctl_verb *verb);

#endif
