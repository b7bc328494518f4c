// SPDX-License-Identifier: MIT
/* Edits of rules. */
#include "common/policy/config/config.h"
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/verbs.h"
#include "daemon/fwd/control/verbs/rules/rules.h"
#include "daemon/fwd/model/model.h"

#include <errno.h>
#include <string.h>

/* Only rules of the list "rules" can be edited: say what the others are. */
static int refuse_other_origin(struct ctl_request *request, const char *id)
{
	const struct config *config = model_config(request->core->model);

	for (size_t i = 0; i < ctl_rule_count(config); i++) {
		struct ctl_rule rule = ctl_rule_at(config, i);

		if (strcmp(rule.id, id) == 0 && strcmp(rule.origin, "rule") != 0)
			return ctl_fail(request, WIRE_ERROR_CONFLICT,
					"rule \"%.64s\" comes from %s and cannot be edited live",
					id, rule.rule ? "management.allow" : "permitted_cidrs");
	}
	return 0;
}

static int fail_exists(struct ctl_request *request, struct errors *errs)
{
	cJSON *rule = cJSON_Parse(ctl_string(request, "rule"));
	const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(rule, "id"));
	int r = ctl_fail_edit(request, -EEXIST, errs, "rule", id ? id : "");

	cJSON_Delete(rule);
	return r;
}

int ctl_rule_add(struct ctl_request *request)
{
	const char *before = ctl_string(request, "before");
	struct errors errs = {0};
	int r;

	if (before && refuse_other_origin(request, before) < 0)
		return -ECANCELED;
	r = model_rule_add(request->core->model, &request->change, ctl_string(request, "rule"),
			   before, &errs);
	if (r == -EEXIST)
		return fail_exists(request, &errs);
	if (r < 0)
		return ctl_fail_edit(request, r, &errs, "rule", before ? before : "");
	return ctl_changed(request, &errs);
}

int ctl_rule_delete(struct ctl_request *request)
{
	const char *id = ctl_string(request, "id");
	struct errors errs = {0};
	int r;

	if (refuse_other_origin(request, id) < 0)
		return -ECANCELED;
	r = model_rule_delete(request->core->model, &request->change, id, &errs);
	if (r < 0 && !ctl_is_gone(request, r, &errs))
		return ctl_fail_edit(request, r, &errs, "rule", id);
	return ctl_changed(request, &errs);
}

static int enable(struct ctl_request *request, bool on)
{
	const char *id = ctl_string(request, "id");
	struct errors errs = {0};
	int r;

	if (refuse_other_origin(request, id) < 0)
		return -ECANCELED;
	r = model_rule_enable(request->core->model, &request->change, id, on, &errs);
	if (r < 0)
		return ctl_fail_edit(request, r, &errs, "rule", id);
	return ctl_changed(request, &errs);
}

int ctl_rule_enable(struct ctl_request *request)
{
	return enable(request, true);
}

int ctl_rule_disable(struct ctl_request *request)
{
	return enable(request, false);
}

int ctl_rule_set(struct ctl_request *request)
{
	const char *id = ctl_string(request, "id");
	struct errors errs = {0};
	int r;

	if (refuse_other_origin(request, id) < 0)
		return -ECANCELED;
	r = model_rule_set(request->core->model, &request->change, id,
			   ctl_string(request, "fields"), &errs);
	if (r < 0)
		return ctl_fail_edit(request, r, &errs, "rule", id);
	return ctl_changed(request, &errs);
}

int ctl_rule_move(struct ctl_request *request)
{
	const char *id = ctl_string(request, "id"), *before = ctl_string(request, "before");
	const char *after = ctl_string(request, "after"), *unknown = id;
	struct errors errs = {0};
	int r;

	if (!before == !after)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
				"rule.move needs --before ID or --after ID, one of them");
	if (refuse_other_origin(request, id) < 0 ||
	    refuse_other_origin(request, before ? before : after) < 0)
		return -ECANCELED;
	r = model_rule_move(request->core->model, &request->change, id, before ? before : after,
			    !before, &unknown, &errs);
	if (r < 0)
		return ctl_fail_edit(request, r, &errs, "rule", unknown);
	return ctl_changed(request, &errs);
}

int ctl_rule_rename(struct ctl_request *request)
{
	const char *id = ctl_string(request, "id"), *name = ctl_string(request, "name");
	struct errors errs = {0};
	int r;

	if (refuse_other_origin(request, id) < 0)
		return -ECANCELED;
	r = model_rule_rename(request->core->model, &request->change, id, name, &errs);
	if (r == -ENOENT && config_find_rule(model_config(request->core->model), name) >= 0)
		return ctl_fail(request, WIRE_ERROR_NOT_FOUND,
				"there is no rule \"%.63s\", but there is a rule \"%.63s\": was it "
				"renamed already?",
				id, name);
	if (r < 0)
		return ctl_fail_edit(request, r, &errs, "rule", r == -EEXIST ? name : id);
	return ctl_changed(request, &errs);
}
