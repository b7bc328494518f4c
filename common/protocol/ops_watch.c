// SPDX-License-Identifier: MIT
/* What fwd is and sees: status, counters, interfaces, events, packets. */
#include "common/protocol/ops_arguments.h"

static const char *const modes[] = {"native", "generic", NULL};

/* clang-format off */
const struct op_row op_row_version = {
	.privilege = PRIVILEGE_READ,
	.help = "show the versions of fwd, of this protocol and of the maps",
};

const struct op_row op_row_status = {
	.privilege = PRIVILEGE_READ,
	.help = "tell what fwd is doing: mode, policy, packets, interfaces",
};

const struct op_row op_row_stats = {
	.privilege = PRIVILEGE_READ,
	.help = "show the counters of interfaces, rules, limits and events",
	.arguments = {{"offset", VALUE_COUNT, 0, "only rules, from this one on", NULL}},
};

const struct op_row op_row_stats_reset = {
	.privilege = PRIVILEGE_LIVE, .flags = OP_DRY,
	.help = "let stats count from now on: of everything, or of some rules",
	.arguments = {{"rules", VALUE_RULE, OP_MANY, "only these", NULL}},
};

const struct op_row op_row_iface_list = {
	.privilege = PRIVILEGE_READ,
	.help = "list the interfaces and how fwd is attached to them",
};

const struct op_row op_row_iface_attach = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "filter one more interface",
	.arguments = {
		INTERFACE_NAME,
		{"zone", VALUE_TEXT, 0, "the zone that it is in", NULL},
		{"mode", VALUE_TEXT, 0, "native (in the driver) or generic", modes},
	},
};

const struct op_row op_row_iface_set = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "change fields of an interface, as its zone",
	.arguments = {INTERFACE_NAME, FIELDS},
};

const struct op_row op_row_iface_detach = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "stop filtering an interface",
	.arguments = {
		INTERFACE_NAME,
		{"missing_ok", VALUE_FLAG, 0, "succeed, too, if it is not filtered (any more)", NULL},
	},
};

const struct op_row op_row_monitor = {
	.privilege = PRIVILEGE_READ,
	.help = "send events as they come, until the connection is closed",
};

const struct op_row op_row_lockout = {
	.privilege = PRIVILEGE_READ,
	.help = "list what this host cannot do without, and what the policy does with it",
	.arguments = {
		{"candidate", VALUE_FLAG, 0, "of the uploaded policy, not of the running one", NULL},
		TEXT_NAME,
		TEXT_FOLDER,
	},
};

const struct op_row op_row_explain = {
	.privilege = PRIVILEGE_READ,
	.help = "tell what would become of a packet, and why",
	.arguments = {
		{"packet", VALUE_TEXT, 0, "the packet in words", NULL},
		{"frame", VALUE_TEXT, 0, "the packet as hex digits, from its Ethernet header on",
		 NULL},
		{"frames", VALUE_TEXT, OP_MANY, "many of them, each as HEX/LENGTH", NULL},
		{"interface", VALUE_INTERFACE, 0, "where it comes in", NULL},
		{"candidate", VALUE_FLAG, 0, "let the uploaded policy judge, not the running one",
		 NULL},
		TEXT_NAME,
		TEXT_FOLDER,
	},
};
/* clang-format on */
