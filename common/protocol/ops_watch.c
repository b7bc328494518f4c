// SPDX-License-Identifier: MIT
/* State of fwd: status, counters, interfaces, events, packets. */
#include "common/protocol/ops_arguments.h"
#include "common/protocol/results.h"

static const char *const modes[] = {"native", "generic", NULL};

/* clang-format off */
static const struct op_record record_version = {"version", NULL, {
	FIELD(TEXT, "version", "", "of fwd"),
	FIELD(COUNT, "protocol", "", "version of this protocol"),
	FIELD(COUNT, "abi", "", "version of the layout of the maps"),
}};

const struct op_row op_row_version = {
	.privilege = PRIVILEGE_READ,
	.help = "show the versions of fwd, of this protocol and of the maps",
	.result = &record_version,
	.notes =
		"`fwctl -j version` adds `fwctl`, its own version. `fwctl --version -j` and "
		"`fwd --version -j` ask nobody: `{\"ok\": true, \"result\": {\"fwctl\": \"0.1.0\"}}`, "
		"or `fwd`.",
};

static const struct op_record record_running_trial = {"running trial", NULL, {
	FIELD(TEXT, "name", "", "of the text"),
	FIELD(NUMBER, "started_s_ago", "s", ""),
	FIELD(NUMBER, "ends_in_s", "s", ""),
	FIELD_OF(ONE, "compared", &record_count, ""),
	FIELD_OF(ONE, "different", &record_count, "with another outcome"),
}};

static const struct op_record record_status = {"status", NULL, {
	FIELD(TEXT, "version", "", "of fwd"),
	FIELD(COUNT, "pid", "", ""),
	FIELD(COUNT, "uptime_s", "s", ""),
	FIELD(TEXT, "mode", "", "monitor or enforce"),
	FIELD(COUNT, "generation", "", "that is active now"),
	FIELD(COUNT, "revision", "", "number of the running policy in the history"),
	MAYBE(COUNT, "saved_revision", "", "that the config file holds, if that is known"),
	MAYBE(TEXT, "history_trouble", "", "why revisions are not kept on disk, if they are not"),
	MAYBE(TEXT, "audit_trouble", "", "why the audit log is not written, if it is not"),
	FIELD(TEXT, "config", "", "path of the config file"),
	FIELD(COUNT, "unsaved", "edits", "that the config file does not have"),
	FIELD(TEXT, "default_action", "", "pass or drop"),
	FIELD(BOOL, "permitted_cidrs", "", "true if the config has them"),
	FIELD(COUNT, "rules", "", "how many there are"),
	FIELD(COUNT, "sets", "", ""),
	FIELD(COUNT, "limits", "", ""),
	FIELD(COUNT, "blocks", "", ""),
	MAYBE_OF(ONE, "trial", &record_running_trial, "one that is running; `try.status` has more"),
	FIELD(TEXTS, "problems", "", "sentences: what the policy needs of the host (sysctls, rules "
	      "of nftables) and the host lacks; sets whose file could not be used, has shrunk or "
	      "grown, has private addresses that a rule drops, or has changed or is gone since it "
	      "was read; a config file that could not be loaded, or has changed and is not loaded, "
	      "or would include other files now; an interface that is not as it should be"),
	MAYBE_OF(LIST, "config_errors", &record_problem,
		 "of the config file when it was last tried, if it could not be used"),
	FIELD_OF(ONE, "totals", &record_counts, ""),
	FIELD_OF(ONE, "events", &record_events, ""),
	FIELD_OF(LIST, "interfaces", &record_interface, ""),
}};

const struct op_row op_row_status = {
	.privilege = PRIVILEGE_READ,
	.help = "show what fwd is doing: mode, policy, packets, interfaces",
	.result = &record_status,
};

static const struct op_record record_reason = {"reason", &record_marked, {
	FIELD(TEXT, "reason", "", ""),
	FIELD(TEXT, "outcome", "", ""),
}};

static const struct op_record record_interface_stats = {"counters of an interface", NULL, {
	FIELD(TEXT, "name", "", "empty for packets of interfaces that are none of fwd's"),
	FIELD_OF(LIST, "reasons", &record_reason, "only what is not 0"),
}};

static const struct op_record record_rule_stats = {"counter of a rule", &record_marked, {
	FIELD(TEXT, "id", "", ""),
	MAYBE(TEXT, "since", "", "time of its mark, if this rule alone was marked later"),
}};

static const struct op_record record_limit_numbers = {"numbers of a limit", NULL, {
	FIELD(COUNT, "full", "packets", "that found no room for their bucket"),
	FIELD(COUNT, "evicted", "buckets", "in use that gave way to others"),
}};

static const struct op_record record_limit_stats = {"counters of a limit", &record_limit_numbers, {
	FIELD(TEXT, "name", "", ""),
	FIELD_OF(ONE, "passed", &record_marked, "within the limit"),
	FIELD_OF(ONE, "over", &record_marked, "over the limit"),
	FIELD(COUNT, "keys", "buckets", "in use"),
	MAYBE_OF(ONE, "mark", &record_limit_numbers, "what they were at the mark"),
}};

/* With an offset, it has only rules. */
static const struct op_record record_stats = {"stats", NULL, {
	MAYBE(TEXT, "since", "", "time of the mark of `stats.reset`; absent if there is none"),
	MAYBE_OF(ONE, "totals", &record_counts, ""),
	MAYBE_OF(LIST, "interfaces", &record_interface_stats, ""),
	FIELD_OF(LIST, "rules", &record_rule_stats, "in order of evaluation"),
	FIELD(COUNT, "rules_total", "", "how many rules there are; a reply holds as many as it has "
	      "room for (about 7000 with short ids); with `offset` it has only `rules` and this"),
	MAYBE_OF(LIST, "limits", &record_limit_stats, ""),
	MAYBE_OF(ONE, "events", &record_events, ""),
}};

const struct op_row op_row_stats = {
	.privilege = PRIVILEGE_READ,
	.help = "show the counters of interfaces, rules, limits and events",
	.arguments = {{"offset", VALUE_COUNT, 0, "only rules, from this one on", NULL}},
	.result = &record_stats,
	.notes =
		"Each number is all that was counted and never goes down. An object with "
		"numbers also has `mark`, an object of what these numbers were at the mark: "
		"what was counted since is the difference. Where `mark` is absent, nothing had "
		"been counted by then, or the counter has begun again since:\n\n"
		"```\n"
		"jq '.result.rules[] | {id, packets: (.packets - (.mark.packets // 0))}'\n"
		"```\n\n"
		"Reasons, outcomes and the names of event counters are the lists of "
		"[common/abi/fw_lists.h](../common/abi/fw_lists.h). Counters survive reloads "
		"and restarts of fwd.",
};

static const struct op_record record_stats_reset = {"reset of stats", NULL, {
	CHANGED,
	DRY_RUN,
	FIELD(TEXT, "since", "", "time of the mark"),
	WARNINGS,
}};

const struct op_row op_row_stats_reset = {
	.privilege = PRIVILEGE_LIVE, .flags = OP_DRY,
	.help = "let stats count from now on: of everything, or of some rules",
	.arguments = {{"rules", VALUE_RULE, OP_MANY, "only these", NULL}},
	.result = &record_stats_reset,
	.notes =
		"`stats` then shows what its numbers are now as `mark`. `not_found` if one of "
		"the rules does not exist, and nothing is done. The counters continue, so nothing "
		"that reads them (top, rule.list, limit.show, status, bans) sees a jump. It is "
		"allowed while a policy waits for its confirmation.\n\n"
		"There is one mark, for all clients, and the audit has who set it. It has the "
		"lifetime of the counters: kept by reload, restart and kill -9 of fwd, and by "
		"`rule.set`, `rule.move` and `rule.rename`; gone after a reboot or `\"on_stop\": "
		"\"detach\"`. A rule that is added later counts from its beginning. A deleted "
		"rule that is added again continues with its counter and its mark, if its slot "
		"was not given away.",
};

static const struct op_record record_interfaces = {"interfaces", NULL, {
	FIELD_OF(LIST, "items", &record_interface, ""),
}};

static const struct op_record record_interface_edit = {"edit of an interface", &record_edit, {
	MAYBE_OF(ONE, "interface", &record_interface,
		 "as it is now, if it is in the policy or still attached"),
}};

const struct op_row op_row_iface_list = {
	.privilege = PRIVILEGE_READ,
	.help = "list the interfaces and how fwd is attached to them",
	.result = &record_interfaces,
};

const struct op_row op_row_iface_attach = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "filter one more interface",
	.arguments = {
		INTERFACE_NAME,
		{"zone", VALUE_TEXT, 0, "the zone that it is in", NULL},
		{"mode", VALUE_TEXT, 0, "native (in the driver) or generic", modes},
	},
	.result = &record_interface_edit,
	.notes =
		"If the kernel refuses it, the policy is as it was before; what is wrong with "
		"other interfaces is a warning. Attach of what is attached with this zone and "
		"mode is no change; of what is detached it removes `attach` from the entry. An "
		"interface of the policy can be attached while it is missing: it is filtered "
		"when it appears.",
};

const struct op_row op_row_iface_set = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "change fields of an interface, as its zone",
	.arguments = {INTERFACE_NAME, FIELDS},
	.result = &record_interface_edit,
	.notes = "If the kernel refuses it, the policy is as it was before.",
};

const struct op_row op_row_iface_detach = {
	.privilege = PRIVILEGE_CHANGE,
	.help = "stop filtering an interface",
	.arguments = {
		INTERFACE_NAME,
		{"missing_ok", VALUE_FLAG, 0, "succeed, too, if it is not filtered (any more)", NULL},
	},
	.result = &record_interface_edit,
	.notes =
		"The entry is removed; if a rule names the interface or its zone, its `attach` "
		"is set to false instead. Refused (`failed`) while a device above the interface "
		"has an XDP program that is not fwd's.",
};

const struct op_row op_row_monitor = {
	.privilege = PRIVILEGE_READ,
	.help = "send events as they come, until the connection is closed",
	.result = &record_nothing,
	.notes =
		"Then frames `{\"event\": {...}}` follow, with the members that events.md lists, until "
		"either side closes. Their `type` is what an event is about: `packet`, or something "
		"that fwd has seen in many, which then has `text`, a sentence that says it all. A "
		"client that reads too slowly is not closed but loses events: `{\"dropped\": N}` "
		"is sent where N were left out.",
};

static const struct op_record record_probe = {"packet of a need", NULL, {
	FIELD(TEXT, "what", "", ""),
	FIELD(TEXT, "interface", "", ""),
	FIELD(TEXT, "verdict", "", "pass, drop, would_drop, answer or would_answer"),
	MAYBE(TEXT, "why", "", "if the policy drops it"),
}};

static const struct op_record record_need = {"need", NULL, {
	FIELD(TEXT, "id", "", ""),
	FIELD(TEXT, "what", "", ""),
	FIELD(TEXT, "when", "", ""),
	FIELD(TEXT, "why", "", ""),
	FIELD(BOOL, "applies", "", "to this host"),
	FIELD_OF(LIST, "packets", &record_probe, ""),
}};

static const struct op_record record_lockout = {"lockout", NULL, {
	FIELD(TEXT, "policy", "", "running or candidate"),
	FIELD(COUNT, "dropped", "packets", "that the policy drops"),
	FIELD_OF(LIST, "needs", &record_need, ""),
	WARNINGS,
}};

const struct op_row op_row_lockout = {
	.privilege = PRIVILEGE_READ,
	.help = "list what this host cannot do without, and what the policy does with it",
	.arguments = {
		{"candidate", VALUE_FLAG, 0, "of the uploaded policy, not of the running one", NULL},
		TEXT_NAME,
		TEXT_FOLDER,
	},
	.result = &record_lockout,
	.notes =
		"All rows of the table in "
		"[transactions.md](transactions.md#lock-out-protection). With `candidate`, for "
		"those who may write: of the policy that was sent by `upload`.",
};

static const struct op_record record_block_of = {"block of a packet", NULL, {
	FIELD(TEXT, "prefix", "", ""),
	MAYBE(COUNT, "expires_in_s", "s", "until it ends; without it, it stays"),
	MAYBE(TEXT, "reason", "", ""),
}};

static const struct op_record record_bucket = {"bucket", NULL, {
	FIELD(TEXT, "per", "", "of its level that decided"),
	FIELD(TEXT, "unit", "", "packets or bytes: of the next three"),
	FIELD(COUNT, "level", "", "what is left in it"),
	FIELD(COUNT, "burst", "", "when it is full"),
	FIELD(COUNT, "cost", "", "of the packet"),
}};

static const struct op_record record_limit_on_way = {"limit on the way", NULL, {
	FIELD(TEXT, "rule", "", "id"),
	FIELD(TEXT, "limit", "", "name"),
	FIELD(TEXT, "reason", "", ""),
	MAYBE_OF(ONE, "bucket", &record_bucket, ""),
}};

static const struct op_record record_passed_by = {"rule passed by", NULL, {
	FIELD(TEXT, "rule", "", "id"),
	FIELD(TEXT, "action", "", "log, pass or drop"),
	MAYBE(TEXT, "limit", "", "name"),
}};

static const struct op_record record_near = {"rule nearly matched", NULL, {
	FIELD(TEXT, "rule", "", "id"),
	FIELD(TEXT, "field", "", "the one field that kept it from matching"),
	FIELD(TEXT, "wanted", "", "by the rule"),
	FIELD(TEXT, "packet", "", "what the packet has"),
}};

#define ANSWER                                                                                   \
	MAYBE(TEXT, "verdict", "", "pass or drop"),                                              \
	MAYBE(BOOL, "enforced", "", "false: it passes all the same"),                            \
	MAYBE(TEXT, "reason", "", ""),                                                           \
	MAYBE(TEXT, "rule", "", "id, if one decided"),                                           \
	MAYBE(TEXT, "limit", "", "name, if one was asked"),                                      \
	MAYBE(OBJECT, "packet", "", "as the datapath saw it: fields of an event, and `src_mac`, "    \
		"`dst_mac`, of IPv6 `flow_label`")

static const struct op_record record_frame = {"frame", NULL, {
	ANSWER,
	MAYBE(TEXT, "error", "", "of less than an Ethernet header"),
}};

static const struct op_record record_explain = {"explanation", NULL, {
	ANSWER,
	MAYBE(COUNT, "generation", "", "that judged"),
	MAYBE(COUNT, "revision", "", "if the running policy judged"),
	FIELD(TEXT, "interface", "", ""),
	MAYBE(COUNT, "chosen_sport", "", "source port that was taken, as the words had none"),
	MAYBE(TEXT, "chosen_src_mac", "", "source MAC address, likewise"),
	MAYBE(TEXT, "chosen_dst_mac", "", "destination MAC address, likewise"),
	MAYBE(COUNT, "chosen_flow_label", "", "likewise"),
	MAYBE(BOOL, "frame_rules", "", "a rule of the policy asks for MAC addresses or flow labels"),
	MAYBE(TEXT, "policy", "", "running or candidate"),
	MAYBE(TEXT, "in_monitor", "", "pass, drop, would_drop, answer or would_answer: in that mode"),
	MAYBE(TEXT, "in_enforce", "", "the same"),
	MAYBE_OF(ONE, "block", &record_block_of, "if its source is blocked"),
	MAYBE_OF(ONE, "bucket", &record_bucket, "if a limit was asked"),
	MAYBE_OF(LIST, "limits_on_way", &record_limit_on_way, "limits with `\"within\": "
		 "\"continue\"` that were asked and let the packet continue, in their order"),
	MAYBE_OF(LIST, "passed_by", &record_passed_by, "rules that matched and did not decide"),
	MAYBE_OF(LIST, "near", &record_near, "rules that one field kept from matching"),
	MAYBE_OF(LIST, "items", &record_frame, "of `frames`, in their order"),
}};

const struct op_row op_row_explain = {
	.privilege = PRIVILEGE_READ,
	.help = "show what would become of a packet, and why",
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
	.result = &record_explain,
	.notes =
		"Either `packet`, `frame` or `frames`; `fwctl explain --help` has the words. "
		"The interface may be left out if the words name it, or if fwd (or the other "
		"policy that judges) has only one. [explain.md](explain.md) says what the "
		"answer means.\n\n"
		"The verdict is the policy's; `enforced` is false if the packet would pass "
		"nevertheless, as it does in monitor mode. `packet` is what the datapath saw: "
		"the members that events have for it, and `ip_length`. On an interface that is "
		"detached the verdict is pass and the reason `detached`, whatever the rules "
		"are.\n\n"
		"`frames` is a list of at most 1000 texts `\"HEX/LENGTH\"`: the first bytes of a "
		"frame, in small letters, and its whole length (the rest is zeros). The result "
		"has only `interface` and `items` then.\n\n"
		"With `candidate` another policy judges: the text that was sent by `upload` on "
		"this connection (`name` and `folder` as for `apply`). It stays for later "
		"requests with `candidate` on the same connection, until another text or until "
		"somebody else has one judged (`conflict`: send it again). It may be about "
		"interfaces that fwd does not hold now, or that are not there yet. For those "
		"who may write.",
};
/* clang-format on */
