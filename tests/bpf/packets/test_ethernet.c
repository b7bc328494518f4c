// SPDX-License-Identifier: MIT
/* Ethernet, VLAN tags, ARP and whatever is not IP. */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"

static struct frame q(struct frame frame, uint16_t id)
{
	return tag(frame, ETH_P_8021Q, id);
}

static struct frame ad(struct frame frame, uint16_t id)
{
	return tag(frame, ETH_P_8021AD, id);
}

/* UDP to a port below these headers. */
static struct frame below(struct frame frame, uint16_t port)
{
	return udp(ip4(frame, SRC4, DST4), 40000, port);
}

static struct frame below6(struct frame frame, uint16_t port)
{
	return udp(ip6(frame, SRC6, DST6), 40000, port);
}

/* Length and LLC instead of an ethertype. */
static struct frame llc(uint8_t sap, uint8_t control)
{
	struct frame frame = payload(type(eth(), 46), 46, 0);

	frame = poke8(frame, 14, sap);
	return poke8(poke8(frame, 15, sap), 16, control);
}

/* IPv4 in LLC/SNAP: no host reads it, so nor do rules for IPv4. */
static struct frame snap(void)
{
	return poke16(poke16(llc(0xaa, 3), 18, 0), 20, ETH_P_IP);
}

/* No number of tags hides a packet from the rules. */
static void test_tags(struct test *test)
{
	const struct row rows[] = {
		{"untagged, no rule", below(eth(), 54), PASS, FW_REASON_DEFAULT},
		{"untagged", below(eth(), 53), DROP, FW_REASON_RULE, "dns"},
		{"802.1Q", below(q(eth(), 5), 53), DROP, FW_REASON_RULE, "dns"},
		{"802.1Q, IPv6", below6(q(eth(), 5), 53), DROP, FW_REASON_RULE, "dns"},
		{"802.1ad", below(ad(eth(), 5), 53), DROP, FW_REASON_RULE, "dns"},
		{"QinQ", below(q(ad(eth(), 5), 6), 53), DROP, FW_REASON_RULE, "dns"},
		{"QinQ, IPv6", below6(q(ad(eth(), 5), 6), 53), DROP, FW_REASON_RULE, "dns"},
		{"two 802.1Q", below(q(q(eth(), 5), 6), 53), DROP, FW_REASON_RULE, "dns"},
		{"two 802.1ad", below(ad(ad(eth(), 5), 6), 53), DROP, FW_REASON_RULE, "dns"},
		{"802.1ad in 802.1Q", below(ad(q(eth(), 5), 6), 53), DROP, FW_REASON_RULE, "dns"},
		{"priority tag", below(q(eth(), 0), 53), DROP, FW_REASON_RULE, "dns"},
		{"two priority tags", below(q(q(eth(), 0), 0), 53), DROP, FW_REASON_RULE, "dns"},
		{"three tags", below(q(q(ad(eth(), 5), 6), 8), 54), DROP, FW_REASON_VLAN_DEPTH},
		{"three 802.1ad", below(ad(ad(ad(eth(), 5), 6), 8), 53), DROP,
		 FW_REASON_VLAN_DEPTH},
		{"tag of VLAN 7", below(q(eth(), 7), 54), DROP, FW_REASON_RULE, "seven"},
		{"802.1ad tag 7", below(ad(eth(), 7), 54), DROP, FW_REASON_RULE, "seven"},
		{"outer tag 7", below(q(ad(eth(), 7), 5), 54), DROP, FW_REASON_RULE, "seven"},
		{"inner tag 7", below(q(ad(eth(), 5), 7), 54), PASS, FW_REASON_DEFAULT},
		/* Linux takes the priority tag off, and finds VLAN 7. */
		{"tag 7 in a priority tag", below(q(ad(eth(), 0), 7), 54), DROP, FW_REASON_RULE,
		 "seven"},
		{"priority tag in tag 7", below(q(ad(eth(), 7), 0), 54), DROP, FW_REASON_RULE,
		 "seven"},
		{"a tag in a priority tag is a tag", below(q(q(eth(), 0), 1), 55), PASS,
		 FW_REASON_DEFAULT},
		{"two priority tags are none", below(q(q(eth(), 0), 0), 55), DROP, FW_REASON_RULE,
		 "untagged"},
		{"VLAN 4095", below(q(eth(), 4095), 54), DROP, FW_REASON_RULE, "last"},
		{"no tag", below(eth(), 55), DROP, FW_REASON_RULE, "untagged"},
		{"priority tag is no tag", below(q(eth(), 0), 55), DROP, FW_REASON_RULE,
		 "untagged"},
		{"a tag is a tag", below(q(eth(), 1), 55), PASS, FW_REASON_DEFAULT},
		{"unknown tag type 0x9100", below(tag(eth(), 0x9100, 5), 53), PASS,
		 FW_REASON_NON_IP},
		{"tag, then nothing", q(eth(), 5), PASS, FW_REASON_NON_IP},
	};

	use(test, "{'enforce': true, 'rules': ["
		  "{'id': 'dns', 'match': {'proto': 'udp', 'dport': 53}, 'action': 'drop'},"
		  "{'id': 'seven', 'match': {'vlan': 7}, 'action': 'drop'},"
		  "{'id': 'last', 'match': {'vlan': '4090-4095'}, 'action': 'drop'},"
		  "{'id': 'untagged', 'match': {'vlan': 0, 'dport': 55}, 'action': 'drop'}]}");
	CHECK_ROWS(test, rows);
}

/* Default drop is about IP; what a link needs passes, what is not IP has a default of its own. */
static void test_default_drop(struct test *test)
{
	const struct row rows[] = {
		{"IPv4", v4(), DROP, FW_REASON_DEFAULT},
		{"IPv6", v6(), DROP, FW_REASON_DEFAULT},
		{"ARP", arp(eth()), PASS, FW_REASON_LINK},
		{"ARP in a VLAN", arp(q(eth(), 5)), PASS, FW_REASON_LINK},
		{"ARP, padded", pad(arp(eth()), 60, 0), PASS, FW_REASON_LINK},
		{"ARP with longer addresses than it holds", poke8(arp(eth()), 18, 20), DROP,
		 FW_REASON_SHORT_ARP},
		{"ARP cut", cut(arp(eth()), 41), DROP, FW_REASON_SHORT_ARP},
		{"LLDP", payload(type(eth(), ETH_P_LLDP), 46, 1), PASS, FW_REASON_NON_IP},
		{"LLC: spanning tree", llc(0x42, 3), PASS, FW_REASON_NON_IP},
		{"LLC/SNAP", snap(), PASS, FW_REASON_NON_IP},
		{"MPLS", payload(type(eth(), ETH_P_MPLS_UC), 46, 1), PASS, FW_REASON_NON_IP},
		{"PPPoE", payload(type(eth(), ETH_P_PPP_SES), 46, 1), PASS, FW_REASON_NON_IP},
		{"ethertype 0", payload(type(eth(), 0), 46, 1), PASS, FW_REASON_NON_IP},
		{"ethertype 0xffff", payload(type(eth(), 0xffff), 46, 1), PASS, FW_REASON_NON_IP},
		{"Ethernet header alone", eth(), PASS, FW_REASON_NON_IP},
	};

	use(test, "{'enforce': true, 'defaults': {'action': 'drop'}}");
	CHECK_ROWS(test, rows);
}

static void test_non_ip_drop(struct test *test)
{
	const struct row rows[] = {
		{"IPv4", v4(), PASS, FW_REASON_DEFAULT},
		{"ARP", arp(eth()), PASS, FW_REASON_LINK},
		{"LLDP", payload(type(eth(), ETH_P_LLDP), 46, 1), DROP, FW_REASON_NON_IP},
		{"LLC: spanning tree", llc(0x42, 3), DROP, FW_REASON_NON_IP},
		{"LLC/SNAP", snap(), DROP, FW_REASON_NON_IP},
		{"unknown tag type", below(tag(eth(), 0x9100, 5), 53), DROP, FW_REASON_NON_IP},
		{"Ethernet header alone", eth(), DROP, FW_REASON_NON_IP},
	};

	use(test, "{'enforce': true, 'defaults': {'non_ip': 'drop'}}");
	CHECK_ROWS(test, rows);
}

/* Only rules that name these kinds have them. */
static void test_kinds(struct test *test)
{
	const struct row rows[] = {
		{"IPv4", v4(), DROP, FW_REASON_RULE, "all-ip"},
		{"IPv6", v6(), DROP, FW_REASON_RULE, "all-ip"},
		{"unknown protocol", proto(v4(), 254), DROP, FW_REASON_RULE, "all-ip"},
		{"protocol 0", proto(v4(), 0), DROP, FW_REASON_RULE, "all-ip"},
		{"protocol 255, IPv6", proto(v6(), 255), DROP, FW_REASON_RULE, "all-ip"},
		{"ESP", payload(proto(v4(), 50), 16, 9), DROP, FW_REASON_RULE, "all-ip"},
		{"no next header", proto(v6(), 59), DROP, FW_REASON_RULE, "all-ip"},
		{"GRE", payload(proto(v6(), 47), 16, 9), DROP, FW_REASON_RULE, "all-ip"},
		{"ARP is no IP", arp(eth()), PASS, FW_REASON_LINK},
		{"LLDP", payload(type(eth(), ETH_P_LLDP), 46, 1), DROP, FW_REASON_RULE, "others"},
		{"LLDP in VLAN 9", payload(type(q(eth(), 9), ETH_P_LLDP), 46, 1), PASS,
		 FW_REASON_RULE, "lldp-9"},
		{"ARP in VLAN 9", arp(q(eth(), 9)), DROP, FW_REASON_RULE, "arp-9"},
	};

	use(test, "{'enforce': true, 'rules': ["
		  "{'id': 'lldp-9', 'match': {'family': 'other', 'vlan': 9}, 'action': 'pass'},"
		  "{'id': 'arp-9', 'match': {'family': 'arp', 'vlan': 9}, 'action': 'drop'},"
		  "{'id': 'all-ip', 'action': 'drop'},"
		  "{'id': 'others', 'match': {'family': 'other'}, 'action': 'drop'}]}");
	CHECK_ROWS(test, rows);
}

void test_ethernet(struct test *test)
{
	test_tags(test);
	test_default_drop(test);
	test_non_ip_drop(test);
	test_kinds(test);
}

/* Until the first policy is there, everything passes, and is counted as that. */
void test_no_policy(struct test *test)
{
	const struct row rows[] = {
		{"IPv4", v4(), PASS, FW_REASON_NO_POLICY},
		{"IPv6", udp6(1, 2), PASS, FW_REASON_NO_POLICY},
		{"ARP", arp(eth()), PASS, FW_REASON_NO_POLICY},
		{"LLDP", payload(type(eth(), ETH_P_LLDP), 46, 1), PASS, FW_REASON_NO_POLICY},
		{"malformed", cut(v4(), 20), PASS, FW_REASON_NO_POLICY},
	};

	if (test->policy) {
		skip_test(test, "no policy", "this datapath had one");
		return;
	}
	CHECK_ROWS(test, rows);
	check_equal(test, datapath_generation(test->dp), 0, "no generation");
}
