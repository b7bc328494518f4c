// SPDX-License-Identifier: MIT
/* Has the config file changed on disk since it was read? */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/policy/config/config.h"
#include "daemon/fwd/transaction/saved/saved_file.h"

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	cr_assert(file);
	fputs(text, file);
	fclose(file);
}

static struct saved_file *read_file(const char *path)
{
	struct document *document = NULL;
	struct errors errs = {0};
	struct saved_file *file;

	cr_assert_eq(document_read_file(path, &document, &errs), 0);
	file = saved_file_new(document);
	document_free(document);
	return file;
}

Test(saved_file, changes)
{
	char folder[] = "/tmp/fwd-saved.XXXXXX", path[64], part[64], other[64];
	static const char main_text[] = "{\"include\": \"part.json\"}";
	struct saved_file *file;

	cr_assert(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/fwd.json", folder);
	snprintf(part, sizeof(part), "%s/part.json", folder);
	snprintf(other, sizeof(other), "%s/other.json", folder);
	write_file(part, "{\"rules\": []}");
	write_file(path, main_text);
	file = read_file(path);
	cr_expect(!saved_file_has_changed(file));
	cr_expect(!saved_file_has_changed(NULL), "what was never read has not changed");

	write_file(part, "{\"rules\":[]} ");
	cr_expect(saved_file_has_changed(file), "an included file");
	cr_expect(saved_file_has_changed(file), "still");
	write_file(part, "{\"rules\": []}");
	cr_expect(!saved_file_has_changed(file), "and back");

	write_file(other, main_text);
	cr_assert_eq(rename(other, path), 0);
	cr_expect(!saved_file_has_changed(file), "the same text in another file");
	cr_assert_eq(unlink(path), 0);
	cr_expect(saved_file_has_changed(file), "gone");
	cr_assert_eq(mkfifo(path, 0600), 0);
	cr_expect(saved_file_has_changed(file), "a FIFO is not waited for");
	unlink(path);
	saved_file_free(file);

	file = saved_file_of_text(path, "{}", 2);
	write_file(path, "{}");
	cr_expect(!saved_file_has_changed(file));
	saved_file_set_main(file, "{ }", 3);
	cr_expect(saved_file_has_changed(file));
	saved_file_free(file);
	unlink(path);
	unlink(part);
	rmdir(folder);
}

/* Between reading the file and remembering it, somebody may write it. */
Test(saved_file, changed_before_it_was_looked_at)
{
	char path[] = "/tmp/fwd-saved.XXXXXX";
	struct saved_file *file;

	cr_assert_geq(mkstemp(path), 0);
	write_file(path, "{}");
	file = read_file(path);
	write_file(path, "[]");
	cr_expect(saved_file_has_changed(file));
	saved_file_free(file);
	unlink(path);
}

/* A folder with a main file that includes all of conf.d. */
struct parts {
	char folder[32], main[64], first[64], second[64];
};

static struct saved_file *read_parts(struct parts *parts)
{
	strcpy(parts->folder, "/tmp/fwd-saved.XXXXXX");
	cr_assert(mkdtemp(parts->folder));
	snprintf(parts->main, sizeof(parts->main), "%s/fwd.json", parts->folder);
	snprintf(parts->first, sizeof(parts->first), "%s/1.part", parts->folder);
	snprintf(parts->second, sizeof(parts->second), "%s/2.part", parts->folder);
	write_file(parts->main, "{\"include\": [\"*.part\", \"none/*.json\"]}");
	write_file(parts->first, "{}");
	return read_file(parts->main);
}

static void remove_parts(const struct parts *parts)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", parts->folder);
	cr_assert_eq(system(command), 0);
}

Test(saved_file, included_files_come_and_go)
{
	struct parts parts;
	struct saved_file *file = read_parts(&parts);
	char path[64];

	cr_expect(!saved_file_has_changed(file));
	write_file(parts.second, "{}");
	cr_expect(saved_file_has_changed(file), "a pattern finds one more");
	unlink(parts.second);
	cr_expect(!saved_file_has_changed(file));
	cr_assert_eq(rename(parts.first, parts.second), 0);
	cr_expect(saved_file_has_changed(file), "another name can be another order");
	cr_assert_eq(rename(parts.second, parts.first), 0);
	cr_expect(!saved_file_has_changed(file));
	snprintf(path, sizeof(path), "%s/none", parts.folder);
	cr_assert_eq(mkdir(path, 0700), 0);
	cr_expect(!saved_file_has_changed(file), "an empty folder has nothing");
	snprintf(path, sizeof(path), "%s/none/a.json", parts.folder);
	write_file(path, "{}");
	cr_expect(saved_file_has_changed(file), "a pattern that found nothing finds one");
	saved_file_free(file);
	remove_parts(&parts);
}

Test(saved_file, symbolic_links)
{
	struct parts parts;
	struct saved_file *file = read_parts(&parts);
	char aim[64], other[64];

	snprintf(aim, sizeof(aim), "%s/aim", parts.folder);
	snprintf(other, sizeof(other), "%s/other", parts.folder);
	write_file(aim, "{}");
	write_file(other, "{ }");
	unlink(parts.first);
	cr_assert_eq(symlink(aim, parts.first), 0);
	cr_expect(!saved_file_has_changed(file), "the same text by a link");
	unlink(parts.first);
	cr_assert_eq(symlink(other, parts.first), 0);
	cr_expect(saved_file_has_changed(file), "the link aims elsewhere");
	cr_assert_eq(rename(aim, other), 0);
	cr_expect(!saved_file_has_changed(file), "what it aims at is the same again");
	saved_file_free(file);
	remove_parts(&parts);
}

/* Of the same size, and with the times that it had; within a tick of the clock, perhaps. */
Test(saved_file, size_and_time_are_no_proof)
{
	struct parts parts;
	struct saved_file *file = read_parts(&parts);
	struct timespec times[2];
	struct stat info;

	cr_expect(!saved_file_has_changed(file));
	cr_assert_eq(stat(parts.first, &info), 0);
	write_file(parts.first, "[]");
	times[0] = info.st_atim;
	times[1] = info.st_mtim;
	cr_assert_eq(utimensat(AT_FDCWD, parts.first, times, 0), 0);
	cr_expect(saved_file_has_changed(file));
	for (int i = 0; i < 1000; i++) {
		write_file(parts.first, i % 2 ? "[]" : "{}");
		cr_assert_eq(saved_file_has_changed(file), i % 2, "the %dth time", i);
	}
	saved_file_free(file);
	remove_parts(&parts);
}
