// SPDX-License-Identifier: MIT
/*
 * Names to slots. Names with a slot keep it before new names take theirs: a new
 * rule must not replace one that is further down.
 */
#include "common/policy/compile/compile.h"

#include <errno.h>

#include "common/base/memory.h"

struct taking {
	struct compile *compile;
	bool keep; /* the first round: only names that have a slot */
};

static struct policy_fresh *fresh_of(struct policy *policy, enum fw_name_kind kind)
{
	switch (kind) {
	case FW_NAME_RULE:
		return &policy->fresh_rules;
	case FW_NAME_LIMIT:
		return &policy->fresh_limits;
	case FW_NAME_LIVE_SET:
		return &policy->fresh_live_sets;
	case FW_NAME_INTERFACE:
		return &policy->fresh_interfaces;
	}
	return NULL;
}

static const char *kind_text(enum fw_name_kind kind)
{
	switch (kind) {
	case FW_NAME_RULE:
		return "rule";
	case FW_NAME_LIMIT:
		return "limit";
	case FW_NAME_LIVE_SET:
		return "live set";
	case FW_NAME_INTERFACE:
		return "interface";
	}
	return "";
}

/* The maximum of names of a kind; slot 0 of some kinds has a reserved name. */
static unsigned most(enum fw_name_kind kind)
{
	bool first_taken = kind == FW_NAME_LIVE_SET || kind == FW_NAME_INTERFACE;

	return slots_capacity(kind) - first_taken;
}

static int take(const struct taking *taking, enum fw_name_kind kind, const char *name,
		const struct place *place)
{
	struct policy *policy = taking->compile->policy;
	struct policy_fresh *fresh = fresh_of(policy, kind);
	bool is_fresh;
	uint16_t *slot;
	int err;

	if (taking->keep) {
		slots_keep(policy->slots, kind, name);
		return 0;
	}
	err = slots_take(policy->slots, kind, name, &is_fresh);
	if (err < 0) {
		errors_add(taking->compile->errs, SEVERITY_ERROR, ERROR_SLOTS, place,
			   "%s \"%s\" does not fit: there can be %u of them", kind_text(kind), name,
			   most(kind));
		return -EBADMSG;
	}
	if (!is_fresh)
		return 0;
	slot = array_grow(&fresh->slots, fresh->count, sizeof(*slot));
	if (!slot)
		return -ENOMEM;
	*slot = (uint16_t)err;
	fresh->count++;
	return 0;
}

static int take_rules(const struct taking *taking, const struct config_rule *rules, size_t count)
{
	int err = 0;

	for (size_t i = 0; i < count && err == 0; i++)
		err = take(taking, FW_NAME_RULE, rules[i].id, &rules[i].place);
	return err;
}

static int take_all_rules(const struct taking *taking)
{
	const struct compile *compile = taking->compile;
	const struct config *config = compile->config;
	int err;

	err = take_rules(taking, config->management, config->management_count);
	if (err == 0)
		err = take_rules(taking, config->rules, config->rule_count);
	if (err == 0 && config->has_permitted)
		err = take_rules(taking, &compile->permitted, 1);
	if (err == 0 && config->has_permitted)
		err = take_rules(taking, &compile->not_permitted, 1);
	return err;
}

static int take_others(const struct taking *taking)
{
	const struct config *config = taking->compile->config;
	int err = 0;

	for (size_t i = 0; i < config->limit_count && err == 0; i++)
		err = take(taking, FW_NAME_LIMIT, config->limits[i].name, &config->limits[i].place);
	for (size_t i = 0; i < config->set_count && err == 0; i++)
		if (config->sets[i].kind == SET_LIVE)
			err = take(taking, FW_NAME_LIVE_SET, config->sets[i].name,
				   &config->sets[i].place);
	for (size_t i = 0; i < config->interface_count && err == 0; i++)
		err = take(taking, FW_NAME_INTERFACE, config->interfaces[i].name,
			   &config->interfaces[i].place);
	return err;
}

/* After a fall-back, packets of other interfaces pass (ebpf/entry.bpf.c), as do those of detached ones. */
static void note_interfaces(struct compile *compile)
{
	const struct config *config = compile->config;
	struct policy *policy = compile->policy;

	for (unsigned slot = 0; slot < FW_MAX_INTERFACES; slot++)
		if (slots_used(policy->slots, FW_NAME_INTERFACE, slot))
			policy->image->header.interfaces |= 1ULL << slot;
	for (size_t i = 0; i < config->interface_count; i++) {
		int slot = slots_find(policy->slots, FW_NAME_INTERFACE, config->interfaces[i].name);

		if (config->interfaces[i].detached && slot > 0)
			policy->image->header.interfaces &= ~(1ULL << slot);
	}
}

int compile_names(struct compile *compile)
{
	for (int keep = 1; keep >= 0; keep--) {
		struct taking taking = {compile, keep};
		int err = take_all_rules(&taking);

		if (err == 0)
			err = take_others(&taking);
		if (err < 0)
			return err;
	}
	note_interfaces(compile);
	return 0;
}
