/* SPDX-License-Identifier: MIT */
/* What verbs do unless their row has its own function. */
#ifndef FWCTL_RUN_H
#define FWCTL_RUN_H

#include "cli/grammar/call.h"

/* Request the verb's op with the call's values, and print the result. */
int run_request(struct cli *cli, const struct call *call);

/* The same for a list that comes in pages: all of them, as one list. */
int run_list(struct cli *cli, const struct call *call);

#endif
