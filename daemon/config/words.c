// SPDX-License-Identifier: MIT
/* Words that stand for numbers in rules. */
#include "config_fields.h"

const struct word words_actions[] = {
	{"pass", FW_ACTION_PASS, "accept"},
	{"drop", FW_ACTION_DROP, "deny"},
	{"log", FW_ACTION_LOG, "count"},
	{0},
};

/* Numbers of fw_kind; the kind of neighbour discovery and MLD goes with ipv6. */
const struct word words_families[] = {
	{"ipv4", FW_KIND_IP4, "inet"},
	{"ipv6", FW_KIND_IP6, "inet6"},
	{"arp", FW_KIND_ARP, NULL},
	{"other", FW_KIND_OTHER, "non_ip"},
	{0},
};

/* IANA protocol numbers that routers meet. */
const struct word words_protocols[] = {
	{"icmp", 1, NULL},	 {"igmp", 2, NULL},	 {"ipip", 4, NULL},
	{"tcp", 6, NULL},	 {"egp", 8, NULL},	 {"udp", 17, NULL},
	{"dccp", 33, NULL},	 {"ipv6", 41, NULL},	 {"rsvp", 46, NULL},
	{"gre", 47, NULL},	 {"esp", 50, "ipsec"},	 {"ah", 51, NULL},
	{"icmpv6", 58, "icmp6"}, {"eigrp", 88, NULL},	 {"ospf", 89, NULL},
	{"pim", 103, NULL},	 {"vrrp", 112, "carp"},	 {"l2tp", 115, NULL},
	{"sctp", 132, NULL},	 {"udplite", 136, NULL}, {0},
};

const struct word words_fragment[] = {
	{"none", FW_FRAGMENT_NONE, "whole"},
	{"first", FW_FRAGMENT_FIRST, NULL},
	{"later", FW_FRAGMENT_LATER, "last"},
	{0},
};

const struct word words_vlan[] = {{"untagged", 0, "none"}, {0}};

/* RFC 2474, RFC 2597, RFC 3246, RFC 8622. */
const struct word words_dscp[] = {
	{"cs0", 0, "default"},
	{"cs1", 8, NULL},
	{"cs2", 16, NULL},
	{"cs3", 24, NULL},
	{"cs4", 32, NULL},
	{"cs5", 40, NULL},
	{"cs6", 48, NULL},
	{"cs7", 56, NULL},
	{"af11", 10, NULL},
	{"af12", 12, NULL},
	{"af13", 14, NULL},
	{"af21", 18, NULL},
	{"af22", 20, NULL},
	{"af23", 22, NULL},
	{"af31", 26, NULL},
	{"af32", 28, NULL},
	{"af33", 30, NULL},
	{"af41", 34, NULL},
	{"af42", 36, NULL},
	{"af43", 38, NULL},
	{"ef", 46, NULL},
	{"le", 1, NULL},
	{0},
};

/* Bits of the byte with CWR..FIN in a TCP header. */
const struct word words_tcp_flags[] = {
	{"fin", 0x01, NULL},   {"syn", 0x02, NULL}, {"rst", 0x04, "reset"},
	{"psh", 0x08, "push"}, {"ack", 0x10, NULL}, {"urg", 0x20, NULL},
	{"ece", 0x40, NULL},   {"cwr", 0x80, NULL}, {0},
};
