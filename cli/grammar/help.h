/* SPDX-License-Identifier: MIT */
/* --help of everything, from the grammar. */
#ifndef FWCTL_HELP_H
#define FWCTL_HELP_H

#include "cli/grammar/call.h"

/* Of the verb, else of the object, else of fwctl. */
void help_print(FILE *out, const struct call *call);

#endif
