// SPDX-License-Identifier: MIT
/* Do the files of sets still hold what was read? */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "daemon/fwd/transaction/saved/set_files.h"

struct bench {
	char folder[32], path[64], other[64];
	struct config *config;
	struct set_files *files;
};

static void write_bytes(const char *path, const void *bytes, size_t length)
{
	FILE *file = fopen(path, "w");

	cr_assert(file);
	cr_assert_eq(fwrite(bytes, 1, length, file), length);
	fclose(file);
}

static void write_file(const char *path, const char *text)
{
	write_bytes(path, text, strlen(text));
}

/* A config with set "feed" from file `feed`, which is there. */
static void read_config(struct bench *bench, const char *options)
{
	struct document *document = NULL;
	struct errors errs = {0};
	char path[64], text[128];

	snprintf(path, sizeof(path), "%s/fwd.json", bench->folder);
	snprintf(text, sizeof(text), "{\"sets\": {\"feed\": {\"file\": \"feed\"%s}}}", options);
	write_file(path, text);
	cr_assert_eq(document_read_file(path, &document, &errs), 0);
	config_free(bench->config);
	bench->config = NULL;
	cr_assert_eq(config_parse(document, NULL, &bench->config, &errs), 0);
	document_free(document);
	errors_clear(&errs);
}

static void start(struct bench *bench, const void *bytes, size_t length)
{
	*bench = (struct bench){.folder = "/tmp/fwd-sets.XXXXXX"};
	cr_assert(mkdtemp(bench->folder));
	snprintf(bench->path, sizeof(bench->path), "%s/feed", bench->folder);
	snprintf(bench->other, sizeof(bench->other), "%s/other", bench->folder);
	write_bytes(bench->path, bytes, length);
	read_config(bench, "");
}

static void stop(struct bench *bench)
{
	char command[64];

	set_files_free(bench->files);
	config_free(bench->config);
	snprintf(command, sizeof(command), "rm -r %s", bench->folder);
	cr_assert_eq(system(command), 0);
}

/* What is reported has this text; NULL: nothing is. */
static void expect(struct bench *bench, const char *wanted, const char *what)
{
	cJSON *list = cJSON_CreateArray();
	const char *text;

	set_files_add_problems(&bench->files, bench->config, list);
	text = cJSON_GetStringValue(cJSON_GetArrayItem(list, 0));
	cr_expect_eq(cJSON_GetArraySize(list), wanted != NULL, "%s: %s", what, text ? text : "");
	cr_expect(!wanted || (text && strstr(text, wanted)), "%s: %s", what, text ? text : "");
	cJSON_Delete(list);
}

#define CHANGED "the file of set \"feed\", "
static const char first[] = "192.0.2.1\n", second[] = "192.0.2.2\n";

Test(set_files, changes)
{
	struct timespec times[2];
	struct stat info;
	struct bench bench;

	start(&bench, first, strlen(first));
	expect(&bench, NULL, "as it was read");
	cr_assert_eq(stat(bench.path, &info), 0);
	write_file(bench.path, second);
	times[0] = info.st_atim;
	times[1] = info.st_mtim;
	cr_assert_eq(utimensat(AT_FDCWD, bench.path, times, 0), 0);
	expect(&bench, CHANGED, "of the same size and time");
	write_file(bench.path, first);
	expect(&bench, NULL, "and back");
	write_file(bench.path, "192.0.2.1\n# no other entry\n");
	expect(&bench, CHANGED, "longer");
	write_file(bench.path, "");
	expect(&bench, CHANGED, "empty");
	cr_assert_eq(unlink(bench.path), 0);
	expect(&bench, "cannot be read any more: No such file", "gone");
	cr_assert_eq(mkfifo(bench.path, 0600), 0);
	expect(&bench, "cannot be read any more", "a FIFO");
	stop(&bench);
}

Test(set_files, replaced)
{
	struct bench bench;

	start(&bench, first, strlen(first));
	write_file(bench.other, first);
	cr_assert_eq(rename(bench.other, bench.path), 0);
	expect(&bench, NULL, "by the same text");
	write_file(bench.other, second);
	cr_assert_eq(unlink(bench.path), 0);
	cr_assert_eq(symlink("other", bench.path), 0);
	expect(&bench, CHANGED, "by a link");
	write_file(bench.other, first);
	expect(&bench, NULL, "a link to the same text");
	for (int i = 0; i < 1000; i++) {
		write_file(bench.other, i % 2 ? second : first);
		expect(&bench, i % 2 ? CHANGED : NULL, "soon after one another");
	}
	stop(&bench);
}

Test(set_files, is_read_again)
{
	struct bench bench;

	start(&bench, first, strlen(first));
	write_file(bench.path, second);
	expect(&bench, CHANGED, "not yet");
	read_config(&bench, "");
	expect(&bench, NULL, "now it is");
	stop(&bench);
}

/* What was packed is compared as it is: another packing of the same is another file. */
Test(set_files, packed)
{
	struct bench bench;
	static const unsigned char gzip[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00,
					     0x02, 0x03, 0x33, 0xb4, 0x34, 0xd2, 0x33, 0xd0,
					     0x33, 0xd2, 0x33, 0xe4, 0x02, 0x00, 0x9c, 0xc2,
					     0xb1, 0x8a, 0x0a, 0x00, 0x00, 0x00};

	start(&bench, gzip, sizeof(gzip));
	expect(&bench, NULL, "as it was read");
	write_file(bench.path, first);
	expect(&bench, CHANGED, "unpacked");
	stop(&bench);
}

/* A set that has what it had before is reported as such, whatever the file holds by now. */
Test(set_files, kept)
{
	struct bench bench;

	start(&bench, first, strlen(first));
	write_file(bench.path, "this is no address\n");
	read_config(&bench, ", \"on_error\": \"keep-last\"");
	cr_assert(bench.config->sets[0].is_kept);
	expect(&bench, NULL, "kept");
	write_file(bench.path, first);
	expect(&bench, NULL, "kept until a reload");
	stop(&bench);
}

/* A writer of a file in place is waited for. */
Test(set_files, being_written)
{
	struct bench bench;
	int fd;

	start(&bench, first, strlen(first));
	fd = open(bench.path, O_WRONLY | O_APPEND | O_CLOEXEC);
	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, "192.", 4), 4);
	expect(&bench, NULL, "half of it");
	cr_assert_eq(write(fd, "0.2.7\n", 6), 6);
	close(fd);
	expect(&bench, CHANGED, "all of it");
	stop(&bench);
}
