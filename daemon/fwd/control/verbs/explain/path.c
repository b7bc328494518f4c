// SPDX-License-Identifier: MIT
/*
 * The way to a verdict: what the datapath looked at, in its order, and the
 * rules before the one that decided which lacked a single field.
 */
#include "daemon/fwd/control/verbs/explain/subject.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/policy/config/config.h"
#include "daemon/fwd/datapath/explain/explain.h"
#include "daemon/fwd/explain/why.h"
#include "daemon/fwd/live/live.h"
#include "daemon/fwd/model/model.h"

#define MAX_NEAR     5 /* rules in a reply */
#define MAX_CANARIES 10

/* ---- the block list ---- */

static void add_block(const struct why *why, cJSON *result)
{
	const struct fw_packet_info *packet = &why->packet->packet;
	const struct live_entry *entry;
	char text[PREFIX_TEXT];
	struct prefix host;
	uint64_t now = clock_ns();
	cJSON *block;

	if (packet->kind != FW_KIND_IP4 && packet->kind != FW_KIND_IP6)
		return;
	host = prefix_host(packet->kind == FW_KIND_IP4 ? 4 : 6, packet->key.src);
	entry = live_find(why->live, FW_LIVE_BLOCKS, &host);
	if (!entry || entry->expires <= now)
		return;
	block = cJSON_AddObjectToObject(result, "block");
	cJSON_AddStringToObject(block, "prefix", prefix_format(&entry->prefix, text));
	if (entry->expires != FW_FOREVER)
		cJSON_AddNumberToObject(block, "expires_in_s",
					(double)((entry->expires - now) / NS_PER_SECOND));
	if (entry->reason[0])
		cJSON_AddStringToObject(block, "reason", entry->reason);
}

/* ---- the limit ---- */

/* The bucket of a limit that has been asked: of the one that decided, or of one on the way. */
static void add_bucket(const struct fw_explanation *answer, const struct fw_explained_limit *asked,
		       const struct subject *subject, cJSON *result)
{
	const char *name = asked->limit == FW_NO_SLOT
				   ? NULL
				   : slots_name(subject->slots, FW_NAME_LIMIT, asked->limit);
	int index = name ? config_find_limit(subject->config, name) : -1;
	const struct config_level *limit;
	double cost = 1, level;
	char key[LEVEL_KEY_TEXT];
	cJSON *bucket;

	if (!asked->has_bucket || index < 0 ||
	    asked->level >= subject->config->limits[index].level_count)
		return;
	limit = &subject->config->limits[index].levels[asked->level];
	if (limit->rate.unit == RATE_BYTES)
		cost = answer->packet.flags & FW_IS_IP ? answer->packet.ip_length
						       : answer->packet.length;
	if (cost > FW_MAX_PRICED)
		cost = FW_MAX_PRICED;
	level = (double)limit->burst;
	if (asked->price)
		level -= (double)asked->ahead * cost / (double)asked->price;
	bucket = cJSON_AddObjectToObject(result, "bucket");
	cJSON_AddStringToObject(bucket, "per", level_key_format(limit, key));
	cJSON_AddStringToObject(bucket, "unit",
				limit->rate.unit == RATE_BYTES ? "bytes" : "packets");
	cJSON_AddNumberToObject(bucket, "level", level < 0 ? 0 : (double)(uint64_t)(level + 1e-6));
	cJSON_AddNumberToObject(bucket, "burst", (double)limit->burst);
	cJSON_AddNumberToObject(bucket, "cost", cost);
}

static void add_last_bucket(const struct fw_explanation *answer, const struct subject *subject,
			    cJSON *result)
{
	const struct fw_explained_limit asked = {
		.ahead = answer->ahead,
		.price = answer->price,
		.limit = answer->limit,
		.has_bucket = answer->has_bucket,
		.level = answer->level,
	};

	add_bucket(answer, &asked, subject, result);
}

/* The limits on the way that went on. */
static void add_way(const struct fw_explanation *answer, const struct subject *subject,
		    cJSON *result)
{
	static const char *const reasons[] = {FW_REASONS(FW_AS_NAME)};
	cJSON *way = cJSON_AddArrayToObject(result, "limits_on_way"), *item;

	for (uint32_t i = 0; i < answer->way_count && i < FW_LIMITS_ON_WAY; i++) {
		const struct fw_explained_limit *limit = &answer->way[i];
		const char *rule = slots_name(subject->slots, FW_NAME_RULE, limit->rule);
		const char *name = slots_name(subject->slots, FW_NAME_LIMIT, limit->limit);

		item = cJSON_CreateObject();
		cJSON_AddStringToObject(item, "rule", rule ? rule : "");
		cJSON_AddStringToObject(item, "limit", name ? name : "");
		cJSON_AddStringToObject(item, "reason", reasons[limit->reason]);
		add_bucket(answer, limit, subject, item);
		cJSON_AddItemToArray(way, item);
	}
}

/* ---- rules ---- */

/* Which rules were tried before the decision. */
struct tried {
	size_t management;
	size_t rules;
};

static size_t place_of(const struct config_rule *rules, size_t count, const char *id)
{
	size_t i = 0;

	while (i < count && strcmp(rules[i].id, id) != 0)
		i++;
	return i;
}

static struct tried tried_before(const struct fw_explanation *answer, const struct subject *subject)
{
	const struct config *config = subject->config;
	const char *id = answer->rule == FW_NO_SLOT
				 ? ""
				 : slots_name(subject->slots, FW_NAME_RULE, answer->rule);
	struct tried tried = {.management = config->management_count};

	if (subject->is_detached || answer->reason >= FW_REASON_MALFORMED ||
	    answer->reason == FW_REASON_NO_POLICY || answer->reason == FW_REASON_FRAGMENT ||
	    answer->reason == FW_REASON_MISSED_TAIL_CALL || answer->reason == FW_REASON_PANIC)
		return (struct tried){0};
	if (answer->reason == FW_REASON_MANAGEMENT) {
		tried.management =
			place_of(config->management, config->management_count, id ? id : "");
		return tried;
	}
	if (answer->reason == FW_REASON_BLOCKED)
		return tried;
	tried.rules = config->rule_count;
	if (answer->rule != FW_NO_SLOT)
		tried.rules = place_of(config->rules, config->rule_count, id ? id : "");
	return tried;
}

static void add_near(const struct why *why, const struct config_rule *rule, uint32_t fails,
		     cJSON *near)
{
	unsigned field = (unsigned)__builtin_ctz(fails);
	char wanted[WHY_TEXT], given[WHY_TEXT];
	cJSON *item = cJSON_CreateObject();

	cJSON_AddStringToObject(item, "rule", rule->id);
	cJSON_AddStringToObject(item, "field", why_field_name(field));
	cJSON_AddStringToObject(item, "wanted", why_wanted(why, rule, field, wanted));
	cJSON_AddStringToObject(item, "packet", why_given(why, field, given));
	cJSON_AddItemToArray(near, item);
}

/* What a rule that matched without deciding does. */
static void add_canary(const struct why *why, const struct config_rule *rule, cJSON *canaries)
{
	static const char *const actions[] = {FW_ACTIONS(FW_AS_NAME)};
	cJSON *item = cJSON_CreateObject();

	cJSON_AddStringToObject(item, "rule", rule->id);
	cJSON_AddStringToObject(item, "action", actions[rule->action]);
	if (rule->limit != CONFIG_NO_LIMIT)
		cJSON_AddStringToObject(item, "limit", why->config->limits[rule->limit].name);
	cJSON_AddItemToArray(canaries, item);
}

/* A rule is near if one field is missing, and is not all that it asks for. */
static bool is_near(const struct config_rule *rule, uint32_t fails)
{
	return fails && !(fails & (fails - 1)) && why_asks(rule) & ~fails;
}

static void look_at(const struct why *why, const struct config_rule *rules, size_t count,
		    cJSON *near, cJSON *canaries)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t fails = why_fails(why, &rules[i]);
		bool goes_on = rules[i].canary || rules[i].action == FW_ACTION_LOG;

		if (!fails && goes_on && cJSON_GetArraySize(canaries) < MAX_CANARIES)
			add_canary(why, &rules[i], canaries);
		else if (is_near(&rules[i], fails) && cJSON_GetArraySize(near) < MAX_NEAR)
			add_near(why, &rules[i], fails, near);
	}
}

/* What becomes of it in either mode, whichever is on. */
static void add_modes(const struct fw_explanation *answer, cJSON *result)
{
	static const char *const outcomes[] = {FW_OUTCOMES(FW_AS_NAME)};
	enum fw_outcome monitor = FW_OUTCOME_PASS, enforce = FW_OUTCOME_PASS;

	if (answer->action == FW_ACTION_DROP) {
		monitor = FW_OUTCOME_WOULD_DROP;
		enforce = FW_OUTCOME_DROP;
	} else if (answer->action == FW_ACTION_TX) {
		monitor = FW_OUTCOME_WOULD_TX;
		enforce = FW_OUTCOME_TX;
	}
	cJSON_AddStringToObject(result, "in_monitor", outcomes[monitor]);
	cJSON_AddStringToObject(result, "in_enforce", outcomes[enforce]);
}

void explain_path(const struct ctl_request *request, const struct fw_explanation *answer,
		  const struct subject *subject, cJSON *result)
{
	const struct why why = {
		.config = subject->config,
		.live_slots = model_slots(request->core->model),
		.live = request->core->live,
		.interface = config_find_interface(subject->config, subject->interface),
		.packet = answer,
	};
	struct tried tried = tried_before(answer, subject);
	cJSON *near = cJSON_CreateArray(), *canaries = cJSON_CreateArray();

	cJSON_AddStringToObject(result, "policy",
				subject->judge == JUDGE_RUNNING ? "running" : "candidate");
	add_modes(answer, result);
	if (!subject->is_detached)
		add_block(&why, result);
	add_last_bucket(answer, subject, result);
	add_way(answer, subject, result);
	look_at(&why, subject->config->management, tried.management, near, canaries);
	look_at(&why, subject->config->rules, tried.rules, near, canaries);
	cJSON_AddItemToObject(result, "passed_by", canaries);
	cJSON_AddItemToObject(result, "near", near);
}
