// SPDX-License-Identifier: MIT
/* Questions about packets. */
#include "cli/grammar/verb_groups.h"

#include "cli/verbs/commands.h"
#include "common/base/memory.h"

/* clang-format off */
static const struct verb verbs[] = {
	{
		.name = "explain",
		.details =
			"The loaded programs run on the packet without counting it. In words, it is\n"
			"  [in INTERFACE] PROTO SRC[:PORT] > DST[:PORT] [OPTION...]\n"
			"with PROTO a name such as tcp or a number, and options vlan N, frag first|later,\n"
			"len N, ttl N, dscp N, flow_label N, src_mac MAC, dst_mac MAC, type N, code N,\n"
			"and TCP flags; names are those of rules.\n"
			"What is not given is chosen: a source port that a client may have, MAC addresses\n"
			"and flow label 0. The reply shows them if a rule may depend on them.\n"
			"\"frag later from state\": of the datagram whose first fragment was seen last.\n"
			"Of a capture, each packet is judged by itself.",
		.example =
			"fwctl explain 'in eth0 tcp 192.0.2.7:40000 > 203.0.113.9:443 syn'\n"
			"fwctl explain --interface eth0 --hex 'ffffffffffff 020000000001 0806 ...'\n"
			"fwctl explain --interface eth0 --pcap trace.pcapng --with next.json",
		.arguments = {{.key = "packet", .label = "PACKET",
			       .flags = VALUE_JOINED | VALUE_OPTIONAL}},
		.options = {
			{.key = "frame", .name = "hex", .label = "BYTES"},
			{.key = "pcap", .name = "pcap", .label = "FILE", .kind = VALUE_FILE,
			 .flags = VALUE_LOCAL, .help = "all packets of a capture: pcap or pcapng"},
			{.key = "with", .name = "with", .label = "FILE", .kind = VALUE_FILE,
			 .flags = VALUE_LOCAL,
			 .help = "let this policy judge, not the running one"},
			{.key = "interface", .letter = 'i', .label = "NAME"},
		},
		.op = OP_EXPLAIN, .run = run_explain, .print = print_explain,
	},
};
/* clang-format on */

const struct verb_group verbs_explain = {verbs, array_size(verbs)};
