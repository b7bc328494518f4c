// SPDX-License-Identifier: MIT
/* Has the config file changed on disk since it was read? */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "memory.h"
#include "save.h"

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
