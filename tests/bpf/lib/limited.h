/* SPDX-License-Identifier: MIT */
/* One limit, and how many packets pass, by a clock that moves only when it is set. */
#ifndef FWD_TEST_LIMITED_H
#define FWD_TEST_LIMITED_H

#include "tests/bpf/lib/harness.h"

#define MILLISECOND 1000000ULL

/* How many of so many runs pass. */
unsigned passes(struct test *test, const struct frame *frame, unsigned times);

/* All buckets are full again, and an hour begins. */
void rest(struct test *test);

/* A policy of one rule, "limited", for UDP, whose limit, "some", has these fields. Its buckets are full. */
void limited(struct test *test, const char *limit);

/* A UDP packet from one of 65536 sources. */
struct frame source(unsigned number);

#endif
