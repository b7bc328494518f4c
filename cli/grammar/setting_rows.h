/* SPDX-License-Identifier: MIT */
/* The options of fwctl itself, for every verb or for many, as rows of a table. */
#ifndef FWCTL_SETTING_ROWS_H
#define FWCTL_SETTING_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/core/settings.h"

struct setting {
	const char *name;
	char letter;		  /* 0: none */
	const char *label;	  /* of its value; NULL: it takes none */
	const char *const *words; /* that the value can be; or NULL */
	const char *env;	  /* environment variable, or NULL */
	unsigned takes;		  /* OP_TAKES_ bit of the verbs that use it; 0: all */
	const char *use;	  /* these verbs in words; NULL: all */
	/* Returns NULL, or the error of the value. */
	const char *(*set)(struct settings *settings, const char *value);
	const char *help;
};

/* Row by number, NULL after the last. */
const struct setting *setting_at(size_t index);

struct verb;

/* Is it an option of this verb (NULL: of any)? */
bool setting_suits(const struct setting *setting, const struct verb *verb);

/* Values before the command line is read: defaults, then the environment. */
struct settings settings_default(void);

#endif
