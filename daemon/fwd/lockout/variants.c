// SPDX-License-Identifier: MIT
#include "daemon/fwd/lockout/variants.h"

#include <string.h>

#include "common/policy/fields/fields.h"

#define MAX_TRIES 64 /* for a value that no rule names */

/* ---- values that rules make a difference between ---- */

static bool bit_of(const struct prefix *prefix, unsigned bit)
{
	return prefix->addr[bit / 8] >> (7 - bit % 8) & 1;
}

static void add_value(struct values *values, const struct prefix *value)
{
	for (size_t i = 0; i < values->count; i++) {
		if (prefix_compare(&values->items[i], value) == 0)
			return;
	}
	if (values->count == MAX_VARIANT_VALUES)
		values->more = true;
	else
		values->items[values->count++] = *value;
}

/* Not the first one, which a longer prefix inside it is more likely to begin with. */
static struct prefix value_in(const struct prefix *prefix, unsigned bits)
{
	struct prefix value = {.family = prefix->family, .length = (uint8_t)bits};

	for (unsigned bit = 0; bit < bits; bit++) {
		bool set = bit < prefix->length ? bit_of(prefix, bit) : bit % 3 != 0;

		value.addr[bit / 8] |= (uint8_t)(set << (7 - bit % 8));
	}
	return value;
}

typedef void visit_prefix(void *userdata, const struct prefix *prefix);

static void each_in_rules(const struct config_rule *rules, size_t count,
			  const struct match_field *field, visit_prefix *visit, void *userdata)
{
	for (size_t i = 0; i < count; i++) {
		const struct address_match *match = match_addresses(field, &rules[i].match);

		if (rules[i].disabled)
			continue;
		for (size_t j = 0; j < match->any_prefixes.count; j++)
			visit(userdata, &match->any_prefixes.items[j]);
		for (size_t j = 0; j < match->not_prefixes.count; j++)
			visit(userdata, &match->not_prefixes.items[j]);
	}
}

static void each_prefix(const struct config *const configs[2], const struct match_field *field,
			visit_prefix *visit, void *userdata)
{
	for (size_t i = 0; i < 2; i++) {
		if (!configs[i])
			continue;
		each_in_rules(configs[i]->management, configs[i]->management_count, field, visit,
			      userdata);
		each_in_rules(configs[i]->rules, configs[i]->rule_count, field, visit, userdata);
	}
}

struct naming {
	struct prefix value;
	bool is_named;
};

static void find_named(void *userdata, const struct prefix *prefix)
{
	struct naming *naming = userdata;

	naming->is_named |= prefix_contains(prefix, &naming->value);
}

struct collecting {
	struct values *values;
	unsigned bits;
};

static void collect(void *userdata, const struct prefix *prefix)
{
	const struct collecting *collecting = userdata;
	const struct prefix value = value_in(prefix, collecting->bits);

	add_value(collecting->values, &value);
}

/* A value that no rule names: a MAC address is administered locally, as made-up ones are. */
static void add_stranger(const struct config *const configs[2], const struct match_field *field,
			 struct values *values)
{
	for (unsigned i = 0; i < MAX_TRIES; i++) {
		struct naming naming = {{.family = 6, .length = field->bits}, false};
		uint8_t *bytes = naming.value.addr;

		bytes[0] = 2;
		bytes[1] = (uint8_t)(0x5a + 37 * i);
		if (field->bits / 8 > 2)
			bytes[field->bits / 8 - 1] = (uint8_t)(1 + i);
		each_prefix(configs, field, find_named, &naming);
		if (naming.is_named)
			continue;
		add_value(values, &naming.value);
		return;
	}
	values->more = true;
}

static void find_values(const struct config *const configs[2], enum match_id id, struct values *ret)
{
	const struct match_field *field = &match_fields[id];
	struct values named = {0};
	struct collecting collecting = {&named, field->bits};

	*ret = (struct values){0};
	each_prefix(configs, field, collect, &collecting);
	if (!named.count)
		return;
	add_stranger(configs, field, ret);
	for (size_t i = 0; i < named.count; i++)
		add_value(ret, &named.items[i]);
	ret->more |= named.more;
}

void variants_find(const struct config *running, const struct config *next, struct variants *ret)
{
	const struct config *const configs[2] = {running, next};

	find_values(configs, MATCH_SRC_MAC, &ret->senders);
	find_values(configs, MATCH_FLOW_LABEL, &ret->labels);
}

/* ---- the variants of a probe ---- */

static const struct values none;

static const struct values *senders_of(const struct variants *variants, const struct probe *probe)
{
	return probe->any_sender ? &variants->senders : &none;
}

static const struct values *labels_of(const struct variants *variants, const struct probe *probe)
{
	return probe->any_label ? &variants->labels : &none;
}

static size_t at_least_one(const struct values *values)
{
	return values->count ? values->count : 1;
}

size_t variants_count(const struct variants *variants, const struct probe *probe)
{
	return at_least_one(senders_of(variants, probe)) * at_least_one(labels_of(variants, probe));
}

static uint32_t label_in(const struct prefix *value)
{
	struct prefix copy = *value;
	struct range range = {0};
	size_t next = 0;

	wide_next(&match_fields[MATCH_FLOW_LABEL], &(struct prefix_list){&copy, 1}, &next, &range);
	return range.low;
}

struct probe variants_make(const struct variants *variants, const struct probe *probe,
			   size_t number)
{
	const struct values *senders = senders_of(variants, probe);
	const struct values *labels = labels_of(variants, probe);
	struct probe variant = *probe;

	if (senders->count) {
		const struct prefix *sender = &senders->items[number % senders->count];

		memcpy(variant.packet.src_mac, sender->addr, sizeof(variant.packet.src_mac));
		variant.packet.has_src_mac = true;
	}
	if (labels->count)
		variant.packet.flow_label =
			label_in(&labels->items[number / at_least_one(senders)]);
	return variant;
}

bool variants_are_all(const struct variants *variants, const struct probe *probe)
{
	return !senders_of(variants, probe)->more && !labels_of(variants, probe)->more;
}

const char *variants_unknown(const struct variants *variants, const struct probe *probe)
{
	bool sender = senders_of(variants, probe)->count, label = labels_of(variants, probe)->count;

	if (sender && label)
		return "the MAC address that it comes from, and its flow label";
	return sender ? "the MAC address that it comes from" : "its flow label";
}
