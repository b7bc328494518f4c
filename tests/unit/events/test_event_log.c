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

#include "memory.h"
#include "samples.h"
#include "slots.h"

static char folder[] = "/tmp/fwd-events-XXXXXX";
static char path[64], rotated[64];
static struct slots *slots;

static void set_up(void)
{
	signal(SIGPIPE, SIG_IGN);
	alarm(300); /* under valgrind on a busy machine all takes long */
	cr_assert_not_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/log", folder);
	snprintf(rotated, sizeof(rotated), "%s/log.1", folder);
	slots = sample_slots();
}

static void tear_down(void)
{
	slots_free(slots);
	char name[80];

	for (unsigned i = 1; i <= 9; i++) {
		snprintf(name, sizeof(name), "%s.%u", path, i);
		unlink(name);
	}
	unlink(path);
	unlink(rotated);
	rmdir(folder);
}

TestSuite(event_log, .init = set_up, .fini = tear_down);

static struct event_log *open_log(const char *sink, size_t buffer)
{
	struct event_log *log = NULL;
	int ret = event_log_open(sink_find(sink), path, buffer, &log);

	cr_assert(ret == 0, "open: %s", strerror(-ret));
	return log;
}

static int write_sample(struct event_log *log)
{
	struct event event;

	sample_decode(0, slots, &event);
	return event_log_write(log, &event);
}

static int count_lines(const char *file)
{
	char *text = read_text(file);
	int lines = 0;

	for (const char *c = text; *c; c++)
		lines += *c == '\n';
	free(text);
	return lines;
}

static int count_documents(const char *file)
{
	char *text = read_text(file);
	cJSON *json = cJSON_Parse(text);
	int count = cJSON_IsArray(json) ? cJSON_GetArraySize(json) : -1;

	cJSON_Delete(json);
	free(text);
	return count;
}

Test(event_log, buffers_until_flush)
{
	struct event_log *log = open_log("jsonl", 65536);

	write_sample(log);
	cr_expect(count_lines(path) == 0);
	cr_expect(event_log_flush(log) == 0);
	cr_expect(count_lines(path) == 1);
	for (int i = 0; i < 1000; i++)
		write_sample(log);
	cr_expect(count_lines(path) > 500, "written when the buffer is full");
	event_log_close(log);
	cr_expect(count_lines(path) == 1001);
}

Test(event_log, unbuffered)
{
	struct event_log *log = open_log("console", 0);

	write_sample(log);
	cr_expect(count_lines(path) == 1);
	event_log_close(log);
}

Test(event_log, csv_has_one_header)
{
	for (int i = 0; i < 2; i++) {
		struct event_log *log = open_log("csv", 4096);

		write_sample(log);
		event_log_close(log);
	}
	cr_expect(count_lines(path) == 3);
}

Test(event_log, json_starts_anew)
{
	for (int i = 1; i < 3; i++) {
		struct event_log *log = open_log("json", 4096);

		for (int j = 0; j < i; j++)
			write_sample(log);
		event_log_close(log);
		cr_expect(count_documents(path) == i);
	}
}

Test(event_log, reopen_after_rotation)
{
	struct event_log *log = open_log("json", 4096);

	write_sample(log);
	cr_assert(rename(path, rotated) == 0);
	write_sample(log);
	cr_expect(event_log_reopen(log) == 0);
	write_sample(log);
	event_log_close(log);
	cr_expect(count_documents(rotated) == 2);
	cr_expect(count_documents(path) == 1);
}

Test(event_log, reopen_without_rotation)
{
	struct event_log *log = open_log("json", 4096);

	write_sample(log);
	cr_expect(event_log_reopen(log) == 0);
	cr_expect(event_log_reopen(log) == 0);
	write_sample(log);
	event_log_close(log);
	cr_expect(count_documents(path) == 2);
}

Test(event_log, reopen_after_truncation)
{
	struct event_log *log = open_log("json", 4096);

	write_sample(log);
	event_log_flush(log);
	cr_assert(truncate(path, 0) == 0);
	cr_expect(event_log_reopen(log) == 0);
	write_sample(log);
	event_log_close(log);
	cr_expect(count_documents(path) == 1);
}

/* As copytruncate of logrotate: a copy is made, then the file is emptied in place. */
static void copy_and_truncate(void)
{
	char *text = read_text(path);
	FILE *copy = fopen(rotated, "w");

	cr_assert_not_null(copy);
	fputs(text, copy);
	fclose(copy);
	free(text);
	cr_assert(truncate(path, 0) == 0);
}

/* read_text stops at a NUL, so that a hole is an empty file to it. */
static bool has_hole(void)
{
	struct stat status;
	char *text = read_text(path);
	bool hole = stat(path, &status) < 0 || (size_t)status.st_size != strlen(text);

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
	cr_expect(count_documents(path) == after, "%d of %d", count_documents(path), after);
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
	cr_expect(count_documents(path) == 1, "%d", count_documents(path));
}

/* Shortened, but not to nothing: what is left of the document is none. */
Test(event_log, a_shortened_document_begins_again)
{
	struct event_log *log = open_log("json", 0);

	for (int i = 0; i < 4; i++)
		write_sample(log);
	cr_assert(truncate(path, 100) == 0);
	for (int i = 0; i < 4; i++)
		write_sample(log);
	event_log_close(log);
	cr_expect(count_documents(path) == 4, "%d", count_documents(path));
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
	cr_expect(count_lines(path) == 2);
}

Test(event_log, a_truncated_table_has_its_header)
{
	struct event_log *log = open_log("csv", 65536);
	char *header, *text;

	event_log_flush(log);
	header = read_text(path);
	write_sample(log);
	event_log_flush(log);
	/* As much as the buffer takes: the header has its place all the same. */
	for (int i = 0; i < 300; i++)
		write_sample(log);
	copy_and_truncate();
	event_log_close(log);
	text = read_text(path);
	cr_expect(*header && strncmp(text, header, strlen(header)) == 0);
	cr_expect(!has_hole());
	cr_expect(count_lines(path) == 301, "%d", count_lines(path));
	free(header);
	free(text);
}

Test(event_log, reopen_failure_keeps_the_old_file)
{
	struct event_log *log = open_log("jsonl", 0);

	cr_assert(rename(path, rotated) == 0);
	cr_assert(mkdir(path, 0700) == 0);
	cr_expect(event_log_reopen(log) == -EISDIR);
	cr_assert(rmdir(path) == 0);
	write_sample(log);
	event_log_close(log);
	cr_expect(count_lines(rotated) == 1);
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

	cr_assert(mkfifo(path, 0600) == 0);
	reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
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

	cr_assert(mkfifo(path, 0600) == 0);
	reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
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

	cr_assert(mkfifo(path, 0600) == 0);
	cr_expect(event_log_open(sink_find("jsonl"), path, 0, &log) == -ENXIO);
}

static off_t size_of(const char *file)
{
	struct stat status;

	return stat(file, &status) == 0 ? status.st_size : -1;
}

/* Nothing is lost or cut at the borders, and what is too old goes. */
Test(event_log, rotates_by_size)
{
	struct event_log *log = open_log("jsonl", 1000);
	char name[80];
	int lines = 0, files = 0, line_bytes;

	write_sample(log);
	event_log_flush(log);
	line_bytes = (int)size_of(path);
	event_log_rotate(log, 10000, 3);
	for (int i = 0; i < 300; i++)
		cr_assert(write_sample(log) == 0);
	event_log_flush(log);
	cr_expect(event_log_rotation(log) == 0);
	cr_expect(size_of(path) < 12000);
	for (unsigned i = 1; i <= 4; i++) {
		snprintf(name, sizeof(name), "%s.%u", path, i);
		if (size_of(name) < 0)
			continue;
		files++;
		lines += count_lines(name);
		cr_expect(size_of(name) >= 10000 && size_of(name) < 12000, "%s: %ld", name,
			  (long)size_of(name));
	}
	event_log_close(log);
	cr_expect(files == 3, "%d files", files);
	lines += count_lines(path);
	/* Those of the files that went are missing, and no others. */
	cr_expect(lines >= 3 * 10000 / line_bytes && lines < 300, "%d lines", lines);
}

Test(event_log, a_rotated_document_is_closed)
{
	struct event_log *log = open_log("json", 0);

	event_log_rotate(log, 5000, 1);
	while (access(rotated, F_OK) < 0)
		cr_assert(write_sample(log) == 0);
	cr_assert(write_sample(log) == 0);
	event_log_close(log);
	cr_expect(count_documents(rotated) > 1);
	cr_expect(count_documents(path) == 1, "%d", count_documents(path));
}

/* Where old files cannot be renamed, the file grows, and the reason is known. */
Test(event_log, a_rotation_that_fails_loses_nothing)
{
	struct event_log *log = open_log("jsonl", 0);
	int written = 0;

	cr_assert(mkdir(rotated, 0700) == 0);
	event_log_rotate(log, 2000, 1);
	while (event_log_rotation(log) == 0 && written < 1000) {
		cr_assert(write_sample(log) == 0);
		written++;
	}
	cr_expect(event_log_rotation(log) == -EISDIR, "%d", event_log_rotation(log));
	for (int i = 0; i < 20; i++)
		write_sample(log);
	cr_expect(count_lines(path) == written + 20);
	rmdir(rotated);
	while (event_log_rotation(log) < 0)
		cr_assert(write_sample(log) == 0);
	cr_expect(access(rotated, F_OK) == 0);
	event_log_close(log);
}

Test(event_log, no_old_files)
{
	struct event_log *log = open_log("jsonl", 0);

	event_log_rotate(log, 2000, 0);
	for (int i = 0; i < 100; i++)
		cr_assert(write_sample(log) == 0);
	event_log_close(log);
	cr_expect(size_of(path) < 4000);
	cr_expect(access(rotated, F_OK) < 0);
}
