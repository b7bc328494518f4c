// SPDX-License-Identifier: MIT
/*
 * Maps of an fwd with another layout that we can continue to use: maps whose own layout is the same
 * in both. They are shared, not copied, so that nothing is lost and nothing counted twice while its
 * entries filter next to ours: it is the same map, pinned in both folders.
 *
 * All of them depend on slots, so without the names of the slots nothing is shared.
 */
#include "daemon/fwd/datapath/maps/maps.h"
#include "daemon/fwd/datapath/maps/pins.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/*
 * since: the first ABI version in which the map's contents have today's meaning. A change of the
 * meaning without a change of sizes must set the new version here.
 */
static const struct shared_map {
	const char *name;
	uint32_t since;
	const char *what; /* is lost without it */
} shared_maps[] = {
	{"names", 2, "live sets"},
	{"interfaces", 2, NULL},
	{"live4", 2, "IPv4 blocks and live sets"},
	{"live6", 2, "IPv6 blocks and live sets"},
	{"reason_stats", 2, "counters of reasons"},
	{"rule_stats", 2, "counters of rules"},
	{"limit_stats", 3, "counters of limits"},
	{"marks", 5, NULL},
	{"ban_levels", 3, NULL},
	{"fragments", 4, "fragments on their way"},
};

static int share_map(struct datapath *dp, const struct shared_map *shared, const char *folder)
{
	struct bpf_map *map = bpf_object__find_map_by_name(dp->skel->obj, shared->name);
	char path[PATH_SIZE];
	cleanup_fd int fd = -1;

	snprintf(path, sizeof(path), "%.190s/%.60s", folder, shared->name);
	fd = bpf_obj_get(path);
	if (!map || fd < 0 || !map_same_layout(map, fd))
		return -ENOENT;
	return bpf_map__reuse_fd(map, fd);
}

static int share(struct datapath *dp, const struct shared_map *shared, const char *folder)
{
	/*
	 * What a policy let in counts for that policy alone, which is known by its number. If the
	 * numbers of the earlier ones are not known, one of ours may be the same.
	 */
	if (strcmp(shared->name, "fragments") == 0 && !pins_generation(folder))
		return -ENOENT;
	return share_map(dp, shared, folder);
}

int maps_share(struct datapath *dp, const char *folder, uint32_t version, char *lost, size_t size)
{
	bool none = version > FW_ABI_VERSION;
	size_t used = 0;

	lost[0] = '\0';
	dp->inherited = pins_old_generation(dp);
	for (size_t i = 0; i < array_size(shared_maps); i++) {
		const struct shared_map *shared = &shared_maps[i];

		if (!none && shared->since <= version && share(dp, shared, folder) == 0) {
			dp->shared = true;
			continue;
		}
		/* The first row: without names, nothing. */
		none |= i == 0;
		if (shared->what && used < size)
			used += snprintf(lost + used, size - used, "%s%s", used ? ", " : "",
					 shared->what);
	}
	return dp->shared ? 0 : -ENOENT;
}
