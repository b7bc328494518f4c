// SPDX-License-Identifier: MIT
#include "tests/fuzz/control/fake_datapath.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/policy/config/config.h"
#include "daemon/fwd/datapath/attach/attachments.h"
#include "daemon/fwd/datapath/datapath.h"
#include "daemon/fwd/datapath/generation/generation.h"
#include "daemon/fwd/datapath/panic/panic_switch.h"
#include "daemon/fwd/datapath/trial/trial.h"

/* ---- generations ---- */

int policy_apply(struct datapath *dp, const struct policy *policy, struct errors *errs)
{
	(void)policy, (void)errs;
	if (dp->deadline)
		return -EBUSY;
	dp->generation++;
	return 0;
}

int policy_apply_until(struct datapath *dp, const struct policy *policy, uint64_t deadline,
		       struct errors *errs)
{
	(void)policy, (void)errs;
	if (dp->deadline)
		return -EBUSY;
	dp->previous = dp->generation++;
	dp->deadline = FW_ACTIVE_DEADLINE(deadline);
	return 0;
}

uint32_t datapath_generation(const struct datapath *dp)
{
	return dp->deadline && clock_ns() >= dp->deadline ? dp->previous : dp->generation;
}

bool datapath_pending(const struct datapath *dp, struct datapath_pending *ret)
{
	if (!dp->deadline)
		return false;
	if (ret)
		*ret = (struct datapath_pending){
			.deadline = dp->deadline,
			.generation = dp->generation,
			.previous = dp->previous,
			.has_ended = clock_ns() >= dp->deadline,
		};
	return true;
}

int datapath_confirm(struct datapath *dp)
{
	if (!dp->deadline)
		return -ENOENT;
	if (clock_ns() >= dp->deadline)
		return -ETIME;
	dp->deadline = 0;
	return 0;
}

int datapath_revert(struct datapath *dp)
{
	if (!dp->deadline)
		return -ENOENT;
	dp->deadline = 0;
	dp->generation = dp->previous;
	return 0;
}

bool datapath_adopted(const struct datapath *dp)
{
	(void)dp;
	return false;
}

const struct slots *datapath_slots(const struct datapath *dp)
{
	(void)dp;
	return NULL;
}

int datapath_map(const struct datapath *dp, const char *name)
{
	(void)dp, (void)name;
	return -ENOENT;
}

/* ---- next to the active policy ---- */

int policy_stage(struct datapath *dp, const struct policy *policy, enum fw_image_place place,
		 struct errors *errs)
{
	(void)policy, (void)errs;
	dp->staged[place] = ++dp->stagings;
	return 0;
}

int policy_unstage(struct datapath *dp, enum fw_image_place place)
{
	dp->staged[place] = 0;
	return 0;
}

uint64_t policy_staged(const struct datapath *dp, enum fw_image_place place)
{
	return dp->staged[place];
}

int datapath_try(struct datapath *dp, uint64_t until, struct errors *errs)
{
	(void)errs;
	dp->try_until = until;
	return dp->staged[FW_IMAGE_TRIED] ? 0 : -ENOENT;
}

void datapath_try_stop(struct datapath *dp)
{
	dp->try_until = 0;
}

void datapath_panic(struct datapath *dp, enum fw_panic mode, uint64_t end)
{
	dp->panic = (struct panic_view){.mode = mode, .end = end};
}

bool datapath_panic_end(struct datapath *dp)
{
	struct panic_view view;
	bool was = datapath_panic_view(dp, &view);

	dp->panic.end = 0;
	return was;
}

bool datapath_panic_view(const struct datapath *dp, struct panic_view *ret)
{
	if (dp->panic.end <= clock_ns())
		return false;
	*ret = dp->panic;
	return true;
}

int panic_write(const char *pin_dir, enum fw_panic mode, uint64_t end)
{
	(void)pin_dir, (void)mode, (void)end;
	return -ENOENT;
}

uint64_t datapath_try_until(const struct datapath *dp)
{
	return dp->try_until > clock_ns() ? dp->try_until : 0;
}

int datapath_try_stats(const struct datapath *dp, struct fw_try_stats *ret)
{
	*ret = (struct fw_try_stats){.compared.packets = dp->stagings};
	return 0;
}

int datapath_try_differences(const struct datapath *dp, struct try_difference **ret)
{
	(void)dp;
	*ret = calloc(1, sizeof(**ret));
	if (!*ret)
		return -ENOMEM;
	(*ret)->key.rule = FW_NO_SLOT;
	return 1;
}

int datapath_try_flows(const struct datapath *dp, struct try_flow **ret)
{
	(void)dp;
	*ret = calloc(1, sizeof(**ret));
	if (!*ret)
		return -ENOMEM;
	(*ret)->key.packet.kind = FW_KIND_IP4;
	(*ret)->key.difference.tried_rule = FW_NO_SLOT;
	return 1;
}

/* ---- SYN cookies ---- */

bool datapath_can_answer(const struct datapath *dp)
{
	(void)dp;
	return true;
}

void datapath_set_cookies(struct datapath *dp, unsigned cookies, unsigned options, unsigned wscale)
{
	(void)dp, (void)cookies, (void)options, (void)wscale;
}

/* ---- attachments ---- */

static struct attachment *find(struct datapath *dp, const char *name)
{
	for (size_t i = 0; i < dp->attachment_count; i++) {
		if (strcmp(dp->attachments[i].name, name) == 0)
			return &dp->attachments[i];
	}
	return NULL;
}

int datapath_attach(struct datapath *dp, const struct config_interface *interface, unsigned slot,
		    struct errors *errs)
{
	struct attachment *attachment = find(dp, interface->name);

	(void)errs;
	if (!attachment && dp->attachment_count == FAKE_ATTACHMENTS)
		return -ENOSPC;
	if (!attachment)
		attachment = &dp->attachments[dp->attachment_count++];
	*attachment = (struct attachment){
		.slot = slot,
		.ifindex = (int)slot,
		.mtu = 1500,
		.state = ATTACH_ALONE,
		.mode = ATTACH_NATIVE,
	};
	strcpy(attachment->name, interface->name);
	strcpy(attachment->current_name, interface->name);
	return 0;
}

int datapath_detach(struct datapath *dp, const char *name, struct errors *errs)
{
	struct attachment *attachment = find(dp, name);

	(void)errs;
	if (!attachment)
		return -ENOENT;
	*attachment = dp->attachments[--dp->attachment_count];
	return 0;
}

int datapath_bind(const struct datapath *dp, const struct config *config, const struct slots *slots,
		  struct slots **ret, struct errors *errs)
{
	(void)dp, (void)config, (void)slots, (void)errs;
	*ret = NULL;
	return 0;
}

void datapath_follow(struct datapath *dp, const struct config *config, const struct slots *slots,
		     void (*renamed)(const char *before, const char *now))
{
	(void)dp, (void)config, (void)slots, (void)renamed;
}

size_t datapath_trouble(const struct datapath *dp, size_t index, char *text, size_t size)
{
	(void)dp, (void)index, (void)text, (void)size;
	return 0;
}

void datapath_order_names(const struct datapath *dp, const char *const *names, size_t count,
			  bool uppers_first, size_t *ret)
{
	(void)dp, (void)names, (void)uppers_first;
	for (size_t i = 0; i < count; i++)
		ret[i] = i;
}

int datapath_check_leave(struct datapath *dp, const struct config *config,
			 const struct slots *slots, struct errors *errs)
{
	(void)dp, (void)config, (void)slots, (void)errs;
	return 0;
}

bool datapath_can_leave(struct datapath *dp, const char *name)
{
	(void)dp, (void)name;
	return true;
}

int datapath_link_changed(struct datapath *dp, const struct link_change *change, char *note,
			  size_t size)
{
	(void)dp, (void)change, (void)note, (void)size;
	return 0;
}

size_t datapath_attachments(const struct datapath *dp, const struct attachment **ret)
{
	*ret = dp->attachments;
	return dp->attachment_count;
}

const struct attachment *datapath_find_attachment(const struct datapath *dp, const char *name)
{
	const struct attachment *attachments;
	size_t count = datapath_attachments(dp, &attachments);

	for (size_t i = 0; i < count; i++)
		if (strcmp(attachments[i].name, name) == 0)
			return &attachments[i];
	return NULL;
}

bool attachment_is_attached(const struct attachment *attachment)
{
	return attachment &&
	       (attachment->state == ATTACH_DISPATCHER || attachment->state == ATTACH_ALONE);
}
