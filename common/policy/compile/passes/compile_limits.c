// SPDX-License-Identifier: MIT
/*
 * Rates to the constants of struct fw_limit, which has the formulas.
 */
#include "common/policy/compile/compile.h"

#include <errno.h>
#include <netinet/in.h>

#include "common/base/memory.h"

#define MAX_COST_SHIFT 32

/* A CPU's lease: this part of the burst, and at most so many packets. */
#define LEASE_PART    1024
#define LEASE_PACKETS 64
#define LEASE_BYTES   1514 /* of a packet */

/* The error of a clock that is up to 16 packets or 4 ms old: at most half a per cent. */
#define COARSE_PACKETS 4096
#define COARSE_NS      1000000000

/* A key that came more than once is kept for this time after its bucket is full again. */
#define FORGET_NS 60000000000LL

/* Ways per key, in eighths: with 50 % more, 99.6 % of `max` keys find a way at once. */
#define WAYS_TO_KEYS_EIGHTHS 12

typedef unsigned __int128 u128;

/* Time of one unit in 2^-shift ticks, rounded to nearest; at least 1. */
static u128 cost_of(const struct rate *rate, unsigned shift)
{
	u128 ticks = (u128)rate->period_ns * FW_TICKS_PER_NS;
	u128 cost = ((ticks << shift) + rate->amount / 2) / rate->amount;

	return cost ? cost : 1;
}

/* A packet costs whole ticks; a byte as finely as the longest packet's price allows in 64 bits. */
static int choose_cost(const struct rate *rate, struct fw_level *level)
{
	u128 units = rate->unit == RATE_BYTES ? FW_MAX_PRICED : 1;
	int shift = rate->unit == RATE_BYTES ? MAX_COST_SHIFT : 0;

	for (; shift >= 0; shift--) {
		u128 cost = cost_of(rate, (unsigned)shift);

		if (cost * units > FW_MAX_TOLERANCE)
			continue;
		level->cost = (uint64_t)cost;
		level->cost_shift = (uint8_t)shift;
		return 0;
	}
	return -ERANGE;
}

/* Small bursts have no lease: each CPU may hold one back. */
static uint64_t lease_of(const struct config_level *config, const struct fw_level *level)
{
	u128 units = config->rate.unit == RATE_BYTES ? LEASE_BYTES : 1;
	uint64_t packet = (uint64_t)((level->cost * units) >> level->cost_shift);
	uint64_t lease = level->tolerance / LEASE_PART;

	if (config->key != FW_KEY_RULE || lease / 2 < packet)
		return 0;
	return lease / LEASE_PACKETS < packet ? lease : packet * LEASE_PACKETS;
}

static int compile_bucket(const struct config_level *config, struct fw_level *level)
{
	u128 tolerance;

	if (choose_cost(&config->rate, level) < 0)
		return -ERANGE;
	tolerance = ((u128)level->cost * config->burst) >> level->cost_shift;
	if (tolerance > FW_MAX_TOLERANCE)
		return -ERANGE;
	level->tolerance = (uint64_t)tolerance;
	level->lease = lease_of(config, level);
	return 0;
}

static int compile_level(const struct config_level *config, bool window, struct fw_level *level)
{
	level->key = (uint8_t)config->key;
	level->prefix4 = config->prefix4;
	level->prefix6 = config->prefix6;
	if (config->rate.amount == 0)
		return -ERANGE;
	if (!window)
		return compile_bucket(config, level);
	if (config->burst > FW_WINDOW_UNITS)
		return -ERANGE;
	level->cost = 1;
	level->tolerance = config->burst;
	return 0;
}

/* All its levels are large enough for a slightly old clock. */
static bool is_coarse(const struct config_limit *config)
{
	bool all = config->algorithm != FW_ALGORITHM_LEAKY_BUCKET;

	for (unsigned i = 0; i < config->level_count; i++) {
		const struct config_level *level = &config->levels[i];
		u128 packets = level->rate.unit == RATE_BYTES ? LEASE_BYTES : 1;

		all &= level->burst >= COARSE_PACKETS * packets ||
		       (u128)level->burst * level->rate.period_ns >=
			       (u128)level->rate.amount * COARSE_NS;
	}
	return all;
}

static uint32_t sets_of(const struct config_limit *config)
{
	for (unsigned i = 0; i < config->level_count; i++)
		if (config->levels[i].key != FW_KEY_RULE)
			return (uint32_t)(((uint64_t)config->max * WAYS_TO_KEYS_EIGHTHS / 8 +
					   FW_WAYS - 1) /
					  FW_WAYS);
	return 0;
}

/* abi/limit.h describes ranks. */
static void compile_ranks(const struct config_limit *config, struct fw_limit *limit)
{
	int64_t forget = FORGET_NS * FW_TICKS_PER_NS;

	if (limit->window) {
		limit->idle = config->algorithm == FW_ALGORITHM_SLIDING_WINDOW
				      ? -(1LL << FW_WINDOW_SHIFT) - 1
				      : -1;
		forget = (FORGET_NS / (int64_t)limit->window + 1) << FW_WINDOW_SHIFT;
	}
	limit->forgotten = limit->idle - forget;
}

static bool has_window(const struct config_limit *config)
{
	return config->algorithm == FW_ALGORITHM_FIXED_WINDOW ||
	       config->algorithm == FW_ALGORITHM_SLIDING_WINDOW;
}

int limit_compile(const struct config_limit *config, struct fw_limit *ret)
{
	struct fw_limit limit = {.level_count = (uint8_t)config->level_count};
	const struct rate *rate = &config->levels[0].rate;

	if (has_window(config))
		limit.window = rate->period_ns;
	for (unsigned i = 0; i < config->level_count; i++) {
		int err = compile_level(&config->levels[i], limit.window, &limit.levels[i]);

		if (err < 0)
			return err;
	}
	compile_ranks(config, &limit);
	limit.sets = sets_of(config);
	limit.algorithm = (uint8_t)config->algorithm;
	limit.unit = rate->unit == RATE_BYTES ? FW_UNIT_BYTES : FW_UNIT_PACKETS;
	limit.over = config->over == LIMIT_PASSES ? FW_ACTION_PASS : FW_ACTION_DROP;
	limit.flags = config->over == LIMIT_BLOCKS ? FW_LIMIT_BANS : 0;
	limit.when_full = (uint8_t)config->when_full;
	limit.coarse = is_coarse(config);
	*ret = limit;
	return 0;
}

/* Reports the first limit that exceeds the maximum; an earlier one may be larger. */
static int check_memory(struct compile *compile, const struct config_limit *limit,
			const struct fw_limit *compiled, uint64_t *bytes)
{
	uint64_t before = *bytes;

	*bytes += (uint64_t)compiled->sets * sizeof(struct fw_bucket_set);
	if (before > FW_MAX_KEY_BYTES || *bytes <= FW_MAX_KEY_BYTES)
		return 0;
	errors_add(compile->errs, SEVERITY_ERROR, ERROR_LIMIT_MEMORY, &limit->place,
		   "limit \"%s\": with %lld keys, the buckets of all limits would take %llu MB: at "
		   "most %llu",
		   limit->name, (long long)limit->max, (unsigned long long)(*bytes >> 20),
		   FW_MAX_KEY_BYTES >> 20);
	return -EBADMSG;
}

/* ---- frames that are several packets ---- */

static bool has_proto(const struct config_match *match, uint32_t proto)
{
	const struct range_list *list = &match->fields[FW_FIELD_PROTO];
	bool found = list->count == 0;

	for (size_t i = 0; i < list->count; i++)
		found |= list->items[i].low <= proto && proto <= list->items[i].high;
	return found;
}

/* The kernel merges segments with data, but none that open a connection or have special flags. */
static bool counts_merged(const struct config *config, const struct config_rule *rule)
{
	const struct config_limit *limit;

	if (rule->disabled || rule->limit == CONFIG_NO_LIMIT || rule->match.tcp_flag_count)
		return false;
	limit = &config->limits[rule->limit];
	return limit->algorithm != FW_ALGORITHM_SYN_COOKIE &&
	       limit->levels[0].rate.unit != RATE_BYTES &&
	       (has_proto(&rule->match, IPPROTO_TCP) || has_proto(&rule->match, IPPROTO_UDP));
}

/* Once per policy: generic mode sees frames after GRO. */
static void warn_of_merged(struct compile *compile)
{
	const struct config *config = compile->config;
	const struct config_interface *generic = NULL;

	for (size_t i = 0; i < config->interface_count && !generic; i++)
		if (config->interfaces[i].mode == ATTACH_GENERIC && !config->interfaces[i].detached)
			generic = &config->interfaces[i];
	for (size_t i = 0; i < config->rule_count && generic; i++) {
		const struct config_rule *rule = &config->rules[i];

		if (!counts_merged(config, rule))
			continue;
		errors_add(compile->errs, SEVERITY_WARNING, ERROR_MERGED, &rule->place,
			   "limit \"%s\" counts packets, and on \"%s\" (generic mode) the kernel "
			   "merges them before: a merged frame counts as packets of the MTU's "
			   "size, smaller ones are too few; \"ethtool -K %s gro off\" keeps them "
			   "apart",
			   config->limits[rule->limit].name, generic->name, generic->name);
		return;
	}
}

int compile_limits(struct compile *compile)
{
	const struct config *config = compile->config;
	uint64_t bytes = 0;
	int ret = 0;

	for (size_t i = 0; i < config->limit_count; i++) {
		const struct config_limit *limit = &config->limits[i];
		int slot = slots_find(compile->policy->slots, FW_NAME_LIMIT, limit->name);
		struct fw_limit *out = &compile->policy->image->limits[slot];

		if (limit_compile(limit, out) < 0) {
			errors_add(compile->errs, SEVERITY_ERROR, ERROR_LIMIT_TIME, &limit->place,
				   "limit \"%s\" is too slow: its burst or one packet is worth "
				   "more than 200 days",
				   limit->name);
			ret = -EBADMSG;
			continue;
		}
		out->slot = (uint16_t)slot;
		compile->policy->image->cookies[slot] = (struct fw_cookie){
			.kind = (uint8_t)limit->cookies.kind,
			.wscale = (uint8_t)limit->cookies.wscale,
			.mss = (uint16_t)limit->cookies.mss,
		};
		out->table = (uint16_t)(2 * slot);
		if (check_memory(compile, limit, out, &bytes) < 0)
			ret = -EBADMSG;
	}
	warn_of_merged(compile);
	return ret;
}
