// SPDX-License-Identifier: MIT
#include "config_fields.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "memory.h"

#define IN(member) offsetof(struct config_limit, member)

/* A full bucket: at most so long a time's worth of the rate. */
#define MAX_BURST_SECONDS (100 * 86400ULL)
/* Less than a common packet would never let one through. */
#define MIN_BURST_BYTES 1514
/* The default must hold the longest packet there is. */
#define DEFAULT_BURST_BYTES 65535

static const struct word words_when_full[] = {{"evict", FW_FULL_EVICT, "lru"},
					      {"drop", FW_FULL_DROP, "deny"},
					      {"pass", FW_FULL_PASS, "accept"},
					      {0}};

static const struct word words_over[] = {{"pass", LIMIT_PASSES, "accept"},
					 {"drop", LIMIT_DROPS, "deny"},
					 {"block", LIMIT_BLOCKS, "ban"},
					 {0}};

/* "24": a length up to max, without leading zeros. NULL: it is not. */
static const char *take_length(const char *text, unsigned max, uint8_t *ret)
{
	unsigned value = 0;
	const char *p = text;

	for (; *p >= '0' && *p <= '9' && p - text < 3; p++)
		value = value * 10 + (unsigned)(*p - '0');
	if (p == text || value > max || (*text == '0' && p - text > 1))
		return NULL;
	*ret = (uint8_t)value;
	return p;
}

/* "", "/N" or "/N,M" after src or dst. */
static bool take_lengths(const char *text, struct config_limit *limit)
{
	uint8_t one;

	limit->prefix4 = 32;
	limit->prefix6 = 128;
	if (!*text)
		return true;
	if (*text != '/')
		return false;
	text = take_length(text + 1, 128, &one);
	if (!text)
		return false;
	if (!*text) {
		/* One number for both families, as far as it fits; 32 means "a host". */
		limit->prefix4 = one < 32 ? one : 32;
		limit->prefix6 = one == 32 ? 128 : one;
		return true;
	}
	limit->prefix4 = one;
	if (*text != ',' || one > 32)
		return false;
	text = take_length(text + 1, 128, &limit->prefix6);
	return text && !*text;
}

static bool read_per(struct reader *reader, const cJSON *node, void *target)
{
	struct config_limit *limit = target;
	const char *text = read_text(reader, node, "a key such as \"src/32\"");
	bool good;

	if (!text)
		return false;
	limit->key = !strncmp(text, "src", 3)	? FW_KEY_SRC
		     : !strncmp(text, "dst", 3) ? FW_KEY_DST
						: FW_KEY_RULE;
	good = limit->key == FW_KEY_RULE ? !strcmp(text, "rule") : take_lengths(text + 3, limit);
	if (!good)
		reader_error(reader, ERROR_LIMIT_KEY, node,
			     "\"%.60s\" is not a key; keys are \"rule\", \"src\", \"src/24\", "
			     "\"src/24,56\" (IPv4, IPv6) and the same with dst",
			     text);
	return good;
}

/* A number; or bytes with a unit. */
static bool read_burst(struct reader *reader, const cJSON *node, void *target)
{
	uint64_t *burst = target;
	int64_t number;

	if (!cJSON_IsString(node)) {
		if (!read_number(reader, node, 1, INT64_C(1) << 40, &number))
			return false;
		*burst = (uint64_t)number;
		return true;
	}
	if (bytes_parse(node->valuestring, burst) == 0 && *burst >= 1 && *burst <= 1ULL << 40)
		return true;
	reader_error(reader, ERROR_RANGE, node,
		     "burst \"%.60s\" is not a size such as 400, \"64kB\" or \"1MiB\"",
		     node->valuestring);
	return false;
}

static bool read_algorithm(struct reader *reader, const cJSON *node, void *target)
{
	const char *text = read_text(reader, node, "\"token_bucket\"");

	(void)target;
	if (!text || !strcmp(text, "token_bucket") || !strcmp(text, "syn_cookie"))
		return text;
	reader_error(reader, ERROR_ALGORITHM, node,
		     "algorithm \"%.60s\" is not in this version; \"token_bucket\" is", text);
	return false;
}

static const struct field fields_limit[] = {
	{"rate", FIELD_READ, .required = true, .offset = IN(rate), .read = read_rate},
	{"burst", FIELD_READ, .offset = IN(burst), .read = read_burst},
	{"per", FIELD_READ, .read = read_per},
	{"algorithm", FIELD_READ, .read = read_algorithm},
	{"over", FIELD_WORD, .offset = IN(over), .words = words_over},
	{"block", FIELD_READ, .offset = IN(ban), .read = read_ban},
	{"cookies", FIELD_OBJECT, .offset = IN(cookies), .section = &section_cookies},
	{"when_full", FIELD_WORD, .offset = IN(when_full), .words = words_when_full},
};
const struct section section_limit = {"limit", fields_limit, array_size(fields_limit), NULL, 0};

/* What the rate brings in one second, at least a packet. */
static uint64_t default_burst(const struct rate *rate)
{
	uint64_t least = rate->unit == RATE_BYTES ? DEFAULT_BURST_BYTES : 1;
	uint64_t second = rate->amount / (rate->period_ns / 1000000000);

	return second > least ? second : least;
}

static bool check_burst(struct reader *reader, const cJSON *node, struct config_limit *limit)
{
	const cJSON *burst = cJSON_GetObjectItemCaseSensitive(node, "burst");
	double seconds;

	if (!limit->burst)
		limit->burst = default_burst(&limit->rate);
	if (limit->rate.unit == RATE_BYTES && limit->burst < MIN_BURST_BYTES) {
		reader_error(reader, ERROR_RANGE, burst,
			     "a burst of %" PRIu64 " bytes would never let a packet of %d through",
			     limit->burst, MIN_BURST_BYTES);
		return false;
	}
	seconds = (double)limit->burst / (double)limit->rate.amount *
		  ((double)limit->rate.period_ns / 1e9);
	if (burst && seconds > (double)MAX_BURST_SECONDS) {
		reader_error(reader, ERROR_RANGE, burst,
			     "at this rate the burst would take %.0f days to fill: at most 100",
			     seconds / 86400);
		return false;
	}
	return true;
}

static bool answers_syns(const cJSON *node)
{
	const cJSON *algorithm = cJSON_GetObjectItemCaseSensitive(node, "algorithm");

	return cJSON_IsString(algorithm) && !strcmp(algorithm->valuestring, "syn_cookie");
}

static bool read_limit(struct reader *reader, const cJSON *node)
{
	struct config *config = reader->config;
	struct config_limit *limit;
	bool good;

	if (config->limit_count == FW_MAX_LIMITS) {
		reader_key_error(reader, ERROR_TOO_MANY, node, "more than %d limits",
				 FW_MAX_LIMITS);
		return false;
	}
	if (config_find_limit(config, node->string) >= 0) {
		reader_key_error(reader, ERROR_DUPLICATE_ID, node, "limit \"%s\" is there twice",
				 node->string);
		return false;
	}
	limit = array_grow(&config->limits, config->limit_count, sizeof(*limit));
	if (!limit)
		return reader_no_memory(reader);
	config->limit_count++;
	limit->place = sources_key_place(reader->sources, node);
	limit->key = FW_KEY_RULE;
	limit->over = LIMIT_DROPS;
	limit->ban = config_ban_default;
	limit->when_full = FW_FULL_EVICT;
	cookies_default(&limit->cookies);
	good = read_name(reader, node, true, limit->name);
	return read_section(reader, &section_limit, node, limit) &&
	       check_burst(reader, node, limit) &&
	       check_cookies(reader, node, limit, answers_syns(node)) &&
	       check_ban(reader, node, limit) && good;
}

bool read_limits(struct reader *reader, const cJSON *node, void *target)
{
	const cJSON *item;
	bool good = true;

	(void)target;
	if (!cJSON_IsObject(node)) {
		reader_type_error(reader, node, "an object of limits by name");
		return false;
	}
	cJSON_ArrayForEach (item, node) {
		char subject[FW_NAME_SIZE + 8];

		snprintf(subject, sizeof(subject), "limit \"%.60s\"", item->string);
		reader->subject = subject;
		good &= is_comment(item) ? read_comment(reader, item) : read_limit(reader, item);
		reader->subject = NULL;
	}
	return good;
}
