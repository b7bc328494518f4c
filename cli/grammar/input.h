/* SPDX-License-Identifier: MIT */
/* Input in addition to the command line: JSON arguments and lists of prefixes. */
#ifndef FWCTL_INPUT_H
#define FWCTL_INPUT_H

#include "cli/core/cli.h"
#include "cli/grammar/call.h"
#include "common/base/prefix/prefix.h"

/*
 * A JSON argument: "-" reads stdin, "@FILE" the file (malloced, in *ret); for anything else *ret
 * is not touched. -1 after cli_fail.
 */
int input_argument(struct cli *cli, const char *word, char **ret);

/*
 * Prefixes from a stream, one or more a line; "#" begins a comment. All errors are
 * reported in one run, with their lines. name is shown in places. -1 after cli_fail.
 */
int input_prefixes(struct cli *cli, FILE *in, const char *name, struct prefix_list *ret);

/* Prefixes of an argument that takes many: the words, or stdin if the only word is "-". */
int input_prefix_argument(struct cli *cli, const struct call *call, struct prefix_list *ret);

/* Prefixes from words of the command line. */
int input_prefix_words(struct cli *cli, const char *const *words, size_t count,
		       struct prefix_list *ret);

#endif
