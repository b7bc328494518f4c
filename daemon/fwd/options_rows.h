/* SPDX-License-Identifier: MIT */
/* The options of fwd, a row each; inside options. */
#ifndef FWD_OPTIONS_ROWS_H
#define FWD_OPTIONS_ROWS_H

#include <stddef.h>

#include "daemon/fwd/options.h"

#define FWD_STATEDIR	"/var/lib/fwd"
#define MAX_OPTION_ROWS 32

struct option_row {
	const char *name;
	int letter;	      /* short option, or 0 */
	const char *argument; /* what --help calls it; NULL: takes none */
	const char *env;      /* NULL: only on the command line */
	/* Returns NULL, or what is wrong with the value. */
	const char *(*set)(struct options *options, const char *value);
	const char *help;
};

extern const struct option_row option_rows[];
extern const size_t option_row_count;

#endif
