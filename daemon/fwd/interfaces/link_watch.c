// SPDX-License-Identifier: MIT
/* What netlink reports goes to the datapath; what the datapath did about it goes to the log. */
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "common/base/log.h"
#include "common/records/types/interface.h"
#include "daemon/fwd/interfaces/interfaces_internal.h"

void interfaces_changed(const struct interfaces *interfaces)
{
	interfaces->needs.changed(interfaces->needs.userdata);
}

/* The name in the config of the interface that a change is about; or the kernel's. */
static void find_name(const struct interfaces *interfaces, const struct link_change *change,
		      char name[IFNAMSIZ])
{
	const struct attachment *attachments;
	size_t count = datapath_attachments(interfaces->needs.dp, &attachments);
	const char *found = change->name;

	for (size_t i = 0; i < count; i++)
		if (attachments[i].ifindex == change->ifindex)
			found = attachments[i].name;
	snprintf(name, IFNAMSIZ, "%s", found);
}

static void link_changed(void *userdata, const struct link_change *change)
{
	struct interfaces *interfaces = userdata;
	char name[IFNAMSIZ], note[512] = "";
	int ret;

	/* Afterwards one that vanished has no ifindex. */
	find_name(interfaces, change, name);
	ret = datapath_link_changed(interfaces->needs.dp, change, note, sizeof(note));
	if (note[0]) {
		log_warning("%s", note);
		hub_send(interfaces->needs.events, interface_changed, .interface = name,
			 .text = note);
	} else if (ret < 0) {
		log_warning("%s: %s", change->name, strerror(-ret));
	}
	if (ret != 0)
		interfaces_changed(interfaces);
}

static int links_ready(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct interfaces *interfaces = userdata;
	int ret = links_read(interfaces->links);

	(void)source, (void)fd, (void)revents;
	if (ret < 0)
		log_warning("cannot read about network interfaces: %s", strerror(-ret));
	return 0;
}

int interfaces_watch(struct interfaces *interfaces, sd_event *loop)
{
	int ret = links_open(link_changed, interfaces, &interfaces->links);

	if (ret >= 0)
		ret = sd_event_add_io(loop, &interfaces->ready, links_fd(interfaces->links),
				      EPOLLIN, links_ready, interfaces);
	if (ret < 0)
		interfaces_unwatch(interfaces);
	return ret < 0 ? ret : 0;
}

void interfaces_unwatch(struct interfaces *interfaces)
{
	interfaces->ready = sd_event_source_disable_unref(interfaces->ready);
	interfaces->links = links_close(interfaces->links);
}
