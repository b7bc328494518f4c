// SPDX-License-Identifier: MIT
/*
 * Finds the device of a name in the config. It is the device that has the name in the kernel (as
 * its name or an altname). If there is none, it is the device that had the name when it was
 * attached and was renamed since. A device keeps its slot under any name: so the switch to a config
 * with another name changes no program, and no packet gets a wrong slot.
 */
#include "daemon/fwd/datapath/attach/attach_internal.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

/* Our entry is attached there, and its slot is known. */
static bool has_slot(const struct datapath *dp, size_t index)
{
	return dp->attachments[index].ifindex && dp->ports[index].prog_fd >= 0 &&
	       !dp->ports[index].outdated && dp->attachments[index].slot;
}

/* The attachment of a device, or NULL. */
static struct attachment *attachment_of(const struct datapath *dp, int ifindex)
{
	for (size_t i = 0; i < dp->count; i++)
		if (ifindex && dp->attachments[i].ifindex == ifindex)
			return &dp->attachments[i];
	return NULL;
}

static bool is_taken(const int *ifindexes, size_t count, int ifindex)
{
	for (size_t i = 0; i < count; i++)
		if (ifindexes[i] == ifindex)
			return true;
	return false;
}

enum by { BY_NAME, BY_FORMER };

static bool was_called(const struct datapath *dp, const struct slots *slots, size_t index,
		       const char *name, enum by by)
{
	unsigned slot = dp->attachments[index].slot;
	const char *slot_name;

	if (!has_slot(dp, index))
		return by == BY_NAME && strcmp(dp->attachments[index].name, name) == 0;
	if (by == BY_FORMER)
		return slots && strcmp(slots_former(slots, slot), name) == 0;
	slot_name = slots ? slots_name(slots, FW_NAME_INTERFACE, slot) : NULL;
	return slot_name && strcmp(slot_name, name) == 0;
}

/* The device that had a name before it was renamed, if no other name means it; 0: none. */
static int find_renamed(const struct datapath *dp, const struct slots *slots, const char *name,
			const int *taken, size_t taken_count)
{
	for (int by = BY_NAME; by <= BY_FORMER; by++) {
		for (size_t i = 0; i < dp->count; i++) {
			int ifindex = dp->attachments[i].ifindex;

			if (ifindex && was_called(dp, slots, i, name, by) &&
			    !is_taken(taken, taken_count, ifindex))
				return ifindex;
		}
	}
	return 0;
}

static int check_twice(const struct config *config, const int *ifindexes, size_t index,
		       struct errors *errs)
{
	for (size_t i = 0; i < index; i++) {
		if (!ifindexes[index] || ifindexes[i] != ifindexes[index])
			continue;
		if (errs)
			errors_add(errs, SEVERITY_ERROR, ERROR_DUPLICATE_ID,
				   &config->interfaces[index].place,
				   "\"%s\" and \"%s\" are names of the same interface",
				   config->interfaces[i].name, config->interfaces[index].name);
		return -EBADMSG;
	}
	return 0;
}

/* The device of each interface of the config, 0: none; errs may be NULL. */
static int resolve(const struct datapath *dp, const struct config *config,
		   const struct slots *slots, int *ret, struct errors *errs)
{
	int err = 0;

	for (size_t i = 0; i < config->interface_count; i++) {
		int twice;

		ret[i] = (int)if_nametoindex(config->interfaces[i].name);
		twice = check_twice(config, ret, i, errs);
		err = err ? err : twice;
	}
	for (size_t i = 0; i < config->interface_count; i++)
		if (!ret[i])
			ret[i] = find_renamed(dp, slots, config->interfaces[i].name, ret,
					      config->interface_count);
	return err;
}

int datapath_bind(const struct datapath *dp, const struct config *config, const struct slots *slots,
		  struct slots **ret, struct errors *errs)
{
	int devices[FW_MAX_INTERFACES];
	struct slots *copy = NULL;
	int err = resolve(dp, config, slots, devices, errs);

	for (size_t i = 0; !err && slots && i < config->interface_count; i++) {
		const struct attachment *attachment = attachment_of(dp, devices[i]);
		const char *name = config->interfaces[i].name, *now;

		if (!attachment || !has_slot(dp, (size_t)(attachment - dp->attachments)))
			continue;
		now = slots_name(copy ? copy : slots, FW_NAME_INTERFACE, attachment->slot);
		if (!now || strcmp(now, name) == 0)
			continue;
		if (!copy)
			copy = slots_copy(slots);
		if (!copy)
			return -ENOMEM;
		err = slots_rename(copy, FW_NAME_INTERFACE, attachment->slot, name);
	}
	if (err)
		copy = slots_free(copy);
	*ret = copy;
	return err;
}

static int find_device(const struct config *config, const int *devices, int ifindex)
{
	for (size_t i = 0; i < config->interface_count; i++)
		if (ifindex && devices[i] == ifindex)
			return (int)i;
	return -1;
}

int datapath_check_leave(struct datapath *dp, const struct config *config,
			 const struct slots *slots, struct errors *errs)
{
	int devices[FW_MAX_INTERFACES], ret = 0;

	resolve(dp, config, slots, devices, NULL);
	for (size_t i = 0; i < dp->count; i++) {
		int err = 0;

		int at = find_device(config, devices, dp->attachments[i].ifindex);

		/*
		 * An interface that could not be detached before does not prevent another config.
		 */
		if (dp->ports[i].wanted && dp->ports[i].prog_fd >= 0 &&
		    (at < 0 || config->interfaces[at].detached))
			err = port_check_leave(dp, i, errs);
		ret = ret ? ret : err;
	}
	return ret;
}

/* ---- the attachments' names ---- */

/* It has no name in the config any more, or another device has that one. */
static void lose_name(struct attachment *attachment)
{
	char name[IF_NAMESIZE];

	if (if_indextoname((unsigned)attachment->ifindex, name))
		snprintf(attachment->name, sizeof(attachment->name), "%s", name);
	else
		snprintf(attachment->name, sizeof(attachment->name), "#%d", attachment->ifindex);
}

static bool name_moved(const struct datapath *dp, const struct config *config, const int *devices,
		       const struct attachment *attachment)
{
	int at = config_find_interface(config, attachment->name);

	return at >= 0 && devices[at] != attachment->ifindex &&
	       (attachment->ifindex || attachment_of(dp, devices[at]));
}

void datapath_follow(struct datapath *dp, const struct config *config, const struct slots *slots,
		     void (*renamed)(const char *before, const char *now))
{
	int devices[FW_MAX_INTERFACES];

	resolve(dp, config, slots, devices, NULL);
	for (size_t i = dp->count; i-- > 0;) {
		if (!name_moved(dp, config, devices, &dp->attachments[i]))
			continue;
		if (dp->attachments[i].ifindex)
			lose_name(&dp->attachments[i]);
		else
			attachment_forget(dp, i);
	}
	for (size_t i = 0; i < dp->count; i++) {
		struct attachment *attachment = &dp->attachments[i];
		int at = find_device(config, devices, attachment->ifindex);
		const char *name = at >= 0 ? config->interfaces[at].name : attachment->name;

		if (strcmp(name, attachment->name) == 0)
			continue;
		if (renamed)
			renamed(attachment->name, name);
		snprintf(attachment->name, sizeof(attachment->name), "%s", name);
	}
}

/* ---- differences from the config ---- */

size_t datapath_trouble(const struct datapath *dp, size_t index, char *text, size_t size)
{
	const struct attachment *attachment = &dp->attachments[index];
	int other = (int)if_nametoindex(attachment->name);

	if (!dp->ports[index].wanted && dp->ports[index].prog_fd >= 0)
		return snprintf(text, size,
				"%s should not be filtered, by the config, and still is%s: it %s",
				attachment->current_name,
				dp->ports[index].outdated ? ", by the policy of an earlier fwd"
							  : "",
				attachment->note[0] ? attachment->note : "is not detached yet");
	if (!dp->ports[index].wanted || !attachment->ifindex || other == attachment->ifindex)
		return 0;
	if (!other)
		return snprintf(text, size,
				"interface \"%s\" of the config is called %s now: the config needs "
				"its new name",
				attachment->name, attachment->current_name);
	return snprintf(text, size,
			"interface \"%s\" of the config is called %s now, and another one is "
			"called %s: fwctl reload takes the names as they are",
			attachment->name, attachment->current_name, attachment->name);
}
