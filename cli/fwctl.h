/* SPDX-License-Identifier: MIT */
#ifndef FWCTL_FWCTL_H
#define FWCTL_FWCTL_H

#include <stdio.h>

/* All of fwctl except the process around it. Returns the exit code. */
int cli_main(int argc, char **argv, FILE *out, FILE *err);

#endif
