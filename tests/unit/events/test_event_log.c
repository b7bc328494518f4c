// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "common/base/memory.h"
#include "tests/unit/events/log_bench.h"
#include "daemon/fwd/events/event_log.h"
#include "tests/unit/events/samples.h"

TestSuite(event_log, .init = log_set_up, .fini = log_tear_down);

Test(event_log, buffers_until_flush)
{
	struct event_log *log = open_log("jsonl", 65536);

	write_sample(log);
	cr_expect(count_lines(log_path) == 0);
	cr_expect(event_log_flush(log) == 0);
	cr_expect(count_lines(log_path) == 1);
	for (int i = 0; i < 1000; i++)
		write_sample(log);
	cr_expect(count_lines(log_path) > 500, "written when the buffer is full");
	event_log_close(log);
	cr_expect(count_lines(log_path) == 1001);
}

Test(event_log, unbuffered)
{
	struct event_log *log = open_log("console", 0);

	write_sample(log);
	cr_expect(count_lines(log_path) == 1);
	event_log_close(log);
}

Test(event_log, csv_has_one_header)
{
	for (int i = 0; i < 2; i++) {
		struct event_log *log = open_log("csv", 4096);

		write_sample(log);
		event_log_close(log);
	}
	cr_expect(count_lines(log_path) == 3);
}

Test(event_log, json_starts_anew)
{
	for (int i = 1; i < 3; i++) {
		struct event_log *log = open_log("json", 4096);

		for (int j = 0; j < i; j++)
			write_sample(log);
		event_log_close(log);
		cr_expect(count_documents(log_path) == i);
	}
}

Test(event_log, reopen_after_rotation)
{
	struct event_log *log = open_log("json", 4096);

	write_sample(log);
	cr_assert(rename(log_path, log_rotated) == 0);
	write_sample(log);
	cr_expect(event_log_reopen(log) == 0);
	write_sample(log);
	event_log_close(log);
	cr_expect(count_documents(log_rotated) == 2);
	cr_expect(count_documents(log_path) == 1);
}

Test(event_log, reopen_without_rotation)
{
	struct event_log *log = open_log("json", 4096);

	write_sample(log);
	cr_expect(event_log_reopen(log) == 0);
	cr_expect(event_log_reopen(log) == 0);
	write_sample(log);
	event_log_close(log);
	cr_expect(count_documents(log_path) == 2);
}

Test(event_log, reopen_after_truncation)
{
	struct event_log *log = open_log("json", 4096);

	write_sample(log);
	event_log_flush(log);
	cr_assert(truncate(log_path, 0) == 0);
	cr_expect(event_log_reopen(log) == 0);
	write_sample(log);
	event_log_close(log);
	cr_expect(count_documents(log_path) == 1);
}

/* As copytruncate of logrotate: a copy is made, then the file is emptied in place. */
static void copy_and_truncate(void)
{
	char *text = read_text(log_path);
	FILE *copy = fopen(log_rotated, "w");

	cr_assert_not_null(copy);
	fputs(text, copy);
	fclose(copy);
	free(text);
	cr_assert(truncate(log_path, 0) == 0);
}

/* read_text stops at a NUL, so that a hole is an empty file to it. */
static bool has_hole(void)
{
	struct stat status;
	char *text = read_text(log_path);
	bool hole = stat(log_path, &status) < 0 || (size_t)status.st_size != strlen(text);

	free(text);
	return hole;
}

/* In the middle of writing: what was buffered belongs to the new document. */
static void truncate_amid(size_t buffer, int before, int pending, int after)
{
	struct event_log *log = open_log("json", buffer);

	for (int i = 0; i < before; i++)
		write_sample(log);
	event_log_flush(log);
	for (int i = 0; i < pending; i++)
		write_sample(log);
	copy_and_truncate();
	for (int i = 0; i < after; i++)
		write_sample(log);
	event_log_flush(log);
	cr_expect(event_log_lost(log) == 0);
	event_log_close(log);
	cr_expect(!has_hole());
	if (buffer)
		after += pending;
	cr_expect(count_documents(log_path) == after, "%d of %d", count_documents(log_path), after);
}

Test(event_log, a_truncated_document_begins_again)
{
	truncate_amid(0, 3, 0, 2);
	truncate_amid(0, 0, 0, 2);
	truncate_amid(65536, 3, 0, 2);
	truncate_amid(65536, 3, 2, 2);
	truncate_amid(65536, 0, 2, 2);
	truncate_amid(65536, 3, 2, 0);
	truncate_amid(65536, 3, 0, 0);
}

Test(event_log, truncated_again_and_again)
{
	struct event_log *log = open_log("json", 4096);

	for (int i = 0; i < 5; i++) {
		write_sample(log);
		event_log_flush(log);
		write_sample(log);
		copy_and_truncate();
	}
	event_log_close(log);
	cr_expect(count_documents(log_path) == 1, "%d", count_documents(log_path));
}

/* Shortened, but not to nothing: what is left of the document is none. */
Test(event_log, a_shortened_document_begins_again)
{
	struct event_log *log = open_log("json", 0);

	for (int i = 0; i < 4; i++)
		write_sample(log);
	cr_assert(truncate(log_path, 100) == 0);
	for (int i = 0; i < 4; i++)
		write_sample(log);
	event_log_close(log);
	cr_expect(count_documents(log_path) == 4, "%d", count_documents(log_path));
}

Test(event_log, truncated_lines)
{
	struct event_log *log = open_log("jsonl", 65536);

	write_sample(log);
	event_log_flush(log);
	write_sample(log);
	copy_and_truncate();
	write_sample(log);
	event_log_close(log);
	cr_expect(!has_hole());
	cr_expect(count_lines(log_path) == 2);
}

Test(event_log, a_truncated_table_has_its_header)
{
	struct event_log *log = open_log("csv", 65536);
	char *header, *text;

	event_log_flush(log);
	header = read_text(log_path);
	write_sample(log);
	event_log_flush(log);
	/* As much as the buffer takes: the header has its place all the same. */
	for (int i = 0; i < 300; i++)
		write_sample(log);
	copy_and_truncate();
	event_log_close(log);
	text = read_text(log_path);
	cr_expect(*header && strncmp(text, header, strlen(header)) == 0);
	cr_expect(!has_hole());
	cr_expect(count_lines(log_path) == 301, "%d", count_lines(log_path));
	free(header);
	free(text);
}

Test(event_log, reopen_failure_keeps_the_old_file)
{
	struct event_log *log = open_log("jsonl", 0);

	cr_assert(rename(log_path, log_rotated) == 0);
	cr_assert(mkdir(log_path, 0700) == 0);
	cr_expect(event_log_reopen(log) == -EISDIR);
	cr_assert(rmdir(log_path) == 0);
	write_sample(log);
	event_log_close(log);
	cr_expect(count_lines(log_rotated) == 1);
}

Test(event_log, cannot_open)
{
	struct event_log *log = NULL;

	cr_expect(event_log_open(sink_find("csv"), "/nonexistent/x", 0, &log) == -ENOENT);
	cr_expect(event_log_open(sink_find("csv"), "/tmp", 0, &log) == -EISDIR);
	cr_expect_null(log);
}

Test(event_log, full_disk_loses_and_counts)
{
	struct event_log *log = NULL;
	int ret = 0;

	cr_assert(event_log_open(sink_find("jsonl"), "/dev/full", 0, &log) == 0);
	for (int i = 0; i < 2000; i++)
		ret = write_sample(log);
	cr_expect(ret < 0);
	cr_expect(event_log_flush(log) == -ENOSPC);
	cr_expect(event_log_lost(log) > 1000);
	event_log_close(log);
}

/* Nobody reads, then everything is read: whole lines, and the count is right. */
Test(event_log, slow_reader)
{
	struct event_log *log;
	char chunk[65536];
	int reader, lines = 0;
	const int total = 5000;
	ssize_t got;

	cr_assert(mkfifo(log_path, 0600) == 0);
	reader = open(log_path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	log = open_log("jsonl", 4096);
	for (int i = 0; i < total; i++)
		write_sample(log);
	cr_expect(event_log_lost(log) > 0);
	do {
		got = read(reader, chunk, sizeof(chunk));
		for (ssize_t i = 0; i < got; i++)
			lines += chunk[i] == '\n';
		event_log_flush(log);
	} while (got > 0);
	cr_expect(lines + (int)event_log_lost(log) == total, "%d + %d", lines,
		  (int)event_log_lost(log));
	close(reader);
	event_log_close(log);
}

Test(event_log, reader_gone)
{
	struct event_log *log;
	int reader;

	cr_assert(mkfifo(log_path, 0600) == 0);
	reader = open(log_path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	log = open_log("jsonl", 0);
	cr_expect(write_sample(log) == 0);
	close(reader);
	cr_expect(write_sample(log) == -EPIPE);
	cr_expect(event_log_lost(log) == 1);
	event_log_close(log);
}

Test(event_log, no_reader_yet)
{
	struct event_log *log = NULL;

	cr_assert(mkfifo(log_path, 0600) == 0);
	cr_expect(event_log_open(sink_find("jsonl"), log_path, 0, &log) == -ENXIO);
}
