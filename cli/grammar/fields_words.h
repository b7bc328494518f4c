/* SPDX-License-Identifier: MIT */
/* Fields to change, as words: match.dport=443 comment= rate=10/s */
#ifndef FWCTL_FIELDS_WORDS_H
#define FWCTL_FIELDS_WORDS_H

#include "cli/grammar/call.h"

/*
 * Join the words from argument `at` on to one text of JSON: an object as it is given, or one made
 * of FIELD=VALUE words. A dot leads into an object. VALUE is JSON if it can be parsed as JSON, else
 * a string; an empty one is null, which removes the field. -1 after cli_fail.
 */
int fields_load(struct cli *cli, struct call *call, size_t at);

#endif
