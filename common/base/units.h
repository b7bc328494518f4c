/* SPDX-License-Identifier: MIT */
/* Text with units: durations, rates, samples, byte sizes. */
#ifndef FWD_UNITS_H
#define FWD_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#define UNITS_TEXT 32

enum rate_unit { RATE_PACKETS, RATE_BYTES };

struct rate {
	uint64_t amount;    /* packets or bytes ... */
	uint64_t period_ns; /* ... in this time */
	enum rate_unit unit;
};

/* "90", "90s", "10m", "2h", "1d", "500ms", "1w", "1y" (365 days), and sums like "1h30m": ns. -EINVAL, -ERANGE. 0 is -ERANGE. */
int duration_parse(const char *text, uint64_t *ret_ns);
const char *duration_format(uint64_t ns, char *buffer);

/* The same, for people: NULL, or a predicate that describes the error: "is too long". */
const char *duration_problem(const char *text, uint64_t *ret_ns);

/*
 * "1000/s", "50MB/s", "10Mbit/s", "600/min", "1kB/h": decimal prefixes k M G T, binary Ki Mi Gi;
 * bits are converted to bytes. Periods s, sec, m, min, h. -EINVAL; -ERANGE when 0 or too large.
 */
int rate_parse(const char *text, struct rate *ret);
const char *rate_format(const struct rate *rate, char *buffer);

/* A sample "1/N", 1 <= N <= 2^31: N. -EINVAL, -ERANGE. */
int sample_parse(const char *text, uint32_t *ret_every);

/* "64k", "1MB", "4096": bytes. -EINVAL, -ERANGE. */
int bytes_parse(const char *text, uint64_t *ret);

#endif
