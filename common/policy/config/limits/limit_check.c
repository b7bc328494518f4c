// SPDX-License-Identifier: MIT
/* Limits: checks of several values. */
#include "common/policy/config/limits/limit_fields.h"

#include <inttypes.h>

#include "common/base/memory.h"

#define SECOND 1000000000ULL

/* A full bucket: at most the rate during this time. */
#define MAX_BURST_SECONDS (100 * 86400ULL)
/* A smaller burst would never pass a common packet. */
#define MIN_BURST_BYTES 1514
/* The default must hold the longest possible packet. */
#define DEFAULT_BURST_BYTES 65535
/*
 * A leaky bucket: the burst that is tolerated. Two packets, or those of the rate in a timer tick of
 * the coarsest kind (100 Hz): a sender at the rate, but with such a timer, is within it.
 */
#define LEAKY_PACKETS	  2
#define LEAKY_PART	  100 /* of a second */
#define MAX_LEAKY_PACKETS 64
#define MAX_LEAKY_PART	  10

static const char *const algorithms[] = {FW_ALGORITHMS(FW_AS_NAME)};

static bool has_windows(const struct config_limit *limit)
{
	return limit->algorithm == FW_ALGORITHM_FIXED_WINDOW ||
	       limit->algorithm == FW_ALGORITHM_SLIDING_WINDOW;
}

/* The value of a level in a field that may be a list; NULL: not given. */
static const cJSON *value_of(const cJSON *node, const char *name, unsigned level)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(node, name);

	return cJSON_IsArray(value) ? cJSON_GetArrayItem(value, (int)level) : value;
}

static bool check_list(struct reader *reader, const cJSON *node, const char *name, unsigned count,
		       unsigned levels)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(node, name);

	if (!cJSON_IsArray(value) || count == levels)
		return true;
	reader_error(reader, ERROR_LIMIT_LISTS, value,
		     "%u values for %u key%s: \"%s\" is one value, or one for each key in \"per\"",
		     count, levels, levels == 1 ? "" : "s", name);
	return false;
}

/* A rule has one bucket. */
static bool check_keys(struct reader *reader, const cJSON *node, const struct config_limit *limit)
{
	unsigned rules = 0;

	for (unsigned i = 0; i < limit->level_count; i++) {
		rules += limit->levels[i].key == FW_KEY_RULE;
		if (rules < 2)
			continue;
		reader_error(reader, ERROR_LIMIT_LISTS, value_of(node, "per", i),
			     "\"rule\" is given twice");
		return false;
	}
	return true;
}

static void spread(struct config_limit *limit)
{
	for (unsigned i = 1; i < limit->level_count; i++) {
		if (limit->rate_count == 1)
			limit->levels[i].rate = limit->levels[0].rate;
		if (limit->burst_count == 1)
			limit->levels[i].burst = limit->levels[0].burst;
	}
}

static bool check_rates(struct reader *reader, const cJSON *node, const struct config_limit *limit)
{
	for (unsigned i = 1; i < limit->level_count; i++) {
		const struct rate *first = &limit->levels[0].rate, *rate = &limit->levels[i].rate;

		if (rate->unit != first->unit) {
			reader_error(
				reader, ERROR_LIMIT_LISTS, value_of(node, "rate", i),
				"all rates of a limit are in packets, or all in bytes or bits");
			return false;
		}
		if (has_windows(limit) && rate->period_ns != first->period_ns) {
			reader_error(reader, ERROR_LIMIT_LISTS, value_of(node, "rate", i),
				     "all windows of a limit are equally long: write all its rates "
				     "in the same time");
			return false;
		}
	}
	return true;
}

/* ---- bursts ---- */

static uint64_t larger(uint64_t one, uint64_t other)
{
	return one > other ? one : other;
}

/* The units of the rate in a part of a second, and at least so many packets. */
static uint64_t leaky_burst(const struct rate *rate, uint64_t part, uint64_t packets)
{
	return larger(rate->amount / (rate->period_ns / SECOND) / part,
		      packets * (rate->unit == RATE_BYTES ? MIN_BURST_BYTES : 1));
}

/* The units of the rate in one second, at least a packet; a leaky bucket has only the minimum. */
static uint64_t default_burst(const struct config_limit *limit, const struct rate *rate)
{
	if (limit->algorithm == FW_ALGORITHM_LEAKY_BUCKET)
		return leaky_burst(rate, LEAKY_PART, LEAKY_PACKETS);
	return larger(rate->amount / (rate->period_ns / SECOND),
		      rate->unit == RATE_BYTES ? DEFAULT_BURST_BYTES : 1);
}

static bool check_burst(struct reader *reader, const cJSON *burst, const struct config_limit *limit,
			const struct config_level *level)
{
	const struct rate *rate = &level->rate;
	uint64_t packet = rate->unit == RATE_BYTES ? MIN_BURST_BYTES : 1;
	uint64_t most = leaky_burst(rate, MAX_LEAKY_PART, MAX_LEAKY_PACKETS);
	double seconds =
		(double)level->burst / (double)rate->amount * ((double)rate->period_ns / 1e9);

	if (level->burst < packet) {
		reader_error(reader, ERROR_RANGE, burst,
			     "a burst of %" PRIu64 " bytes would never let a packet of %d through",
			     level->burst, MIN_BURST_BYTES);
		return false;
	}
	if (limit->algorithm == FW_ALGORITHM_LEAKY_BUCKET && level->burst > most) {
		reader_error(
			reader, ERROR_RANGE, burst,
			"a leaky_bucket spaces packets evenly: at this rate with a burst of at "
			"most %" PRIu64 "%s; for more take a token_bucket",
			most, rate->unit == RATE_BYTES ? " bytes" : "");
		return false;
	}
	if (burst && seconds > (double)MAX_BURST_SECONDS) {
		reader_error(reader, ERROR_RANGE, burst,
			     "at this rate the burst would take %.0f days to fill: at most 100",
			     seconds / 86400);
		return false;
	}
	return true;
}

static bool check_bursts(struct reader *reader, const cJSON *node, struct config_limit *limit)
{
	bool good = true;

	for (unsigned i = 0; i < limit->level_count; i++) {
		struct config_level *level = &limit->levels[i];

		if (!level->burst)
			level->burst = default_burst(limit, &level->rate);
		good &= check_burst(reader, value_of(node, "burst", i), limit, level);
	}
	return good;
}

/* ---- windows ---- */

/*
 * Bits that are not whole bytes were read as bytes in eight times the period (rate_parse). A window
 * has the period as written, and passes whole bytes.
 */
static void whole_bytes(struct config_limit *limit)
{
	for (unsigned i = 0; i < limit->level_count; i++) {
		struct rate *rate = &limit->levels[i].rate;
		uint64_t seconds = rate->period_ns / SECOND;

		if (seconds != 8 && seconds != 8 * 60 && seconds != 8 * 3600)
			continue;
		rate->period_ns /= 8;
		rate->amount /= 8;
	}
}

static bool check_window(struct reader *reader, const cJSON *rate, struct config_level *level)
{
	level->burst = level->rate.amount;
	if (level->burst > FW_WINDOW_UNITS) {
		reader_error(reader, ERROR_RANGE, rate,
			     "a window counts to %llu; write the rate for a shorter time",
			     FW_WINDOW_UNITS);
		return false;
	}
	if (level->rate.unit == RATE_BYTES && level->burst < MIN_BURST_BYTES) {
		reader_error(reader, ERROR_RANGE, rate,
			     "a window of %" PRIu64 " bytes would never let a packet of %d through",
			     level->burst, MIN_BURST_BYTES);
		return false;
	}
	return true;
}

static bool check_windows(struct reader *reader, const cJSON *node, struct config_limit *limit)
{
	const cJSON *burst = cJSON_GetObjectItemCaseSensitive(node, "burst");
	bool good = true;

	if (burst) {
		reader_error(reader, ERROR_RANGE, burst,
			     "a %s has no burst: it passes the number of its rate in each second, "
			     "minute or hour",
			     algorithms[limit->algorithm]);
		return false;
	}
	for (unsigned i = 0; i < limit->level_count; i++)
		good &= check_window(reader, value_of(node, "rate", i), &limit->levels[i]);
	return good;
}

bool check_limit(struct reader *reader, const cJSON *node, struct config_limit *limit)
{
	bool good = check_list(reader, node, "rate", limit->rate_count, limit->level_count);

	good &= check_list(reader, node, "burst", limit->burst_count, limit->level_count);
	if (!good || !limit->rate_count)
		return false;
	spread(limit);
	if (has_windows(limit))
		whole_bytes(limit);
	if (!check_rates(reader, node, limit) || !check_keys(reader, node, limit))
		return false;
	return has_windows(limit) ? check_windows(reader, node, limit)
				  : check_bursts(reader, node, limit);
}
