/* SPDX-License-Identifier: MIT */
/* A test that several processes share, each with a datapath of its own. */
#ifndef FWD_TEST_HELPED_H
#define FWD_TEST_HELPED_H

#include "tests/bpf/lib/harness.h"

typedef void helped_run(struct test *test, void *userdata);

/* Run it here and in so many other processes; userdata is what they share (a shared mapping). */
void helped(struct test *test, unsigned count, helped_run *share, void *userdata);

#endif
