// SPDX-License-Identifier: MIT
/*
 * A start with a config file that holds a policy that was taken back: whatever happened before it,
 * another one is loaded. The kernel is that of the model's tests, and forgets as after a reboot.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "daemon/fwd/lockout/guard.h"
#include "daemon/fwd/transaction/transaction_internal.h"
#include "tests/unit/lib/fake_live.h"
#include "tests/unit/model/bench.h"

#define POLICY(id)                                       \
	"{\"sets\": {\"feed\": {\"file\": \"feed\"}},\n" \
	" \"rules\": [{\"id\": \"" id                    \
	"\", \"match\": {\"src\": \"@feed\"}, \"action\": \"drop\"}]}\n"

/* ---- the rest of the kernel: nobody is cut off ---- */

int guard_policy(const struct guard *guard, const struct model_change *change, struct errors *errs)
{
	(void)guard, (void)change, (void)errs;
	return 0;
}

bool datapath_adopted(const struct datapath *dp)
{
	(void)dp;
	return false;
}

size_t datapath_attachments(const struct datapath *dp, const struct attachment **ret)
{
	(void)dp;
	*ret = NULL;
	return 0;
}

bool attachment_is_attached(const struct attachment *attachment)
{
	(void)attachment;
	return false;
}

bool datapath_pending(const struct datapath *dp, struct datapath_pending *ret)
{
	const struct kernel *kernel = (const struct kernel *)dp;

	if (ret)
		*ret = (struct datapath_pending){.deadline = kernel->waiting_until};
	return kernel->waiting_until != 0;
}

/* ---- a machine ---- */

struct machine {
	char folder[64], config[96], feed[96], state[96];
	struct kernel kernel;
	struct live *live;
	sd_event *loop;
	struct history *history;
	struct event_hub *hub;
	struct event_subscriber reader;
	char said[512]; /* by the last event of the policy */
	struct transaction *transaction;
	struct model *model;
	struct errors errs;
};

static void take(void *userdata, const struct event *event)
{
	const struct policy_reverted_event *data = event->data;
	struct machine *machine = userdata;

	if (event->type == FW_EVENT_POLICY_REVERTED)
		snprintf(machine->said, sizeof(machine->said), "%s", data->text);
}

static void start(struct machine *machine)
{
	const struct transaction_options options = {.config_path = machine->config,
						    .state_dir = machine->state};
	const struct transaction_hooks hooks = {0};
	struct datapath *dp = (struct datapath *)&machine->kernel;
	struct errors *errs = &machine->errs;

	machine->kernel = (struct kernel){.answers = true};
	machine->live = fake_live_new();
	machine->hub = hub_new();
	machine->reader = (struct event_subscriber){take, machine, NULL};
	hub_subscribe(machine->hub, &machine->reader);
	cr_assert(sd_event_new(&machine->loop) >= 0);
	cr_assert_eq(history_open(machine->state, &machine->history, errs), 0);
	cr_assert_eq(transaction_new(&options, &hooks, &machine->transaction), 0);
	cr_assert_eq(transaction_open(machine->transaction, machine->loop, dp, machine->history,
				      machine->hub, errs),
		     0);
	cr_assert_eq(model_new(dp, machine->live, machine->config, NULL, &machine->model), 0);
	cr_assert_eq(transaction_load(machine->transaction, machine->model, errs), 0);
	cr_assert_eq(transaction_ready(machine->transaction, errs), 0);
}

static void stop(struct machine *machine)
{
	transaction_unload(machine->transaction);
	model_free(machine->model);
	transaction_free(machine->transaction);
	history_close(machine->history);
	sd_event_unref(machine->loop);
	hub_unsubscribe(machine->hub, &machine->reader);
	hub_free(machine->hub);
	live_close(machine->live);
	errors_clear(&machine->errs);
}

static void read_sets(struct machine *machine, unsigned number)
{
	const struct history_change record = {.cause = "edit", .command = "set.reload"};
	struct change change = {0};
	struct set_reload reload;
	char text[32];

	snprintf(text, sizeof(text), "192.0.2.%u\n", number);
	write_text(machine->feed, text);
	cr_assert_eq(model_set_reload(machine->model, &change, NULL, 0, &reload, &machine->errs),
		     0);
	set_reload_clear(&reload);
	transaction_record(machine->transaction, &change, &record, false);
}

/* A machine whose running policy is a set that was read again, which is an edit. */
static void machine_start(struct machine *machine)
{
	*machine = (struct machine){.folder = "/tmp/fwd-restart.XXXXXX"};
	cr_assert_not_null(mkdtemp(machine->folder));
	snprintf(machine->config, sizeof(machine->config), "%s/fwd.json", machine->folder);
	snprintf(machine->feed, sizeof(machine->feed), "%s/feed", machine->folder);
	snprintf(machine->state, sizeof(machine->state), "%s/state", machine->folder);
	write_text(machine->feed, "192.0.2.200\n");
	write_text(machine->config, POLICY("good"));
	start(machine);
	read_sets(machine, 201);
}

static void machine_stop(struct machine *machine)
{
	char command[96];

	stop(machine);
	snprintf(command, sizeof(command), "rm -rf '%s'", machine->folder);
	cr_assert_eq(system(command), 0);
}

/* The config file is the bad policy, and waits. */
static void try_file(struct machine *machine)
{
	struct change change = {.confirm_ns = 3600 * NS_PER_SECOND};

	write_text(machine->config, POLICY("bad"));
	cr_assert_eq(transaction_begin(machine->transaction, &change, &machine->errs), 0);
	cr_assert_eq(transaction_reload(machine->transaction, &change, true, &machine->errs), 0);
	transaction_end(machine->transaction);
	cr_assert(model_is_pending(machine->model));
}

/* Another policy waits, which is not in the file. */
static void try_text(struct machine *machine, unsigned number)
{
	const struct history_change record = {.cause = "apply"};
	struct change change = {.confirm_ns = 3600 * NS_PER_SECOND};
	char written[128];
	struct policy_text text = {.name = "text", .text = written};
	bool applied;

	text.length = (size_t)snprintf(
		written, sizeof(written),
		"{\"rules\": [{\"id\": \"other-%u\", \"match\": {\"src\": \"192.0.2.1\"}, "
		"\"action\": \"drop\"}]}\n",
		number);
	cr_assert_eq(transaction_begin(machine->transaction, &change, &machine->errs), 0);
	cr_assert_eq(transaction_apply(machine->transaction, &change, &text, &record, &applied,
				       &machine->errs),
		     0);
	transaction_end(machine->transaction);
	cr_assert(model_is_pending(machine->model));
}

static void take_back(struct machine *machine)
{
	char text[256];

	cr_assert_eq(
		transaction_abort(machine->transaction, NULL, text, sizeof(text), &machine->errs),
		0);
}

static void remove_revision(const struct machine *machine, uint64_t number)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/revisions/%llu", machine->state,
		 (unsigned long long)number);
	cr_assert_eq(unlink(path), 0);
}

static void expect_good(const struct machine *machine, const char *when)
{
	char text[512];

	cr_expect(config_find_rule(model_config(machine->model), "good") >= 0, "%s", when);
	boot_status_text(machine->transaction, text, sizeof(text));
	cr_expect(strstr(text, "is not what runs: it holds"), "%s: \"%s\"", when, text);
}

/* ---- tests ---- */

Test(restart, after_sets_that_were_read_again)
{
	static const unsigned counts[] = {0, 1, 60};

	for (size_t i = 0; i < array_size(counts); i++) {
		struct machine machine;
		struct marker marker;

		machine_start(&machine);
		try_file(&machine);
		take_back(&machine);
		for (unsigned n = 0; n < counts[i]; n++)
			read_sets(&machine, n);
		cr_assert_eq(marker_read(history_folder(machine.history), &marker), 0);
		cr_expect(!counts[i] || marker.before == history_revision(machine.history),
			  "%u: revision %llu", counts[i], (unsigned long long)marker.before);
		stop(&machine);
		start(&machine);
		expect_good(&machine, "a start");
		machine_stop(&machine);
	}
}

/* fwd was killed between the revision of the last reading and the marker. */
Test(restart, the_last_revision_is_not_in_the_marker)
{
	struct machine machine;
	struct marker marker;

	machine_start(&machine);
	try_file(&machine);
	take_back(&machine);
	for (unsigned n = 0; n < 60; n++) {
		cr_assert_eq(marker_read(history_folder(machine.history), &marker), 0);
		read_sets(&machine, n);
	}
	cr_assert_eq(marker_write(history_folder(machine.history), &marker), 0);
	stop(&machine);
	start(&machine);
	expect_good(&machine, "a start");
	cr_expect_eq(machine.transaction->pending.marker.before, marker.before, "it is there");
	machine_stop(&machine);
}

/* Another confirmed revision is used, in the first start and in those after it. */
Test(restart, the_revision_to_return_to_is_gone)
{
	for (unsigned taken_back = 0; taken_back < 2; taken_back++) {
		struct machine machine;
		uint64_t before;

		machine_start(&machine);
		try_file(&machine);
		before = machine.transaction->pending.marker.before;
		if (taken_back)
			take_back(&machine);
		stop(&machine);
		remove_revision(&machine, before);
		for (unsigned i = 0; i < 2; i++) {
			start(&machine);
			expect_good(&machine, taken_back ? "taken back" : "waited");
			cr_expect_neq(machine.transaction->pending.marker.before, before);
			stop(&machine);
		}
		start(&machine);
		machine_stop(&machine);
	}
}

/* Then the file is all that there is, and nothing else is said. */
Test(restart, no_revision_is_left)
{
	struct machine machine;
	char text[512];

	machine_start(&machine);
	try_file(&machine);
	stop(&machine);
	for (uint64_t number = 1; number <= 3; number++)
		remove_revision(&machine, number);
	start(&machine);
	cr_expect(config_find_rule(model_config(machine.model), "bad") >= 0);
	cr_expect(strstr(machine.said, "was not confirmed ("), "%s", machine.said);
	cr_expect(strstr(machine.said, "the config file's policy runs"), "%s", machine.said);
	cr_expect_str_eq(boot_status_text(machine.transaction, text, sizeof(text)), "");
	stop(&machine);
	start(&machine);
	cr_expect_str_eq(boot_status_text(machine.transaction, text, sizeof(text)), "");
	machine_stop(&machine);
}

Test(restart, after_many_others_that_were_taken_back)
{
	struct machine machine;

	machine_start(&machine);
	try_file(&machine);
	take_back(&machine);
	for (unsigned i = 0; i < MARKER_EARLIER + 2; i++) {
		try_text(&machine, i);
		take_back(&machine);
	}
	stop(&machine);
	start(&machine);
	expect_good(&machine, "a start");
	machine_stop(&machine);
}
