// SPDX-License-Identifier: MIT
#include "daemon/fwd/lockout/guard.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/base/prefix/prefix_content.h"
#include "daemon/fwd/lockout/lockout.h"
#include "daemon/fwd/lockout/probe.h"
#include "daemon/fwd/model/candidate.h"

static void free_config(struct config **config)
{
	config_free(*config);
}

static void free_policy(struct policy **policy)
{
	policy_free(*policy);
}

/* What holds for all checks. */
static struct lockout lockout_of(const struct guard *guard)
{
	return (struct lockout){
		.dp = model_datapath(guard->model),
		.running = model_config(guard->model),
		.slots = model_slots(guard->model),
		.caller = guard->caller,
		.warn_only = guard->force,
	};
}

static int by_candidate(void *userdata, const struct probe *probe, const void *frame, size_t length,
			struct fw_explanation *ret)
{
	return datapath_explain(userdata, JUDGE_CANDIDATE, probe->ifindex, frame, length, ret);
}

/* Check what a candidate makes of the probes. */
static int check_policy(struct lockout *lockout, const struct policy *policy, struct errors *errs)
{
	int r = policy_stage(lockout->dp, policy, FW_IMAGE_CANDIDATE, errs);

	if (r < 0)
		return r;
	lockout->slots = policy->slots;
	lockout->judge = by_candidate;
	lockout->userdata = lockout->dp;
	r = lockout_check(lockout, errs);
	policy_unstage(lockout->dp, FW_IMAGE_CANDIDATE);
	return r;
}

int guard_policy(const struct guard *guard, const struct model_change *change, struct errors *errs)
{
	struct lockout lockout = lockout_of(guard);

	lockout.next = change->config;
	lockout.waits = change->until != 0;
	return check_policy(&lockout, change->policy, errs);
}

/* ---- live sets ---- */

struct live_change {
	const struct model *model;
	unsigned set_id;
	enum live_edit edit;
	const struct prefix_list *prefixes; /* sorted; of a flush none */
};

static bool is_listed(const struct prefix_list *sorted, const struct prefix *prefix, bool exactly)
{
	size_t place;

	if (!exactly)
		return prefix_list_covering(sorted, prefix);
	place = prefix_list_place(sorted, prefix);
	return place < sorted->count && prefix_compare(&sorted->items[place], prefix) == 0;
}

/* Would an address be in the set after the edit? */
static bool will_be_in(const struct live_change *change, const struct prefix *host)
{
	struct prefix at = *host;

	if (change->edit == LIVE_FLUSH)
		return false;
	if (change->edit == LIVE_ADD && is_listed(change->prefixes, host, false))
		return true;
	for (;;) {
		const struct live_entry *entry =
			live_find(model_live(change->model), change->set_id, &at);

		if (!entry)
			return false;
		if (change->edit == LIVE_ADD || !is_listed(change->prefixes, &entry->prefix, true))
			return true;
		if (entry->prefix.length == 0)
			return false;
		at = prefix_shorten(&entry->prefix, entry->prefix.length - 1U);
	}
}

static bool is_in(const struct live_change *change, const struct prefix *host)
{
	return live_find(model_live(change->model), change->set_id, host);
}

/* A source that only stands for its network is not to be spared by itself. */
static bool is_made_up(const struct live_change *change, const struct probe *probe)
{
	return probe->is_example && is_listed(change->prefixes, &probe->packet.src, true);
}

/* What a longer block list makes of a packet: all else is as it is. */
static int by_blocks(void *userdata, const struct probe *probe, const void *frame, size_t length,
		     struct fw_explanation *ret)
{
	const struct live_change *change = userdata;
	int r = datapath_explain(model_datapath(change->model), JUDGE_RUNNING, probe->ifindex,
				 frame, length, ret);

	if (r < 0 || probe->kind != PROBE_PACKET || is_made_up(change, probe) ||
	    ret->reason == FW_REASON_MANAGEMENT || ret->reason == FW_REASON_LINK ||
	    !will_be_in(change, &probe->packet.src))
		return r;
	ret->reason = FW_REASON_BLOCKED;
	ret->action = FW_ACTION_DROP;
	ret->outcome =
		model_config(change->model)->enforce ? FW_OUTCOME_DROP : FW_OUTCOME_WOULD_DROP;
	return 0;
}

/* The addresses of probes that will be in the set; *ret_differs: it is not so now. */
static int find_members(const struct live_change *change, const struct probe_list *probes,
			struct prefix_list *ret, bool *ret_differs)
{
	*ret_differs = false;
	for (size_t i = 0; i < probes->count; i++) {
		const struct packet_text *packet = &probes->items[i].packet;
		const struct prefix *ends[] = {&packet->src, &packet->dst};

		if (probes->items[i].kind == PROBE_FRAME || is_made_up(change, &probes->items[i]))
			continue;

		for (size_t j = 0; j < array_size(ends); j++) {
			bool will = will_be_in(change, ends[j]);

			*ret_differs |= will != is_in(change, ends[j]);
			if (will && prefix_list_add(ret, ends[j]) < 0)
				return -ENOMEM;
		}
	}
	return 0;
}

/*
 * The running policy with an inline set in the live one's place, which has those that the
 * probes are about: for them it is as it will be.
 */
static int check_set(struct model *model, struct lockout *lockout, unsigned set_id,
		     const struct prefix_list *members, struct errors *errs)
{
	cleanup(free_config) struct config *config = NULL;
	cleanup(free_policy) struct policy *policy = NULL;
	const char *name = slots_name(model_slots(model), FW_NAME_LIVE_SET, set_id);
	struct errors ignored = {0};
	int r = model_compile_set(model, name, members, &config, &policy, &ignored);

	errors_clear(&ignored);
	return r < 0 ? r : check_policy(lockout, policy, errs);
}

/* A list may be long, and each probe asks about it. */
static int copy_sorted(const struct prefix_list *list, struct prefix_list *ret)
{
	if (!list || list->count == 0)
		return 0;
	ret->items = malloc(list->count * sizeof(*list->items));
	if (!ret->items)
		return -ENOMEM;
	memcpy(ret->items, list->items, list->count * sizeof(*list->items));
	ret->count = list->count;
	qsort(ret->items, ret->count, sizeof(*ret->items), prefix_compare);
	return 0;
}

int guard_live(const struct guard *guard, unsigned set_id, enum live_edit edit,
	       const struct prefix_list *prefixes, struct errors *errs)
{
	cleanup(prefix_list_clear) struct prefix_list sorted = {0};
	struct live_change change = {guard->model, set_id, edit, &sorted};
	cleanup(prefix_list_clear) struct prefix_list members = {0};
	cleanup(probes_clear) struct probe_list probes = {0};
	struct lockout lockout;
	bool differs = false;
	int r;

	if (!guard->model)
		return 0;
	lockout = lockout_of(guard);
	lockout.live_only = true;
	r = copy_sorted(prefixes, &sorted);
	if (r == 0)
		r = lockout_probes(&lockout, &probes, errs);
	if (r == 0)
		r = find_members(&change, &probes, &members, &differs);
	if (r < 0 || !differs)
		return r;
	if (set_id != FW_LIVE_BLOCKS)
		return check_set(guard->model, &lockout, set_id, &members, errs);
	lockout.judge = by_blocks;
	lockout.userdata = &change;
	return lockout_check(&lockout, errs);
}

int guard_probes(struct model *model, struct probe_list *ret)
{
	struct lockout lockout = lockout_of(&(struct guard){.model = model});
	struct errors ignored = {0};
	int r;

	lockout.live_only = true;
	r = lockout_probes(&lockout, ret, &ignored);
	errors_clear(&ignored);
	return r;
}

int guard_show(const struct guard *guard, const struct candidate *candidate, lockout_take take,
	       void *userdata, struct errors *errs)
{
	struct lockout lockout = lockout_of(guard);

	if (candidate) {
		lockout.next = candidate_config(candidate);
		lockout.slots = candidate_slots(candidate);
		lockout.judge = by_candidate;
		lockout.userdata = lockout.dp;
	}
	return lockout_show(&lockout, take, userdata, errs);
}
