// SPDX-License-Identifier: MIT
/* The files of the history. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "common/abi/fw_limits.h"
#include "common/base/memory.h"
#include "common/base/replace_file.h"
#include "daemon/fwd/history/history_internal.h"
#include "daemon/fwd/history/revision.h"

#define NAME_SIZE 24

static void set_trouble(struct history *history, const char *what, int error)
{
	char *text;

	if (asprintf(&text, "%s: %s", what, strerror(-error)) < 0)
		text = NULL;
	free(history->trouble);
	history->trouble = text;
}

static const char *file_name(uint64_t number, char name[NAME_SIZE])
{
	snprintf(name, NAME_SIZE, "%" PRIu64, number);
	return name;
}

/* ---- writing ---- */

void store_write(struct history *history, const cJSON *header, const char *text, size_t length)
{
	const struct replace_owner owner = {0640, (uid_t)-1, (gid_t)-1};
	cleanup_free char *data = NULL;
	char name[NAME_SIZE], what[64];
	size_t size;
	int r;

	if (history->revisions < 0)
		return; /* the error was reported when it was opened */
	data = revision_encode(header, text, length, &size);
	r = data ? replace_file(history->revisions, file_name(history->number, name), data, size,
				&owner)
		 : -ENOMEM;
	if (r == 0) {
		free(history->trouble);
		history->trouble = NULL;
		return;
	}
	snprintf(what, sizeof(what), "revision %" PRIu64 " is not on disk", history->number);
	set_trouble(history, what, r);
}

static size_t number_of(const cJSON *header, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(header, name);

	return cJSON_IsNumber(item) ? (size_t)item->valuedouble : 0;
}

void store_prune(struct history *history)
{
	int count = cJSON_GetArraySize(history->headers);
	size_t bytes = 0;
	cJSON *header;
	char name[NAME_SIZE];

	cJSON_ArrayForEach (header, history->headers)
		bytes += number_of(header, "bytes");
	while (count > FW_MAX_REVISIONS || (count > 2 && bytes > FW_MAX_HISTORY_BYTES)) {
		header = cJSON_DetachItemFromArray(history->headers,
						   history_superfluous(history->headers));
		if (history->revisions >= 0)
			unlinkat(history->revisions, file_name(number_of(header, "number"), name),
				 0);
		bytes -= number_of(header, "bytes");
		count--;
		cJSON_Delete(header);
	}
}

/* ---- reading ---- */

static int read_whole(int fd, char **ret, size_t *ret_size)
{
	cleanup_free char *data = NULL;
	size_t have = 0;
	struct stat info;

	if (fstat(fd, &info) < 0)
		return -errno;
	if ((uintmax_t)info.st_size > (uintmax_t)FW_MAX_HISTORY_BYTES)
		return -EFBIG;
	data = malloc((size_t)info.st_size + 1);
	if (!data)
		return -ENOMEM;
	while (have < (size_t)info.st_size) {
		ssize_t got = read(fd, data + have, (size_t)info.st_size - have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	*ret = steal(&data);
	*ret_size = have;
	return 0;
}

static int load_file(const struct history *history, uint64_t number, struct revision *ret,
		     const char **ret_why)
{
	cleanup_free char *data = NULL;
	struct revision revision;
	char name[NAME_SIZE];
	cleanup_fd int fd = -1;
	size_t size = 0;
	int r;

	fd = openat(history->revisions, file_name(number, name),
		    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	r = read_whole(fd, &data, &size);
	if (r == 0)
		r = revision_decode(data, size, &revision, ret_why);
	if (r < 0)
		return r;
	if (revision.number != number) {
		revision_clear(&revision);
		*ret_why = "it is the file of another revision";
		return -EBADMSG;
	}
	*ret = revision;
	return 0;
}

/* The running one is also available without disk. */
static int load_current(const struct history *history, struct revision *ret)
{
	struct revision revision = {.number = history->number, .length = history->length};

	revision.header = cJSON_Duplicate(history_header(history, 0), true);
	revision.text = malloc(history->length + 1);
	if (!revision.header || !revision.text) {
		revision_clear(&revision);
		return -ENOMEM;
	}
	memcpy(revision.text, history->text, history->length);
	revision.text[history->length] = '\0';
	*ret = revision;
	return 0;
}

int history_load(struct history *history, uint64_t number, const struct revision **ret,
		 const char **ret_why)
{
	struct revision revision;
	int r;

	if (!history || number == 0)
		return -ENOENT;
	if (history->loaded.number != number) {
		if (number == history->number && history->text)
			r = load_current(history, &revision);
		else
			r = history->revisions < 0 ? -ENOENT
						   : load_file(history, number, &revision, ret_why);
		if (r < 0)
			return r;
		revision_clear(&history->loaded);
		history->loaded = revision;
	}
	*ret = &history->loaded;
	return 0;
}

/* ---- opening ---- */

/* A name of a revision: digits, the first not 0. 0: another file. */
static uint64_t number_in(const char *name)
{
	char again[NAME_SIZE];
	uint64_t number = strtoull(name, NULL, 10);

	return number < (1ULL << 53) && strcmp(file_name(number, again), name) == 0 ? number : 0;
}

static int by_number(const void *a, const void *b)
{
	const uint64_t *left = a, *right = b;

	return (*left < *right) - (*left > *right);
}

/* Numbers of all files, highest first. */
static int list_numbers(int folder, uint64_t **ret, size_t *ret_count)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	uint64_t number, *slot;

	if (!dir) {
		close_fd(&fd);
		return -errno;
	}
	while ((entry = readdir(dir))) {
		number = number_in(entry->d_name);
		slot = number ? array_grow(ret, *ret_count, sizeof(*slot)) : NULL;
		if (!slot)
			continue;
		*slot = number;
		++*ret_count;
	}
	closedir(dir);
	if (*ret_count > 0)
		qsort(*ret, *ret_count, sizeof(**ret), by_number);
	return 0;
}

/* The header of a file, or the header of a damaged file. */
static cJSON *read_header(const struct history *history, uint64_t number, struct errors *errs)
{
	const char *why = NULL;
	cJSON *header = NULL;
	char name[NAME_SIZE];
	cleanup_fd int fd = openat(history->revisions, file_name(number, name),
				   O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	int r = fd < 0 ? -errno : revision_read_header(fd, &header, &why);

	if (r == 0 && number_of(header, "number") == number)
		return header;
	if (r == 0)
		why = "it is the file of another revision";
	cJSON_Delete(header);
	errors_add(errs, SEVERITY_WARNING, ERROR_SYSTEM, NULL,
		   "revision %" PRIu64 " of the history is damaged and not used: %s", number,
		   why ? why : strerror(-r));
	header = cJSON_CreateObject();
	cJSON_AddNumberToObject(header, "number", (double)number);
	cJSON_AddStringToObject(header, "damaged", why ? why : strerror(-r));
	return header;
}

static int read_headers(struct history *history, struct errors *errs)
{
	cleanup_free uint64_t *numbers = NULL;
	size_t count = 0;
	int r = list_numbers(history->revisions, &numbers, &count);

	for (size_t i = count; i-- > 0;)
		cJSON_AddItemToArray(history->headers, read_header(history, numbers[i], errs));
	if (count > 0)
		history->number = numbers[0];
	return r;
}

static int open_folders(struct history *history, const char *path)
{
	history->folder = folder_open(path, 0750);
	if (history->folder < 0)
		return history->folder;
	if (flock(history->folder, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? -EBUSY : -errno;
	if (mkdirat(history->folder, "revisions", 0750) < 0 && errno != EEXIST && errno != EROFS)
		return -errno;
	history->revisions =
		openat(history->folder, "revisions", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return history->revisions < 0 ? -errno : 0;
}

static void close_store(struct history *history)
{
	close_fd(&history->revisions);
	close_fd(&history->folder);
	history->revisions = history->folder = -1;
}

/* Open the folder and read its revisions. On failure nothing stays open. */
static int open_store(struct history *history, struct errors *errs)
{
	int r = open_folders(history, history->path);

	if (r == 0)
		r = read_headers(history, errs);
	if (r < 0) {
		close_store(history);
		set_trouble(history, history->path, r);
	}
	return r;
}

int history_open(const char *state_folder, struct history **ret, struct errors *errs)
{
	struct history *history = calloc(1, sizeof(*history));
	int r;

	if (!history)
		return -ENOMEM;
	history->folder = history->revisions = -1;
	history->headers = cJSON_CreateArray();
	history->path = strdup(state_folder);
	if (!history->headers || !history->path) {
		history_close(history);
		return -ENOMEM;
	}
	r = open_store(history, errs);
	if (r < 0)
		errors_add(errs, SEVERITY_WARNING, ERROR_SYSTEM, NULL,
			   "revisions are not kept: %s%s", history->trouble ? history->trouble : "",
			   r == -EBUSY ? "; another fwd uses it" : "");
	*ret = history;
	return 0;
}

/* ---- retry ---- */

/*
 * The folder exists by now: its revisions are before the running policy's, which is the only one
 * that is complete in memory. Numbers do not go down, and none is used twice.
 */
static int open_late(struct history *history, struct errors *errs)
{
	int count = cJSON_GetArraySize(history->headers);
	cJSON *current = cJSON_DetachItemFromArray(history->headers, count - 1);
	cJSON *others = history->headers;
	uint64_t number = history->number;
	int r = -ENOMEM;

	history->headers = cJSON_CreateArray();
	history->number = 0;
	if (history->headers)
		r = open_store(history, errs);
	if (r < 0) {
		cJSON_Delete(history->headers);
		history->headers = others;
		cJSON_AddItemToArray(history->headers, current);
		history->number = number;
		return r;
	}
	cJSON_Delete(others);
	history->number = history->number < number ? number : history->number + 1;
	history->saved = history->saved == number ? history->number : 0;
	cJSON_SetNumberValue(cJSON_GetObjectItemCaseSensitive(current, "number"),
			     (double)history->number);
	cJSON_AddItemToArray(history->headers, current);
	revision_clear(&history->loaded);
	return 0;
}

/* The folder was removed, or the folder of the revisions. */
static bool is_removed(int folder)
{
	struct stat info;

	return folder >= 0 && (fstat(folder, &info) < 0 || info.st_nlink == 0);
}

int history_retry(struct history *history, struct errors *errs)
{
	int r = 0;

	if (!history || !history->trouble)
		return 0;
	if (is_removed(history->folder) || is_removed(history->revisions))
		close_store(history);
	/* Before the first revision there is nothing to write. */
	if (!history->text)
		return -EAGAIN;
	if (history->revisions < 0)
		r = open_late(history, errs);
	if (r < 0)
		return r;
	store_write(history, history_header(history, 0), history->text, history->length);
	store_prune(history);
	return history->trouble ? -EIO : 0;
}
