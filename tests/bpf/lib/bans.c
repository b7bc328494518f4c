// SPDX-License-Identifier: MIT
#include "tests/bpf/lib/bans.h"

static void take(void *userdata, const struct fw_ban *ban)
{
	struct bans *bans = userdata;

	bans->last = *ban;
	bans->count++;
}

/* The ring is read from where it was left: a source of its own each time sees only what is new. */
struct bans read_bans(struct test *test)
{
	struct ban_source *source = NULL;
	struct bans bans = {0};

	if (ban_source_open(test->dp, take, &bans, &source) < 0)
		check(test, false, "the ring of bans", "cannot be opened");
	else
		ban_source_consume(source);
	ban_source_close(source);
	return bans;
}
