// SPDX-License-Identifier: MIT
/* A name that does not exist: the error has similar names that do. */
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/config/config_fields.h"
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/model/model.h"

static void offer_rules(struct suggestion *suggestion, const struct config *config)
{
	for (size_t i = 0; i < config->rule_count; i++)
		suggestion_offer(suggestion, config->rules[i].id, NULL);
	for (size_t i = 0; i < config->management_count; i++)
		suggestion_offer(suggestion, config->management[i].id, NULL);
}

static void offer_sets(struct suggestion *suggestion, const struct config *config)
{
	for (size_t i = 0; i < config->set_count; i++)
		suggestion_offer(suggestion, config->sets[i].name, NULL);
}

static void offer_limits(struct suggestion *suggestion, const struct config *config)
{
	for (size_t i = 0; i < config->limit_count; i++)
		suggestion_offer(suggestion, config->limits[i].name, NULL);
}

static void offer_interfaces(struct suggestion *suggestion, const struct config *config)
{
	for (size_t i = 0; i < config->interface_count; i++)
		suggestion_offer(suggestion, config->interfaces[i].name, NULL);
}

static const struct {
	const char *kind;
	void (*offer)(struct suggestion *suggestion, const struct config *config);
} kinds[] = {
	{"rule", offer_rules},
	{"set", offer_sets},
	{"limit", offer_limits},
	{"interface", offer_interfaces},
};

int ctl_no_such(struct ctl_request *request, const char *kind, const char *name)
{
	const struct config *config = model_config(request->core->model);
	struct suggestion suggestion = {.written = name};
	char text[SUGGESTION_TEXT];

	for (size_t i = 0; i < array_size(kinds); i++) {
		if (strcmp(kinds[i].kind, kind) == 0)
			kinds[i].offer(&suggestion, config);
	}
	return ctl_fail(request, WIRE_ERROR_NOT_FOUND, "there is no %s \"%.64s\"%s", kind, name,
			suggestion_text(&suggestion, text));
}
