// SPDX-License-Identifier: MIT
/*
 * A new generation: built aside, in the one of two that packets do not see,
 * then chosen by writing one word.
 *
 * The order matters. First what may fail: a new arena, filled before it
 * is put into its place. Then memory: the image, the slots that change
 * hands. Then the switch, and a wait until the last packet that read the old
 * word is through; only after that may the next apply touch what was old.
 */
#include "internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/membarrier.h>
#include <string.h>
#include <sys/syscall.h>

/* The address tables. On failure nothing that packets see has changed. */
static int put_tables(struct datapath *dp, const struct policy *policy, unsigned image,
		      struct errors *errs)
{
	size_t blocks = arena_block_count(&policy->arena);
	int err =
		tables_put(dp, &policy->arena, policy->image->header.arena & FW_ARENA_SMALL, image);

	return err ? fail(errs, err, "cannot store the address tables (%zu KiB)",
			  blocks * sizeof(struct fw_block) / 1024)
		   : 0;
}

/* Rows beyond row_count are never reached: no need to copy megabytes of them. */
static void put_image(struct fw_image *to, const struct policy *policy, uint32_t generation)
{
	const struct fw_image *from = policy->image;

	to->header = from->header;
	to->header.generation = generation;
	if (from->header.arena & FW_ARENA_SMALL && policy->arena.lines)
		memcpy(to->arena, policy->arena.blocks, policy->arena.lines * FW_LINE_BYTES);
	memcpy(to->limits, from->limits, sizeof(to->limits));
	memcpy(to->rules, from->rules, sizeof(to->rules));
	memcpy(to->rows, from->rows, policy->row_count * sizeof(to->rows[0]));
	memcpy(to->classes, from->classes, sizeof(to->classes));
}

static int clear_per_cpu(int fd, size_t value_size, const struct policy_fresh *fresh)
{
	int cpus = libbpf_num_possible_cpus();
	cleanup_free void *zeros = NULL;

	if (cpus < 0)
		return cpus;
	zeros = calloc(cpus, (value_size + 7) & ~7UL);
	if (!zeros)
		return -ENOMEM;
	for (size_t i = 0; i < fresh->count; i++) {
		uint32_t key = fresh->slots[i];

		if (bpf_map_update_elem(fd, &key, zeros, BPF_ANY))
			return -errno;
	}
	return 0;
}

static bool is_fresh(const struct policy_fresh *fresh, unsigned slot)
{
	for (size_t i = 0; i < fresh->count; i++)
		if (fresh->slots[i] == slot)
			return true;
	return false;
}

static bool of_fresh_limit(const void *key, const void *value, void *userdata)
{
	(void)value;
	return is_fresh(userdata, ((const struct fw_bucket_key *)key)->limit);
}

/* In both families the set id stands at the same place. */
static bool of_fresh_set(const void *key, const void *value, void *userdata)
{
	(void)value;
	return is_fresh(userdata, ntohl(((const struct fw_live_key4 *)key)->set_id));
}

/* Delete the keys of a map whose slot is fresh. */
static int clear_keyed(int fd, size_t key_size, size_t value_size, map_doomed *of_fresh,
		       const struct policy_fresh *fresh)
{
	int count;

	if (fresh->count == 0)
		return 0;
	count = map_prune(fd, key_size, value_size, of_fresh, (void *)fresh);
	return count < 0 ? count : 0;
}

static int clear_buckets(struct datapath *dp, const char *map, const struct policy *policy)
{
	return clear_keyed(datapath_map(dp, map), sizeof(struct fw_bucket_key), sizeof(uint64_t),
			   of_fresh_limit, &policy->fresh_limits);
}

static int clear_live(struct datapath *dp, const char *map, size_t key_size,
		      const struct policy *policy)
{
	return clear_keyed(datapath_map(dp, map), key_size, sizeof(struct fw_live_value),
			   of_fresh_set, &policy->fresh_live_sets);
}

/* What a slot counted for a name that is gone must not be taken for the new name's. */
static int clear_fresh(struct datapath *dp, const struct policy *policy)
{
	static const struct fw_rule_bucket empty;
	int fd = datapath_map(dp, "rule_buckets");
	int err = clear_per_cpu(datapath_map(dp, "rule_stats"), sizeof(struct fw_rule_stats),
				&policy->fresh_rules);

	for (size_t i = 0; !err && i < policy->fresh_rules.count; i++) {
		uint32_t key = policy->fresh_rules.slots[i];

		err = bpf_map_update_elem(fd, &key, &empty, BPF_ANY) ? -errno : 0;
	}
	if (!err)
		err = clear_per_cpu(datapath_map(dp, "limit_stats"), sizeof(struct fw_limit_stats),
				    &policy->fresh_limits);
	if (!err)
		err = clear_buckets(dp, "buckets", policy);
	if (!err)
		err = clear_buckets(dp, "buckets_lru", policy);
	if (!err)
		err = clear_live(dp, "live4", sizeof(struct fw_live_key4), policy);
	if (!err)
		err = clear_live(dp, "live6", sizeof(struct fw_live_key6), policy);
	return err;
}

/*
 * Until every packet that was on its way at the call is through: programs run
 * within RCU read sections, and a global membarrier is a synchronize_rcu(). It is
 * refused with nohz_full; a program runs for microseconds, so a pause does it too.
 */
static void wait_for_packets(void)
{
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
		usleep(100 * 1000);
}

int policy_apply(struct datapath *dp, const struct policy *policy, struct errors *errs)
{
	struct fw_state *state = dp->state;
	unsigned next = state->has_policy ? !(state->active & 1) : 0;
	int err;

	err = put_tables(dp, policy, next, errs);
	if (err)
		return err;
	err = clear_fresh(dp, policy);
	if (err)
		return fail(errs, err, "cannot clear the counters of new rules");
	err = names_write(dp, policy->slots);
	if (err)
		return fail(errs, err, "cannot write the names of the slots");
	put_image(&dp->images[next], policy, datapath_generation(dp) + 1);
	__atomic_store_n(&state->active, next, __ATOMIC_RELEASE);
	__atomic_store_n(&state->has_policy, 1, __ATOMIC_RELEASE);
	wait_for_packets();
	return 0;
}
