/* SPDX-License-Identifier: MIT */
/* The handlers, one for each op: each family has a folder in verbs/. */
#ifndef FWD_CONTROL_VERBS_H
#define FWD_CONTROL_VERBS_H

#include "daemon/fwd/control/control.h"

#define VERB_AS_DECLARATION(name, text, symbol) int ctl_##symbol(struct ctl_request *request);
OPS(VERB_AS_DECLARATION)

/* The table of them, for control_open. */
ctl_table ctl_verb_of;

#endif
