// SPDX-License-Identifier: MIT
#include "daemon/fwd/model/candidate.h"

#include <errno.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "daemon/fwd/datapath/attach/attachments.h"
#include "daemon/fwd/model/model_internal.h"

struct candidate {
	struct datapath *dp; /* borrowed */
	enum fw_image_place place;
	uint64_t serial; /* of its staging */
	struct config *config;
	struct slots *slots;
};

static void free_policy(struct policy **policy)
{
	policy_free(*policy);
}

static void free_slots(struct slots **slots)
{
	slots_free(*slots);
}

static int build(struct model *model, const struct document *document, struct progress *progress,
		 struct candidate *candidate, struct errors *errs)
{
	struct change change = {.progress = progress};
	const struct config_overrides reading =
		model_reading(model, &(struct edit){.change = &change});
	cleanup(free_policy) struct policy *policy = NULL;
	cleanup(free_slots) struct slots *bound = NULL;
	const struct slots *slots = model_running_slots(model);
	int r;

	r = config_parse(document, &reading, &candidate->config, errs);
	if (r < 0)
		return r;
	r = config_validate(candidate->config, errs);
	if (r < 0)
		return r;
	r = datapath_bind(model->dp, candidate->config, slots, &bound, errs);
	if (r < 0)
		return r;
	r = policy_compile(candidate->config, bound ? bound : slots, &policy, errs);
	if (r < 0)
		return r;
	r = policy_stage(model->dp, policy, candidate->place, errs);
	if (r < 0)
		return r;
	candidate->serial = policy_staged(model->dp, candidate->place);
	candidate->slots = steal(&policy->slots);
	return 0;
}

int candidate_new(struct model *model, struct document *document, enum fw_image_place place,
		  struct progress *progress, struct candidate **ret, struct errors *errs)
{
	cleanup(model_free_document) struct document *source = document;
	struct candidate *candidate = calloc(1, sizeof(*candidate));
	int r;

	if (!candidate)
		return -ENOMEM;
	candidate->dp = model->dp;
	candidate->place = place;
	r = build(model, source, progress, candidate, errs);
	if (r < 0) {
		candidate_free(candidate);
		return r;
	}
	*ret = candidate;
	return 0;
}

struct candidate *candidate_free(struct candidate *candidate)
{
	if (!candidate)
		return NULL;
	if (candidate->serial && candidate_is_staged(candidate))
		policy_unstage(candidate->dp, candidate->place);
	config_free(candidate->config);
	slots_free(candidate->slots);
	free(candidate);
	return NULL;
}

bool candidate_is_staged(const struct candidate *candidate)
{
	return policy_staged(candidate->dp, candidate->place) == candidate->serial;
}

const struct config *candidate_config(const struct candidate *candidate)
{
	return candidate->config;
}

const struct slots *candidate_slots(const struct candidate *candidate)
{
	return candidate->slots;
}
