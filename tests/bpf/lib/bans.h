/* SPDX-License-Identifier: MIT */
/* What the datapath reports of keys that are over a limit that blocks. */
#ifndef FWD_TEST_BANS_H
#define FWD_TEST_BANS_H

#include "tests/bpf/lib/harness.h"

struct bans {
	struct fw_ban last;
	uint64_t count;
};

/* All since the last call. */
struct bans read_bans(struct test *test);

#endif
