// SPDX-License-Identifier: MIT
#include "common/base/words.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "common/base/memory.h"

const struct word words_protocols[] = {
	{"hopopt", 0, NULL},
	{"icmp", 1, NULL},
	{"igmp", 2, NULL},
	{"ggp", 3, NULL},
	{"ipip", 4, NULL},
	{"ipencap", 4, NULL},
	{"ip-encap", 4, NULL},
	{"st", 5, NULL},
	{"tcp", 6, NULL},
	{"egp", 8, NULL},
	{"igp", 9, NULL},
	{"pup", 12, NULL},
	{"udp", 17, NULL},
	{"hmp", 20, NULL},
	{"xns-idp", 22, NULL},
	{"rdp", 27, NULL},
	{"iso-tp4", 29, NULL},
	{"dccp", 33, NULL},
	{"xtp", 36, NULL},
	{"ddp", 37, NULL},
	{"idpr-cmtp", 38, NULL},
	{"ipv6", 41, NULL},
	{"ipv6-route", 43, NULL},
	{"ipv6-frag", 44, NULL},
	{"idrp", 45, NULL},
	{"rsvp", 46, NULL},
	{"gre", 47, NULL},
	{"esp", 50, "ipsec"},
	{"ipsec-esp", 50, NULL},
	{"ah", 51, NULL},
	{"ipsec-ah", 51, NULL},
	{"skip", 57, NULL},
	{"icmpv6", 58, "icmp6"},
	{"ipv6-icmp", 58, NULL},
	{"none", 59, NULL},
	{"ipv6-nonxt", 59, NULL},
	{"ipv6-opts", 60, NULL},
	{"rspf", 73, NULL},
	{"vmtp", 81, NULL},
	{"eigrp", 88, NULL},
	{"ospf", 89, NULL},
	{"ospfigp", 89, NULL},
	{"ax.25", 93, NULL},
	{"etherip", 97, NULL},
	{"encap", 98, NULL},
	{"pim", 103, NULL},
	{"ipcomp", 108, NULL},
	{"vrrp", 112, "carp"},
	{"l2tp", 115, NULL},
	{"isis", 124, NULL},
	{"sctp", 132, NULL},
	{"fc", 133, NULL},
	{"mobility-header", 135, NULL},
	{"udplite", 136, NULL},
	{"mpls", 137, NULL},
	{"mpls-in-ip", 137, NULL},
	{"manet", 138, NULL},
	{"hip", 139, NULL},
	{"shim6", 140, NULL},
	{"wesp", 141, NULL},
	{"rohc", 142, NULL},
	{"ethernet", 143, NULL},
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

const struct word words_fragment[] = {
	{"none", FW_FRAGMENT_NONE, "whole"},
	{"first", FW_FRAGMENT_FIRST, NULL},
	{"later", FW_FRAGMENT_LATER, "last"},
	{0},
};

const struct word words_vlan[] = {{"untagged", 0, "none"}, {0}};

/* RFC 2474, RFC 2597, RFC 3246, RFC 5865, RFC 8622. */
const struct word words_dscp[] = {
	{"cs0", 0, "default"}, {"cs1", 8, NULL},   {"cs2", 16, NULL},  {"cs3", 24, NULL},
	{"cs4", 32, NULL},     {"cs5", 40, NULL},  {"cs6", 48, NULL},  {"cs7", 56, NULL},
	{"af11", 10, NULL},    {"af12", 12, NULL}, {"af13", 14, NULL}, {"af21", 18, NULL},
	{"af22", 20, NULL},    {"af23", 22, NULL}, {"af31", 26, NULL}, {"af32", 28, NULL},
	{"af33", 30, NULL},    {"af41", 34, NULL}, {"af42", 36, NULL}, {"af43", 38, NULL},
	{"va", 44, NULL},      {"ef", 46, NULL},   {"le", 1, NULL},    {0},
};

/* Bits of the byte with CWR..FIN in a TCP header. */
const struct word words_tcp_flags[] = {
	{"fin", 0x01, NULL},   {"syn", 0x02, NULL}, {"rst", 0x04, "reset"},
	{"psh", 0x08, "push"}, {"ack", 0x10, NULL}, {"urg", 0x20, NULL},
	{"ece", 0x40, NULL},   {"cwr", 0x80, NULL}, {0},
};

const struct word *word_find(const struct word *words, const char *name)
{
	for (; words && words->name; words++) {
		if (!strcmp(words->name, name))
			return words;
	}
	return NULL;
}

const char *word_name(const struct word *words, unsigned value)
{
	for (; words && words->name; words++) {
		if (words->value == value)
			return words->name;
	}
	return NULL;
}

int tcp_flags_parse(const char *text, unsigned *ret)
{
	cleanup_free char *copy = strdup(text);
	char *rest = copy, *name;
	unsigned bits = 0;

	if (!copy)
		return -ENOMEM;
	if (!strcmp(text, "none") || !strcmp(text, "all")) {
		*ret = *text == 'a' ? FW_HIGHEST_TCP_FLAGS : 0;
		return 0;
	}
	while ((name = strsep(&rest, ","))) {
		const struct word *word = word_find(words_tcp_flags, name);

		if (!word)
			return -EINVAL;
		bits |= word->value;
	}
	*ret = bits;
	return 0;
}

const char *tcp_flags_format(unsigned flags, char buffer[TCP_FLAGS_TEXT])
{
	char *end = buffer;

	*end = '\0';
	for (const struct word *word = words_tcp_flags; word->name; word++) {
		if (!(flags & word->value))
			continue;
		if (end > buffer)
			*end++ = ',';
		end = stpcpy(end, word->name);
	}
	return end > buffer ? buffer : strcpy(buffer, "none");
}
