// SPDX-License-Identifier: MIT
/*
 * Rates to the constants of struct fw_limit; the formula stands there.
 */
#include "compile.h"

#include <errno.h>

#define MAX_COST_SHIFT 32

typedef unsigned __int128 u128;

/* Time of one unit in 2^-shift ticks, rounded to nearest; at least 1. */
static u128 cost_of(const struct rate *rate, unsigned shift)
{
	u128 ticks = (u128)rate->period_ns * FW_TICKS_PER_NS;
	u128 cost = ((ticks << shift) + rate->amount / 2) / rate->amount;

	return cost ? cost : 1;
}

/* A packet costs whole ticks; a byte as finely as the longest packet's price allows in 64 bits. */
static int choose_cost(const struct rate *rate, struct fw_limit *limit)
{
	u128 units = rate->unit == RATE_BYTES ? FW_MAX_PRICED : 1;
	int shift = rate->unit == RATE_BYTES ? MAX_COST_SHIFT : 0;

	for (; shift >= 0; shift--) {
		u128 cost = cost_of(rate, (unsigned)shift);

		if (cost * units > FW_MAX_TOLERANCE)
			continue;
		limit->cost = (uint64_t)cost;
		limit->cost_shift = (uint8_t)shift;
		return 0;
	}
	return -ERANGE;
}

int limit_compile(const struct config_limit *config, struct fw_limit *ret)
{
	struct fw_limit limit = {0};
	u128 tolerance;

	if (config->rate.amount == 0 || choose_cost(&config->rate, &limit) < 0)
		return -ERANGE;
	tolerance = ((u128)limit.cost * config->burst) >> limit.cost_shift;
	if (tolerance > FW_MAX_TOLERANCE)
		return -ERANGE;
	limit.tolerance = (uint64_t)tolerance;
	limit.key = (uint8_t)config->key;
	limit.unit = config->rate.unit == RATE_BYTES ? FW_UNIT_BYTES : FW_UNIT_PACKETS;
	limit.over = config->over == LIMIT_PASSES ? FW_ACTION_PASS : FW_ACTION_DROP;
	limit.flags = config->over == LIMIT_BLOCKS ? FW_LIMIT_BANS : 0;
	limit.when_full = (uint8_t)config->when_full;
	limit.prefix4 = config->prefix4;
	limit.prefix6 = config->prefix6;
	*ret = limit;
	return 0;
}

int compile_limits(struct compile *compile)
{
	const struct config *config = compile->config;
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
	}
	return ret;
}
