// SPDX-License-Identifier: MIT
/*
 * The maps: created once, pinned by name, adopted by every later fwd.
 *
 * A set of maps is either all there with the layout that our programs were
 * built for, or it is not used. What an fwd of another layout left is moved to
 * a folder old1, old2, ... : its entries filter on, with their own maps, until
 * ours take their place. The pins must stay that long, because the kernel
 * empties a prog array when nobody holds it but programs.
 */
#include "internal.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "maps.skel.h"

/* What the pin folder holds. */
struct pinned {
	size_t present;
	size_t missing;
	bool other_layout;
	uint32_t abi_version; /* 0: a set that was never finished */
	const char *differs;  /* a map whose layout is not ours */
};

static void pin_path(const struct datapath *dp, const char *name, char *path)
{
	snprintf(path, PATH_SIZE, "%.190s/%.60s", dp->pin_dir, name);
}

bool map_same_layout(const struct bpf_map *map, int fd)
{
	struct bpf_map_info info = {0};
	uint32_t size = sizeof(info);

	return !bpf_obj_get_info_by_fd(fd, &info, &size) && info.type == bpf_map__type(map) &&
	       info.key_size == bpf_map__key_size(map) &&
	       info.value_size == bpf_map__value_size(map) &&
	       info.max_entries == bpf_map__max_entries(map) &&
	       info.map_flags == bpf_map__map_flags(map);
}

/* The ABI version in a pinned map `state`, whatever its size; 0 if it cannot be read. */
static uint32_t read_abi_version(int fd)
{
	struct bpf_map_info info = {0};
	uint32_t size = sizeof(info), key = 0, version = 0;
	cleanup_free void *value = NULL;

	if (bpf_obj_get_info_by_fd(fd, &info, &size) || info.value_size < sizeof(version))
		return 0;
	value = calloc(1, (info.value_size + 7) & ~7U);
	if (value && !bpf_map_lookup_elem(fd, &key, value))
		memcpy(&version, value, sizeof(version));
	return version;
}

static struct pinned look(const struct datapath *dp)
{
	struct pinned pinned = {0};
	struct bpf_map *map;

	bpf_object__for_each_map (map, dp->maps) {
		char path[PATH_SIZE];
		cleanup_fd int fd = -1;

		pin_path(dp, bpf_map__name(map), path);
		fd = bpf_obj_get(path);
		if (fd < 0) {
			pinned.missing++;
			continue;
		}
		pinned.present++;
		if (strcmp(bpf_map__name(map), "state") == 0)
			pinned.abi_version = read_abi_version(fd);
		if (!map_same_layout(map, fd))
			pinned.differs = bpf_map__name(map);
	}
	pinned.other_layout = pinned.differs || pinned.abi_version != FW_ABI_VERSION;
	return pinned;
}

static int reuse_pinned(struct datapath *dp)
{
	struct bpf_map *map;
	int err = 0;

	bpf_object__for_each_map (map, dp->maps) {
		char path[PATH_SIZE];
		cleanup_fd int fd = -1;

		pin_path(dp, bpf_map__name(map), path);
		fd = bpf_obj_get(path);
		if (fd < 0)
			return -errno;
		err = bpf_map__reuse_fd(map, fd);
		if (err)
			return err;
	}
	return 0;
}

static int pin_all(struct datapath *dp, struct errors *errs)
{
	struct bpf_map *map;

	bpf_object__for_each_map (map, dp->maps) {
		char path[PATH_SIZE];

		pin_path(dp, bpf_map__name(map), path);
		if (bpf_obj_pin(bpf_map__fd(map), path))
			return fail(errs, -errno, "cannot pin %s", path);
	}
	return 0;
}

/* Remove the pins of a folder, and the folder. */
static int remove_folder(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int err = 0;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir)))
		if (entry->d_type != DT_DIR && unlinkat(dirfd(dir), entry->d_name, 0))
			err = -errno;
	closedir(dir);
	if (!err && rmdir(path))
		err = -errno;
	return err;
}

static void remove_pins(const struct datapath *dp)
{
	struct bpf_map *map;

	bpf_object__for_each_map (map, dp->maps) {
		char path[PATH_SIZE];

		pin_path(dp, bpf_map__name(map), path);
		unlink(path);
	}
}

/* Move all pins to the first free oldN; folder: which that is, PATH_SIZE bytes. */
static int set_aside(struct datapath *dp, char *folder)
{
	char from[2 * PATH_SIZE], to[2 * PATH_SIZE];
	struct dirent *entry;
	int err = -EEXIST;
	DIR *dir;

	for (int i = 1; i <= MAX_OUTDATED && err == -EEXIST; i++) {
		snprintf(folder, PATH_SIZE, "%.200s/old%d", dp->pin_dir, i);
		err = mkdir(folder, 0700) ? -errno : 0;
	}
	if (err)
		return err;
	dir = opendir(dp->pin_dir);
	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		if (entry->d_type == DT_DIR)
			continue;
		snprintf(from, sizeof(from), "%s/%s", dp->pin_dir, entry->d_name);
		snprintf(to, sizeof(to), "%s/%s", folder, entry->d_name);
		if (rename(from, to))
			err = -errno;
	}
	closedir(dir);
	return err;
}

/* Know the programs of earlier layouts by the map `state` that they use. */
static void find_outdated(struct datapath *dp)
{
	for (int i = 1; i <= MAX_OUTDATED; i++) {
		cleanup_fd int fd = -1;
		char path[PATH_SIZE];

		snprintf(path, sizeof(path), "%.200s/old%d/state", dp->pin_dir, i);
		fd = bpf_obj_get(path);
		if (fd >= 0)
			dp->outdated[dp->outdated_count++] = map_id(fd);
	}
}

void maps_forget_outdated(struct datapath *dp)
{
	for (int i = 1; i <= MAX_OUTDATED; i++) {
		char path[PATH_SIZE];

		snprintf(path, sizeof(path), "%.200s/old%d", dp->pin_dir, i);
		remove_folder(path);
	}
	dp->outdated_count = 0;
}

/* What is there was made by an fwd of another layout: its entries filter on until ours do. */
static int replace_layout(struct datapath *dp, const struct pinned *pinned, struct errors *errs)
{
	char folder[PATH_SIZE], lost[256];
	int err = set_aside(dp, folder);

	if (err)
		return fail(errs, err, "cannot set %s aside", dp->pin_dir);
	maps_share(dp, folder, pinned->abi_version, lost, sizeof(lost));
	warn(errs,
	     "the datapath in %s has another layout (version %u%s%s%s); a new one takes its place. "
	     "Buckets start full%s%s%s",
	     dp->pin_dir, pinned->abi_version, pinned->differs ? ", map " : "",
	     pinned->differs ? pinned->differs : "", pinned->missing ? ", maps are missing" : "",
	     lost[0] ? ", and empty: " : "", lost, dp->shared ? "; the rest is kept" : "");
	return 0;
}

static int prepare_pinned(struct datapath *dp, struct errors *errs)
{
	struct pinned pinned = look(dp);
	int err = 0;

	if (pinned.present && !pinned.abi_version) {
		remove_pins(dp);
	} else if (pinned.present && (pinned.missing || pinned.other_layout)) {
		err = replace_layout(dp, &pinned, errs);
	} else if (pinned.present) {
		err = reuse_pinned(dp);
		if (err)
			fail(errs, err, "cannot adopt the maps in %s", dp->pin_dir);
		dp->adopted = !err;
	}
	find_outdated(dp);
	dp->took_over = dp->adopted || dp->outdated_count;
	return err;
}

int maps_open(struct datapath *dp, struct errors *errs)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "fwd_maps");
	const void *elf;
	size_t size;
	int err;

	elf = maps_bpf__elf_bytes(&size);
	dp->maps = bpf_object__open_mem(elf, size, &opts);
	if (!dp->maps)
		return fail(errs, -errno, "cannot read the map definitions");
	if (dp->pin_dir[0]) {
		err = prepare_pinned(dp, errs);
		if (err)
			return err;
	}
	err = bpf_object__load(dp->maps);
	if (err)
		return fail(errs, err, "cannot create the maps");
	return dp->pin_dir[0] && !dp->adopted ? pin_all(dp, errs) : 0;
}

void maps_close(struct datapath *dp)
{
	bpf_object__close(dp->maps);
}

int maps_unpin(struct datapath *dp, struct errors *errs)
{
	int err;

	maps_forget_outdated(dp);
	err = remove_folder(dp->pin_dir);
	return err && err != -ENOENT ? fail(errs, err, "cannot remove %s", dp->pin_dir) : 0;
}
