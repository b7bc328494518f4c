// SPDX-License-Identifier: MIT
/*
 * The maps: created once, pinned by name, adopted by every later fwd.
 *
 * A set of maps is used only if it is complete and has the layout that our programs
 * were built for. Maps of an fwd with another layout are moved to a folder old1,
 * old2, ... : its entries continue to filter, with their own maps, until ours
 * replace them. The pins must stay until then, because the kernel empties a prog
 * array that only programs hold.
 */
#include "daemon/fwd/datapath/maps/maps.h"
#include "daemon/fwd/datapath/maps/pins.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

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

static int reuse_pinned(struct datapath *dp)
{
	struct bpf_map *map;
	int err = 0;

	bpf_object__for_each_map (map, dp->skel->obj) {
		char path[PATH_SIZE];
		cleanup_fd int fd = -1;

		pin_path(dp->pin_dir, bpf_map__name(map), path);
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

	bpf_object__for_each_map (map, dp->skel->obj) {
		char path[PATH_SIZE];

		pin_path(dp->pin_dir, bpf_map__name(map), path);
		if (bpf_obj_pin(bpf_map__fd(map), path))
			return fail(errs, -errno, "cannot pin %s", path);
	}
	return 0;
}

/* Share the maps of an earlier layout that have the same meaning, and report the others. */
static void share_old(struct datapath *dp, const char *folder, uint32_t version, const char *what,
		      struct errors *errs)
{
	char lost[256];

	maps_share(dp, folder, version, lost, sizeof(lost));
	warn(errs, "the datapath in %s %s; a new one replaces it. Buckets start full%s%s%s",
	     dp->pin_dir, what, lost[0] ? ", and empty: " : "", lost,
	     dp->shared ? "; the rest is kept" : "");
}

/* The maps are incomplete, or of another layout: their entries filter until ours do. */
static int replace_layout(struct datapath *dp, const struct pinned *pinned, struct errors *errs)
{
	char folder[PATH_SIZE], what[128];
	int err = pins_set_aside(dp, folder);

	if (err)
		return fail(errs, err, "cannot set %s aside", dp->pin_dir);
	if (pinned->abi_version != FW_ABI_VERSION && pinned->has_state)
		snprintf(what, sizeof(what), "has another layout (version %u)",
			 pinned->abi_version);
	else if (pinned->differs)
		snprintf(what, sizeof(what), "has another layout (map %s)", pinned->differs);
	else
		snprintf(what, sizeof(what), "is incomplete (%zu of %zu pins are missing, as %s)",
			 pinned->missing, pinned->missing + pinned->present, pinned->lacks);
	share_old(dp, folder, pinned->abi_version, what, errs);
	return 0;
}

/* There are no pins, unless an earlier start was interrupted after it moved some. */
static void begin_new(struct datapath *dp, struct errors *errs)
{
	char folder[PATH_SIZE];
	uint32_t version = pins_newest_old(dp, folder);

	if (version)
		share_old(dp, folder, version, "was being replaced when fwd ended", errs);
}

static int adopt(struct datapath *dp, struct errors *errs)
{
	int err = reuse_pinned(dp);

	dp->adopted = !err;
	return err ? fail(errs, err, "cannot adopt the maps in %s", dp->pin_dir) : 0;
}

/*
 * A set of an interrupted start: it has never judged a packet, as entries are attached only when a
 * policy is active. Maps that it shares with another set stay pinned there.
 */
static bool is_unfinished(const struct pinned *pinned)
{
	if (!pinned->has_state || pinned->abi_version > FW_ABI_VERSION)
		return false;
	return pinned->abi_version ? !pinned->has_policy : !pinned->used.count;
}

static int prepare_pinned(struct datapath *dp, struct errors *errs)
{
	struct pinned pinned;
	int err = pins_look(dp, &pinned, errs);

	if (err)
		return err;
	if (is_unfinished(&pinned)) {
		pins_remove(dp);
		pinned.present = 0;
	}
	if (!pinned.present)
		begin_new(dp, errs);
	else if (pinned.missing || pinned.differs || pinned.abi_version != FW_ABI_VERSION)
		err = replace_layout(dp, &pinned, errs);
	else
		err = adopt(dp, errs);
	pins_find_outdated(dp);
	dp->took_over = dp->adopted || dp->outdated_count;
	return err;
}

int maps_open(struct datapath *dp, struct errors *errs)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "fwd_maps");
	int err;

	dp->skel = maps_bpf__open_opts(&opts);
	if (!dp->skel)
		return fail(errs, -errno, "cannot read the map definitions");
	if (dp->pin_dir[0]) {
		err = prepare_pinned(dp, errs);
		if (err)
			return err;
	}
	err = maps_bpf__load(dp->skel);
	if (err)
		return fail(errs, err, "cannot create the maps");
	return dp->pin_dir[0] && !dp->adopted ? pin_all(dp, errs) : 0;
}

void maps_close(struct datapath *dp)
{
	maps_bpf__destroy(dp->skel);
}
