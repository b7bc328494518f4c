// SPDX-License-Identifier: MIT
#include "tests/bpf/lib/snapshot.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define CHUNK 1024

/* Elements [from, from + *count) of an array map of any kind. */
static int read_chunk(int fd, uint32_t from, uint32_t *count, void *values)
{
	cleanup_free uint32_t *keys = malloc(CHUNK * sizeof(*keys));
	uint32_t before = from - 1, next;
	int err;

	if (!keys)
		return -ENOMEM;
	err = bpf_map_lookup_batch(fd, from ? &before : NULL, &next, keys, values, count, NULL);
	return err && errno != ENOENT ? -errno : 0;
}

/* Add up a per-CPU array whose values are nothing but __u64s. */
static int sum_array(int fd, uint32_t entries, size_t words, uint64_t *sums)
{
	int cpus = libbpf_num_possible_cpus();
	cleanup_free uint64_t *values = malloc((size_t)CHUNK * cpus * words * sizeof(*values));

	if (!values)
		return -ENOMEM;
	for (uint32_t from = 0, count; from < entries; from += count) {
		int err;

		count = entries - from < CHUNK ? entries - from : CHUNK;
		err = read_chunk(fd, from, &count, values);
		if (err || !count)
			return err ? err : -EIO;
		for (size_t i = 0; i < (size_t)count * cpus * words; i++)
			sums[(from + i / (cpus * words)) * words + i % words] += values[i];
	}
	return 0;
}

static int sum_map(const struct test *test, const char *map, uint32_t entries, size_t size,
		   void *sums)
{
	int fd = datapath_map(test->dp, map);

	return fd < 0 ? fd : sum_array(fd, entries, size / sizeof(uint64_t), sums);
}

/* Word by word, as there are megabytes of them; sizes are multiples of 4. */
static uint64_t mix(uint64_t digest_so_far, const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i += sizeof(uint64_t)) {
		uint64_t word = 0;

		memcpy(&word, (const char *)bytes + i,
		       size - i < sizeof(word) ? size - i : sizeof(word));
		digest_so_far = (digest_so_far ^ word) * 0x9e3779b97f4a7c15ULL;
		digest_so_far ^= digest_so_far >> 29;
	}
	return digest_so_far;
}

/* A hash map: the sum over its entries, whose order means nothing. */
static uint64_t digest_hash(const struct test *test, const char *map, size_t key_size,
			    size_t value_size)
{
	int fd = datapath_map(test->dp, map);
	char key[64], next[64], value[64];
	uint64_t sum = 0;
	bool first = true;

	while (bpf_map_get_next_key(fd, first ? NULL : key, next) == 0) {
		memcpy(key, next, key_size);
		first = false;
		if (bpf_map_lookup_elem(fd, key, value) == 0)
			sum += mix(mix(1, key, key_size), value, value_size);
	}
	return sum;
}

static uint64_t digest_rule_buckets(const struct test *test)
{
	size_t size = 2 * FW_MAX_RULE_SLOTS * sizeof(struct fw_rule_bucket);
	void *buckets =
		mmap(NULL, size, PROT_READ, MAP_SHARED, datapath_map(test->dp, "rule_buckets"), 0);
	uint64_t sum;

	if (buckets == MAP_FAILED)
		return 0;
	sum = mix(2, buckets, size);
	munmap(buckets, size);
	return sum;
}

/* How far the ring was written. */
static uint64_t ring_position(const struct test *test)
{
	long page = sysconf(_SC_PAGESIZE);
	uint64_t *place =
		mmap(NULL, page, PROT_READ, MAP_SHARED, datapath_map(test->dp, "events"), page);
	uint64_t position;

	if (place == MAP_FAILED)
		return 0;
	position = *(volatile uint64_t *)place;
	munmap(place, page);
	return position;
}

/* The buckets of keys in one table. */
static uint64_t digest_table(uint32_t id)
{
	struct bpf_map_info info = {0};
	uint32_t size = sizeof(info);
	cleanup_fd int fd = bpf_map_get_fd_by_id(id);
	const struct fw_bucket_set *sets;
	uint64_t sum = 3;

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size))
		return 0;
	size = info.max_entries * sizeof(*sets);
	sets = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	if (sets == MAP_FAILED)
		return 0;
	for (uint32_t i = 0; i < info.max_entries; i++)
		for (unsigned way = 0; way < FW_WAYS; way++)
			if (sets[i].tags[way]) {
				sum = mix(sum, &sets[i], sizeof(sets[i]));
				break;
			}
	munmap((void *)sets, size);
	return sum;
}

static uint64_t digest_buckets(const struct test *test)
{
	int outer = datapath_map(test->dp, "bucket_tables");
	uint64_t sum = 0;

	for (uint32_t i = 0, id; i < 2 * FW_MAX_LIMITS; i++)
		if (bpf_map_lookup_elem(outer, &i, &id) == 0)
			sum += digest_table(id);
	return sum;
}

struct snapshot *snapshot_take(const struct test *test)
{
	struct snapshot *snapshot = calloc(1, sizeof(*snapshot));
	int err = snapshot ? 0 : -ENOMEM;

	if (!err)
		err = sum_map(test, "reason_stats", SNAPSHOT_REASONS, sizeof(snapshot->reasons[0]),
			      snapshot->reasons);
	if (!err)
		err = sum_map(test, "rule_stats", FW_MAX_RULE_SLOTS, sizeof(snapshot->rules[0]),
			      snapshot->rules);
	if (!err)
		err = sum_map(test, "limit_stats", FW_MAX_LIMITS, sizeof(snapshot->limits[0]),
			      snapshot->limits);
	if (!err)
		err = datapath_event_stats(test->dp, &snapshot->events);
	if (err) {
		printf("FAIL  cannot read the counters: %s\n", strerror(-err));
		free(snapshot);
		return NULL;
	}
	snapshot->rule_buckets = digest_rule_buckets(test);
	snapshot->buckets = digest_buckets(test);
	snapshot->fragments = digest_hash(test, "fragments", sizeof(struct fw_fragment_key),
					  sizeof(struct fw_fragment_value));
	snapshot->ring = ring_position(test);
	snapshot->event_time = test->state->event_time;
	return snapshot;
}

bool snapshot_same(const struct snapshot *a, const struct snapshot *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}
