/* SPDX-License-Identifier: MIT */
/* What rules of random policies match. */
#ifndef FWD_TEST_RANDOM_MATCH_H
#define FWD_TEST_RANDOM_MATCH_H

#include <stdio.h>

#include "tests/bpf/random/random.h"

#define SETS	  5 /* s0 to s2 have elements, s3 and s4 are live */
#define LIVE_SETS 3 /* the first of these */

/* A list of prefixes; family: 4, 6, or 0 for both. */
void write_prefixes(FILE *out, struct random *random, int family, unsigned count);

/* The members of "match". */
void write_match(FILE *out, struct random *random);

#endif
