/* SPDX-License-Identifier: MIT */
/* The handlers, one for each op: each family is one file, named as fwctl's file of the same verbs. */
#ifndef FWD_CONTROL_VERBS_H
#define FWD_CONTROL_VERBS_H

#include "daemon/fwd/control/control.h"

#define VERB_AS_DECLARATION(name, text, symbol) int ctl_##symbol(struct ctl_request *request);
OPS(VERB_AS_DECLARATION)

#endif
