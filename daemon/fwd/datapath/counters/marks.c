// SPDX-License-Identifier: MIT
/*
 * The mark of the counters. It is a separate map, pinned with the counters, so that it lives
 * exactly as long as they do: across restarts and kill -9 of fwd, but not across a reboot.
 */
#include "daemon/fwd/datapath/counters/marks.h"
#include "daemon/fwd/datapath/counters/counters.h"
#include "daemon/fwd/datapath/internal.h"

#include <errno.h>
#include <string.h>

static bool has_name(const struct datapath *dp, enum fw_name_kind kind, unsigned slot)
{
	return dp->slots && slots_name(dp->slots, kind, slot);
}

/* Slot 0 counts packets of interfaces that are none of ours. */
static int mark_reasons(const struct datapath *dp, struct fw_marks *marks)
{
	for (unsigned slot = 0; slot < FW_MAX_INTERFACES; slot++) {
		for (unsigned reason = 0; reason < FW_REASON_MAX; reason++) {
			size_t first = ((size_t)slot * FW_REASON_MAX + reason) * FW_OUTCOME_MAX;
			int err;

			if (slot > 0 && !has_name(dp, FW_NAME_INTERFACE, slot))
				break;
			err = datapath_reason_stats(dp, slot, reason, &marks->reasons[first]);
			if (err)
				return err;
		}
	}
	return 0;
}

static int mark_rule(const struct datapath *dp, struct fw_marks *marks, unsigned slot,
		     uint64_t time)
{
	struct fw_rule_stats stats;
	int err = datapath_rule_stats(dp, slot, &stats);

	if (!err)
		marks->rules[slot] = (struct fw_rule_mark){stats.matched, time};
	return err;
}

/* Written whole: a crash leaves the old one or the new one. */
static int write_marks(struct datapath *dp, const struct fw_marks *marks)
{
	uint32_t key = 0;

	return bpf_map_update_elem(MAP_FD(dp, marks), &key, marks, BPF_ANY) ? -errno : 0;
}

int datapath_mark(struct datapath *dp, uint64_t time)
{
	cleanup_free struct fw_marks *marks = calloc(1, sizeof(*marks));
	int err;

	if (!marks)
		return -ENOMEM;
	marks->time = time;
	err = mark_reasons(dp, marks);
	for (unsigned slot = 0; !err && slot < FW_MAX_RULE_SLOTS; slot++)
		if (has_name(dp, FW_NAME_RULE, slot))
			err = mark_rule(dp, marks, slot, 0);
	for (unsigned slot = 0; !err && slot < FW_MAX_LIMITS; slot++)
		if (has_name(dp, FW_NAME_LIMIT, slot))
			err = datapath_limit_stats(dp, slot, &marks->limits[slot]);
	if (!err)
		err = datapath_event_stats(dp, &marks->events);
	return err ? err : write_marks(dp, marks);
}

int datapath_mark_rules(struct datapath *dp, const unsigned *slots, size_t count, uint64_t time)
{
	cleanup_free struct fw_marks *marks = malloc(sizeof(*marks));
	int err = 0;

	if (!marks)
		return -ENOMEM;
	memcpy(marks, dp->marks, sizeof(*marks));
	for (size_t i = 0; !err && i < count; i++)
		err = mark_rule(dp, marks, slots[i], time);
	return err ? err : write_marks(dp, marks);
}

const struct fw_marks *datapath_marks(const struct datapath *dp)
{
	return dp->marks;
}

void marks_forget(struct datapath *dp, const struct policy *policy)
{
	for (size_t i = 0; i < policy->fresh_rules.count; i++)
		memset(&dp->marks->rules[policy->fresh_rules.slots[i]], 0,
		       sizeof(dp->marks->rules[0]));
	for (size_t i = 0; i < policy->fresh_limits.count; i++)
		memset(&dp->marks->limits[policy->fresh_limits.slots[i]], 0,
		       sizeof(dp->marks->limits[0]));
}
