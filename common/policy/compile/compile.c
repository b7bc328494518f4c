// SPDX-License-Identifier: MIT
#include "common/policy/compile/compile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/compile/rows.h"

int compile_row(struct compile *compile, unsigned source, const struct row *row,
		const struct config_rule *rule, const char *what)
{
	int number = rows_number(compile->policy->rows, source, row);

	if (number >= 0 || number == -ENOMEM)
		return number;
	errors_add(compile->errs, SEVERITY_ERROR, ERROR_ROWS, rule ? &rule->place : NULL,
		   "the rules need more than %u combinations; %s of rule \"%s\" does not fit",
		   FW_MAX_ROWS, what, rule ? rule->id : "");
	return -EBADMSG;
}

/* The parts of the header that no other step fills in. */
static void compile_header(struct compile *compile)
{
	const struct config *config = compile->config;
	struct fw_header *header = &compile->policy->image->header;
	const struct rate *rate = &config->events.rate;

	header->enforce = config->enforce;
	header->default_action = (uint8_t)config->defaults.action;
	header->malformed_action = (uint8_t)config->defaults.malformed;
	header->non_ip_action = (uint8_t)config->defaults.non_ip;
	header->event_every = config->events.every ? config->events.every : 1;
	if (rate->amount == 0)
		return;
	/* Rounded up, so that the rate is not exceeded; the burst is that of one second. */
	header->event_interval = rate->period_ns / rate->amount;
	header->event_interval += rate->period_ns % rate->amount != 0;
	header->event_tolerance = 1000000000;
	if (header->event_tolerance < header->event_interval)
		header->event_tolerance = header->event_interval;
}

/* The two rules behind permitted_cidrs. The prefixes are the config's. */
static void make_implicit_rules(struct compile *compile)
{
	struct config_rule *in = &compile->permitted, *out = &compile->not_permitted;

	strcpy(in->id, "permitted");
	in->action = FW_ACTION_PASS;
	in->limit = CONFIG_NO_LIMIT;
	in->match.src.any_prefixes = compile->config->permitted;

	strcpy(out->id, "not-permitted");
	out->action = FW_ACTION_DROP;
	out->limit = CONFIG_NO_LIMIT;
}

static int find_families(struct compile *compile)
{
	const struct config *config = compile->config;

	compile->families = calloc(config->set_count + 1, sizeof(*compile->families));
	if (!compile->families)
		return -ENOMEM;
	for (size_t i = 0; i < config->set_count; i++) {
		const struct prefix_content *content = config->sets[i].content;

		if (content)
			compile->families[i] = (struct set_families){content->has4, content->has6};
	}
	return 0;
}

static struct policy *policy_new(const struct slots *previous)
{
	struct policy *policy = calloc(1, sizeof(*policy));

	if (!policy)
		return NULL;
	policy->image = calloc(1, sizeof(*policy->image));
	policy->numbers = calloc(FW_CLASSES, sizeof(*policy->numbers));
	policy->slots = previous ? slots_copy(previous) : slots_new();
	if (!policy->image || !policy->numbers || !policy->slots)
		return policy_free(policy);
	slots_begin(policy->slots);
	return policy;
}

static struct compile *compile_free(struct compile *compile)
{
	if (!compile)
		return NULL;
	policy_free(compile->policy);
	free(compile->families);
	free(compile);
	return NULL;
}

static void free_compile(struct compile **compile)
{
	compile_free(*compile);
}

static int compile_steps(struct compile *compile)
{
	static int (*const before_rows[])(struct compile *) = {
		find_families, compile_names, compile_limits,
		compile_rules, compile_order, compile_again,
	};
	static int (*const with_rows[])(struct compile *) = {
		compile_fields, compile_tables, compile_arena, compile_way,  compile_shadow,
		compile_door,	compile_canary, compile_merge, compile_pool,
	};
	int err = 0;

	make_implicit_rules(compile);
	compile_header(compile);
	for (size_t i = 0; i < array_size(before_rows) && err == 0; i++)
		err = before_rows[i](compile);
	if (err < 0)
		return err;
	compile->policy->rows = rows_new(compile->clause_count);
	if (!compile->policy->rows)
		return -ENOMEM;
	for (size_t i = 0; i < array_size(with_rows) && err == 0; i++)
		err = with_rows[i](compile);
	return err;
}

/* Errors show lines of the config. */
static int compile_showing_lines(struct compile *compile)
{
	struct errors *errs = compile->errs;
	struct errors before = *errs;
	int err;

	errs->line_of = config_line_of;
	errs->userdata = (void *)compile->config;
	err = compile_steps(compile);
	errs->line_of = before.line_of;
	errs->userdata = before.userdata;
	return err;
}

int policy_compile(const struct config *config, const struct slots *previous, struct policy **ret,
		   struct errors *errs)
{
	return policy_compile_edit(config, previous, NULL, ret, errs);
}

struct known_addresses *policy_keep(struct policy *policy, uint32_t generation)
{
	known_keep(policy->known, generation);
	return policy->known->keeps ? known_share(policy->known) : NULL;
}

uint32_t policy_known_generation(const struct known_addresses *known)
{
	return known->arena.generation;
}

const struct arena *policy_arena(const struct policy *policy)
{
	return &policy->known->arena;
}

int policy_compile_edit(const struct config *config, const struct slots *previous,
			struct known_addresses *known, struct policy **ret, struct errors *errs)
{
	struct compile *compile cleanup(free_compile) = calloc(1, sizeof(*compile));
	int err;

	if (!compile)
		return -ENOMEM;
	compile->config = config;
	compile->known = known;
	compile->errs = errs;
	compile->policy = policy_new(previous);
	if (!compile->policy)
		return -ENOMEM;
	err = compile_showing_lines(compile);
	if (err < 0)
		return err;
	*ret = steal(&compile->policy);
	return 0;
}

const struct fw_rule *policy_rule(const struct policy *policy, unsigned rank)
{
	const struct fw_image *image = policy->image;

	/* Few rules are in their order. */
	if (image->ranks[rank] == rank)
		return &image->rules[rank];
	for (unsigned i = 0; i < image->header.rules; i++)
		if (image->ranks[i] == rank)
			return &image->rules[i];
	return NULL;
}

void policy_row(const struct policy *policy, unsigned source, uint32_t number, struct row *ret)
{
	const struct fw_image *image = policy->image;
	struct row by_rank = {0}, row;

	rows_get(policy->rows, source, number, &row);
	for (unsigned i = 0; i < image->header.rules; i++)
		if (row_has(&row, i))
			row_set(&by_rank, image->ranks[i]);
	*ret = by_rank;
}

static void fresh_free(struct policy_fresh *fresh)
{
	free(fresh->slots);
}

struct policy *policy_free(struct policy *policy)
{
	if (!policy)
		return NULL;
	free(policy->image);
	free(policy->pool);
	free(policy->numbers);
	free(policy->merge);
	rows_free(policy->rows);
	for (int i = 0; i < FW_TABLE_MAX; i++)
		free(policy->tables[i].entries);
	if (policy->known && policy->known->editing)
		known_undo(policy->known);
	known_drop(policy->known);
	slots_free(policy->slots);
	fresh_free(&policy->fresh_rules);
	fresh_free(&policy->fresh_limits);
	fresh_free(&policy->fresh_live_sets);
	fresh_free(&policy->fresh_interfaces);
	free(policy);
	return NULL;
}
