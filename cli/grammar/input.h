/* SPDX-License-Identifier: MIT */
/* What fwctl reads in addition to its command line: JSON arguments and lists of prefixes. */
#ifndef FWCTL_INPUT_H
#define FWCTL_INPUT_H

#include "cli/core/cli.h"
#include "cli/grammar/call.h"
#include "common/base/prefix/prefix.h"

/*
 * A JSON argument: "-" is what stdin holds, "@FILE" what the file holds (malloced, in *ret);
 * for anything else *ret is as before. -1 after cli_fail.
 */
int input_argument(struct cli *cli, const char *word, char **ret);

/*
 * Prefixes from a stream, one or more a line; "#" begins a comment. All that is
 * wrong is reported in one run, with its line. name is shown in places. -1 after cli_fail.
 */
int input_prefixes(struct cli *cli, FILE *in, const char *name, struct prefix_list *ret);

/* Prefixes of an argument that may be many: the words, or stdin if the only one is "-". */
int input_prefix_argument(struct cli *cli, const struct call *call, struct prefix_list *ret);

/* Prefixes from words of the command line. */
int input_prefix_words(struct cli *cli, const char *const *words, size_t count,
		       struct prefix_list *ret);

#endif
