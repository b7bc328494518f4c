// SPDX-License-Identifier: MIT
/* The tables of limits: made, kept, replaced and freed with the policies that use them. */
#include "daemon/fwd/datapath/buckets/buckets.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

static void table_close(struct bucket_table *table)
{
	if (table->sets)
		munmap(table->sets, (size_t)table->count * sizeof(*table->sets));
	*table = (struct bucket_table){0};
}

static int table_map(int fd, uint32_t count, struct bucket_table *ret)
{
	void *sets = mmap(NULL, (size_t)count * sizeof(*ret->sets), PROT_READ | PROT_WRITE,
			  MAP_SHARED, fd, 0);

	if (sets == MAP_FAILED)
		return -errno;
	*ret = (struct bucket_table){sets, count};
	return 0;
}

/* A table in map bucket_tables. -ENOENT: there is none. */
static int table_find(int outer, uint32_t index, struct bucket_table *ret)
{
	struct bpf_map_info info = {0};
	uint32_t size = sizeof(info), id;
	cleanup_fd int fd = -1;

	if (bpf_map_lookup_elem(outer, &index, &id))
		return -errno;
	fd = bpf_map_get_fd_by_id(id);
	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size))
		return -errno;
	return table_map(fd, info.max_entries, ret);
}

static int fill_secrets(struct datapath *dp)
{
	struct fw_secrets secrets;
	uint32_t key = 0;

	if (getrandom(&secrets, sizeof(secrets), 0) != sizeof(secrets))
		return -EIO;
	return bpf_map_update_elem(MAP_FD(dp, secrets), &key, &secrets, BPF_ANY) ? -errno : 0;
}

int buckets_open(struct datapath *dp)
{
	int outer = MAP_FD(dp, bucket_tables), err = 0;

	if (!dp->adopted)
		return fill_secrets(dp);
	for (uint32_t i = 0; !err && i < array_size(dp->tables); i++) {
		err = table_find(outer, i, &dp->tables[i]);
		if (err == -ENOENT)
			err = 0;
	}
	return err;
}

void buckets_close(struct datapath *dp)
{
	for (size_t i = 0; i < array_size(dp->tables); i++)
		table_close(&dp->tables[i]);
}

/* ---- making and freeing ---- */

/* Tables for the outer map: all in one call, which waits for a grace period. */
struct making {
	struct datapath *dp;
	struct bucket_plan *plan;
	uint32_t keys[FW_MAX_LIMITS];
	int fds[FW_MAX_LIMITS];
	uint32_t count;
};

static void close_fds(struct making *making)
{
	for (uint32_t i = 0; i < making->count; i++)
		close_fd(&making->fds[i]);
}

static int make_table(struct making *making, uint32_t index, uint32_t sets)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE | BPF_F_INNER_MAP);
	struct bucket_table *table = &making->dp->tables[index];
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "fwd_buckets", sizeof(uint32_t),
				sizeof(struct fw_bucket_set), sets, &opts);
	int err;

	if (fd < 0)
		return -errno;
	err = table_map(fd, sets, table);
	if (err) {
		close_fd(&fd);
		return err;
	}
	making->keys[making->count] = index;
	making->fds[making->count++] = fd;
	making->plan->made[index] = true;
	return 0;
}

/* Kernels before 5.19 have no batches of map-in-maps: one by one. */
static int install(struct making *making)
{
	int outer = MAP_FD(making->dp, bucket_tables);
	uint32_t count = making->count;

	if (!count || !bpf_map_update_batch(outer, making->keys, making->fds, &count, NULL))
		return 0;
	for (uint32_t i = 0; i < making->count; i++)
		if (bpf_map_update_elem(outer, &making->keys[i], &making->fds[i], BPF_ANY))
			return -errno;
	return 0;
}

static void free_table(struct datapath *dp, uint32_t index)
{
	if (!dp->tables[index].sets)
		return;
	bpf_map_delete_elem(MAP_FD(dp, bucket_tables), &index);
	table_close(&dp->tables[index]);
}

void buckets_abandon(struct datapath *dp, const struct bucket_plan *plan)
{
	for (uint32_t i = 0; i < array_size(plan->made); i++)
		if (plan->made[i])
			free_table(dp, i);
}

static bool goes_by(const struct fw_image *image, uint32_t table)
{
	const struct fw_limit *limit = &image->limits[table / 2];

	return limit->level_count && limit->sets && limit->table == table;
}

void buckets_free_unused(struct datapath *dp)
{
	unsigned seen = FW_ACTIVE_IMAGE(dp->state->active);
	bool pending = datapath_pending(dp, NULL);

	for (uint32_t i = 0; i < array_size(dp->tables); i++) {
		if (dp->state->has_policy &&
		    (goes_by(&dp->images[seen], i) || (pending && goes_by(&dp->images[!seen], i))))
			continue;
		free_table(dp, i);
	}
}

/* ---- a policy's tables ---- */

/* The current limit of a slot; NULL: none that packets use. */
static const struct fw_limit *limit_now(const struct datapath *dp, unsigned slot)
{
	const struct fw_image *image = &dp->images[FW_ACTIVE_IMAGE(dp->state->active)];

	return dp->state->has_policy && image->limits[slot].level_count ? &image->limits[slot]
									: NULL;
}

static bool is_fresh(const struct policy *policy, unsigned slot)
{
	for (size_t i = 0; i < policy->fresh_limits.count; i++)
		if (policy->fresh_limits.slots[i] == slot)
			return true;
	return false;
}

/* The same buckets can be used: all that they depend on is unchanged. */
static bool same_buckets(const struct fw_limit *old, const struct fw_limit *new)
{
	return memcmp(old->levels, new->levels, sizeof(old->levels)) == 0 &&
	       old->level_count == new->level_count && old->algorithm == new->algorithm &&
	       old->window == new->window && old->unit == new->unit && old->sets == new->sets;
}

static uint16_t choose_table(const struct datapath *dp, const struct policy *policy, unsigned slot)
{
	const struct fw_limit *old = limit_now(dp, slot);

	if (!old)
		return (uint16_t)(2 * slot);
	if (is_fresh(policy, slot) || !same_buckets(old, &policy->image->limits[slot]))
		return old->table ^ 1;
	return old->table;
}

void buckets_plan_candidate(const struct datapath *dp, const struct policy *policy,
			    struct bucket_plan *ret)
{
	*ret = (struct bucket_plan){0};
	for (unsigned slot = 0; slot < FW_MAX_LIMITS; slot++)
		ret->tables[slot] = choose_table(dp, policy, slot);
}

static int prepare_limit(struct making *making, const struct policy *policy, unsigned slot)
{
	const struct fw_limit *new = &policy->image->limits[slot], *old;
	struct datapath *dp = making->dp;
	uint16_t table = choose_table(dp, policy, slot);
	int err;

	old = limit_now(dp, slot);
	making->plan->tables[slot] = table;
	if (!new->sets || (old && table == old->table && dp->tables[table].sets))
		return 0;
	err = make_table(making, table, new->sets);
	if (!err && old && !is_fresh(policy, slot) && old->sets && dp->tables[old->table].sets)
		bucket_table_copy(old, &dp->tables[old->table], new, &dp->tables[table],
				  datapath_now(dp));
	return err;
}

static int fail_limit(const struct policy *policy, unsigned slot, int err, struct errors *errs)
{
	const struct fw_limit *limit = &policy->image->limits[slot];

	return fail(errs, err, "limit \"%s\": no room for its buckets (%zu MB)",
		    slots_name(policy->slots, FW_NAME_LIMIT, slot),
		    ((size_t)limit->sets * sizeof(struct fw_bucket_set) >> 20) + 1);
}

static int prepare_limits(struct making *making, const struct policy *policy, struct errors *errs)
{
	int err;

	for (unsigned slot = 0; slot < FW_MAX_LIMITS; slot++) {
		if (!policy->image->limits[slot].level_count)
			continue;
		err = prepare_limit(making, policy, slot);
		if (err)
			return fail_limit(policy, slot, err, errs);
	}
	err = install(making);
	return err ? fail(errs, err, "cannot put the buckets of limits into place") : 0;
}

/* ---- with the switch ---- */

void buckets_returned(struct datapath *dp)
{
	rule_buckets_hold(dp, &dp->images[FW_ACTIVE_IMAGE(dp->state->active)]);
	buckets_free_unused(dp);
}

int buckets_prepare(struct datapath *dp, const struct policy *policy, struct bucket_plan *ret,
		    struct errors *errs)
{
	struct making making = {.dp = dp, .plan = ret};
	int err;

	*ret = (struct bucket_plan){0};
	buckets_free_unused(dp);
	err = prepare_limits(&making, policy, errs);
	close_fds(&making);
	if (err) {
		buckets_abandon(dp, ret);
		return err;
	}
	rule_buckets_take_over(dp, policy->image, ret->tables);
	return 0;
}

void buckets_settle(struct datapath *dp, const struct policy *policy, const struct fw_image *before,
		    const struct fw_image *now)
{
	for (unsigned slot = 0; slot < FW_MAX_LIMITS; slot++) {
		const struct fw_limit *old = &before->limits[slot], *new = &now->limits[slot];

		if (!is_fresh(policy, slot) && old->level_count && old->sets &&
		    new->level_count &&new->sets && old->table == (new->table ^ 1) &&
		    dp->tables[old->table].sets && dp->tables[new->table].sets)
			bucket_table_copy(old, &dp->tables[old->table], new,
					  &dp->tables[new->table], datapath_now(dp));
	}
	rule_buckets_catch_up(dp, before, now);
}
