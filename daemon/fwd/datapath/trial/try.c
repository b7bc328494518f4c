// SPDX-License-Identifier: MIT
/*
 * A trial policy next to the active one: its duration and its results. Its end is stored where
 * packets read it, so that it also ends without fwd.
 */
#include "daemon/fwd/datapath/trial/trial.h"
#include "daemon/fwd/datapath/generation/places.h"
#include "daemon/fwd/datapath/maps/maps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool every_one(const void *key, const void *value, void *userdata)
{
	(void)key;
	(void)value;
	(void)userdata;
	return true;
}

static int clear_map(int fd, size_t key_size, size_t value_size)
{
	int count = map_prune(fd, key_size, value_size, every_one, NULL);

	return count < 0 ? count : 0;
}

static int clear_stats(struct datapath *dp)
{
	int cpus = libbpf_num_possible_cpus();
	cleanup_free void *zeros = NULL;
	uint32_t key = 0;

	if (cpus < 0)
		return cpus;
	zeros = calloc((size_t)cpus, sizeof(struct fw_try_stats));
	if (!zeros)
		return -ENOMEM;
	return bpf_map_update_elem(MAP_FD(dp, try_stats), &key, zeros, BPF_ANY) ? -errno : 0;
}

int datapath_try(struct datapath *dp, uint64_t until, struct errors *errs)
{
	int err;

	if (!policy_staged(dp, FW_IMAGE_TRIED))
		return fail(errs, -ENOENT, "there is no policy to try");
	datapath_try_stop(dp);
	err = clear_stats(dp);
	if (!err)
		err = clear_map(MAP_FD(dp, try_buckets), sizeof(struct fw_try_key),
				sizeof(struct fw_try_bucket));
	if (!err)
		err = clear_map(MAP_FD(dp, try_differences), sizeof(struct fw_difference_key),
				sizeof(struct fw_difference));
	if (!err)
		err = clear_map(MAP_FD(dp, try_flows), sizeof(struct fw_try_flow),
				sizeof(struct fw_difference));
	if (err)
		return fail(errs, err, "cannot clear the results of an earlier trial");
	__atomic_store_n(&dp->state->try_until, until, __ATOMIC_RELEASE);
	return 0;
}

void datapath_try_stop(struct datapath *dp)
{
	if (!dp->state->try_until)
		return;
	__atomic_store_n(&dp->state->try_until, 0, __ATOMIC_RELEASE);
	wait_for_packets();
}

uint64_t datapath_try_until(const struct datapath *dp)
{
	uint64_t until = dp->state->try_until;

	return until > datapath_now(dp) ? until : 0;
}

int datapath_try_stats(const struct datapath *dp, struct fw_try_stats *ret)
{
	int cpus = libbpf_num_possible_cpus();
	cleanup_free struct fw_try_stats *values = NULL;
	struct fw_try_stats sum = {0};
	uint32_t key = 0;

	if (cpus < 0)
		return cpus;
	values = calloc((size_t)cpus, sizeof(*values));
	if (!values)
		return -ENOMEM;
	if (bpf_map_lookup_elem(MAP_FD(dp, try_stats), &key, values))
		return -errno;
	for (int i = 0; i < cpus; i++) {
		const uint64_t *from = (const uint64_t *)&values[i];
		uint64_t *to = (uint64_t *)&sum;

		for (size_t j = 0; j < sizeof(sum) / sizeof(uint64_t); j++)
			to[j] += from[j];
	}
	*ret = sum;
	return 0;
}

/* Entries of a map, each key followed by its value, as in the structs of datapath.h. */
struct gathered {
	char *entries;
	size_t count;
	size_t key_size;
};

static int gather(const void *key, const void *value, void *userdata)
{
	struct gathered *gathered = userdata;
	size_t size = gathered->key_size + sizeof(struct fw_difference);
	char *place = array_grow(&gathered->entries, gathered->count, size);

	if (!place)
		return -ENOMEM;
	memcpy(place, key, gathered->key_size);
	memcpy(place + gathered->key_size, value, sizeof(struct fw_difference));
	gathered->count++;
	return 0;
}

static int by_packets(uint64_t a, uint64_t b)
{
	return (a < b) - (a > b);
}

static int compare_differences(const void *a, const void *b)
{
	const struct try_difference *one = a, *two = b;

	return by_packets(one->value.count.packets, two->value.count.packets);
}

static int compare_flows(const void *a, const void *b)
{
	const struct try_flow *one = a, *two = b;

	return by_packets(one->value.count.packets, two->value.count.packets);
}

static int list(int fd, size_t key_size, int (*compare)(const void *a, const void *b), char **ret)
{
	struct gathered gathered = {.key_size = key_size};
	int err = map_walk(fd, key_size, sizeof(struct fw_difference), gather, &gathered);

	if (err) {
		free(gathered.entries);
		return err;
	}
	if (gathered.count)
		qsort(gathered.entries, gathered.count, key_size + sizeof(struct fw_difference),
		      compare);
	*ret = gathered.entries;
	return (int)gathered.count;
}

int datapath_try_differences(const struct datapath *dp, struct try_difference **ret)
{
	return list(MAP_FD(dp, try_differences), sizeof(struct fw_difference_key),
		    compare_differences, (char **)ret);
}

int datapath_try_flows(const struct datapath *dp, struct try_flow **ret)
{
	return list(MAP_FD(dp, try_flows), sizeof(struct fw_try_flow), compare_flows, (char **)ret);
}
