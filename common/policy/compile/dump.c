// SPDX-License-Identifier: MIT
/*
 * A policy as text: every value with a separate row, as the segments between
 * edges; rows as the rules in them.
 */
#include "common/policy/compile/policy.h"

#include <inttypes.h>

#include "common/base/memory.h"
#include "common/policy/compile/rows.h"
#include "common/policy/fields/fields.h"

static const char *const actions[] = {FW_ACTIONS(FW_AS_NAME)};
static const char *const reasons[] = {FW_REASONS(FW_AS_NAME)};
static const char *const kinds[] = {FW_KINDS(FW_AS_NAME)};
static const char *const tables[] = {FW_TABLES(FW_AS_NAME)};

static void dump_row(const struct policy *policy, unsigned source, uint32_t number, FILE *out)
{
	uint32_t rules = policy->image->header.rules;
	bool any = false;
	struct row row;

	policy_row(policy, source, number, &row);
	for (uint32_t i = 0; i < rules; i++) {
		uint32_t first = i;

		while (i < rules && row_has(&row, i))
			i++;
		if (i == first)
			continue;
		any = true;
		if (i - first == 1)
			fprintf(out, " %u", first);
		else
			fprintf(out, " %u-%u", first, i - 1);
	}
	fputs(any ? "\n" : " none\n", out);
}

/* The row of all rules, and the other rows of fields and tables. */
static uint32_t count_rows(const struct policy *policy)
{
	uint32_t count = 1;

	for (unsigned source = 0; source < FW_SOURCE_MERGED; source++)
		count += rows_count(policy->rows, source) - 1;
	return count;
}

static void dump_header(const struct policy *policy, FILE *out)
{
	const struct fw_header *header = &policy->image->header;

	fprintf(out, "%u rules, %u of them management; %u rows\n", header->rules,
		header->management, count_rows(policy));
	fprintf(out, "enforce %s, default %s, malformed %s, non-ip %s\n",
		header->enforce ? "on" : "off", actions[header->default_action],
		actions[header->malformed_action], actions[header->non_ip_action]);
	fprintf(out, "events: one of %u, interval %llu ns, tolerance %llu ns\n",
		header->event_every, (unsigned long long)header->event_interval,
		(unsigned long long)header->event_tolerance);
}

static void dump_names(const struct policy *policy, enum fw_name_kind kind, const char *title,
		       FILE *out)
{
	fprintf(out, "\n%s:\n", title);
	for (unsigned i = 0; i < slots_capacity(kind); i++)
		if (slots_used(policy->slots, kind, i))
			fprintf(out, "  %u %s\n", i, slots_name(policy->slots, kind, i));
}

static void dump_fresh(const char *title, const struct policy_fresh *fresh, FILE *out)
{
	fprintf(out, "  %s:", title);
	for (size_t i = 0; i < fresh->count; i++)
		fprintf(out, " %u", fresh->slots[i]);
	fputs("\n", out);
}

static void dump_cookies(const struct fw_cookie *cookie, FILE *out)
{
	if (cookie->kind == FW_COOKIE_LOCAL)
		fprintf(out, "    answers SYNs for local sockets, MSS %u\n", cookie->mss);
	if (cookie->kind == FW_COOKIE_SYNPROXY)
		fprintf(out, "    answers SYNs for SYNPROXY, MSS %u, window scale %u\n",
			cookie->mss, cookie->wscale);
}

static void dump_level(const struct fw_limit *limit, const struct fw_level *level, FILE *out)
{
	static const char *const keys[] = {FW_LIMIT_KEYS(FW_AS_NAME)};
	const char *unit = limit->unit == FW_UNIT_BYTES ? "byte" : "packet";

	fprintf(out, "    per %s", keys[level->key]);
	if (level->key == FW_KEY_SRC || level->key == FW_KEY_DST)
		fprintf(out, "/%u,%u", level->prefix4, level->prefix6);
	if (limit->window)
		fprintf(out, ", %llu %ss a window\n", (unsigned long long)level->tolerance, unit);
	else
		fprintf(out, ", cost %llu>>%u a %s, tolerance %llu, lease %llu\n",
			(unsigned long long)level->cost, level->cost_shift, unit,
			(unsigned long long)level->tolerance, (unsigned long long)level->lease);
}

static void dump_limits(const struct policy *policy, FILE *out)
{
	static const char *const algorithms[] = {FW_ALGORITHMS(FW_AS_NAME)};
	static const char *const when_full[] = {FW_WHEN_FULL(FW_AS_NAME)};

	fputs("\nlimits:\n", out);
	for (unsigned i = 0; i < FW_MAX_LIMITS; i++) {
		const struct fw_limit *limit = &policy->image->limits[i];

		if (!slots_used(policy->slots, FW_NAME_LIMIT, i))
			continue;
		fprintf(out, "  %u %s: %s, over %s, when full %s, sets %u%s", i,
			slots_name(policy->slots, FW_NAME_LIMIT, i), algorithms[limit->algorithm],
			actions[limit->over], when_full[limit->when_full], limit->sets,
			limit->coarse ? ", coarse clock" : "");
		if (limit->window)
			fprintf(out, ", windows of %llu ns", (unsigned long long)limit->window);
		fputs(limit->again ? ", met again\n" : "\n", out);
		for (unsigned level = 0; level < limit->level_count; level++)
			dump_level(limit, &limit->levels[level], out);
		dump_cookies(&policy->image->cookies[i], out);
	}
}

static void dump_live_tests(const struct policy *policy, const struct fw_rule *rule, FILE *out)
{
	for (int i = 0; i < FW_LIVE_PER_RULE && rule->live[i].set_id; i++)
		fprintf(out, ", %s %sin live set %s",
			rule->live[i].flags & FW_LIVE_DST ? "destination" : "source",
			rule->live[i].flags & FW_LIVE_NEGATE ? "not " : "",
			slots_name(policy->slots, FW_NAME_LIVE_SET, rule->live[i].set_id));
}

static void dump_rules(const struct policy *policy, FILE *out)
{
	fputs("\nrules:\n", out);
	for (unsigned i = 0; i < policy->image->header.rules; i++) {
		const struct fw_rule *rule = policy_rule(policy, i);

		fprintf(out, "  %u %s (slot %u): %s, reason %s", i,
			slots_name(policy->slots, FW_NAME_RULE, rule->slot), rule->slot,
			actions[rule->action], reasons[rule->reason]);
		if (rule->limit != FW_NO_SLOT)
			fprintf(out, ", limit %u", rule->limit);
		if (rule->flags & FW_RULE_CANARY)
			fputs(", canary", out);
		if (rule->flags & FW_RULE_GOES_ON)
			fputs(", goes on", out);
		if (rule->flags & FW_RULE_LOG)
			fprintf(out, ", log one of %u", rule->log_every);
		dump_live_tests(policy, rule, out);
		fputs("\n", out);
	}
}

static void dump_value(const struct policy *policy, const struct match_field *field, uint32_t value,
		       FILE *out)
{
	const char *name;

	if (field->form == FORM_FAMILIES)
		fputs(kinds[value], out);
	else if (field->form == FORM_FRAGMENTS)
		fputs(word_name(field->words, value), out);
	else if (field->form == FORM_INTERFACES &&
		 (name = slots_name(policy->slots, FW_NAME_INTERFACE, value)))
		fputs(name, out);
	else
		fprintf(out, "%u", value);
}

static void dump_field(const struct policy *policy, const struct match_field *field, FILE *out)
{
	const uint16_t *numbers = policy->numbers + field->base;

	if (!(policy->image->header.fields >> field->array & 1))
		return;
	fprintf(out, "\nfield %s:\n", field->name);
	for (uint32_t value = 0; value < field->values;) {
		uint32_t first = value;

		while (value < field->values && numbers[value] == numbers[first])
			value++;
		fputs("  ", out);
		dump_value(policy, field, first, out);
		if (value - first > 1) {
			fputs("-", out);
			dump_value(policy, field, value - 1, out);
		}
		fputs(":", out);
		dump_row(policy, field->array, numbers[first], out);
	}
	fputs("  absent:", out);
	dump_row(policy, field->array, numbers[field->values], out);
}

static void dump_fields(const struct policy *policy, FILE *out)
{
	for (unsigned i = 0; i < FW_FIELD_MAX; i++)
		dump_field(policy, match_field_of((enum fw_field)i), out);
}

static void dump_prefix(const struct match_field *field, const struct prefix *prefix, FILE *out)
{
	const struct prefix_list one = {(struct prefix *)prefix, 1};
	char text[PREFIX_TEXT];
	struct range range;
	size_t next = 0;

	if (field->form == FORM_WIDE && wide_next(field, &one, &next, &range))
		fprintf(out, "%u-%u", range.low, range.high);
	else
		fputs(field->form == FORM_MACS ? mac_format(prefix, text)
					       : prefix_format(prefix, text),
		      out);
}

/* A table of the frame only if a rule uses it. */
static void dump_table(const struct policy *policy, enum fw_table number, FILE *out)
{
	const struct policy_table *table = &policy->tables[number];
	uint32_t miss = policy->image->header.table_miss[number];
	unsigned source = FW_SOURCE_TABLES + number;

	if (number >= FW_FIRST_FRAME_TABLE && !table->count && !miss)
		return;
	fprintf(out, "\ntable %s:\n  else:", tables[number]);
	dump_row(policy, source, miss, out);
	for (size_t i = 0; i < table->count; i++) {
		fputs("  ", out);
		dump_prefix(&match_fields[match_tables[number].field], &table->entries[i].prefix,
			    out);
		fputs(":", out);
		dump_row(policy, source, table->entries[i].row, out);
	}
}

void policy_dump(const struct policy *policy, FILE *out)
{
	dump_header(policy, out);
	dump_names(policy, FW_NAME_INTERFACE, "interfaces", out);
	dump_names(policy, FW_NAME_LIVE_SET, "live sets", out);
	fputs("\nfresh slots:\n", out);
	dump_fresh("rules", &policy->fresh_rules, out);
	dump_fresh("limits", &policy->fresh_limits, out);
	dump_fresh("live sets", &policy->fresh_live_sets, out);
	dump_fresh("interfaces", &policy->fresh_interfaces, out);
	dump_limits(policy, out);
	dump_rules(policy, out);
	dump_fields(policy, out);
	for (int table = 0; table < FW_TABLE_MAX; table++)
		dump_table(policy, (enum fw_table)table, out);
}
