// SPDX-License-Identifier: MIT
#include "daemon/fwd/limits/limit_watch.h"

#include <stdio.h>
#include <string.h>

enum limit_change limit_watch_note(struct limit_watch *watch, const char *name,
				   const struct fw_count *over, uint64_t now,
				   struct limit_episode *ret)
{
	bool more = over->packets > watch->over.packets;

	/* Another limit, or counters that were cleared in between. */
	if (strcmp(watch->name, name) != 0 || over->packets < watch->over.packets) {
		*watch = (struct limit_watch){.over = *over};
		snprintf(watch->name, sizeof(watch->name), "%s", name);
		return LIMIT_SAME;
	}
	if (more && !watch->limiting) {
		watch->limiting = true;
		watch->before = watch->over;
		watch->began = now;
	}
	if (more) {
		bool started = watch->began == now;

		watch->over = *over;
		watch->last = now;
		return started ? LIMIT_STARTED : LIMIT_SAME;
	}
	if (!watch->limiting || now - watch->last < LIMIT_QUIET_NS)
		return LIMIT_SAME;
	watch->limiting = false;
	*ret = (struct limit_episode){
		.over = {.packets = watch->over.packets - watch->before.packets,
			 .bytes = watch->over.bytes - watch->before.bytes},
		.duration_ns = watch->last - watch->began,
	};
	return LIMIT_STOPPED;
}
