// SPDX-License-Identifier: MIT
#include "common/base/units.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/memory.h"

struct unit {
	const char *name;
	uint64_t factor;
};

/* Largest first: a sum has its parts in this order, and formatting uses the first that fits. */
static const struct unit durations[] = {
	{"y", 365 * 86400 * NS_PER_SECOND},
	{"w", 7 * 86400 * NS_PER_SECOND},
	{"d", 86400 * NS_PER_SECOND},
	{"h", 3600 * NS_PER_SECOND},
	{"m", 60 * NS_PER_SECOND},
	{"s", NS_PER_SECOND},
	{"ms", 1000000},
	{"us", 1000},
	{"ns", 1},
};

/* Accepted, but not printed: "30d" is easier to compare than "4w2d". */
#define UNITS_NOT_PRINTED 2

static const struct unit periods[] = {
	{"s", NS_PER_SECOND},	   {"sec", NS_PER_SECOND},	{"min", 60 * NS_PER_SECOND},
	{"m", 60 * NS_PER_SECOND}, {"h", 3600 * NS_PER_SECOND},
};

static const struct unit multiples[] = {
	{"Ki", 1ULL << 10}, {"Mi", 1ULL << 20}, {"Gi", 1ULL << 30}, {"T", 1000000000000ULL},
	{"G", 1000000000},  {"M", 1000000},	{"k", 1000},
};

/* Nothing that fwd meters is faster than 10^12 packets or bytes a second. */
#define RATE_MAX_PER_SECOND 1000000000000ULL

/* Read digits; moves *text. -EINVAL when there are none, -ERANGE on overflow. */
static int take_number(const char **text, uint64_t *ret)
{
	const char *p = *text;
	uint64_t value = 0;

	if (*p < '0' || *p > '9')
		return -EINVAL;
	for (; *p >= '0' && *p <= '9'; p++) {
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*p - '0'), &value))
			return -ERANGE;
	}
	*text = p;
	*ret = value;
	return 0;
}

static const struct unit *find_unit(const struct unit *units, size_t count, const char *name,
				    size_t length)
{
	for (size_t i = 0; i < count; i++) {
		if (strlen(units[i].name) == length && !memcmp(units[i].name, name, length))
			return &units[i];
	}
	return NULL;
}

/* Read a decimal or binary multiple, if there is one; moves *text. */
static uint64_t take_multiple(const char **text)
{
	for (size_t i = 0; i < array_size(multiples); i++) {
		size_t length = strlen(multiples[i].name);

		if (!strncmp(*text, multiples[i].name, length)) {
			*text += length;
			return multiples[i].factor;
		}
	}
	return 1;
}

int duration_parse(const char *text, uint64_t *ret_ns)
{
	uint64_t total = 0, value = 0;
	const struct unit *last = NULL;

	do {
		int err = take_number(&text, &value);
		size_t length = strcspn(text, "0123456789");
		const struct unit *unit = find_unit(durations, array_size(durations), text, length);

		if (err < 0)
			return err;
		if (!length && !last) /* a bare number is seconds */
			unit = find_unit(durations, array_size(durations), "s", 1);
		if (!unit || (last && unit <= last))
			return -EINVAL;
		if (__builtin_mul_overflow(value, unit->factor, &value) ||
		    __builtin_add_overflow(total, value, &total))
			return -ERANGE;
		text += length;
		last = unit;
	} while (*text);

	/* Half the range, so that "now + duration" cannot overflow. */
	if (total == 0 || total > INT64_MAX)
		return -ERANGE;
	*ret_ns = total;
	return 0;
}

const char *duration_problem(const char *text, uint64_t *ret_ns)
{
	int err = duration_parse(text, ret_ns);

	if (err == -ERANGE)
		return strpbrk(text, "123456789") ? "is too long" : "must be above 0";
	return err < 0 ? "is not a time such as 500ms, 90s, 10m or 1h30m" : NULL;
}

const char *duration_format(uint64_t ns, char *buffer)
{
	size_t used = 0;

	buffer[0] = '\0';
	for (size_t i = UNITS_NOT_PRINTED; i < array_size(durations) && ns; i++) {
		uint64_t value = ns / durations[i].factor;

		ns %= durations[i].factor;
		if (value && used < UNITS_TEXT)
			used += (size_t)snprintf(buffer + used, UNITS_TEXT - used, "%" PRIu64 "%s",
						 value, durations[i].name);
	}
	if (!used)
		snprintf(buffer, UNITS_TEXT, "0s");
	return buffer;
}

/* Bits to bytes, exactly: eighths go into the period. */
static void bits_to_bytes(struct rate *rate)
{
	if (rate->amount % 8 == 0)
		rate->amount /= 8;
	else
		rate->period_ns *= 8;
}

int rate_parse(const char *text, struct rate *ret)
{
	struct rate rate = {.unit = RATE_PACKETS};
	const struct unit *period;
	bool bits = false;
	int err;

	err = take_number(&text, &rate.amount);
	if (err < 0)
		return err;
	if (__builtin_mul_overflow(rate.amount, take_multiple(&text), &rate.amount))
		return -ERANGE;
	if (*text == 'B') {
		rate.unit = RATE_BYTES;
		text++;
	} else if (!strncmp(text, "bit", 3)) {
		rate.unit = RATE_BYTES;
		bits = true;
		text += 3;
	}
	if (*text++ != '/')
		return -EINVAL;
	period = find_unit(periods, array_size(periods), text, strlen(text));
	if (!period)
		return -EINVAL;
	rate.period_ns = period->factor;
	if (bits)
		bits_to_bytes(&rate);
	if (rate.amount == 0 ||
	    rate.amount / (rate.period_ns / NS_PER_SECOND) > RATE_MAX_PER_SECOND)
		return -ERANGE;
	*ret = rate;
	return 0;
}

const char *rate_format(const struct rate *rate, char *buffer)
{
	const struct unit *period = NULL;
	const char *suffix = rate->unit == RATE_BYTES ? "B" : "";
	const struct unit *multiple = NULL;

	for (size_t i = 0; i < array_size(periods) && !period; i++) {
		if (periods[i].factor == rate->period_ns)
			period = &periods[i];
		else if (periods[i].factor * 8 == rate->period_ns && rate->unit == RATE_BYTES)
			period = &periods[i], suffix = "bit";
	}
	for (size_t i = 3; i < array_size(multiples) && !multiple; i++) {
		if (rate->amount && rate->amount % multiples[i].factor == 0)
			multiple = &multiples[i];
	}
	if (!period) {
		char time[UNITS_TEXT];

		snprintf(buffer, UNITS_TEXT, "%" PRIu64 "%s/%.8s", rate->amount, suffix,
			 duration_format(rate->period_ns, time));
		return buffer;
	}
	snprintf(buffer, UNITS_TEXT, "%" PRIu64 "%s%s/%s",
		 rate->amount / (multiple ? multiple->factor : 1), multiple ? multiple->name : "",
		 suffix, period->name);
	return buffer;
}

int sample_parse(const char *text, uint32_t *ret_every)
{
	uint64_t every;
	int err;

	if (strncmp(text, "1/", 2) != 0)
		return -EINVAL;
	text += 2;
	err = take_number(&text, &every);
	if (err < 0)
		return err;
	if (*text)
		return -EINVAL;
	if (every == 0 || every > 1ULL << 31)
		return -ERANGE;
	*ret_every = (uint32_t)every;
	return 0;
}

int bytes_parse(const char *text, uint64_t *ret)
{
	uint64_t value;
	int err = take_number(&text, &value);

	if (err < 0)
		return err;
	if (__builtin_mul_overflow(value, take_multiple(&text), &value))
		return -ERANGE;
	if (*text == 'B')
		text++;
	if (*text)
		return -EINVAL;
	*ret = value;
	return 0;
}
