// SPDX-License-Identifier: MIT
/* The config file as it was read, and whether it is another by now. */
#include "save.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "digest.h"
#include "fw_limits.h"
#include "memory.h"

struct entry {
	char *name;
	char digest[DIGEST_TEXT]; /* of its text */
	struct stat info;	  /* when it was looked at last */
};

struct saved_file {
	size_t count;
	bool is_known; /* has_changed is what the files were with these infos */
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
	return file;
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

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

static void close_file(FILE **file)
{
	if (*file)
		fclose(*file);
}

static bool has_digest(const struct entry *entry)
{
	size_t size = (size_t)entry->info.st_size, length;
	cleanup_free char *text = NULL;
	char digest[DIGEST_TEXT];
	int fd = open(entry->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	cleanup(close_file) FILE *file = fd < 0 ? NULL : fdopen(fd, "r");

	if (!file || !S_ISREG(entry->info.st_mode) || size > FW_MAX_CONFIG_BYTES)
		return false;
	text = malloc(size + 1);
	length = text ? fread(text, 1, size + 1, file) : 0;
	return text && length == size &&
	       strcmp(digest_text(text, length, digest), entry->digest) == 0;
}

/* The contents are read only if a file has another time or size than when it was looked at last. */
bool saved_file_has_changed(struct saved_file *file)
{
	bool changed = false, same = file && file->is_known;

	for (size_t i = 0; file && i < file->count; i++) {
		struct stat info = {0};

		if (stat(file->entries[i].name, &info) < 0)
			info = (struct stat){0};
		same &= is_same(&info, &file->entries[i].info);
		file->entries[i].info = info;
	}
	if (same || !file)
		return file && file->has_changed;
	for (size_t i = 0; i < file->count; i++)
		changed |= !has_digest(&file->entries[i]);
	file->is_known = true;
	file->has_changed = changed;
	return changed;
}
