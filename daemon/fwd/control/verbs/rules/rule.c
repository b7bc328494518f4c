// SPDX-License-Identifier: MIT
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/verbs.h"
#include "daemon/fwd/control/verbs/rules/rules.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/config/config.h"
#include "daemon/fwd/model/model.h"

/* A match of thousands of prefixes is shown by rule.show, not in a list. */
#define LIST_MATCH_BYTES 16384

/*
 * What the operator wrote: the rules' objects in the document, by their place in its list. A list of
 * cJSON is walked to find an item, which for all of 16000 rules takes seconds.
 */
struct written {
	const cJSON **rules;
	const cJSON **management;
	size_t rule_count;
	size_t management_count;
};

static const cJSON **index_of(const cJSON *list, size_t *ret_count)
{
	size_t count = (size_t)cJSON_GetArraySize(list), i = 0;
	const cJSON **items = calloc(count + 1, sizeof(cJSON *)), *item;

	*ret_count = items ? count : 0;
	if (!items)
		return NULL;
	cJSON_ArrayForEach (item, list)
		items[i++] = item;
	return items;
}

static struct written written_in(const struct core *core)
{
	const cJSON *root = document_root(model_document(core->model));
	const cJSON *management = cJSON_GetObjectItemCaseSensitive(root, "management");
	struct written written;

	written.rules =
		index_of(cJSON_GetObjectItemCaseSensitive(root, "rules"), &written.rule_count);
	written.management = index_of(cJSON_GetObjectItemCaseSensitive(management, "allow"),
				      &written.management_count);
	return written;
}

static void written_clear(struct written *written)
{
	free(written->rules);
	free(written->management);
}

/* The object of a rule, or NULL. */
static const cJSON *find_written(const struct written *written, const struct ctl_rule *rule)
{
	bool is_rule = strcmp(rule->origin, "rule") == 0;
	size_t count = is_rule ? written->rule_count : written->management_count;
	const cJSON **items = is_rule ? written->rules : written->management;

	return rule->rule && rule->rule->position < count ? items[rule->rule->position] : NULL;
}

static void add_state(cJSON *json, const struct core *core, const struct ctl_rule *rule)
{
	const struct config *config = model_config(core->model);
	const struct config_rule *details = rule->rule;

	cJSON_AddStringToObject(json, "id", rule->id);
	cJSON_AddStringToObject(json, "origin", rule->origin);
	if (rule->action)
		cJSON_AddStringToObject(json, "action", rule->action);
	if (!details)
		return;
	if (details->limit != CONFIG_NO_LIMIT)
		cJSON_AddStringToObject(json, "limit", config->limits[details->limit].name);
	if (strcmp(rule->origin, "rule") == 0)
		cJSON_AddNumberToObject(json, "priority", (double)details->priority);
	cJSON_AddBoolToObject(json, "enabled", !details->disabled);
	cJSON_AddBoolToObject(json, "enforce", !details->canary);
	if (details->log)
		cJSON_AddNumberToObject(json, "log_every", details->log_every);
}

/* In a management rule the match is the whole object, but for its id. */
static cJSON *match_of(const cJSON *source, const char *origin)
{
	cJSON *match;

	if (strcmp(origin, "rule") == 0)
		return cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(source, "match"), true);
	match = cJSON_Duplicate(source, true);
	cJSON_DeleteItemFromObjectCaseSensitive(match, "id");
	cJSON_DeleteItemFromObjectCaseSensitive(match, "comment");
	return match;
}

static cJSON *rule_json(const struct core *core, const struct written *written,
			const struct ctl_rule *rule, bool whole)
{
	const cJSON *source = find_written(written, rule);
	struct fw_rule_stats stats = ctl_rule_stats_of(core, rule->id);
	cJSON *json = cJSON_CreateObject(), *match;
	const char *comment;

	add_state(json, core, rule);
	match = source ? match_of(source, rule->origin) : NULL;
	if (match) {
		cleanup_free char *text = whole ? NULL : cJSON_PrintUnformatted(match);

		if (text && strlen(text) > LIST_MATCH_BYTES) {
			cJSON_AddBoolToObject(json, "match_left_out", true);
			cJSON_Delete(match);
		} else {
			cJSON_AddItemToObject(json, "match", match);
		}
	}
	comment = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(source, "comment"));
	if (comment && whole)
		cJSON_AddStringToObject(json, "comment", comment);
	cJSON_AddNumberToObject(json, "packets", (double)stats.matched.packets);
	cJSON_AddNumberToObject(json, "bytes", (double)stats.matched.bytes);
	return json;
}

int ctl_rule_list(struct ctl_request *request)
{
	const struct config *config = model_config(request->core->model);
	cleanup(written_clear) struct written written = written_in(request->core);
	struct ctl_page page;

	ctl_page_begin(request, ctl_rule_count(config), &page);
	for (size_t i = page.offset; i < page.end; i++) {
		struct ctl_rule rule = ctl_rule_at(config, i);

		if (!ctl_page_add(&page, rule_json(request->core, &written, &rule, false)))
			break;
	}
	return 0;
}

int ctl_rule_show(struct ctl_request *request)
{
	const struct config *config = model_config(request->core->model);
	cleanup(written_clear) struct written written = written_in(request->core);
	const char *id = ctl_string(request, "id");

	for (size_t i = 0; i < ctl_rule_count(config); i++) {
		struct ctl_rule rule = ctl_rule_at(config, i);

		if (strcmp(rule.id, id) != 0)
			continue;
		request->result = rule_json(request->core, &written, &rule, true);
		cJSON_AddNumberToObject(request->result, "position", (double)i + 1);
		return 0;
	}
	return ctl_no_such(request, "rule", id);
}
