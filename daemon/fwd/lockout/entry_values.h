/* SPDX-License-Identifier: MIT */
/* Inside lockout: what an entry of management.allow names, for its probes. */
#ifndef FWD_ENTRY_VALUES_H
#define FWD_ENTRY_VALUES_H

#include <ifaddrs.h>

#include "common/policy/config/config.h"
#include "daemon/fwd/lockout/network/network.h"
#include "daemon/fwd/lockout/probe.h"

#define MAX_ENTRY_VALUES 64 /* of a field of an entry that are tried */

/* An entry, on an interface. */
struct entry {
	const struct port_list *ports;
	const struct config *config;
	const struct config_rule *rule;
	const struct ifaddrs *addresses; /* of this machine */
	struct probe_list *list;
	struct path path;
};

/* What packets of an entry may have: the fields of a rule's match, by what they are kept as. */
enum axis {
	AXIS_SRC,
	AXIS_DST,
	AXIS_SRC_MAC,
	AXIS_DST_MAC,
	AXIS_LABEL,
	AXIS_PROTO,
	AXIS_FLAGS,
	AXIS_FIELDS, /* + enum fw_field */
	AXIS_MAX = AXIS_FIELDS + FW_FIELD_MAX
};

/* The values of an entry that packets of one family can have. */
struct entry_values {
	int family;
	struct prefix_list prefixes[AXIS_LABEL]; /* AXIS_SRC to AXIS_DST_MAC */
	uint32_t labels[MAX_ENTRY_VALUES];
	size_t label_count;
	uint8_t protocols[256];
	size_t protocol_count;
};

/* Of the family in ret: 0 or a negative errno. entry_values_clear frees them. */
int entry_values_pick(const struct entry *entry, struct entry_values *ret);
void entry_values_clear(struct entry_values *values);

#endif
