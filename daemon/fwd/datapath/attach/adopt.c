// SPDX-License-Identifier: MIT
/*
 * Entries that an earlier fwd left attached. They are listed as attachments under the
 * names of their slots, so that they are kept, replaced or detached like any other.
 */
#include "daemon/fwd/datapath/attach/adopt.h"
#include "daemon/fwd/datapath/attach/attach_internal.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

static int adopt(struct datapath *dp, const struct if_nameindex *interface, struct found *found)
{
	const char *name = NULL;
	struct config_interface config = {.mode = found->generic ? ATTACH_GENERIC : ATTACH_NATIVE};
	int index;

	if (!found->outdated && found->slot && dp->slots)
		name = slots_name(dp->slots, FW_NAME_INTERFACE, found->slot);
	/* It was renamed, and another device has its name now, which the config means. */
	if (name && if_nametoindex(name) && if_nametoindex(name) != interface->if_index)
		name = NULL;
	snprintf(config.name, sizeof(config.name), "%s", name ? name : interface->if_name);
	index = attachment_add(dp, &config, found->slot);
	if (index < 0)
		return index;
	dp->attachments[index].ifindex = interface->if_index;
	snprintf(dp->attachments[index].current_name, sizeof(dp->attachments[index].current_name),
		 "%s", interface->if_name);
	port_show(dp, index, found);
	return 0;
}

int attachments_adopt(struct datapath *dp)
{
	struct if_nameindex *interfaces;
	bool outdated = false;
	int err = 0;

	interfaces = if_nameindex();
	if (!interfaces)
		return -errno;
	for (const struct if_nameindex *i = interfaces; !err && i->if_index; i++) {
		struct found found;

		/* One that cannot be read now is checked again when it is to be attached. */
		if (inspect(dp, i->if_index, &found))
			continue;
		if (found.prog_fd >= 0) {
			outdated |= found.outdated;
			if (found.dispatcher)
				dp->freplace = YES;
			err = adopt(dp, i, &found);
		}
		found_clear(&found);
	}
	if_freenameindex(interfaces);
	if (!err && dp->outdated_count && !outdated)
		maps_forget_outdated(dp);
	return err;
}
