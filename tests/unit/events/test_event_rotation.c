// SPDX-License-Identifier: MIT
/* An event log rotates its files. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/events/log_bench.h"
#include "daemon/fwd/events/event_log.h"
#include "tests/unit/events/samples.h"

TestSuite(event_rotation, .init = log_set_up, .fini = log_tear_down);

static off_t size_of(const char *file)
{
	struct stat status;

	return stat(file, &status) == 0 ? status.st_size : -1;
}

/* Nothing is lost or cut at the borders, and what is too old goes. */
Test(event_rotation, rotates_by_size)
{
	struct event_log *log = open_log("jsonl", 1000);
	char name[80];
	int lines = 0, files = 0, line_bytes;

	write_sample(log);
	event_log_flush(log);
	line_bytes = (int)size_of(log_path);
	event_log_rotate(log, 10000, 3);
	for (int i = 0; i < 300; i++)
		cr_assert(write_sample(log) == 0);
	event_log_flush(log);
	cr_expect(event_log_rotation(log) == 0);
	cr_expect(size_of(log_path) < 12000);
	for (unsigned i = 1; i <= 4; i++) {
		snprintf(name, sizeof(name), "%s.%u", log_path, i);
		if (size_of(name) < 0)
			continue;
		files++;
		lines += count_lines(name);
		cr_expect(size_of(name) >= 10000 && size_of(name) < 12000, "%s: %ld", name,
			  (long)size_of(name));
	}
	event_log_close(log);
	cr_expect(files == 3, "%d files", files);
	lines += count_lines(log_path);
	/* Those of the files that went are missing, and no others. */
	cr_expect(lines >= 3 * 10000 / line_bytes && lines < 300, "%d lines", lines);
}

Test(event_rotation, a_rotated_document_is_closed)
{
	struct event_log *log = open_log("json", 0);

	event_log_rotate(log, 5000, 1);
	while (access(log_rotated, F_OK) < 0)
		cr_assert(write_sample(log) == 0);
	cr_assert(write_sample(log) == 0);
	event_log_close(log);
	cr_expect(count_documents(log_rotated) > 1);
	cr_expect(count_documents(log_path) == 1, "%d", count_documents(log_path));
}

/* Where old files cannot be renamed, the file grows, and the reason is known. */
Test(event_rotation, a_rotation_that_fails_loses_nothing)
{
	struct event_log *log = open_log("jsonl", 0);
	int written = 0;

	cr_assert(mkdir(log_rotated, 0700) == 0);
	event_log_rotate(log, 2000, 1);
	while (event_log_rotation(log) == 0 && written < 1000) {
		cr_assert(write_sample(log) == 0);
		written++;
	}
	cr_expect(event_log_rotation(log) == -EISDIR, "%d", event_log_rotation(log));
	for (int i = 0; i < 20; i++)
		write_sample(log);
	cr_expect(count_lines(log_path) == written + 20);
	rmdir(log_rotated);
	while (event_log_rotation(log) < 0)
		cr_assert(write_sample(log) == 0);
	cr_expect(access(log_rotated, F_OK) == 0);
	event_log_close(log);
}

Test(event_rotation, no_old_files)
{
	struct event_log *log = open_log("jsonl", 0);

	event_log_rotate(log, 2000, 0);
	for (int i = 0; i < 100; i++)
		cr_assert(write_sample(log) == 0);
	event_log_close(log);
	cr_expect(size_of(log_path) < 4000);
	cr_expect(access(log_rotated, F_OK) < 0);
}
