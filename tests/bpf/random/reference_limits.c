// SPDX-License-Identifier: MIT
#include "tests/bpf/random/reference_limits.h"

#include <stdlib.h>
#include <string.h>

static void copy_prefix(uint8_t to[16], const struct prefix *address, unsigned length)
{
	for (unsigned bit = 0; bit < length; bit++)
		to[bit / 8] |= address->addr[bit / 8] & (0x80 >> bit % 8);
}

/* Packets without addresses share a bucket. */
static void key_addresses(struct reference_key *key, const struct config_level *level,
			  const struct seen *seen)
{
	unsigned length;

	if (!seen->ip)
		return;
	key->family = seen->src.family;
	length = key->family == 4 ? level->prefix4 : level->prefix6;
	if (level->key == FW_KEY_SRC || level->key == FW_KEY_SRC_DST)
		copy_prefix(key->src, &seen->src, length);
	if (level->key == FW_KEY_DST || level->key == FW_KEY_SRC_DST)
		copy_prefix(key->dst, &seen->dst, length);
}

static struct reference_key key_of(const struct config *config, const struct config_rule *rule,
				   unsigned level, const struct seen *seen)
{
	const struct config_level *config_level = &config->limits[rule->limit].levels[level];
	struct reference_key key;

	memset(&key, 0, sizeof(key));
	key.limit = (uint32_t)rule->limit;
	key.level = level;
	switch (config_level->key) {
	case FW_KEY_RULE:
		key.number = (uint32_t)(rule - config->rules);
		break;
	case FW_KEY_VLAN:
		key.number = seen->vlan;
		break;
	case FW_KEY_SRC:
	case FW_KEY_DST:
	case FW_KEY_SRC_DST:
		key_addresses(&key, config_level, seen);
		break;
	default: /* random policies have no others */
		abort();
	}
	return key;
}

/* Its bucket, or where one can be made. */
static struct reference_bucket *find(struct reference_limits *limits,
				     const struct reference_key *key)
{
	const uint8_t *bytes = (const uint8_t *)key;
	uint64_t hash = 0xcbf29ce484222325ULL; /* FNV-1a */

	for (size_t i = 0; i < sizeof(*key); i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3ULL;
	for (size_t i = 0; i < REFERENCE_BUCKETS; i++) {
		struct reference_bucket *bucket = &limits->buckets[(hash + i) % REFERENCE_BUCKETS];

		if (!bucket->used || memcmp(&bucket->key, key, sizeof(*key)) == 0)
			return bucket;
	}
	abort();
}

static uint64_t left_of(struct reference_limits *limits, const struct reference_key *key,
			const struct config_level *level)
{
	const struct reference_bucket *bucket = find(limits, key);

	return bucket->used ? bucket->left : level->burst;
}

static void take(struct reference_limits *limits, const struct reference_key *key,
		 const struct config_level *level, uint64_t units)
{
	struct reference_bucket *bucket = find(limits, key);

	if (!bucket->used) {
		bucket->key = *key;
		bucket->left = level->burst;
		bucket->used = true;
	}
	bucket->left -= units;
}

/* A byte counts in the datagram; what is none counts as a frame. */
static uint64_t units_of(const struct config_level *level, const struct seen *seen)
{
	if (level->rate.unit != RATE_BYTES)
		return 1;
	return seen->ip ? seen->ip_length : seen->frame_length;
}

/* What a bucket made of this packet before: its place in the list, or paid->count. */
static size_t find_paid(const struct reference_paid *paid, const struct reference_key *key)
{
	size_t i = 0;

	while (i < paid->count && memcmp(&paid->buckets[i].key, key, sizeof(*key)) != 0)
		i++;
	return i;
}

static void note_paid(struct reference_paid *paid, const struct reference_key *key, bool within)
{
	if (paid->count == REFERENCE_PAID)
		abort();
	paid->buckets[paid->count].key = *key;
	paid->buckets[paid->count++].within = within;
}

/* Ask the levels that are new to the packet, and let the others be. Returns the first that is over. */
static unsigned ask(struct reference_limits *limits, const struct config_limit *limit,
		    const struct seen *seen, const struct reference_key *keys, unsigned is_new)
{
	unsigned level = 0;

	while (level < limit->level_count &&
	       (!(is_new >> level & 1) || left_of(limits, &keys[level], &limit->levels[level]) >=
						  units_of(&limit->levels[level], seen)))
		level++;
	return level;
}

bool reference_within(struct reference_limits *limits, const struct config *config,
		      const struct config_rule *rule, const struct seen *seen,
		      struct reference_paid *paid, bool charge)
{
	const struct config_limit *limit = &config->limits[rule->limit];
	struct reference_key keys[FW_MAX_LEVELS];
	unsigned is_new = 0, over;

	for (unsigned i = 0; i < limit->level_count; i++) {
		size_t place;

		keys[i] = key_of(config, rule, i, seen);
		place = find_paid(paid, &keys[i]);
		if (place == paid->count)
			is_new |= 1u << i;
		else if (!paid->buckets[place].within)
			return false;
	}
	if (!is_new)
		return true;
	over = ask(limits, limit, seen, keys, is_new);
	if (over < limit->level_count)
		note_paid(paid, &keys[over], false);
	for (unsigned i = 0; over == limit->level_count && i < limit->level_count; i++) {
		if (!(is_new >> i & 1))
			continue;
		note_paid(paid, &keys[i], true);
		if (charge)
			take(limits, &keys[i], &limit->levels[i],
			     units_of(&limit->levels[i], seen));
	}
	if (charge)
		*(over == limit->level_count ? &limits->passed[rule->limit]
					     : &limits->over[rule->limit]) += 1;
	return over == limit->level_count;
}
