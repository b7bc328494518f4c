// SPDX-License-Identifier: MIT
/* Rules and management entries that match nothing, as all their interfaces are detached. */
#include "common/policy/config/config_fields.h"

#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"

/* Names in a warning; more do not help. */
#define MOST_NAMED 5

static uint64_t detached_bits(const struct config *config)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < config->interface_count; i++)
		bits |= (uint64_t)config->interfaces[i].detached << i;
	return bits;
}

/* Management entries, then rules. */
static const struct config_rule *rule_at(const struct config *config, size_t index)
{
	return index < config->management_count ? &config->management[index]
						: &config->rules[index - config->management_count];
}

/* The interfaces of a rule that matches nothing; 0: it can match. */
static uint64_t dead_bits(const struct config_rule *rule, uint64_t detached)
{
	const struct config_match *match = &rule->match;

	if (rule->disabled || match->partial || !match->by_interface ||
	    match->interfaces & ~detached)
		return 0;
	return match->interfaces;
}

/* The zone of exactly these interfaces; NULL: there is none. */
static const char *zone_of(const struct config *config, uint64_t bits)
{
	const char *zone = config->interfaces[__builtin_ctzll(bits)].zone;

	for (size_t i = 0; i < config->interface_count; i++)
		if ((bool)(bits >> i & 1) != (strcmp(config->interfaces[i].zone, zone) == 0))
			return NULL;
	return *zone ? zone : NULL;
}

static void put_interfaces(FILE *out, const struct config *config, uint64_t bits)
{
	const char *zone = zone_of(config, bits), *before = "";

	for (size_t i = 0; i < config->interface_count; i++) {
		if (!(bits >> i & 1))
			continue;
		fprintf(out, "%s%s", before, config->interfaces[i].name);
		before = ", ";
	}
	if (zone)
		fprintf(out, " (all of zone \"%s\")", zone);
	fputs(bits & (bits - 1) ? " are" : " is", out);
}

/* Rules of the same interfaces, from an index on. */
static void put_rules(FILE *out, const struct config *config, uint64_t detached, size_t first)
{
	size_t count = config->management_count + config->rule_count, found = 0;
	uint64_t bits = dead_bits(rule_at(config, first), detached);

	for (size_t i = first; i < count; i++) {
		const struct config_rule *rule = rule_at(config, i);

		if (dead_bits(rule, detached) == bits && found++ < MOST_NAMED)
			fprintf(out, "%s\"%s\"", found > 1 ? ", " : "", rule->id);
	}
	if (found > MOST_NAMED)
		fprintf(out, " and %zu more", found - MOST_NAMED);
	fprintf(out, " match%s nothing", found == 1 ? "es" : "");
}

static void warn(const struct config *config, uint64_t detached, size_t first, struct errors *errs)
{
	uint64_t bits = dead_bits(rule_at(config, first), detached);
	cleanup_free char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return;
	put_interfaces(out, config, bits);
	fputs(" detached: ", out);
	put_rules(out, config, detached, first);
	fclose(out);
	errors_add(errs, SEVERITY_WARNING, ERROR_DETACHED,
		   &config->interfaces[__builtin_ctzll(bits)].place, "%s", text);
}

void validate_detached(const struct config *config, struct errors *errs)
{
	size_t count = config->management_count + config->rule_count, seen_count = 0;
	cleanup_free uint64_t *seen = NULL;
	uint64_t detached = detached_bits(config);

	/* One warning for all rules of the same interfaces. */
	for (size_t i = 0; i < count && detached; i++) {
		uint64_t bits = dead_bits(rule_at(config, i), detached), *slot;
		bool is_seen = false;

		for (size_t j = 0; j < seen_count; j++)
			is_seen |= seen[j] == bits;
		if (!bits || is_seen)
			continue;
		warn(config, detached, i, errs);
		slot = array_grow(&seen, seen_count, sizeof(*seen));
		if (!slot)
			return;
		*slot = bits;
		seen_count++;
	}
}
