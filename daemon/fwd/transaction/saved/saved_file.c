// SPDX-License-Identifier: MIT
/* The config file as it was read, and whether it is another by now. */
#include "daemon/fwd/transaction/saved/saved_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/abi/fw_limits.h"
#include "common/base/memory.h"
#include "daemon/fwd/transaction/saved/file_look.h"
#include "daemon/fwd/history/digest.h"

struct entry {
	char *name;
	char digest[DIGEST_TEXT]; /* of its text */
	struct file_look look;	  /* when it was looked at last */
};

struct saved_file {
	size_t count;
	char **includes; /* patterns: they find the files after the first, in this order */
	size_t include_count;
	bool is_known; /* has_changed is what the files were when they looked like that */
	bool has_changed;
	struct entry entries[];
};

static size_t count_files(const struct document *document)
{
	const char *text;
	size_t count = 0, length;

	while (document_file(document, count, &text, &length))
		count++;
	return count;
}

static bool copy_includes(const struct document *document, struct saved_file *file)
{
	const char *pattern;

	while ((pattern = document_include(document, file->include_count))) {
		char **copy =
			array_grow(&file->includes, file->include_count, sizeof(*file->includes));

		if (!copy)
			return false;
		*copy = strdup(pattern);
		if (!*copy)
			return false;
		file->include_count++;
	}
	return true;
}

struct saved_file *saved_file_new(const struct document *document)
{
	size_t count = count_files(document), length;
	struct saved_file *file = calloc(1, sizeof(*file) + count * sizeof(file->entries[0]));
	const char *text, *name;

	if (!file)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		name = document_file(document, i, &text, &length);
		digest_text(text, length, file->entries[i].digest);
		file->entries[i].name = strdup(name);
		file->count++;
		if (!file->entries[i].name)
			return saved_file_free(file);
	}
	return copy_includes(document, file) ? file : saved_file_free(file);
}

struct saved_file *saved_file_of_text(const char *path, const char *text, size_t length)
{
	struct saved_file *file = calloc(1, sizeof(*file) + sizeof(file->entries[0]));

	if (!file)
		return NULL;
	file->count = 1;
	file->entries[0].name = strdup(path);
	digest_text(text, length, file->entries[0].digest);
	return file->entries[0].name ? file : saved_file_free(file);
}

void saved_file_set_main(struct saved_file *file, const char *text, size_t length)
{
	if (!file || !file->count)
		return;
	digest_text(text, length, file->entries[0].digest);
	file->is_known = false;
}

struct saved_file *saved_file_free(struct saved_file *file)
{
	if (!file)
		return NULL;
	for (size_t i = 0; i < file->count; i++)
		free(file->entries[i].name);
	for (size_t i = 0; i < file->include_count; i++)
		free(file->includes[i]);
	free(file->includes);
	free(file);
	return NULL;
}

bool saved_file_differs(const struct saved_file *before, const struct document *now)
{
	struct saved_file *file = saved_file_new(now);
	bool differs = !before || !file || before->count != file->count;

	for (size_t i = 0; !differs && i < file->count; i++)
		differs = strcmp(before->entries[i].digest, file->entries[i].digest) != 0;
	saved_file_free(file);
	return differs;
}

/* ---- has it changed on disk? ---- */

static void close_file(FILE **file)
{
	if (*file)
		fclose(*file);
}

static bool has_digest(const struct entry *entry)
{
	size_t size = (size_t)entry->look.info.st_size, length;
	cleanup_free char *text = NULL;
	char digest[DIGEST_TEXT];
	int fd = open(entry->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	cleanup(close_file) FILE *file = fd < 0 ? NULL : fdopen(fd, "r");

	if (!file || !entry->look.is_there || !S_ISREG(entry->look.info.st_mode) ||
	    size > FW_MAX_CONFIG_BYTES)
		return false;
	text = malloc(size + 1);
	length = text ? fread(text, 1, size + 1, file) : 0;
	return text && length == size &&
	       strcmp(digest_text(text, length, digest), entry->digest) == 0;
}

/* Do the patterns find other files than those that were read? */
static bool finds_others(const struct saved_file *file)
{
	size_t at = 1;
	bool others = false;

	for (size_t i = 0; i < file->include_count && !others; i++) {
		glob_t found = {0};
		int r = include_find(file->includes[i], &found);

		others = r && r != GLOB_NOMATCH;
		for (size_t j = 0; j < found.gl_pathc && !others; j++, at++)
			others = at >= file->count ||
				 strcmp(found.gl_pathv[j], file->entries[at].name) != 0;
		globfree(&found);
	}
	return others || (file->include_count && at != file->count);
}

/* The contents are read only if a file looks otherwise than when it was looked at last. */
static bool has_other_texts(struct saved_file *file)
{
	bool changed = false, same = file->is_known;

	for (size_t i = 0; i < file->count; i++) {
		struct file_look look = file_look(file->entries[i].name);

		same &= file_looks_same(&file->entries[i].look, &look);
		file->entries[i].look = look;
	}
	if (same)
		return file->has_changed;
	for (size_t i = 0; i < file->count; i++)
		changed |= !has_digest(&file->entries[i]);
	file->is_known = true;
	file->has_changed = changed;
	return changed;
}

bool saved_file_has_changed(struct saved_file *file)
{
	return file && (finds_others(file) || has_other_texts(file));
}
