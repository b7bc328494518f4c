// SPDX-License-Identifier: MIT
/* Copies of sets from files. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/model/bench.h"

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
	cr_assert_eq(model_reload(bench.model, &bench.change, &bench.errs), 0);
	cr_expect_eq(feed_count(bench.model), 2, "it works all the same");
	cr_expect_eq(bench.errs.count, 0, "and it has been reported");
	bench_stop(&bench);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	cr_assert_eq(system(command), 0);
}

/* A folder with a feed and a state folder. */
struct place_of_feed {
	char folder[32], feed[64], state[64];
};

static void make_place(struct place_of_feed *place)
{
	strcpy(place->folder, "/tmp/fwd-model.XXXXXX");
	cr_assert(mkdtemp(place->folder));
	snprintf(place->feed, sizeof(place->feed), "%s/feed", place->folder);
	snprintf(place->state, sizeof(place->state), "%s/state", place->folder);
}

static void remove_place(const struct place_of_feed *place)
{
	char command[96];

	snprintf(command, sizeof(command), "rm -r %s", place->folder);
	cr_assert_eq(system(command), 0);
}

/* How many entries the copy has: those of a start without the file. */
static size_t copy_count(const struct place_of_feed *place)
{
	struct bench bench;
	size_t count;

	unlink(place->feed);
	count = feed_count(start_feed(&bench, place->folder, place->state));
	bench_stop(&bench);
	return count;
}

/* "min": 0: a file that was emptied is a good one. */
static void write_config(const struct place_of_feed *place)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/fwd.json", place->folder);
	write_text(path, "{\"sets\": {\"feed\": {\"file\": \"feed\", \"on_error\": "
			 "\"keep-last\", \"min\": 0}}}");
}

Test(copies, of_what_was_emptied)
{
	struct place_of_feed place;
	struct bench bench;

	make_place(&place);
	write_text(place.feed, "192.0.2.0/24\n198.51.100.0/24\n");
	start_feed(&bench, place.folder, place.state);
	write_config(&place);
	write_text(place.feed, "# nobody\n");
	cr_assert_eq(model_reload(bench.model, &bench.change, &bench.errs), 0);
	cr_expect_eq(feed_count(bench.model), 0);
	bench_stop(&bench);
	cr_expect_eq(copy_count(&place), 0, "a stale copy");
	remove_place(&place);
}

Test(copies, of_what_never_was)
{
	struct place_of_feed place;
	struct bench bench;

	make_place(&place);
	cr_expect_eq(feed_count(start_feed(&bench, place.folder, place.state)), 0);
	bench_stop(&bench);
	cr_expect_eq(feed_count(start_feed(&bench, place.folder, place.state)), 0);
	cr_expect(is_told(&bench.errs, "never had entries"), "there is no copy");
	bench_stop(&bench);
	remove_place(&place);
}

static void reload_until(struct bench *bench, uint64_t deadline)
{
	bench->change.until = deadline;
	cr_assert_eq(model_reload(bench->model, &bench->change, &bench->errs), 0);
	bench->change.until = 0;
	cr_expect(model_is_pending(bench->model));
}

Test(copies, of_what_waits)
{
	struct place_of_feed place;
	struct bench bench;

	make_place(&place);
	write_text(place.feed, "192.0.2.0/24\n198.51.100.0/24\n");
	start_feed(&bench, place.folder, place.state);
	write_text(place.feed, "192.0.2.0/24\n198.51.100.0/24\n203.0.113.0/24\n");
	reload_until(&bench, 1000);
	cr_expect_eq(feed_count(bench.model), 3);
	cr_expect_eq(model_revert(bench.model), 0);
	cr_expect_eq(feed_count(bench.model), 2);
	bench_stop(&bench);
	cr_expect_eq(copy_count(&place), 2, "taken back");

	write_text(place.feed, "192.0.2.0/24\n198.51.100.0/24\n203.0.113.0/24\n");
	start_feed(&bench, place.folder, place.state);
	write_text(place.feed, "192.0.2.0/24\n198.51.100.0/24\n203.0.113.0/24\n::1\n");
	reload_until(&bench, 1000);
	cr_expect_eq(model_confirm(bench.model, &bench.errs), 0);
	bench_stop(&bench);
	cr_expect_eq(copy_count(&place), 4, "confirmed");
	remove_place(&place);
}

Test(copies, are_tried_again)
{
	struct place_of_feed place;
	struct bench bench;

	make_place(&place);
	write_text(place.feed, "192.0.2.0/24\n");
	write_text(place.state, "this is no folder");
	start_feed(&bench, place.folder, place.state);
	cr_expect(is_told(&bench.errs, "no copy of set"));
	errors_clear(&bench.errs);
	model_retry_copies(bench.model, &bench.errs);
	cr_expect_eq(bench.errs.count, 0, "it has been reported");
	cr_assert_eq(unlink(place.state), 0);
	model_retry_copies(bench.model, &bench.errs);
	bench_stop(&bench);
	cr_expect_eq(copy_count(&place), 1);
	remove_place(&place);
}
