// SPDX-License-Identifier: MIT
/*
 * A new generation: built in the one of two places that packets do not see, then
 * activated by writing one word.
 *
 * The order matters. First the steps that may fail: a new arena, filled before it
 * is put into its place. Then memory: the image, the slots with new names. Then
 * the switch, and a wait until the last packet that read the old word is done;
 * only after that may the next apply change the old generation.
 */
#include "daemon/fwd/datapath/generation/places.h"
#include "daemon/fwd/datapath/buckets/buckets.h"
#include "daemon/fwd/datapath/counters/marks.h"
#include "daemon/fwd/datapath/maps/maps.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/membarrier.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

/* The address tables. On failure nothing has changed for packets. */
static int put_tables(struct datapath *dp, const struct policy *policy, unsigned image,
		      struct errors *errs)
{
	const struct arena *arena = policy_arena(policy);
	size_t blocks = arena_block_count(arena);
	int err = tables_put(dp, arena, policy->image->header.arena & FW_ARENA_SMALL, image);

	return err ? fail(errs, err, "cannot store the address tables (%zu KiB)",
			  blocks * sizeof(struct fw_block) / 1024)
		   : 0;
}

/* Memory beyond the rules and rows in use is never read. */
static void put_image(struct fw_image *to, const struct policy *policy,
		      const struct bucket_plan *plan, uint32_t generation)
{
	const struct fw_image *from = policy->image;
	const struct arena *arena = policy_arena(policy);
	uint32_t rules = from->header.rules;

	to->header = from->header;
	to->header.generation = generation;
	if (from->header.arena & FW_ARENA_SMALL && arena->lines)
		memcpy(to->arena, arena->blocks, arena->lines * FW_LINE_BYTES);
	memcpy(to->limits, from->limits, sizeof(to->limits));
	for (unsigned slot = 0; slot < FW_MAX_LIMITS; slot++)
		to->limits[slot].table = plan->tables[slot];
	memcpy(to->cookies, from->cookies, sizeof(to->cookies));
	memcpy(to->rules, from->rules, rules * sizeof(to->rules[0]));
	memcpy(to->ranks, from->ranks, rules * sizeof(to->ranks[0]));
	memcpy(to->classes, from->classes, sizeof(to->classes));
	if (from->header.pool == FW_POOL_SMALL)
		memcpy(to->rows, policy->pool, policy->pool_words * sizeof(to->rows[0]));
}

static const size_t pool_words[FW_POOL_MAX] = {
	[FW_POOL_MEDIUM] = FW_POOL_MEDIUM_WORDS,
	[FW_POOL_LARGE] = FW_POOL_LARGE_WORDS,
	[FW_POOL_HUGE] = FW_POOL_HUGE_WORDS,
};

static int pool_fd(const struct datapath *dp, unsigned pool)
{
	const int fds[FW_POOL_MAX] = {
		[FW_POOL_MEDIUM] = MAP_FD(dp, pool_medium),
		[FW_POOL_LARGE] = MAP_FD(dp, pool_large),
		[FW_POOL_HUGE] = MAP_FD(dp, pool_huge),
	};

	return fds[pool];
}

/* An array of one element with the rows of a policy: its descriptor, or a negative errno. */
static int make_pool(size_t row_words, const struct policy *policy)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	size_t bytes = policy->pool_words * sizeof(uint64_t);
	cleanup_fd int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "fwd_pool", sizeof(uint32_t),
					   FW_POOL_BYTES(row_words), 1, &opts);
	void *words;

	if (fd < 0)
		return -errno;
	words = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (words == MAP_FAILED)
		return -errno;
	memcpy(words, policy->pool, bytes);
	munmap(words, bytes);
	return steal_fd(&fd);
}

/*
 * Put the rows into the map that the policy needs, and free those in the others. No policy: free
 * all of them.
 */
static int put_pool(struct datapath *dp, const struct policy *policy, uint32_t image,
		    struct errors *errs)
{
	unsigned wanted = policy ? policy->image->header.pool : FW_POOL_SMALL;

	for (unsigned i = FW_POOL_SMALL + 1; i < FW_POOL_MAX; i++) {
		int outer = pool_fd(dp, i), err = 0;
		cleanup_fd int pool = -1;
		uint32_t inner_id;

		if (wanted == i) {
			pool = make_pool(pool_words[i], policy);
			if (pool < 0 || bpf_map_update_elem(outer, &image, &pool, BPF_ANY))
				err = pool < 0 ? pool : -errno;
		} else if (!bpf_map_lookup_elem(outer, &image, &inner_id)) {
			err = bpf_map_delete_elem(outer, &image) && errno != ENOENT ? -errno : 0;
		}
		if (err)
			return fail(errs, err, "no room for the combinations of %u rules (%zu MB)",
				    policy ? policy->image->header.rules : 0,
				    FW_POOL_BYTES(pool_words[i]) >> 20);
	}
	return 0;
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

/* In both families the set id is at the same place. */
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

static int clear_live(int fd, size_t key_size, const struct policy *policy)
{
	return clear_keyed(fd, key_size, sizeof(struct fw_live_value), of_fresh_set,
			   &policy->fresh_live_sets);
}

/* Earlier counts of a slot must not count for its new name. */
static int clear_fresh(struct datapath *dp, const struct policy *policy)
{
	int err;

	marks_forget(dp, policy);
	err = clear_per_cpu(MAP_FD(dp, rule_stats), sizeof(struct fw_rule_stats),
			    &policy->fresh_rules);
	if (!err)
		err = clear_per_cpu(MAP_FD(dp, rule_leases), sizeof(struct fw_lease),
				    &policy->fresh_rules);
	for (size_t i = 0; i < policy->fresh_rules.count; i++)
		memset(&dp->rule_buckets[2 * policy->fresh_rules.slots[i]], 0,
		       2 * sizeof(*dp->rule_buckets));
	if (!err)
		err = clear_per_cpu(MAP_FD(dp, limit_stats), sizeof(struct fw_limit_stats),
				    &policy->fresh_limits);
	if (!err)
		err = clear_per_cpu(MAP_FD(dp, ban_stats), sizeof(struct fw_ban_stats),
				    &policy->fresh_limits);
	if (!err)
		err = clear_live(MAP_FD(dp, live4), sizeof(struct fw_live_key4), policy);
	if (!err)
		err = clear_live(MAP_FD(dp, live6), sizeof(struct fw_live_key6), policy);
	return err;
}

/*
 * Programs run within RCU read sections, and a global membarrier is a synchronize_rcu().
 * It is refused with nohz_full; a program runs for microseconds, so a pause does it too.
 */
void wait_for_packets(void)
{
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
		usleep(100 * 1000);
}

/*
 * Numbers only go up: fragments that a policy has let in are known by its number, so no other policy
 * may have it. That of an image is lost when its tables are written (tables_put), so the highest
 * one is kept, also for the next fwd.
 */
uint32_t next_generation(struct datapath *dp)
{
	for (unsigned i = 0; i < 2; i++)
		if (dp->images[i].header.generation > dp->state->generation)
			dp->state->generation = dp->images[i].header.generation;
	return dp->state->generation + 1;
}

int place_reserve(struct datapath *dp, const struct policy *policy, enum fw_image_place place,
		  struct errors *errs)
{
	int err = put_pool(dp, policy, place, errs);

	return err ? err : put_tables(dp, policy, place, errs);
}

void place_fill(struct datapath *dp, const struct policy *policy, enum fw_image_place place,
		const struct bucket_plan *plan, uint32_t generation)
{
	put_image(&dp->images[place], policy, plan, generation);
}

int place_free(struct datapath *dp, enum fw_image_place place, struct errors *errs)
{
	int err = put_pool(dp, NULL, place, errs);

	if (err)
		return err;
	err = tables_put(dp, NULL, false, place);
	return err ? fail(errs, err, "cannot free address tables") : 0;
}

/* The steps that may fail. Nothing has changed for packets. */
static int prepare(struct datapath *dp, const struct policy *policy, unsigned next,
		   struct bucket_plan *plan, struct errors *errs)
{
	int err = place_reserve(dp, policy, next, errs);

	if (err)
		return err;
	err = clear_fresh(dp, policy);
	if (err)
		return fail(errs, err, "cannot clear the counters of new rules");
	err = buckets_prepare(dp, policy, plan, errs);
	if (err)
		return err;
	err = names_write(dp, policy->slots);
	if (err) {
		buckets_abandon(dp, plan);
		return fail(errs, err, "cannot write the names of the slots");
	}
	return 0;
}

static int apply(struct datapath *dp, const struct policy *policy, uint64_t deadline,
		 struct errors *errs)
{
	struct fw_state *state = dp->state;
	unsigned next = state->has_policy ? !FW_ACTIVE_IMAGE(state->active) : 0;
	bool had_policy = state->has_policy;
	uint32_t generation = next_generation(dp);
	struct bucket_plan plan;
	int err = prepare(dp, policy, next, &plan, errs);

	if (err)
		return err;
	place_fill(dp, policy, next, &plan, generation);
	active_write(dp, next | deadline);
	__atomic_store_n(&state->has_policy, 1, __ATOMIC_RELEASE);
	wait_for_packets();
	if (had_policy)
		buckets_settle(dp, policy, &dp->images[!next], &dp->images[next]);
	buckets_free_unused(dp);
	return 0;
}

int policy_apply(struct datapath *dp, const struct policy *policy, struct errors *errs)
{
	if (FW_ACTIVE_DEADLINE(dp->state->active))
		return fail(errs, -EBUSY, "a policy waits for its confirmation");
	return apply(dp, policy, 0, errs);
}

int policy_apply_until(struct datapath *dp, const struct policy *policy, uint64_t deadline,
		       struct errors *errs)
{
	if (FW_ACTIVE_DEADLINE(dp->state->active))
		return fail(errs, -EBUSY, "a policy waits for its confirmation");
	if (!dp->state->has_policy)
		return fail(errs, -EINVAL, "there is no policy to go back to");
	if (FW_ACTIVE_DEADLINE(deadline) == 0)
		return fail(errs, -EINVAL, "a deadline at 0");
	return apply(dp, policy, FW_ACTIVE_DEADLINE(deadline), errs);
}
