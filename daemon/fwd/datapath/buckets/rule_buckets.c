// SPDX-License-Identifier: MIT
/*
 * The buckets of levels that count for a whole rule: two *sides* for each rule in map
 * rule_buckets, selected by fw_limit.table. The side that was written last has the current limit.
 */
#include "daemon/fwd/datapath/buckets/buckets.h"

static int rule_level(const struct fw_limit *limit)
{
	for (unsigned i = 0; i < limit->level_count; i++)
		if (limit->levels[i].key == FW_KEY_RULE)
			return (int)i;
	return -1;
}

static struct fw_rule_bucket *rule_bucket(struct datapath *dp, unsigned rule,
					  const struct fw_limit *limit)
{
	return &dp->rule_buckets[2 * rule + (limit->table & 1)];
}

/* The limit that a rule's bucket was last written under. */
static struct fw_limit limit_of(const struct fw_rule_bucket *bucket)
{
	struct fw_limit limit = {
		.window = bucket->window,
		.level_count = 1,
		.algorithm = bucket->algorithm,
		.unit = bucket->unit,
	};

	limit.levels[0] = (struct fw_level){
		.cost = bucket->cost,
		.tolerance = bucket->tolerance,
		.key = FW_KEY_RULE,
		.cost_shift = bucket->cost_shift,
	};
	return limit;
}

static void sign(struct fw_rule_bucket *bucket, const struct fw_limit *limit, unsigned level,
		 uint32_t turn)
{
	bucket->cost = limit->levels[level].cost;
	bucket->tolerance = limit->levels[level].tolerance;
	bucket->cost_shift = limit->levels[level].cost_shift;
	bucket->window = limit->window;
	bucket->algorithm = limit->algorithm;
	bucket->unit = limit->unit;
	bucket->turn = turn;
}

/* A bit for each rule slot. */
struct rule_bits {
	uint64_t words[FW_MAX_RULE_SLOTS / 64];
};

static bool rule_bit(const struct rule_bits *bits, unsigned rule)
{
	return bits->words[rule / 64] >> rule % 64 & 1;
}

static void note_rule(struct datapath *dp, unsigned rule, const struct fw_limit *limit,
		      void *userdata)
{
	struct rule_bits *bits = userdata;

	(void)dp, (void)limit;
	bits->words[rule / 64] |= 1ULL << rule % 64;
}

/*
 * Give a rule its current bucket, under its new limit; a full one if it has none now (userdata: the
 * rules with one). The state of a deleted rule of this id is forgotten.
 */
static void take_over(struct datapath *dp, unsigned rule, const struct fw_limit *limit,
		      void *userdata)
{
	bool has_one = rule_bit(userdata, rule);
	struct fw_rule_bucket *sides = &dp->rule_buckets[2 * rule];
	struct fw_rule_bucket *source = &sides[sides[1].turn > sides[0].turn];
	struct fw_rule_bucket *target = &sides[limit->table & 1], was = *source;
	struct fw_limit old = limit_of(&was);
	struct bucket_words words = {was.a, was.b};
	unsigned level = (unsigned)rule_level(limit);
	uint64_t now = datapath_now(dp);

	if (has_one && was.turn && bucket_converts(&old, limit, 0, level))
		words = bucket_convert(&old, limit, 0, level, words, now);
	else
		words = bucket_fresh(limit, now);
	sign(target, limit, level, was.turn + 1);
	if (target == source && words.a == was.a && words.b == was.b)
		return;
	target->a = words.a;
	target->b = words.b;
	/* What CPUs drew from this side earlier is void. */
	if (target != source || !has_one)
		target->full = now * FW_TICKS_PER_NS + 1;
}

/*
 * Transfer what packets took from the other side meanwhile (userdata: rules with an earlier
 * bucket).
 */
static void catch_up(struct datapath *dp, unsigned rule, const struct fw_limit *limit,
		     void *userdata)
{
	struct fw_rule_bucket *target = rule_bucket(dp, rule, limit);
	struct fw_rule_bucket *source = &dp->rule_buckets[2 * rule + !(limit->table & 1)];
	struct fw_limit old = limit_of(source);
	struct bucket_words words = {source->a, source->b};
	unsigned level = (unsigned)rule_level(limit);

	/* The other side is old, and forgotten. */
	if (!rule_bit(userdata, rule))
		return;
	if (!source->turn || source->turn + 1 != target->turn ||
	    !bucket_converts(&old, limit, 0, level))
		return;
	words = bucket_convert(&old, limit, 0, level, words, datapath_now(dp));
	bucket_merge(limit, &target->a, &target->b, words, datapath_now(dp));
}

typedef void rule_visit(struct datapath *dp, unsigned rule, const struct fw_limit *limit,
			void *userdata);

/*
 * Each rule whose limit has a bucket for it; once, regardless of the number of its compiled rules.
 */
static void each_rule_bucket(struct datapath *dp, const struct fw_image *image,
			     const uint16_t *tables, rule_visit *visit, void *userdata)
{
	struct rule_bits seen = {0};

	for (unsigned i = 0; i < image->header.rules; i++) {
		const struct fw_rule *rule = &image->rules[i];
		struct fw_limit limit;

		if (rule->limit == FW_NO_SLOT || rule_bit(&seen, rule->slot))
			continue;
		note_rule(dp, rule->slot, NULL, &seen);
		limit = image->limits[rule->limit];
		limit.table = tables ? tables[rule->limit] : limit.table;
		if (rule_level(&limit) >= 0)
			visit(dp, rule->slot, &limit, userdata);
	}
}

/* The side that a policy uses becomes the rule's, also if another one was written since. */
static void hold(struct datapath *dp, unsigned rule, const struct fw_limit *limit, void *userdata)
{
	struct fw_rule_bucket *bucket = rule_bucket(dp, rule, limit);
	const struct fw_rule_bucket *other = &dp->rule_buckets[2 * rule + !(limit->table & 1)];

	(void)userdata;
	if (other->turn > bucket->turn)
		bucket->turn = other->turn + 1;
}

void rule_buckets_take_over(struct datapath *dp, const struct fw_image *image,
			    const uint16_t *tables)
{
	struct rule_bits now = {0};

	if (dp->state->has_policy)
		each_rule_bucket(dp, &dp->images[FW_ACTIVE_IMAGE(dp->state->active)], NULL,
				 note_rule, &now);
	each_rule_bucket(dp, image, tables, take_over, &now);
}

void rule_buckets_catch_up(struct datapath *dp, const struct fw_image *before,
			   const struct fw_image *image)
{
	struct rule_bits had = {0};

	each_rule_bucket(dp, before, NULL, note_rule, &had);
	each_rule_bucket(dp, image, NULL, catch_up, &had);
}

void rule_buckets_hold(struct datapath *dp, const struct fw_image *image)
{
	each_rule_bucket(dp, image, NULL, hold, NULL);
}

/* ---- old times ---- */

#define LONG_PAST_NS 1000000000ULL

/* Unless a packet came meanwhile. */
static void renew_word(__u64 *word, __u64 old, uint64_t fresh)
{
	__atomic_compare_exchange_n(word, &old, fresh, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

static void renew(struct datapath *dp, unsigned rule, const struct fw_limit *limit, void *userdata)
{
	struct fw_rule_bucket *bucket = rule_bucket(dp, rule, limit);
	struct bucket_words was = {bucket->a, bucket->b}, fresh;
	uint64_t now = datapath_now(dp);

	(void)userdata;
	if (bucket_rank(limit, was.a, was.b, bucket_start(limit, now)) > limit->forgotten)
		return;
	/* A while ago, for packets that use a clock which is slightly behind. */
	fresh = bucket_fresh(limit, now - LONG_PAST_NS);
	renew_word(&bucket->a, was.a, fresh.a);
	renew_word(&bucket->b, was.b, fresh.b);
}

void rule_buckets_sweep(struct datapath *dp, const struct fw_image *image)
{
	each_rule_bucket(dp, image, NULL, renew, NULL);
}
