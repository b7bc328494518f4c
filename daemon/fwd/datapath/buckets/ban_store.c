// SPDX-License-Identifier: MIT
/* Map `ban_levels`. */
#include "daemon/fwd/datapath/buckets/limit_state.h"
#include "daemon/fwd/datapath/internal.h"

#include <errno.h>

static int map_of(void *userdata)
{
	const struct datapath *dp = userdata;

	return MAP_FD(dp, ban_levels);
}

static int get(void *userdata, const struct fw_ban_level_key *key, struct fw_ban_level *ret)
{
	return bpf_map_lookup_elem(map_of(userdata), key, ret) ? -errno : 0;
}

static int put(void *userdata, const struct fw_ban_level_key *key, const struct fw_ban_level *value)
{
	return bpf_map_update_elem(map_of(userdata), key, value, BPF_ANY) ? -errno : 0;
}

static int take_out(void *userdata, const struct fw_ban_level_key *key)
{
	return bpf_map_delete_elem(map_of(userdata), key) ? -errno : 0;
}

static int next(void *userdata, const struct fw_ban_level_key *after, struct fw_ban_level_key *ret)
{
	return bpf_map_get_next_key(map_of(userdata), after, ret) ? -errno : 0;
}

struct ban_store datapath_ban_store(struct datapath *dp)
{
	return (struct ban_store){get, put, take_out, next, dp};
}
