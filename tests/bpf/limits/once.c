// SPDX-License-Identifier: MIT
#include "tests/bpf/limits/once.h"

#include <linux/bpf.h>

#include "tests/bpf/lib/bans.h"

void once_begin(struct test *test, const char *policy)
{
	use(test, policy);
	rest(test);
	read_bans(test);
}

void once_check_burst(struct test *test, unsigned count, const struct row *within,
		      const struct row *over)
{
	for (unsigned i = 0; i < count; i++)
		check_row(test, within);
	check_row(test, over);
}

void once_check_canary(struct test *test, const char *name, const struct frame *frame,
		       unsigned count)
{
	const enum fw_outcome outcome = test->config->enforce ? DROP : WOULD_DROP;
	const struct row within = {name, *frame, PASS, FW_REASON_WITHIN_LIMIT, "r", "c"};
	const struct row over = {name, *frame, outcome, FW_REASON_OVER_LIMIT, "r", "c"};

	once_check_burst(test, count, &within, &over);
}

struct fw_limit_stats once_stats(struct test *test)
{
	struct fw_limit_stats stats = {0};

	datapath_limit_stats(test->dp, limit_slot(test, "l"), &stats);
	return stats;
}

struct frame once_piece(unsigned offset)
{
	struct frame frame = fragment4(proto(v4(), 17), offset, true, 4);

	return payload(offset ? frame : udp(frame, 1, 2), 16, 0);
}
