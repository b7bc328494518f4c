// SPDX-License-Identifier: MIT
/* Counters: each CPU has its own; a reader adds them up. */
#include "daemon/fwd/datapath/counters/counters.h"
#include "daemon/fwd/datapath/internal.h"

#include <errno.h>
#include <string.h>

/*
 * Add up one element of a per-CPU array whose value is nothing but __u64s: sums
 * has room for value_size bytes.
 */
static int sum(int fd, uint32_t key, size_t value_size, void *sums)
{
	int cpus = libbpf_num_possible_cpus();
	cleanup_free uint64_t *values = NULL;
	size_t words = value_size / sizeof(uint64_t);
	uint64_t totals[16] = {0};

	if (cpus < 0)
		return cpus;
	values = calloc(cpus, value_size);
	if (!values)
		return -ENOMEM;
	if (bpf_map_lookup_elem(fd, &key, values))
		return -errno;
	for (size_t i = 0; i < (size_t)cpus * words; i++)
		totals[i % words] += values[i];
	memcpy(sums, totals, value_size);
	return 0;
}

_Static_assert(sizeof(struct fw_limit_stats) <= 16 * sizeof(uint64_t) &&
		       sizeof(struct fw_event_stats) <= 16 * sizeof(uint64_t),
	       "sums fit");

int datapath_reason_stats(const struct datapath *dp, unsigned interface, enum fw_reason reason,
			  struct fw_count ret[FW_OUTCOME_MAX])
{
	struct fw_count counts[FW_OUTCOME_MAX];

	for (unsigned i = 0; i < FW_OUTCOME_MAX; i++) {
		uint32_t key = (interface * FW_REASON_MAX + reason) * FW_OUTCOME_MAX + i;
		int err = sum(MAP_FD(dp, reason_stats), key, sizeof(counts[i]), &counts[i]);

		if (err)
			return err;
	}
	memcpy(ret, counts, sizeof(counts));
	return 0;
}

int datapath_rule_stats(const struct datapath *dp, unsigned slot, struct fw_rule_stats *ret)
{
	return sum(MAP_FD(dp, rule_stats), slot, sizeof(*ret), ret);
}

int datapath_limit_stats(const struct datapath *dp, unsigned slot, struct fw_limit_stats *ret)
{
	return sum(MAP_FD(dp, limit_stats), slot, sizeof(*ret), ret);
}

int datapath_ban_stats(const struct datapath *dp, unsigned slot, struct fw_ban_stats *ret)
{
	return sum(MAP_FD(dp, ban_stats), slot, sizeof(*ret), ret);
}

int datapath_event_stats(const struct datapath *dp, struct fw_event_stats *ret)
{
	return sum(MAP_FD(dp, event_stats), 0, sizeof(*ret), ret);
}
