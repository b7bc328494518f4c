// SPDX-License-Identifier: MIT
/*
 * The contents of the pin folder, and which of them are ours.
 *
 * The folder is on a file system that others can write to, so it is checked before anything is
 * touched. Our maps have our names and are used by our programs: by the stages that an earlier fwd
 * left in its prog arrays, which hold their maps even without pins. So missing pins are put back,
 * and other objects in their place are refused. Objects with other names are ignored: they are
 * not moved, and never removed.
 */
#include "daemon/fwd/datapath/maps/pins.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

void pin_path(const char *folder, const char *name, char path[PATH_SIZE])
{
	snprintf(path, PATH_SIZE, "%.190s/%.60s", folder, name);
}

/* ---- the type of a pin ---- */

/* The type of an object opened by bpf_obj_get, if it is not a map. */
static const char *not_a_map(int fd)
{
	char link[64], target[64];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, target, sizeof(target) - 1);
	if (length < 0)
		return NULL;
	target[length] = '\0';
	if (strstr(target, "bpf-map"))
		return NULL;
	return strstr(target, "bpf-prog") ? "a program" : "a link";
}

int pin_open_map(const char *path, const char **ret_what)
{
	cleanup_fd int fd = -1;
	struct stat info;

	if (lstat(path, &info))
		return -errno;
	*ret_what = S_ISLNK(info.st_mode)    ? "a symbolic link"
		    : S_ISDIR(info.st_mode)  ? "a folder"
		    : !S_ISREG(info.st_mode) ? "a special file"
					     : NULL;
	if (*ret_what)
		return -EINVAL;
	fd = bpf_obj_get(path);
	if (fd < 0 && errno == ENOENT)
		return -ENOENT;
	*ret_what = fd < 0 ? "nothing that can be opened" : not_a_map(fd);
	return *ret_what ? -EINVAL : steal_fd(&fd);
}

static int refuse(struct errors *errs, const char *path, const char *what)
{
	fail(errs, 0,
	     "%s is %s: it is not fwd's, and stays; remove it, or choose another --pin-dir", path,
	     what);
	return -EEXIST;
}

/* ---- judging ---- */

uint32_t pin_abi_version(int fd, bool *ret_has_policy)
{
	struct bpf_map_info info = {0};
	uint32_t size = sizeof(info), key = 0, words[2] = {0}; /* as struct fw_state begins */
	cleanup_free void *value = NULL;

	*ret_has_policy = false;
	if (bpf_obj_get_info_by_fd(fd, &info, &size) || info.value_size < sizeof(words) ||
	    info.type != BPF_MAP_TYPE_ARRAY)
		return 0;
	value = calloc(1, (info.value_size + 7) & ~7U);
	if (value && !bpf_map_lookup_elem(fd, &key, value))
		memcpy(words, value, sizeof(words));
	*ret_has_policy = words[1];
	return words[0];
}

/* Elements of other types: not only more or fewer of them. */
static bool other_elements(const struct bpf_map *map, const struct bpf_map_info *info)
{
	return info->type != bpf_map__type(map) || info->key_size != bpf_map__key_size(map) ||
	       info->value_size != bpf_map__value_size(map);
}

/*
 * Is a map under our name another's? The stages hold all of ours. (Those of earlier versions did
 * not hold what they did not use: these are known by their elements, unless the version differs.)
 */
static bool is_foreign(const struct pinned *pinned, const struct bpf_map *map, int fd)
{
	struct bpf_map_info info = {0};
	uint32_t size = sizeof(info);

	if (!pinned->used.count || bpf_obj_get_info_by_fd(fd, &info, &size) ||
	    numbers_have(&pinned->used, info.id))
		return false;
	if (strcmp(bpf_map__name(map), "state") == 0)
		return true;
	return pinned->abi_version == FW_ABI_VERSION && other_elements(map, &info);
}

static int look_at(const struct datapath *dp, const struct bpf_map *map, struct pinned *pinned,
		   struct errors *errs)
{
	const char *name = bpf_map__name(map), *what;
	char path[PATH_SIZE];
	cleanup_fd int fd = -1;

	pin_path(dp->pin_dir, name, path);
	fd = pin_open_map(path, &what);
	if (fd == -EINVAL)
		return refuse(errs, path, what);
	if (fd == -ENOENT) {
		pinned->missing++;
		pinned->lacks = name;
		return 0;
	}
	if (fd < 0)
		return fail(errs, fd, "cannot look at %s", path);
	if (is_foreign(pinned, map, fd))
		return refuse(errs, path, "a map that fwd's programs do not use");
	pinned->present++;
	if (!map_same_layout(map, fd))
		pinned->differs = name;
	return 0;
}

/* ---- putting back ---- */

/* The map of that name among those that the stages use: pin it again. */
static bool put_back(const struct numbers *used, const struct bpf_map *map, const char *path)
{
	for (size_t i = 0; i < used->count; i++) {
		cleanup_fd int fd = bpf_map_get_fd_by_id(used->ids[i]);
		struct bpf_map_info info = {0};
		uint32_t size = sizeof(info);

		if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size) ||
		    strncmp(info.name, bpf_map__name(map), sizeof(info.name) - 1) != 0 ||
		    !map_same_layout(map, fd))
			continue;
		return bpf_obj_pin(fd, path) == 0;
	}
	return false;
}

static void put_back_all(const struct datapath *dp, const struct numbers *used, struct errors *errs)
{
	char names[128] = "";
	struct bpf_map *map;
	unsigned count = 0;
	struct stat info;
	size_t length;

	bpf_object__for_each_map (map, dp->skel->obj) {
		char path[PATH_SIZE];

		pin_path(dp->pin_dir, bpf_map__name(map), path);
		if (!lstat(path, &info) || !put_back(used, map, path))
			continue;
		length = strlen(names);
		snprintf(names + length, sizeof(names) - length, "%s%s", count ? ", " : "",
			 bpf_map__name(map));
		count++;
	}
	if (count)
		warn(errs, "pins of %s were gone, and are put back: %s%s", dp->pin_dir, names,
		     strlen(names) == sizeof(names) - 1 ? "..." : "");
}

int pins_look(const struct datapath *dp, struct pinned *ret, struct errors *errs)
{
	struct pinned pinned = {0};
	char path[PATH_SIZE];
	cleanup_fd int state = -1;
	const char *what;
	struct bpf_map *map;
	int err = 0;

	pins_used_by_stages(dp->pin_dir, &pinned.used);
	put_back_all(dp, &pinned.used, errs);
	pin_path(dp->pin_dir, "state", path);
	state = pin_open_map(path, &what);
	pinned.has_state = state >= 0;
	if (state >= 0)
		pinned.abi_version = pin_abi_version(state, &pinned.has_policy);
	bpf_object__for_each_map (map, dp->skel->obj) {
		err = look_at(dp, map, &pinned, errs);
		if (err)
			return err;
	}
	*ret = pinned;
	return 0;
}
