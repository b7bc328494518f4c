// SPDX-License-Identifier: MIT
/* Rates to GCRA constants: that the buckets made of them pass what the rate says. */
#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/compile/compile.h"
#include "tests/unit/policy/compiled.h"

static struct config_limit limit_of(const char *rate, uint64_t burst)
{
	struct config_limit limit = {.level_count = 1, .over = LIMIT_DROPS, .max = 1000};

	limit.levels[0].burst = burst;
	cr_assert(rate_parse(rate, &limit.levels[0].rate) == 0, "%s", rate);
	return limit;
}

static uint64_t price_of(const struct fw_limit *limit, uint32_t units)
{
	return (limit->levels[0].cost * units) >> limit->levels[0].cost_shift;
}

/* Packets of one size that pass at one instant, by the formula of abi/limit.h. */
static uint64_t passed_at_once(const struct fw_limit *limit, uint32_t units)
{
	uint64_t ahead = 0, passed = 0;

	while (ahead + price_of(limit, units) <= limit->levels[0].tolerance) {
		ahead += price_of(limit, units);
		passed++;
	}
	return passed;
}

Test(limits, constants_of_packets)
{
	struct config_limit config = limit_of("1000/s", 50);
	struct fw_limit limit;

	config.levels[0].key = FW_KEY_SRC;
	config.levels[0].prefix4 = 24;
	config.levels[0].prefix6 = 64;
	config.when_full = FW_FULL_DROP;
	cr_assert_eq(limit_compile(&config, &limit), 0);
	cr_expect_eq(limit.levels[0].cost, 1000000ULL * FW_TICKS_PER_NS);
	cr_expect_eq(limit.levels[0].cost_shift, 0);
	cr_expect_eq(limit.levels[0].tolerance, 50 * limit.levels[0].cost);
	cr_expect_eq(limit.unit, FW_UNIT_PACKETS);
	cr_expect_eq(limit.levels[0].key, FW_KEY_SRC);
	cr_expect_eq(limit.levels[0].prefix4, 24);
	cr_expect_eq(limit.levels[0].prefix6, 64);
	cr_expect_eq(limit.when_full, FW_FULL_DROP);
	cr_expect_eq(limit.over, FW_ACTION_DROP);
}

Test(limits, a_burst_is_exact)
{
	static const struct {
		const char *rate;
		uint64_t burst;
		uint32_t size; /* of a packet, in the rate's unit */
		uint64_t passed;
	} rows[] = {
		{"1/s", 1, 1, 1},
		{"3/s", 7, 1, 7},
		{"7/min", 100, 1, 100},
		{"1000000/s", 1000, 1, 1000},
		{"333333333/s", 100000, 1, 100000},
		{"1/h", 200, 1, 200},
		{"1kB/s", 1500, 1500, 1},
		{"1kB/s", 1499, 1500, 0},
		{"50MB/s", 1000000, 1000, 1000},
		{"100GB/s", 15000000, 1500, 10000},
		{"8kbit/s", 6400, 64, 100},
		{"64kB/s", 131072, 131072, 1},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		struct config_limit config = limit_of(rows[i].rate, rows[i].burst);
		struct fw_limit limit;

		cr_assert_eq(limit_compile(&config, &limit), 0, "%s", rows[i].rate);
		cr_expect_eq(passed_at_once(&limit, rows[i].size), rows[i].passed,
			     "%s, burst %lu: %lu", rows[i].rate, rows[i].burst,
			     passed_at_once(&limit, rows[i].size));
	}
}

Test(limits, long_run_rates_are_within_a_thousandth)
{
	static const char *const rates[] = {
		"1/h",	   "1/s",   "999/min", "1000/s",   "777777/s", "14880952/s", "1B/s",
		"1kbit/s", "1MB/s", "9999B/s", "10Gbit/s", "100GB/s",  "1TB/s",
	};
	static const uint32_t sizes[] = {64, 577, 1500, 9000, FW_MAX_PRICED};

	for (size_t i = 0; i < array_size(rates); i++) {
		struct config_limit config = limit_of(rates[i], 1);
		double unit = (double)config.levels[0].rate.period_ns * FW_TICKS_PER_NS /
			      (double)config.levels[0].rate.amount;
		struct fw_limit limit;

		cr_assert_eq(limit_compile(&config, &limit), 0, "%s", rates[i]);
		for (size_t j = 0; j < array_size(sizes); j++) {
			uint32_t units = config.levels[0].rate.unit == RATE_BYTES ? sizes[j] : 1;
			double want = unit * units;
			double off = fabs((double)price_of(&limit, units) - want);

			/* A price is whole ticks: 1/256 ns. */
			cr_expect(off < want / 1000 || off < 1, "%s, %u units: off by %g ticks",
				  rates[i], units, off);
		}
	}
}

/* Whatever the rate, a price times the longest packet fits, and so does the burst. */
Test(limits, nothing_overflows)
{
	static const uint64_t amounts[] = {1, 3, 1000, 1000000007, 1ULL << 40, ~0ULL};
	static const uint64_t periods[] = {1000000000, 60000000000, 3600000000000, ~0ULL};
	static const uint64_t bursts[] = {1, 1000, 1ULL << 32, ~0ULL};
	unsigned good = 0, refused = 0;

	for (int i = 0; i < 2 * 6 * 4 * 4; i++) {
		struct config_level level = {.rate = {amounts[i / 2 % 6], periods[i / 12 % 4],
						      i % 2 ? RATE_BYTES : RATE_PACKETS},
					     .burst = bursts[i / 48]};
		struct config_limit config = {.levels = {level}, .level_count = 1, .max = 1};
		struct fw_limit limit;
		unsigned __int128 price;
		int err = limit_compile(&config, &limit);

		cr_assert(err == 0 || err == -ERANGE);
		refused += err != 0;
		if (err)
			continue;
		good++;
		price = (unsigned __int128)limit.levels[0].cost * (i % 2 ? FW_MAX_PRICED : 1);
		cr_expect(price <= FW_MAX_TOLERANCE &&
			  limit.levels[0].tolerance <= FW_MAX_TOLERANCE);
		cr_expect(limit.levels[0].cost > 0 && limit.levels[0].cost_shift < 64);
	}
	cr_expect(good > 50 && refused > 20, "%u, %u", good, refused);
}

Test(limits, refused_when_too_slow)
{
	struct config_limit day = limit_of("1/h", 24 * 200), year = limit_of("1/h", 24 * 365);
	struct config_limit none = {.levels = {{.burst = 1}}, .level_count = 1};
	struct fw_limit limit = {.levels = {{.cost = 17}}};

	cr_expect_eq(limit_compile(&year, &limit), -ERANGE);
	cr_expect_eq(limit_compile(&none, &limit), -ERANGE);
	cr_expect_eq(limit.levels[0].cost, 17, "touched on failure");
	cr_expect_eq(limit_compile(&day, &limit), 0);
}

Test(limits, errors_name_each_place)
{
	struct compiled compiled = compile_text("{'limits': {\n"
						"'hour': {'rate': '1B/h', 'burst': 1514},\n"
						"'good': {'rate': '1/s', 'burst': 5},\n"
						"'slow': {'rate': '2B/h', 'burst': 1514}}}",
						NULL);
	cleanup_free char *errors = compiled_errors(&compiled);

	cr_expect_eq(compiled.err, -EBADMSG);
	cr_expect(strstr(errors, "2:E0407: limit \"hour\""), "%s", errors);
	cr_expect(strstr(errors, "4:E0407: limit \"slow\""), "%s", errors);
	cr_expect_eq(compiled.errs.count, 2);
	compiled_clear(&compiled);
}

Test(limits, stand_at_their_slot)
{
	struct compiled compiled =
		compile_rules_text("{'id': 'a', 'match': {'proto': 'udp'}, 'limit': 'fast'}");
	const struct policy *policy = compiled.policy;
	int slot = slots_find(policy->slots, FW_NAME_LIMIT, "fast");

	cr_assert(slot >= 0);
	cr_expect_eq(policy->image->limits[slot].slot, slot);
	cr_expect_eq(policy->image->limits[slot].unit, FW_UNIT_BYTES);
	cr_expect_eq(policy->image->rules[0].limit, slot);
	cr_expect_eq(policy->image->rules[0].action, FW_ACTION_PASS);
	cr_expect_eq(policy->fresh_limits.count, 3);
	compiled_clear(&compiled);
}
