// SPDX-License-Identifier: MIT
/* The states of a change (transaction.h), where neither datapath nor model has a say. */
#include <criterion/criterion.h>

#include "daemon/fwd/transaction/transaction_internal.h"

struct bench {
	sd_event *loop;
	struct transaction *transaction;
	unsigned reported; /* the status line */
};

static void count(void *userdata)
{
	struct bench *bench = userdata;

	bench->reported++;
}

static void bench_start(struct bench *bench)
{
	const struct transaction_options options = {0};
	const struct transaction_hooks hooks = {.userdata = bench, .status = count};
	struct errors errs = {0};

	*bench = (struct bench){0};
	cr_assert(sd_event_new(&bench->loop) >= 0);
	cr_assert_eq(transaction_new(&options, &hooks, &bench->transaction), 0);
	cr_assert_eq(transaction_open(bench->transaction, bench->loop, NULL, NULL, NULL, &errs), 0);
}

static void bench_stop(struct bench *bench)
{
	transaction_free(bench->transaction);
	sd_event_unref(bench->loop);
}

static void expect_state(const struct bench *bench, enum transaction_state state,
			 enum transaction_state last)
{
	cr_expect_eq(transaction_state(bench->transaction), state, "%d",
		     transaction_state(bench->transaction));
	cr_expect_eq(bench->transaction->pending.last, last, "%d",
		     bench->transaction->pending.last);
}

static bool is_clock_on(const struct bench *bench)
{
	int on = SD_EVENT_OFF;

	cr_assert(sd_event_source_get_enabled(bench->transaction->pending.timer, &on) >= 0);
	return on != SD_EVENT_OFF;
}

Test(states, a_change_for_good_leaves_none)
{
	struct change change = {0};
	struct errors errs = {0};
	struct bench bench;

	bench_start(&bench);
	expect_state(&bench, TRANSACTION_IDLE, TRANSACTION_IDLE);
	transaction_end(bench.transaction);
	expect_state(&bench, TRANSACTION_IDLE, TRANSACTION_IDLE);
	cr_expect_eq(transaction_begin(bench.transaction, &change, &errs), 0);
	expect_state(&bench, TRANSACTION_CANDIDATE, TRANSACTION_IDLE);
	transaction_end(bench.transaction);
	expect_state(&bench, TRANSACTION_IDLE, TRANSACTION_IDLE);
	bench_stop(&bench);
}

Test(states, what_waits_has_a_clock_until_it_is_settled)
{
	static const enum transaction_state ends[] = {TRANSACTION_CONFIRMED, TRANSACTION_REVERTED};
	struct change change = {0};
	struct errors errs = {0};
	struct bench bench;

	bench_start(&bench);
	bench.transaction->running = true;
	for (size_t i = 0; i < 2; i++) {
		bench.transaction->pending.marker.deadline = clock_ns() + 3600 * NS_PER_SECOND;
		transaction_begin(bench.transaction, &change, &errs);
		transaction_enter(bench.transaction, TRANSACTION_GUARDED);
		cr_expect(!is_clock_on(&bench));
		transaction_enter(bench.transaction, TRANSACTION_ACTIVE);
		cr_expect(is_clock_on(&bench) && bench.reported == i + 1);
		/* Other requests leave it alone. */
		transaction_begin(bench.transaction, &change, &errs);
		transaction_end(bench.transaction);
		cr_expect_eq(transaction_state(bench.transaction), TRANSACTION_ACTIVE);
		transaction_enter(bench.transaction, ends[i]);
		expect_state(&bench, ends[i], ends[i]);
		cr_expect(!is_clock_on(&bench));
		/* How it ended is known after others, too. */
		transaction_begin(bench.transaction, &change, &errs);
		transaction_end(bench.transaction);
		expect_state(&bench, TRANSACTION_IDLE, ends[i]);
	}
	bench_stop(&bench);
}

Test(states, a_start_can_find_one)
{
	struct bench bench;

	bench_start(&bench);
	transaction_enter(bench.transaction, TRANSACTION_REVERTED);
	expect_state(&bench, TRANSACTION_REVERTED, TRANSACTION_REVERTED);
	cr_expect_eq(bench.transaction->pending.settled_ns, 0, "before this fwd");
	bench_stop(&bench);
}
