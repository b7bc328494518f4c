// SPDX-License-Identifier: MIT
/* The file boot.json. */
#include "daemon/fwd/transaction/boot/known.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/abi/fw_limits.h"
#include "common/base/memory.h"
#include "common/base/replace_file.h"
#include "daemon/fwd/history/digest.h"

#define FILE_NAME "boot.json"
#define VERSION	  1

char *known_encode(bool closed, cJSON *policy, size_t *ret_length)
{
	cJSON *json = cJSON_CreateObject();
	cleanup_free char *line = NULL;
	char digest[DIGEST_TEXT], *text;
	int length;

	cJSON_AddNumberToObject(json, "version", VERSION);
	cJSON_AddStringToObject(json, "runs", closed ? "closed" : "open");
	cJSON_AddItemToObject(json, "policy", policy);
	line = cJSON_PrintUnformatted(json);
	cJSON_Delete(json);
	if (!line)
		return NULL;
	length = asprintf(&text, "%s\n%s\n", line, digest_text(line, strlen(line), digest));
	if (length < 0)
		return NULL;
	*ret_length = (size_t)length;
	return text;
}

/* The first line, if the second one proves it whole; 0: it does not. */
static size_t whole_line(const char *text, size_t length)
{
	const char *end = memchr(text, '\n', length);
	size_t line = end ? (size_t)(end - text) : length;
	char digest[DIGEST_TEXT], whole[DIGEST_TEXT + 1];

	snprintf(whole, sizeof(whole), "%s\n", digest_text(text, line, digest));
	if (!*digest || length != line + 1 + strlen(whole) ||
	    memcmp(end + 1, whole, strlen(whole)) != 0)
		return 0;
	return line;
}

int known_decode(const char *text, size_t length, bool *ret_closed, cJSON **ret_policy)
{
	cJSON *json = cJSON_ParseWithLength(text, whole_line(text, length));
	const char *runs = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "runs"));
	cJSON *policy = cJSON_DetachItemFromObjectCaseSensitive(json, "policy");
	bool closed = runs && strcmp(runs, "closed") == 0;
	bool good =
		cJSON_IsObject(policy) && (closed || (runs && strcmp(runs, "open") == 0)) &&
		cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(json, "version")) == VERSION;

	cJSON_Delete(json);
	if (!good) {
		cJSON_Delete(policy);
		return -EBADMSG;
	}
	*ret_closed = closed;
	*ret_policy = policy;
	return 0;
}

int known_write(int folder, const char *text, size_t length)
{
	const struct replace_owner owner = {0640, (uid_t)-1, (gid_t)-1};

	return folder < 0 ? -ENOENT : replace_file(folder, FILE_NAME, text, length, &owner);
}

static void close_file(FILE **file)
{
	if (*file)
		fclose(*file);
}

int known_read(int folder, bool *ret_closed, cJSON **ret_policy)
{
	int fd = folder < 0 ? -1
			    : openat(folder, FILE_NAME,
				     O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	cleanup(close_file) FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	cleanup_free char *text = NULL;
	struct stat info;
	size_t length;

	if (folder < 0)
		return -ENOENT;
	if (!file || fstat(fd, &info) < 0)
		return -errno;
	if (!S_ISREG(info.st_mode) || info.st_size > (off_t)FW_MAX_CONFIG_BYTES)
		return -EBADMSG;
	text = malloc((size_t)info.st_size + 1);
	if (!text)
		return -ENOMEM;
	length = fread(text, 1, (size_t)info.st_size, file);
	return ferror(file) ? -EIO : known_decode(text, length, ret_closed, ret_policy);
}

/* Does a folder have a name that does not begin with a dot? */
static int has_names(int folder)
{
	DIR *dir = fdopendir(folder);
	const struct dirent *entry;
	int found = 0;

	if (!dir)
		return -errno;
	while (!found && (entry = readdir(dir)))
		found = entry->d_name[0] != '.';
	closedir(dir);
	return found;
}

int known_is_there(const char *state_dir)
{
	cleanup_fd int folder = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int revisions;

	if (folder < 0)
		return errno == ENOENT ? 0 : -errno;
	if (faccessat(folder, FILE_NAME, F_OK, 0) == 0)
		return 1;
	revisions = openat(folder, "revisions", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (revisions < 0)
		return errno == ENOENT ? 0 : -errno;
	return has_names(revisions);
}
