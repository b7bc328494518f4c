// SPDX-License-Identifier: MIT
/* Files of sets that are read again, while all else stays as it runs. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/model/bench.h"

/* A config in a folder of its own, with two feeds. */
struct feeds {
	char folder[32];
	char state[48];
	struct bench bench;
	struct set_reload reload;
};

static void write_in(const struct feeds *feeds, const char *name, const char *text)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/%s", feeds->folder, name);
	write_text(path, text);
}

static void feeds_open(struct feeds *feeds)
{
	const struct config_overrides overrides = {.state_dir = feeds->state};

	feeds->bench = (struct bench){0};
	snprintf(feeds->bench.path, sizeof(feeds->bench.path), "%s/fwd.json", feeds->folder);
	bench_open(&feeds->bench, &overrides);
}

/* options are of set "bad". */
static void feeds_start(struct feeds *feeds, const char *options)
{
	char text[512];

	*feeds = (struct feeds){.folder = "/tmp/fwd-model.XXXXXX"};
	cr_assert(mkdtemp(feeds->folder));
	snprintf(feeds->state, sizeof(feeds->state), "%s/state", feeds->folder);
	snprintf(
		text, sizeof(text),
		"{\"interfaces\": {\"eth0\": {}}, \"sets\": {"
		"\"bad\": {\"file\": \"bad\"%s}, \"other\": {\"file\": \"other\"},"
		"\"home\": {\"elements\": [\"192.0.2.0/24\"]}, \"live\": {\"live\": true}},"
		"\"rules\": [{\"id\": \"a\", \"match\": {\"src\": \"@bad\"}, \"action\": \"drop\"},"
		"{\"id\": \"b\", \"match\": {\"src\": \"@other\"}, \"action\": \"drop\"}]}",
		options);
	write_in(feeds, "fwd.json", text);
	write_in(feeds, "bad", "198.51.100.1\n198.51.100.2\n198.51.100.3\n");
	write_in(feeds, "other", "203.0.113.1\n");
	feeds_open(feeds);
}

static void feeds_stop(struct feeds *feeds)
{
	char command[64];

	set_reload_clear(&feeds->reload);
	bench_stop(&feeds->bench);
	snprintf(command, sizeof(command), "rm -r %s", feeds->folder);
	cr_assert_eq(system(command), 0);
}

static int reload(struct feeds *feeds, const char *name)
{
	set_reload_clear(&feeds->reload);
	errors_clear(&feeds->bench.errs);
	return model_set_reload(feeds->bench.model, &feeds->bench.change, &name, name ? 1 : 0,
				&feeds->reload, &feeds->bench.errs);
}

static size_t count(const struct feeds *feeds, const char *name)
{
	const struct config *config = model_config(feeds->bench.model);

	return config->sets[config_find_set(config, name)].prefixes.count;
}

static void expect_change(const struct feeds *feeds, size_t before, size_t entries, size_t added,
			  size_t removed)
{
	const struct set_change *change = feeds->reload.items;

	cr_assert_eq(feeds->reload.count, 1);
	cr_expect(change->before == before && change->entries == entries &&
			  change->added == added && change->removed == removed,
		  "%zu to %zu, %zu added, %zu removed", change->before, change->entries,
		  change->added, change->removed);
}

Test(set_reload, only_what_is_named)
{
	struct feeds feeds;

	feeds_start(&feeds, "");
	write_in(&feeds, "bad", "198.51.100.9\n198.51.100.3\n198.51.100.3\n");
	write_in(&feeds, "other", "203.0.113.1\n203.0.113.2\n");
	write_in(&feeds, "fwd.json", "{\"rules\": []}");
	cr_assert_eq(reload(&feeds, "bad"), 0);
	cr_expect(feeds.bench.change.changed);
	expect_change(&feeds, 3, 3, 1, 2);
	cr_expect_eq(count(&feeds, "other"), 1, "that is not named");
	expect_state(&feeds.bench, "ab", 0);
	cr_expect_eq(feeds.bench.kernel.applied, 1);
	/* All of them: the other one is read now. */
	cr_assert_eq(reload(&feeds, NULL), 0);
	cr_expect_eq(feeds.reload.count, 2);
	cr_expect_str_eq(feeds.reload.items[1].name, "other");
	cr_expect_eq(feeds.reload.items[1].added, 1);
	cr_expect_eq(feeds.bench.kernel.applied, 2);
	feeds_stop(&feeds);
}

Test(set_reload, not_sets_from_files)
{
	const char *const twice[] = {"bad", "bad"};
	const char *const some[] = {"bad", "live"};
	struct feeds feeds;

	feeds_start(&feeds, "");
	write_in(&feeds, "bad", "198.51.100.9\n");
	cr_expect_eq(reload(&feeds, "nosuch"), -ENOENT);
	cr_expect_eq(reload(&feeds, "home"), -EINVAL);
	cr_expect_eq(model_set_reload(feeds.bench.model, &feeds.bench.change, some, 2,
				      &feeds.reload, &feeds.bench.errs),
		     -EINVAL);
	cr_expect_eq(count(&feeds, "bad"), 3);
	cr_expect_eq(feeds.bench.kernel.applied, 0);
	cr_expect_eq(model_set_reload(feeds.bench.model, &feeds.bench.change, twice, 2,
				      &feeds.reload, &feeds.bench.errs),
		     0);
	cr_expect_eq(feeds.reload.count, 1, "named twice");
	feeds_stop(&feeds);
}

/* A colleague's edits are neither lost nor counted again. */
Test(set_reload, unsaved_edits)
{
	struct feeds feeds;
	struct model *model;

	feeds_start(&feeds, "");
	model = feeds.bench.model;
	cr_assert_eq(model_rule_delete(model, &feeds.bench.change, "b", &feeds.bench.errs), 0);
	cr_assert_eq(model_set_create(model, &feeds.bench.change, "new", "{\"file\": \"bad\"}",
				      &feeds.bench.errs),
		     0);
	expect_state(&feeds.bench, "a", 2);
	write_in(&feeds, "bad", "198.51.100.9\n198.51.100.8\n");
	cr_assert_eq(reload(&feeds, "new"), 0);
	expect_state(&feeds.bench, "a", 2);
	cr_expect_eq(count(&feeds, "new"), 2);
	cr_expect_eq(count(&feeds, "bad"), 3, "it is of the same file, but another set");
	cr_assert_eq(reload(&feeds, NULL), 0);
	expect_state(&feeds.bench, "a", 2);
	cr_expect_eq(count(&feeds, "bad"), 2);
	feeds_stop(&feeds);
}

Test(set_reload, nothing_changed)
{
	struct feeds feeds;

	feeds_start(&feeds, "");
	write_in(&feeds, "bad", "# another order\n198.51.100.3\n198.51.100.2\n198.51.100.1\n");
	cr_assert_eq(reload(&feeds, NULL), 0);
	cr_expect_not(feeds.bench.change.changed);
	cr_expect_eq(feeds.bench.kernel.applied, 0);
	cr_expect_eq(feeds.bench.errs.count, 0);
	feeds_stop(&feeds);
}

static const struct {
	const char *options, *text;
	enum error_code code;
} broken[] = {
	{"", "198.51.100.9\nten\n", ERROR_PREFIX},
	{"", "", ERROR_SET_SMALL},
	{"", "0.0.0.0/2\n", ERROR_SET_WIDE},
	{", \"min\": 2", "198.51.100.9\n", ERROR_SET_SMALL},
	{", \"max\": 3", "198.51.100.1\n198.51.100.2\n198.51.100.3\n198.51.100.4\n",
	 ERROR_SET_FULL},
};

Test(set_reload, a_broken_file_changes_nothing)
{
	for (size_t i = 0; i < array_size(broken); i++) {
		struct feeds feeds;

		feeds_start(&feeds, broken[i].options);
		write_in(&feeds, "bad", broken[i].text);
		write_in(&feeds, "other", "203.0.113.1\n203.0.113.2\n");
		cr_expect_eq(reload(&feeds, NULL), -EBADMSG);
		cr_expect(feeds.bench.errs.list[0].file, "with its place");
		expect_errors(&feeds.bench, 1, broken[i].code);
		cr_expect_eq(count(&feeds, "bad"), 3);
		cr_expect_eq(count(&feeds, "other"), 1, "nor the good one");
		expect_state(&feeds.bench, "ab", 0);
		cr_expect_eq(feeds.bench.kernel.applied, 0);
		feeds_stop(&feeds);
	}
}

static const struct config_set *bad_set(const struct feeds *feeds)
{
	const struct config *config = model_config(feeds->bench.model);

	return &config->sets[config_find_set(config, "bad")];
}

static bool warns(const struct feeds *feeds, enum error_code code)
{
	for (size_t i = 0; i < feeds->bench.errs.count; i++) {
		if (feeds->bench.errs.list[i].code == code)
			return true;
	}
	return false;
}

/* What the set says of files that cannot be used holds, is warned of each time, and can be seen. */
Test(set_reload, keep_last)
{
	struct feeds feeds;

	feeds_start(&feeds, ", \"on_error\": \"keep-last\"");
	write_in(&feeds, "bad", "ten\n");
	for (int i = 0; i < 2; i++) {
		cr_assert_eq(reload(&feeds, "bad"), 0);
		cr_expect(warns(&feeds, ERROR_SET_KEPT), "time %d", i);
		cr_expect(feeds.reload.items[0].is_kept && bad_set(&feeds)->is_kept);
		cr_expect_not(feeds.bench.change.changed);
		expect_change(&feeds, 3, 3, 0, 0);
	}
	cr_expect_eq(feeds.bench.kernel.applied, 0);
	write_in(&feeds, "bad", "198.51.100.1\n198.51.100.2\n198.51.100.3\n");
	cr_assert_eq(reload(&feeds, "bad"), 0);
	cr_expect(!bad_set(&feeds)->is_kept && feeds.bench.errs.count == 0);
	cr_expect_eq(feeds.bench.kernel.applied, 0);
	feeds_stop(&feeds);
}

Test(set_reload, shrinks)
{
	struct feeds feeds;

	feeds_start(&feeds, ", \"on_shrink\": \"keep-last\"");
	write_in(&feeds, "bad", "198.51.100.1\n");
	cr_assert_eq(reload(&feeds, "bad"), 0);
	cr_expect_eq(count(&feeds, "bad"), 3);
	cr_expect(warns(&feeds, ERROR_SET_KEPT));
	feeds_stop(&feeds);

	feeds_start(&feeds, "");
	write_in(&feeds, "bad", "198.51.100.1\n");
	cr_assert_eq(reload(&feeds, "bad"), 0);
	cr_expect_eq(count(&feeds, "bad"), 1);
	cr_expect(warns(&feeds, ERROR_SET_CHANGED) && bad_set(&feeds)->problem);
	/* The next time it is what it was. */
	cr_assert_eq(reload(&feeds, "bad"), 0);
	cr_expect_null(bad_set(&feeds)->problem);
	feeds_stop(&feeds);
}

Test(set_reload, dry)
{
	struct feeds feeds;

	feeds_start(&feeds, ", \"on_error\": \"keep-last\"");
	write_in(&feeds, "bad", "198.51.100.1\n198.51.100.2\n");
	feeds.bench.change.dry = true;
	cr_assert_eq(reload(&feeds, "bad"), 0);
	cr_expect(feeds.bench.change.changed);
	expect_change(&feeds, 3, 2, 0, 1);
	write_in(&feeds, "bad", "ten\n");
	cr_assert_eq(reload(&feeds, "bad"), 0);
	cr_expect_not(feeds.bench.change.changed);
	feeds.bench.change.dry = false;
	cr_expect_eq(count(&feeds, "bad"), 3);
	cr_expect_not(bad_set(&feeds)->is_kept);
	cr_expect_eq(feeds.bench.kernel.applied, 0);
	feeds_stop(&feeds);
}

/* What waits is not what a start shall find in the copies, unless it is confirmed. */
static void wait_and_end(bool confirm, size_t expected)
{
	struct feeds feeds;
	struct bench *bench = &feeds.bench;

	feeds_start(&feeds, ", \"on_error\": \"keep-last\"");
	write_in(&feeds, "bad", "198.51.100.1\n198.51.100.2\n");
	bench->change.until = 1000;
	cr_assert_eq(reload(&feeds, "bad"), 0);
	bench->change.until = 0;
	cr_expect(model_is_pending(bench->model));
	cr_expect_eq(reload(&feeds, "bad"), -EBUSY);
	expect_errors(bench, 1, ERROR_PENDING);
	cr_assert_eq(confirm ? model_confirm(bench->model, &bench->errs)
			     : model_revert(bench->model),
		     0);
	cr_expect_eq(count(&feeds, "bad"), expected);
	bench_stop(bench);
	/* The file is gone at the next start. */
	write_in(&feeds, "fwd.json",
		 "{\"sets\": {\"bad\": {\"file\": \"none\", \"on_error\": \"keep-last\"}}}");
	feeds_open(&feeds);
	cr_expect_eq(count(&feeds, "bad"), expected);
	feeds_stop(&feeds);
}

Test(set_reload, confirmed)
{
	wait_and_end(true, 2);
}

Test(set_reload, taken_back)
{
	wait_and_end(false, 3);
}

Test(set_reload, copies_are_as_new_as_the_file)
{
	struct feeds feeds;
	char path[96];

	feeds_start(&feeds, "");
	snprintf(path, sizeof(path), "%s/sets/bad.kept", feeds.state);
	cr_assert_eq(unlink(path), 0);
	cr_assert_eq(reload(&feeds, "other"), 0);
	cr_expect(access(path, F_OK) < 0, "it was not read");
	cr_assert_eq(reload(&feeds, "bad"), 0);
	cr_expect_eq(access(path, F_OK), 0);
	feeds_stop(&feeds);
}
