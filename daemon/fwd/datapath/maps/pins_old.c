// SPDX-License-Identifier: MIT
/* Our pins, and only ours: set aside in a folder oldN while entries need them, and removed. */
#include "daemon/fwd/datapath/maps/pins.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The ABI version from which on fw_state has the word, which was 0 at first. */
#define GENERATION_SINCE 4

/* Names that maps had in earlier layouts. */
static const char *const former_names[] = {"tables4", "tables6", "buckets", "buckets_lru"};

typedef int name_visit(const struct datapath *dp, const char *name, void *userdata);

/* All names of our pins; `state` last, as it identifies the others. */
static int each_name(const struct datapath *dp, name_visit *visit, void *userdata)
{
	struct bpf_map *map;
	int err = 0, r;

	bpf_object__for_each_map (map, dp->skel->obj) {
		if (strcmp(bpf_map__name(map), "state") == 0)
			continue;
		r = visit(dp, bpf_map__name(map), userdata);
		err = r ? r : err;
	}
	for (size_t i = 0; i < array_size(former_names); i++) {
		r = visit(dp, former_names[i], userdata);
		err = r ? r : err;
	}
	r = visit(dp, "state", userdata);
	return r ? r : err;
}

static bool is_map(const char *path)
{
	const char *what;
	cleanup_fd int fd = pin_open_map(path, &what);

	return fd >= 0;
}

static int remove_one(const struct datapath *dp, const char *name, void *userdata)
{
	const char *folder = userdata;
	char path[PATH_SIZE];

	(void)dp;
	pin_path(folder, name, path);
	return is_map(path) && unlink(path) ? -errno : 0;
}

static bool is_folder(const char *path)
{
	struct stat info;

	return !lstat(path, &info) && S_ISDIR(info.st_mode);
}

static const char *old_folder(const struct datapath *dp, int number, char path[PATH_SIZE])
{
	snprintf(path, PATH_SIZE, "%.190s/old%d", dp->pin_dir, number);
	return path;
}

void pins_remove(const struct datapath *dp)
{
	each_name(dp, remove_one, (void *)dp->pin_dir);
}

static void remove_folder(const struct datapath *dp, char path[PATH_SIZE])
{
	each_name(dp, remove_one, path);
	rmdir(path); /* another's pins keep it */
}

void maps_forget_outdated(struct datapath *dp)
{
	char path[PATH_SIZE];

	dp->outdated_count = 0;
	for (int i = 1; i <= MAX_OUTDATED; i++) {
		/* An interface that moved to another namespace keeps its entry. */
		if (is_folder(old_folder(dp, i, path)) && !pins_in_use(path))
			remove_folder(dp, path);
	}
}

int maps_unpin(struct datapath *dp, struct errors *errs)
{
	int err;

	maps_forget_outdated(dp);
	err = each_name(dp, remove_one, dp->pin_dir);
	if (!err && rmdir(dp->pin_dir) && errno != ENOENT) {
		err = -errno;
		if (err == -ENOTEMPTY) {
			warn(errs, "%s stays: there are pins in it that are not fwd's",
			     dp->pin_dir);
			return 0;
		}
	}
	return err ? fail(errs, err, "cannot remove %s", dp->pin_dir) : 0;
}

static int move_one(const struct datapath *dp, const char *name, void *userdata)
{
	char from[PATH_SIZE], to[PATH_SIZE];
	const char *folder = userdata;

	pin_path(dp->pin_dir, name, from);
	pin_path(folder, name, to);
	return is_map(from) && rename(from, to) ? -errno : 0;
}

/* The folder of an interrupted move: `state` is moved last. */
static bool is_half_filled(const char *folder)
{
	char path[PATH_SIZE];

	pin_path(folder, "state", path);
	return is_folder(folder) && !is_map(path);
}

/* Remove folders that no entry uses. */
static void remove_unused(const struct datapath *dp)
{
	char path[PATH_SIZE];

	for (int i = 1; i <= MAX_OUTDATED; i++) {
		if (!is_folder(old_folder(dp, i, path)) || is_half_filled(path))
			continue;
		if (!pins_have_entries(path))
			remove_folder(dp, path);
	}
}

/* The number of the last whole folder, and its map `state`; 0: there is none. */
static int newest(const struct datapath *dp, int *ret_state)
{
	char folder[PATH_SIZE], path[PATH_SIZE];
	const char *what;

	for (int i = MAX_OUTDATED; i > 0; i--) {
		if (!is_folder(old_folder(dp, i, folder)))
			continue;
		pin_path(folder, "state", path);
		*ret_state = pin_open_map(path, &what);
		if (*ret_state >= 0)
			return i;
	}
	return 0;
}

int pins_set_aside(struct datapath *dp, char folder[PATH_SIZE])
{
	cleanup_fd int state = -1;
	int err = -EEXIST;

	remove_unused(dp);
	for (int i = newest(dp, &state) + 1; i <= MAX_OUTDATED && err == -EEXIST; i++) {
		err = mkdir(old_folder(dp, i, folder), 0700) ? -errno : 0;
		if (err == -EEXIST && is_half_filled(folder))
			err = 0;
	}
	return err ? err : each_name(dp, move_one, folder);
}

uint32_t pins_newest_old(const struct datapath *dp, char folder[PATH_SIZE])
{
	cleanup_fd int state = -1;
	int number = newest(dp, &state);
	bool has_policy;

	if (!number)
		return 0;
	old_folder(dp, number, folder);
	return pin_abi_version(state, &has_policy);
}

/* ---- numbers of generations ---- */

/* The word at an offset of an array's element; 0 if it cannot be read. */
static uint32_t word_of(int fd, uint32_t key, size_t offset)
{
	struct bpf_map_info info = {0};
	uint32_t size = sizeof(info), word = 0;
	cleanup_free char *value = NULL;

	if (bpf_obj_get_info_by_fd(fd, &info, &size) || info.type != BPF_MAP_TYPE_ARRAY ||
	    info.value_size < offset + sizeof(word))
		return 0;
	value = calloc(1, (info.value_size + 7) & ~7U);
	if (value && !bpf_map_lookup_elem(fd, &key, value))
		memcpy(&word, value + offset, sizeof(word));
	return word;
}

uint32_t pins_generation(const char *folder)
{
	cleanup_fd int images = -1, state = -1;
	uint32_t highest = 0, given;
	char path[PATH_SIZE];
	bool has_policy;
	const char *what;

	pin_path(folder, "images", path);
	images = pin_open_map(path, &what);
	for (uint32_t i = 0; i < 2 && images >= 0; i++) {
		uint32_t number = word_of(images, i, offsetof(struct fw_image, header.generation));

		highest = number > highest ? number : highest;
	}
	pin_path(folder, "state", path);
	state = pin_open_map(path, &what);
	if (!highest || state < 0 || pin_abi_version(state, &has_policy) < GENERATION_SINCE)
		return highest;
	given = word_of(state, 0, offsetof(struct fw_state, generation));
	return given > highest ? given : highest;
}

uint32_t pins_old_generation(const struct datapath *dp)
{
	char folder[PATH_SIZE];
	uint32_t highest = 0;

	for (int i = 1; i <= MAX_OUTDATED; i++) {
		uint32_t number = pins_generation(old_folder(dp, i, folder));

		highest = number > highest ? number : highest;
	}
	return highest;
}

void pins_find_outdated(struct datapath *dp)
{
	static const char *const names[] = {"state", "stages", "stages_frags"};
	char folder[PATH_SIZE], path[PATH_SIZE];
	const char *what;

	for (int i = 1; i <= MAX_OUTDATED; i++) {
		if (!is_folder(old_folder(dp, i, folder)))
			continue;
		for (size_t n = 0; n < array_size(names); n++) {
			cleanup_fd int fd = -1;

			pin_path(folder, names[n], path);
			fd = pin_open_map(path, &what);
			if (fd >= 0)
				dp->outdated[dp->outdated_count++] = map_id(fd);
		}
	}
}
