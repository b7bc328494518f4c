// SPDX-License-Identifier: MIT
#include "common/policy/config/sets/kept.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/abi/fw_abi.h"
#include "common/abi/fw_limits.h"
#include "common/base/memory.h"
#include "common/base/replace_file.h"

#define MAGIC	  "fwdset1\n"
#define FILE_NAME (3 * FW_NAME_SIZE + 8)

/* Before the prefixes, which are written unchanged: bytes, without padding. */
struct kept_header {
	char magic[8];
	uint64_t count;
	uint64_t time;
	uint64_t checksum; /* of all else */
};
_Static_assert(sizeof(struct prefix) == 18, "a prefix in a file");

/* 64 bits of FNV-1a: against damage, not against attackers, who could change the feed itself. */
static uint64_t checksum(const struct kept_header *header, const struct prefix *items)
{
	const unsigned char *parts[] = {(const void *)header, (const void *)items};
	size_t sizes[] = {offsetof(struct kept_header, checksum), header->count * sizeof(*items)};
	uint64_t hash = 0xcbf29ce484222325ULL;

	for (int part = 0; part < 2; part++)
		for (size_t i = 0; i < sizes[part]; i++)
			hash = (hash ^ parts[part][i]) * 0x100000001b3ULL;
	return hash;
}

/* Names of sets may have a "/". */
static const char *file_name(const char *set, char buffer[FILE_NAME])
{
	char *to = buffer;

	for (; *set; set++) {
		if (*set == '/')
			to = stpcpy(to, "%2F");
		else
			*to++ = *set;
	}
	strcpy(to, ".kept");
	return buffer;
}

/* Folder `sets`, created if necessary: a descriptor or a negative errno. */
static int open_sets(const char *state_dir, bool make)
{
	cleanup_free char *path = NULL;
	int fd;

	if (make) {
		fd = folder_open(state_dir, 0750);
		if (fd < 0)
			return fd;
		close(fd);
	}
	if (asprintf(&path, "%s/sets", state_dir) < 0)
		return -ENOMEM;
	if (make)
		return folder_open(path, 0750);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int kept_write(const char *state_dir, const char *set, const struct prefix_content *content,
	       uint64_t now)
{
	const struct replace_owner owner = {0640, (uid_t)-1, (gid_t)-1};
	size_t bytes = content->list.count * sizeof(*content->list.items);
	struct kept_header header = {.count = content->list.count, .time = now};
	cleanup_free char *data = malloc(sizeof(header) + bytes);
	cleanup_fd int folder = open_sets(state_dir, true);
	char name[FILE_NAME];

	if (!data)
		return -ENOMEM;
	if (folder < 0)
		return folder;
	memcpy(header.magic, MAGIC, sizeof(header.magic));
	header.checksum = checksum(&header, content->list.items);
	memcpy(data, &header, sizeof(header));
	if (bytes)
		memcpy(data + sizeof(header), content->list.items, bytes);
	return replace_file(folder, file_name(set, name), data, sizeof(header) + bytes, &owner);
}

/* ---- reading ---- */

static int read_all(int fd, void *to, size_t length)
{
	for (char *at = to; length;) {
		ssize_t got = read(fd, at, length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -errno : -EBADMSG;
		at += got;
		length -= (size_t)got;
	}
	return 0;
}

static bool is_prefix(const struct prefix *prefix)
{
	struct prefix clean;

	if (prefix->family != 4 && prefix->family != 6)
		return false;
	if (prefix->length > (prefix->family == 4 ? 32 : 128))
		return false;
	clean = prefix_shorten(prefix, prefix->length);
	return prefix_compare(&clean, prefix) == 0;
}

static bool are_sound(const struct kept_header *header, const struct prefix *items)
{
	if (header->checksum != checksum(header, items))
		return false;
	for (uint64_t i = 0; i < header->count; i++)
		if (!is_prefix(&items[i]))
			return false;
	return true;
}

static int read_list(int fd, const struct kept_header *header, struct prefix_list *ret)
{
	struct prefix *items cleanup_free = malloc((header->count + 1) * sizeof(*items));
	int err = items ? read_all(fd, items, header->count * sizeof(*items)) : -ENOMEM;

	if (err)
		return err;
	if (!are_sound(header, items))
		return -EBADMSG;
	ret->items = steal(&items);
	ret->count = header->count;
	return 0;
}

static bool is_of_size(int fd, const struct kept_header *header)
{
	struct stat info;

	return memcmp(header->magic, MAGIC, sizeof(header->magic)) == 0 &&
	       header->count <= FW_MAX_PREFIXES && fstat(fd, &info) == 0 &&
	       (uint64_t)info.st_size == sizeof(*header) + header->count * sizeof(struct prefix);
}

int kept_read(const char *state_dir, const char *set, struct prefix_content **ret,
	      uint64_t *ret_time)
{
	cleanup_fd int folder = open_sets(state_dir, false);
	struct kept_header header = {0};
	struct prefix_list list = {0};
	cleanup_fd int fd = -1;
	char name[FILE_NAME];
	int err;

	if (folder < 0)
		return folder;
	fd = openat(folder, file_name(set, name), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	err = read_all(fd, &header, sizeof(header));
	if (!err)
		err = is_of_size(fd, &header) ? read_list(fd, &header, &list) : -EBADMSG;
	if (err)
		return err;
	*ret = prefix_content_new(&list);
	if (!*ret)
		return -ENOMEM;
	(*ret)->stored = true;
	*ret_time = header.time;
	return 0;
}
