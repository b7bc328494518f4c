// SPDX-License-Identifier: MIT
/* What the log reports of an output that has an error. */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <string.h>

#include "common/records/types/interface.h"
#include "daemon/fwd/events/event_writer.h"
#include "tests/unit/events/log_bench.h"

static struct event_hub *hub;
static struct event_writer *writer;

/* The journal's socket is absent. */
static void set_up(void)
{
	const struct event_writer_options options = {.format = "journald", .path = log_path};
	struct errors errs = {0};

	log_set_up();
	cr_redirect_stderr();
	hub = hub_new();
	cr_assert(hub);
	cr_assert_eq(event_writer_open(hub, &options, &writer, &errs), 0);
	hub_send(hub, interface_changed, .interface = "eth0", .text = "detached");
}

static void tear_down(void)
{
	event_writer_close(writer);
	hub_free(hub);
	log_tear_down();
}

TestSuite(event_writer, .init = set_up, .fini = tear_down);

Test(event_writer, what_waits_is_not_called_lost)
{
	char text[512] = "";
	FILE *logged = cr_get_redirected_stderr();

	fflush(stderr);
	cr_assert(fgets(text, sizeof(text), logged));
	cr_expect(strstr(text, "events cannot be written now (No such file or directory), and wait "
			       "in the buffer"),
		  "%s", text);
}

/* SIGUSR1: there is nothing to open, and the error is not one of opening. */
Test(event_writer, reopen_of_an_output_that_has_no_file)
{
	cr_expect_eq(event_writer_reopen(writer), 0);
}
