/* SPDX-License-Identifier: MIT */
/* The texts of --help, from the grammar. */
#ifndef FWCTL_HELP_H
#define FWCTL_HELP_H

#include "cli/grammar/call.h"

/* The help of the verb, else of the object, else of fwctl. */
void help_print(FILE *out, const struct call *call);

#endif
