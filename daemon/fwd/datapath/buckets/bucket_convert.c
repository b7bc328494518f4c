// SPDX-License-Identifier: MIT
/*
 * Buckets after a change of the rate. A bucket's state is time, and its value in packets
 * depends on the rate: unchanged, a slower limit would start with a burst, and a faster
 * one would pass nothing for a while. Packets continue to arrive: words and tags are
 * changed by compare-and-swap only.
 */
#include "daemon/fwd/datapath/buckets/buckets.h"

/* As FW_SKEW_TICKS in ebpf/bucket.h. */
#define SKEW_TICKS (1000000000LL * FW_TICKS_PER_NS)

uint64_t bucket_start(const struct fw_limit *limit, uint64_t now)
{
	if (limit->window)
		return now / limit->window << FW_WINDOW_SHIFT;
	return now * FW_TICKS_PER_NS;
}

int64_t bucket_rank(const struct fw_limit *limit, uint64_t a, uint64_t b, uint64_t start)
{
	int64_t rank = (int64_t)(a - start), other = (int64_t)(b - start);

	if (limit->algorithm == FW_ALGORITHM_SLIDING_WINDOW && other > rank)
		return other;
	return rank;
}

struct bucket_words bucket_fresh(const struct fw_limit *limit, uint64_t now)
{
	uint64_t start = bucket_start(limit, now);

	if (limit->window)
		start -= 2ULL << FW_WINDOW_SHIFT;
	return (struct bucket_words){start, start};
}

bool bucket_converts(const struct fw_limit *from, const struct fw_limit *to, unsigned from_level,
		     unsigned to_level)
{
	const struct fw_level *old = &from->levels[from_level], *new = &to->levels[to_level];

	if (from_level >= from->level_count || to_level >= to->level_count)
		return false;
	if (from->unit != to->unit || from->window != to->window ||
	    from->algorithm != to->algorithm)
		return false;
	return old->key == new->key && old->prefix4 == new->prefix4 && old->prefix6 == new->prefix6;
}

static double cost_of(const struct fw_level *level)
{
	return (double)level->cost / (double)(1ULL << level->cost_shift);
}

struct bucket_words bucket_convert(const struct fw_limit *from, const struct fw_limit *to,
				   unsigned from_level, unsigned to_level,
				   struct bucket_words words, uint64_t now)
{
	const struct fw_level *old = &from->levels[from_level], *new = &to->levels[to_level];
	int64_t ahead = bucket_rank(from, words.a, words.b, bucket_start(from, now));
	double owed;

	/*
	 * Windows count packets, which do not change. A time in the past also does not: it is worth
	 * none.
	 */
	if (from->window || ahead <= 0)
		return words;
	/* Far ahead is not of this time (ebpf/bucket.h): the bucket is full. */
	if (ahead > (int64_t)old->tolerance + SKEW_TICKS)
		return bucket_fresh(to, now);
	if (ahead > (int64_t)old->tolerance)
		ahead = (int64_t)old->tolerance;
	owed = (double)ahead;
	if (old->cost != new->cost || old->cost_shift != new->cost_shift)
		owed *= cost_of(new) / cost_of(old);
	ahead = owed < (double)new->tolerance ? (int64_t)owed : (int64_t) new->tolerance;
	words.a = now * FW_TICKS_PER_NS + (uint64_t)ahead;
	return words;
}

/* Raise a word to at least another one. */
static void raise_word(__u64 *word, __u64 value)
{
	__u64 old = __atomic_load_n(word, __ATOMIC_RELAXED);

	while ((int64_t)(value - old) > 0 &&
	       !__atomic_compare_exchange_n(word, &old, value, false, __ATOMIC_RELAXED,
					    __ATOMIC_RELAXED))
		continue;
}

void bucket_merge(const struct fw_limit *limit, __u64 *a, __u64 *b, struct bucket_words words,
		  uint64_t now)
{
	if (bucket_rank(limit, words.a, words.b, bucket_start(limit, now)) <= limit->idle)
		return;
	raise_word(a, words.a);
	if (limit->window)
		raise_word(b, words.b);
}

/* ---- tables ---- */

static unsigned find_tag(const struct fw_bucket_set *set, uint64_t tag)
{
	unsigned way = 0;

	while (way < FW_WAYS && (set->tags[way] | FW_TAG_KNOWN) != (tag | FW_TAG_KNOWN))
		way++;
	return way;
}

/* A free way, or one that is idle, or the one nearest to that; FW_WAYS: all hold more than `rank`. */
static unsigned find_room(const struct fw_limit *limit, const struct fw_bucket_set *set,
			  int64_t rank, uint64_t start)
{
	unsigned best = FW_WAYS;

	for (unsigned way = 0; way < FW_WAYS; way++) {
		int64_t other = bucket_rank(limit, set->a[way], set->b[way], start);

		if (!set->tags[way])
			return way;
		if (other < rank) {
			best = way;
			rank = other;
		}
	}
	return best;
}

static void claim(struct fw_bucket_set *set, unsigned way, uint64_t tag,
		  const struct fw_bucket_owner *owner, uint64_t idle)
{
	set->a[way] = idle;
	set->b[way] = idle;
	set->owners[way] = *owner;
	__atomic_store_n(&set->tags[way], tag, __ATOMIC_RELEASE);
}

/* Put one bucket into a table, in one of its two sets. */
static void put(const struct fw_limit *limit, struct bucket_table *table, uint64_t tag,
		const struct fw_bucket_owner *owner, struct bucket_words words, uint64_t now)
{
	uint64_t full = tag | FW_TAG_KNOWN | FW_TAG_USED, start = bucket_start(limit, now);
	struct fw_bucket_set *sets[] = {
		&table->sets[(full >> 32) * table->count >> 32],
		&table->sets[(full & 0xffffffff) * table->count >> 32],
	};
	int64_t rank = bucket_rank(limit, words.a, words.b, start);

	for (unsigned i = 0; i < 2; i++) {
		unsigned way = find_tag(sets[i], tag);

		if (way == FW_WAYS)
			continue;
		bucket_merge(limit, &sets[i]->a[way], &sets[i]->b[way], words, now);
		return;
	}
	for (unsigned i = 0; i < 2; i++) {
		unsigned way = find_room(limit, sets[i], rank, start);

		if (way == FW_WAYS || (i == 0 && sets[0]->tags[way] &&
				       find_room(limit, sets[1], rank, start) != FW_WAYS))
			continue;
		claim(sets[i], way, tag, owner, bucket_fresh(limit, now).a);
		bucket_merge(limit, &sets[i]->a[way], &sets[i]->b[way], words, now);
		return;
	}
}

void bucket_table_copy(const struct fw_limit *from, const struct bucket_table *source,
		       const struct fw_limit *to, struct bucket_table *target, uint64_t now)
{
	for (uint32_t i = 0; i < source->count; i++) {
		const struct fw_bucket_set *set = &source->sets[i];

		for (unsigned way = 0; way < FW_WAYS; way++) {
			struct fw_bucket_owner owner = set->owners[way];
			struct bucket_words words = {set->a[way], set->b[way]};
			unsigned level = owner.key.level;

			if (!set->tags[way] || !bucket_converts(from, to, level, level))
				continue;
			words = bucket_convert(from, to, level, level, words, now);
			put(to, target, set->tags[way], &owner, words, now);
		}
	}
}
