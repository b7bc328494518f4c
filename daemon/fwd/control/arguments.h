/* SPDX-License-Identifier: MIT */
/* The arguments of a request, held against the row of its verb. */
#ifndef FWD_CONTROL_ARGUMENTS_H
#define FWD_CONTROL_ARGUMENTS_H

#include "daemon/fwd/control/control.h"

/*
 * Is each argument one that the verb takes, of its type, and is none missing? 0, or a refusal
 * (BAD_REQUEST) that names the first that is wrong.
 */
int ctl_check_args(struct ctl_request *request, const struct ctl_verb *verb);

/* Does its row name it, beyond what all verbs that write take? */
bool ctl_has_arg(const struct ctl_verb *verb, const char *name);

#endif
