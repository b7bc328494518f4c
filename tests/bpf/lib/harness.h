/* SPDX-License-Identifier: MIT */
/*
 * Tests of the BPF programs: a packet in, a verdict out, through
 * BPF_PROG_TEST_RUN on a datapath of our own (nothing pinned or attached).
 *
 * A test is a row: a frame, what becomes of it, why, and by which rule. A row
 * is explained first, which must leave no trace, then run: the counters report
 * the reason. Both must say what the row says.
 */
#ifndef FWD_TEST_HARNESS_H
#define FWD_TEST_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/memory.h"
#include "common/policy/compile/policy.h"
#include "daemon/fwd/datapath/attach/attachments.h"
#include "daemon/fwd/datapath/buckets/limit_state.h"
#include "daemon/fwd/datapath/counters/counters.h"
#include "daemon/fwd/datapath/datapath.h"
#include "daemon/fwd/datapath/explain/explain.h"
#include "daemon/fwd/datapath/explain/testing.h"
#include "daemon/fwd/datapath/generation/generation.h"
#include "daemon/fwd/datapath/panic/panic_switch.h"
#include "daemon/fwd/datapath/trial/trial.h"
#include "daemon/fwd/live/live.h"
#include "tests/bpf/lib/frames.h"

#define SECOND 1000000000ULL

struct test {
	struct datapath *dp;
	struct fw_state *state; /* mapped */
	struct ring_buffer *ring;
	struct config *config; /* of the policy in use */
	struct policy *policy;
	const char *group;
	int ifindex; /* where frames come in: loopback (none of ours) unless changed */
	int wan;     /* interfaces of our own network namespace */
	int lan;
	struct fw_event *events; /* read from the ring */
	size_t event_count;
	unsigned passed;
	unsigned failed;
	unsigned skipped;
	uint64_t seed; /* options */
	uint64_t packets;
	unsigned switches;
	unsigned milliseconds; /* that two CPUs fight for a bucket */
};

struct row {
	const char *name;
	struct frame frame;
	enum fw_outcome outcome;
	enum fw_reason reason;
	const char *rule; /* that decided, or NULL */
	const char *also; /* rules that count it on the way (log, canary, limit), or NULL */
	const char *way;  /* limits that went on, in their order, or NULL */
	bool follows;	  /* the rule is that of the first fragment, and does not count this one */
};
#define PASS	   FW_OUTCOME_PASS
#define DROP	   FW_OUTCOME_DROP
#define WOULD_DROP FW_OUTCOME_WOULD_DROP
#define TX	   FW_OUTCOME_TX
#define WOULD_TX   FW_OUTCOME_WOULD_TX

extern const char *const reason_names[FW_REASON_MAX];
extern const char *const outcome_names[FW_OUTCOME_MAX];

/* Open a datapath of our own, with the clock of tests or the real one. 0 or a negative errno. */
int test_open(struct test *test, bool test_clock);
void test_close(struct test *test);

/* Map the state and open the ring of test->dp, which a test opened by itself. */
int test_attach_maps(struct test *test);

/* ---- policies ---- */

/*
 * Read, compile and apply a config, in which ' stands for ". False: it was
 * refused, which is counted as a failed test and reported.
 */
bool use(struct test *test, const char *json);

/* Put a policy next to the one in use, compiled with its names. False: refused, and reported. */
bool stage(struct test *test, const char *json, enum fw_image_place place);

/* The steps before apply. previous may be NULL. False: refused; then nothing is given. */
bool compile(const char *json, const struct slots *previous, struct config **ret_config,
	     struct policy **ret_policy, struct errors *errs);

/* Slots by name, in the policy in use. */
unsigned rule_slot(const struct test *test, const char *id);
unsigned limit_slot(const struct test *test, const char *name);

/* ---- rows ---- */

void check_row(struct test *test, const struct row *row);
void check_rows(struct test *test, const struct row *rows, size_t count);
#define CHECK_ROWS(test, rows) check_rows((test), (rows), array_size(rows))

/* Other statements: counted as a test; a failed one is reported with the rest as its reason. */
bool check(struct test *test, bool good, const char *name, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* Equal numbers. */
bool check_equal(struct test *test, uint64_t is, uint64_t wanted, const char *name);
void skip_test(struct test *test, const char *name, const char *why);

/* Run a frame; the XDP verdict. Reports failures of the run itself, which give ~0. */
uint32_t run(struct test *test, const struct frame *frame);
uint32_t run_times(struct test *test, const struct frame *frame, uint32_t times);
/* Explain a frame. False: it failed, which is reported. */
bool explain(struct test *test, const struct frame *frame, struct fw_explanation *ret);
void print_frame(const struct frame *frame);

/* ---- time, live sets, events ---- */

void set_clock(struct test *test, uint64_t ns);
void pass_time(struct test *test, uint64_t ns);

/* Put a prefix into a live set as the daemon would, until a time of the test's clock. */
void live_put(struct test *test, unsigned set_id, const char *prefix, uint64_t expires);
/* Empty the live sets. */
void live_clear(struct test *test);
unsigned live_set(const struct test *test, const char *name);

/* Read the ring: all events since the last time, in test->events. Returns their number. */
size_t read_events(struct test *test);

#endif
