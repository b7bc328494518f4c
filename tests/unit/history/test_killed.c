// SPDX-License-Identifier: MIT
/*
 * Killed before every one of its system calls, a writer leaves the old or the new: first a writer
 * that does not (so that the sweep is known to find one), then ours.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/replace_file.h"
#include "daemon/fwd/history/history.h"
#include "tests/unit/history/killed.h"
#include "tests/unit/lib/valgrind.h"

#define OLD "the old policy\n"
#define NEW "the new policy, which is longer\n"

struct site {
	char folder[64];
	int fd;
};

static void site_make(struct site *site)
{
	strcpy(site->folder, "/tmp/fwd-killed.XXXXXX");
	cr_assert(mkdtemp(site->folder));
	site->fd = open(site->folder, O_RDONLY | O_DIRECTORY);
	cr_assert(site->fd >= 0);
}

static void site_remove(struct site *site)
{
	char command[96];

	close(site->fd);
	snprintf(command, sizeof(command), "rm -rf '%s'", site->folder);
	cr_assert(system(command) == 0);
}

/* ---- one file ---- */

static void write_well(const void *userdata)
{
	const struct replace_owner owner = {0640, (uid_t)-1, (gid_t)-1};
	const struct site *site = userdata;

	if (replace_file(site->fd, "file", NEW, strlen(NEW), &owner) < 0)
		_exit(1);
}

/* The planted fault: over the old one, in place. */
static void write_badly(const void *userdata)
{
	const struct site *site = userdata;
	int fd = openat(site->fd, "file", O_WRONLY | O_TRUNC | O_CREAT, 0640);

	if (fd < 0 || write(fd, NEW, 10) != 10 ||
	    write(fd, NEW + 10, strlen(NEW) - 10) != (ssize_t)strlen(NEW) - 10)
		_exit(1);
	close(fd);
}

static void put_old(const struct site *site)
{
	int fd = openat(site->fd, "file", O_WRONLY | O_TRUNC | O_CREAT, 0640);

	cr_assert(fd >= 0 && write(fd, OLD, strlen(OLD)) == (ssize_t)strlen(OLD));
	close(fd);
}

/* 0: old, 1: new, -1: neither. */
static int what_is_there(const struct site *site)
{
	char text[128] = "";
	int fd = openat(site->fd, "file", O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	return strcmp(text, OLD) == 0 ? 0 : strcmp(text, NEW) == 0 ? 1 : -1;
}

struct tally {
	unsigned points, old, new, torn;
};

static struct tally sweep(void (*work)(const void *userdata))
{
	struct tally tally = {0};
	struct site site;

	site_make(&site);
	put_old(&site);
	while (killed_at(tally.points + 1, work, &site)) {
		int found = what_is_there(&site);

		tally.points++;
		tally.old += found == 0;
		tally.new += found == 1;
		tally.torn += found < 0;
		put_old(&site);
	}
	cr_expect(what_is_there(&site) == 1, "it ends with the new one");
	site_remove(&site);
	return tally;
}

/* Valgrind makes calls of its own, and is killed at those: it has nothing to find here. */
static bool is_observed(void)
{
	return under_valgrind();
}

Test(killed, the_sweep_finds_a_bad_writer)
{
	struct tally tally;

	if (is_observed())
		return;
	tally = sweep(write_badly);

	cr_expect(tally.torn >= 2, "%u torn of %u", tally.torn, tally.points);
}

Test(killed, a_replaced_file)
{
	struct tally tally;

	if (is_observed())
		return;
	tally = sweep(write_well);

	cr_expect(tally.torn == 0, "%u torn of %u", tally.torn, tally.points);
	cr_expect(tally.old >= 5 && tally.new >= 1, "%u old, %u new", tally.old, tally.new);
}

/* ---- a history ---- */

static void record(struct history *history, unsigned number)
{
	const struct history_change change = {.cause = "edit"};
	char *text;
	int length = asprintf(&text, "{\"number\": %u}", number);

	history_record(history, &change, text, (size_t)length, NULL);
}

/* A start, and a change. */
static void write_history(const void *userdata)
{
	const struct site *site = userdata;
	struct errors errs = {0};
	struct history *history;

	if (history_open(site->folder, &history, &errs) < 0 || errs.count > 0)
		_exit(1);
	record(history, (unsigned)history_revision(history) + 1);
	history_close(history);
}

/* All that is listed is whole, and says its number; the highest number. */
static uint64_t check_history(const struct site *site)
{
	const struct revision *revision;
	struct errors errs = {0};
	struct history *history;
	const char *why = "";
	uint64_t highest;
	char text[64];

	cr_assert(history_open(site->folder, &history, &errs) == 0);
	cr_expect(errs.count == 0, "%s", errs.count ? errs.list[0].message : "");
	highest = history_revision(history);
	for (uint64_t i = 1; i <= highest; i++) {
		snprintf(text, sizeof(text), "{\"number\": %u}", (unsigned)i);
		cr_assert(history_load(history, i, &revision, &why) == 0, "%u: %s", (unsigned)i,
			  why);
		cr_expect_str_eq(revision->text, text);
	}
	history_close(history);
	errors_clear(&errs);
	return highest;
}

Test(killed, a_history)
{
	unsigned points = 0, old = 0, new = 0;
	bool killed = !is_observed();

	while (killed) {
		struct site site;
		uint64_t highest;

		site_make(&site);
		write_history(&site);
		write_history(&site);
		killed = killed_at(points + 1, write_history, &site);
		highest = check_history(&site);
		cr_expect(highest == 2 || highest == 3);
		old += highest == 2;
		new += highest == 3;
		/* And whatever was left over, it goes on. */
		write_history(&site);
		cr_expect(check_history(&site) == highest + 1);
		site_remove(&site);
		points += killed;
	}
	cr_expect(is_observed() || (points >= 20 && old >= 10 && new >= 2),
		  "%u points, %u old, %u new", points, old, new);
}
