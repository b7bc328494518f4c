// SPDX-License-Identifier: MIT
#include "daemon/fwd/limits/bans.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/records/types/ban.h"
#include "daemon/fwd/datapath/counters/counters.h"
#include "daemon/fwd/limits/ban_guard.h"
#include "daemon/fwd/limits/ban_levels.h"

/* The reasons why a source is not banned. */
enum missed {
	MISSED_FULL,
	MISSED_RATE,
	MISSED_RING,
	MISSED_PROTECTED,
	MISSED_FORGEABLE,
	MISSED_FAILED,
	MISSED_MAX
};

struct by_limit {
	uint32_t number; /* of the limit: slots are reused */
	struct ban_counts counts;
	uint64_t missed[MISSED_MAX]; /* not reported yet */
	char protected[160];	     /* the name of the last protected one */
	bool looked;
	uint64_t lost; /* fw_ban_stats.lost at the last check */
};

struct bans {
	struct bans_needs needs;
	struct ban_source *source;
	struct ban_levels *levels;
	struct ban_guard *guard;
	struct by_limit limits[FW_MAX_LIMITS]; /* by slot */
	uint64_t second;		       /* the limit of `done` */
	unsigned done;			       /* bans in it */
	bool deaf;			       /* the pending reports are old */
};

/* Identifies limits regardless of slots: FNV-1a (Fowler, Noll and Vo). */
static uint32_t number_of(const char *name)
{
	uint32_t hash = 2166136261u;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return hash;
}

static struct by_limit *by_limit_of(struct bans *bans, unsigned slot, const char *name)
{
	struct by_limit *by_limit = &bans->limits[slot];
	uint32_t number = number_of(name);

	if (by_limit->number != number)
		*by_limit = (struct by_limit){.number = number};
	return by_limit;
}

/* The limit of a slot, if it (still) is one that bans. */
static const struct config_limit *banning_limit(const struct bans *bans, unsigned slot)
{
	const char *name = slot < FW_MAX_LIMITS
				   ? slots_name(model_slots(bans->needs.model), FW_NAME_LIMIT, slot)
				   : NULL;
	const struct config *config = model_config(bans->needs.model);
	int index = name ? config_find_limit(config, name) : -ENOENT;

	if (index < 0 || config->limits[index].over != LIMIT_BLOCKS)
		return NULL;
	return &config->limits[index];
}

/* The target of a limit's bans: a set's id and its maximum of entries. */
struct ban_place {
	unsigned set_id;
	uint64_t max;
};

static int find_place(const struct bans *bans, const struct config_limit *limit,
		      struct ban_place *ret)
{
	const struct config *config = model_config(bans->needs.model);
	int index, slot;

	*ret = (struct ban_place){FW_LIVE_BLOCKS, FW_MAX_BANNED};
	if (!limit->ban.set[0])
		return 0;
	index = config_find_set(config, limit->ban.set);
	slot = slots_find(model_slots(bans->needs.model), FW_NAME_LIVE_SET, limit->ban.set);
	if (index < 0 || slot < 0)
		return -ENOENT;
	ret->set_id = (unsigned)slot;
	if (config->sets[index].max < ret->max)
		ret->max = config->sets[index].max;
	return 0;
}

static bool below_rate(struct bans *bans, uint64_t now)
{
	if (bans->second != now / NS_PER_SECOND) {
		bans->second = now / NS_PER_SECOND;
		bans->done = 0;
	}
	return bans->done++ < FW_MAX_BANS_SECOND;
}

/* The live set that takes its bans; NULL: the block list. */
static const char *set_of(const struct config_limit *limit)
{
	return limit->ban.set[0] ? limit->ban.set : NULL;
}

static void report_ban(const struct bans *bans, const struct config_limit *limit,
		       const struct prefix *prefix, struct ban_step step)
{
	bool enforce = model_config(bans->needs.model)->enforce;
	char address[PREFIX_TEXT];

	hub_send(bans->needs.events, ban, .limit = limit->name,
		 .address = prefix_format(prefix, address), .set = set_of(limit),
		 .level = step.level, .duration_ns = step.duration_ns,
		 .outcome = enforce ? FW_OUTCOME_DROP : FW_OUTCOME_WOULD_DROP);
}

/* May it be banned at all? 0, or a negative errno and why not. */
static int check_guard(struct bans *bans, const struct config_limit *limit,
		       const struct prefix *prefix, const struct fw_ban *record, uint64_t now,
		       struct by_limit *by_limit, enum missed *ret_why)
{
	const struct ban_guard *guard = bans->guard;
	const char *what;
	int err = ban_guard_look(bans->guard, now);

	*ret_why = MISSED_FAILED;
	if (err < 0)
		return err;
	*ret_why = MISSED_FORGEABLE;
	if (record->key == FW_KEY_SRC && !limit->ban.forgeable &&
	    !ban_guard_is_proven(guard, record))
		return -EPERM;
	*ret_why = MISSED_PROTECTED;
	what = ban_guard_protects(guard, prefix);
	if (!what)
		return 0;
	snprintf(by_limit->protected, sizeof(by_limit->protected), "%s", what);
	return -EPERM;
}

/* Returns 0, or a negative errno and why it is not banned. */
static int ban(struct bans *bans, const struct config_limit *limit, const struct prefix *prefix,
	       const struct fw_ban *record, struct by_limit *by_limit, enum missed *ret_why)
{
	uint32_t number = number_of(limit->name);
	char reason[FW_NAME_SIZE + 8];
	uint64_t now = clock_ns();
	struct ban_place place;
	struct ban_step step;
	int err;

	*ret_why = MISSED_FAILED;
	if (find_place(bans, limit, &place) < 0)
		return -ENOENT;
	/* It is already banned, alone or as a part of others; these are its last packets. */
	if (live_find(bans->needs.live, place.set_id, prefix))
		return -EEXIST;
	*ret_why = MISSED_FULL;
	if (live_count(bans->needs.live, place.set_id) >= place.max)
		return -ENOSPC;
	*ret_why = MISSED_RATE;
	if (!below_rate(bans, now))
		return -EBUSY;
	err = check_guard(bans, limit, prefix, record, now, by_limit, ret_why);
	if (err < 0)
		return err;
	step = ban_levels_next(bans->levels, number, prefix, &limit->ban, now);
	snprintf(reason, sizeof(reason), "limit %s", limit->name);
	err = live_add(bans->needs.live, place.set_id, prefix, step.duration_ns, place.max, reason,
		       NULL);
	*ret_why = err == -ENOSPC ? MISSED_FULL : MISSED_FAILED;
	if (err)
		return err;
	/* A ban that failed does not raise the level. */
	ban_levels_note(bans->levels, number, prefix, &limit->ban, now, step);
	report_ban(bans, limit, prefix, step);
	return 0;
}

static void take_ban(void *userdata, const struct fw_ban *record)
{
	struct bans *bans = userdata;
	const struct config_limit *limit = banning_limit(bans, record->limit);
	struct prefix prefix = {.family = record->family, .length = record->prefix_len};
	struct by_limit *by_limit;
	enum missed why;
	int err;

	if (!limit || bans->deaf || (record->family != 4 && record->family != 6))
		return;
	memcpy(prefix.addr, record->addr, record->family == 4 ? 4 : 16);
	by_limit = by_limit_of(bans, record->limit, limit->name);
	err = ban(bans, limit, &prefix, record, by_limit, &why);
	if (err == 0) {
		by_limit->counts.banned++;
	} else if (err != -EEXIST) {
		by_limit->counts.missed++;
		by_limit->missed[why]++;
	}
}

void bans_take(struct bans *bans)
{
	ban_source_consume(bans->source);
}

/* ---- bans that were missed ---- */

/* Losses before the first check of a limit are not reported. */
static void count_lost(const struct bans *bans, unsigned slot, struct by_limit *by_limit)
{
	struct fw_ban_stats stats;

	if (datapath_ban_stats(bans->needs.dp, slot, &stats) < 0)
		return;
	if (by_limit->looked && stats.lost > by_limit->lost) {
		by_limit->missed[MISSED_RING] += stats.lost - by_limit->lost;
		by_limit->counts.missed += stats.lost - by_limit->lost;
	}
	by_limit->looked = true;
	by_limit->lost = stats.lost;
}

static void report_missed(const struct bans *bans, const struct config_limit *limit,
			  enum missed why, const struct by_limit *by_limit)
{
	static const char *const texts[] = {
		[MISSED_FULL] = "it is full",
		[MISSED_RATE] = "too many at once",
		[MISSED_RING] = "too many at once",
		[MISSED_PROTECTED] = "",
		[MISSED_FORGEABLE] = "the source may be forged (block.forgeable)",
		[MISSED_FAILED] = "the kernel or memory refused",
		[MISSED_MAX] = "",
	};
	const char *text = texts[why];
	char protected[200];

	snprintf(protected, sizeof(protected), "that would cut off %s", by_limit->protected);
	if (why == MISSED_PROTECTED)
		text = protected;
	else if (why == MISSED_FULL && !set_of(limit))
		text = "the block list is full";
	hub_send(bans->needs.events, bans_missed, .limit = limit->name, .set = set_of(limit),
		 .addresses = by_limit->missed[why], .why = text);
}

void bans_report_missed(struct bans *bans)
{
	const struct config *config = model_config(bans->needs.model);

	for (size_t i = 0; i < config->limit_count; i++) {
		const struct config_limit *limit = &config->limits[i];
		int slot = slots_find(model_slots(bans->needs.model), FW_NAME_LIMIT, limit->name);
		struct by_limit *by_limit;

		if (slot < 0 || limit->over != LIMIT_BLOCKS)
			continue;
		by_limit = by_limit_of(bans, (unsigned)slot, limit->name);
		count_lost(bans, (unsigned)slot, by_limit);
		/* For the operator both are the same. */
		by_limit->missed[MISSED_RATE] += by_limit->missed[MISSED_RING];
		by_limit->missed[MISSED_RING] = 0;
		for (enum missed why = 0; why < MISSED_MAX; why++) {
			if (by_limit->missed[why])
				report_missed(bans, limit, why, by_limit);
			by_limit->missed[why] = 0;
		}
	}
}

struct ban_counts bans_count(struct bans *bans, unsigned slot, const char *name)
{
	if (!bans || slot >= FW_MAX_LIMITS)
		return (struct ban_counts){0};
	return by_limit_of(bans, slot, name)->counts;
}

/*
 * Reports from before this fwd started may be hours old. A source that is still over the limit is
 * reported again.
 */
static int open_source(struct bans *bans)
{
	int ret = ban_source_open(bans->needs.dp, take_ban, bans, &bans->source);

	if (ret < 0)
		return ret;
	bans->deaf = true;
	ban_source_consume(bans->source);
	bans->deaf = false;
	return 0;
}

int bans_new(const struct bans_needs *needs, struct bans **ret)
{
	const struct ban_store store = datapath_ban_store(needs->dp);
	struct bans *bans = calloc(1, sizeof(*bans));
	int r = -ENOMEM;

	if (!bans)
		return -ENOMEM;
	bans->needs = *needs;
	bans->levels = ban_levels_new(&store);
	bans->guard = ban_guard_new(needs->model);
	if (bans->levels && bans->guard)
		r = open_source(bans);
	if (r < 0) {
		bans_free(bans);
		return r;
	}
	*ret = bans;
	return 0;
}

struct bans *bans_free(struct bans *bans)
{
	if (!bans)
		return NULL;
	ban_source_close(bans->source);
	ban_levels_free(bans->levels);
	ban_guard_free(bans->guard);
	free(bans);
	return NULL;
}
