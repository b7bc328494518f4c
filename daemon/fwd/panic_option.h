/* SPDX-License-Identifier: MIT */
#ifndef FWD_PANIC_OPTION_H
#define FWD_PANIC_OPTION_H

#include "daemon/fwd/options/options.h"

/* --panic: write it into the pinned datapath, without starting. Returns the exit code. */
int panic_run(const struct options *options);

#endif
