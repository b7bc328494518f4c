// SPDX-License-Identifier: MIT
/* Copies of sets from files. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

/* A model of a config with a set from a file that keeps what it had. */
static struct model *start_feed(struct bench *bench, const char *folder, const char *state_dir)
{
	const struct config_overrides overrides = {.state_dir = state_dir};
	char text[256];

	*bench = (struct bench){0};
	snprintf(bench->path, sizeof(bench->path), "%s/fwd.json", folder);
	snprintf(text, sizeof(text),
		 "{\"sets\": {\"feed\": {\"file\": \"feed\", \"on_error\": \"keep-last\"}}}");
	write_text(bench->path, text);
	bench_open(bench, &overrides);
	return bench->model;
}

static size_t feed_count(const struct model *model)
{
	return model_config(model)->sets[0].prefixes.count;
}

static bool is_told(const struct errors *errs, const char *what)
{
	for (size_t i = 0; i < errs->count; i++)
		if (strstr(errs->list[i].message, what))
			return true;
	return false;
}

Test(copies, survive_a_restart)
{
	char folder[] = "/tmp/fwd-model.XXXXXX", feed[64], state[64], command[96];
	struct bench bench;

	cr_assert(mkdtemp(folder));
	snprintf(feed, sizeof(feed), "%s/feed", folder);
	snprintf(state, sizeof(state), "%s/state", folder);
	write_text(feed, "192.0.2.0/24\n198.51.100.0/24\n");
	cr_expect_eq(feed_count(start_feed(&bench, folder, state)), 2);
	cr_expect_eq(bench.errs.count, 0);
	bench_stop(&bench);

	cr_assert_eq(unlink(feed), 0);
	cr_expect_eq(feed_count(start_feed(&bench, folder, state)), 2);
	cr_expect(is_told(&bench.errs, "has the 2 entries of its copy in"));
	cr_expect(is_told(&bench.errs, " old"), "and its age");
	bench_stop(&bench);

	/* A good file comes back: its content is what is kept from then on. */
	write_text(feed, "192.0.2.0/24\n198.51.100.0/24\n203.0.113.0/24\n");
	cr_expect_eq(feed_count(start_feed(&bench, folder, state)), 3);
	bench_stop(&bench);
	cr_assert_eq(unlink(feed), 0);
	cr_expect_eq(feed_count(start_feed(&bench, folder, state)), 3);
	bench_stop(&bench);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	cr_assert_eq(system(command), 0);
}

Test(copies, cannot_be_written)
{
	char folder[] = "/tmp/fwd-model.XXXXXX", feed[64], command[96];
	struct bench bench;

	cr_assert(mkdtemp(folder));
	snprintf(feed, sizeof(feed), "%s/feed", folder);
	write_text(feed, "192.0.2.0/24\n");
	cr_expect_eq(feed_count(start_feed(&bench, folder, "/dev/null/state")), 1);
	cr_expect(is_told(&bench.errs, "no copy of set \"feed\" can be kept"));
	errors_clear(&bench.errs);
	write_text(feed, "192.0.2.0/24\n::1\n");
	cr_assert_eq(model_reload(bench.model, &bench.errs), 0);
	cr_expect_eq(feed_count(bench.model), 2, "it works all the same");
	cr_expect_eq(bench.errs.count, 0, "and it has been told");
	bench_stop(&bench);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	cr_assert_eq(system(command), 0);
}
