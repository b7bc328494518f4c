// SPDX-License-Identifier: MIT
#include "cli/init/first_policy.h"

#include "common/base/memory.h"

/* The condition under which a rule is needed. */
enum need { ALWAYS, WITH_DHCP4, WITH_DHCP6, WITH_LAN, WITH_LAN_APART };

struct row {
	enum need need;
	const char *text;
};

/* In the order of the file. Rules before "spoofed" may match private addresses. */
static const struct row rules[] = {
	{ALWAYS, "{\"id\": \"icmp-errors\", \"comment\": \"Unreachable (path MTU discovery), TTL "
		 "exceeded (traceroute), parameter problem.\", \"match\": {\"proto\": \"icmp\", "
		 "\"icmp_type\": [3, 11, 12]}, \"action\": \"pass\"}"},
	{ALWAYS, "{\"id\": \"icmp6-errors\", \"comment\": \"The same of IPv6, where packet too big "
		 "is 2 (RFC 4890).\", \"match\": {\"proto\": \"icmpv6\", \"icmp_type\": \"1-4\"}, "
		 "\"action\": \"pass\"}"},
	{ALWAYS, "{\"id\": \"link6\", \"comment\": \"Inverse and secure neighbor discovery; what "
		 "else a link needs always passes.\", \"match\": {\"proto\": \"icmpv6\", "
		 "\"icmp_type\": [\"141-142\", \"148-149\"], \"ttl\": 255}, "
		 "\"action\": \"pass\"}"},
	{ALWAYS, "{\"id\": \"multicast-routers\", \"match\": {\"proto\": \"icmpv6\", "
		 "\"icmp_type\": \"151-153\", \"ttl\": 1}, \"action\": \"pass\"}"},
	{ALWAYS, "{\"id\": \"igmp\", \"match\": {\"dst\": \"224.0.0.0/4\", \"proto\": \"igmp\", "
		 "\"ttl\": 1}, \"action\": \"pass\"}"},
	{WITH_DHCP4, "{\"id\": \"dhcp-lease\", \"comment\": \"Our own address: the provider's "
		     "server may have any.\", \"match\": {\"zone\": \"wan\", "
		     "\"family\": \"ipv4\", \"proto\": \"udp\", \"sport\": 67, \"dport\": 68}, "
		     "\"action\": \"pass\"}"},
	{WITH_DHCP6, "{\"id\": \"dhcp6-lease\", \"match\": {\"zone\": \"wan\", "
		     "\"dst\": \"fe80::/10\", \"proto\": \"udp\", \"sport\": 547, "
		     "\"dport\": 546}, \"action\": \"pass\"}"},
	{WITH_LAN_APART, "{\"id\": \"spoofed\", \"comment\": \"Addresses of the LAN do not come "
			 "from outside.\", \"match\": {\"zone\": \"wan\", "
			 "\"src\": \"@lan_networks\"}, \"action\": \"drop\"}"},
	{WITH_LAN, "{\"id\": \"lan\", \"comment\": \"The LAN reaches everything, from its own "
		   "addresses only (BCP 38).\", \"match\": {\"zone\": \"lan\", "
		   "\"src\": [\"@lan_networks\", \"fe80::/10\"]}, \"action\": \"pass\"}"},
	{WITH_LAN, "{\"id\": \"lan-dhcp\", \"comment\": \"Hosts that have no address yet.\", "
		   "\"match\": {\"zone\": \"lan\", \"src\": \"0.0.0.0\", "
		   "\"dst\": \"255.255.255.255\", \"proto\": \"udp\", \"sport\": 68, "
		   "\"dport\": 67}, \"action\": \"pass\"}"},
	{ALWAYS, "{\"id\": \"ping\", \"match\": {\"zone\": \"wan\", \"proto\": \"icmp\", "
		 "\"icmp_type\": [0, 8]}, \"limit\": \"ping\"}"},
	{ALWAYS, "{\"id\": \"ping6\", \"match\": {\"zone\": \"wan\", \"proto\": \"icmpv6\", "
		 "\"icmp_type\": \"128-129\"}, \"limit\": \"ping\"}"},
	{ALWAYS, "{\"id\": \"tcp-replies\", \"comment\": \"All but the first segment of a "
		 "connection: they cannot open one.\", \"match\": {\"zone\": \"wan\", "
		 "\"proto\": \"tcp\", \"tcp_flags\": [\"ack\", \"rst/syn,rst\"]}, "
		 "\"action\": \"pass\"}"},
	{ALWAYS, "{\"id\": \"dns-replies\", \"comment\": \"Recognized by their source port only: "
		 "anybody can send from it to ports above 1023.\", \"match\": {\"zone\": \"wan\", "
		 "\"proto\": \"udp\", \"sport\": 53, \"dport\": \"1024-65535\"}, "
		 "\"limit\": \"dns_replies\"}"},
	{ALWAYS, "{\"id\": \"ntp-replies\", \"match\": {\"zone\": \"wan\", \"proto\": \"udp\", "
		 "\"sport\": 123, \"dport\": [123, \"1024-65535\"]}, "
		 "\"limit\": \"ntp_replies\"}"},
	{ALWAYS, "{\"id\": \"quic-replies\", \"match\": {\"zone\": \"wan\", \"proto\": \"udp\", "
		 "\"sport\": 443, \"dport\": \"1024-65535\"}, \"action\": \"pass\"}"},
	{WITH_LAN, "{\"id\": \"calls\", \"comment\": \"Calls, games and tunnels of LAN hosts: both "
		   "ends choose their port. These are the ports that clients use.\", "
		   "\"match\": {\"zone\": \"wan\", \"proto\": \"udp\", \"sport\": \"1024-65535\", "
		   "\"dport\": \"32768-65535\"}, \"action\": \"pass\"}"},
};

static const char limits[] =
	"{\"ping\": {\"rate\": \"50/s\", \"burst\": 100, \"per\": \"src/32,64\"}, "
	"\"dns_replies\": {\"comment\": \"Per receiver: the sources of a reflected flood are "
	"many.\", \"rate\": \"2000/s\", \"burst\": 4000, \"per\": \"dst/32,64\"}, "
	"\"ntp_replies\": {\"rate\": \"50/s\", \"burst\": 100, \"per\": \"dst/32,64\"}}";

static const char defaults[] = "{\"action\": \"drop\", \"malformed\": \"drop\", "
			       "\"non_ip\": \"pass\", \"on_stop\": \"keep\"}";

static bool is_needed(const struct plan *plan, enum need need)
{
	switch (need) {
	case ALWAYS:
		return true;
	case WITH_DHCP4:
		return plan->has_dhcp4;
	case WITH_DHCP6:
		return plan->has_dhcp6;
	case WITH_LAN:
		return plan->lan_count > 0;
	case WITH_LAN_APART:
		return plan->lan_count > 0 && !plan->overlaps;
	}
	return false;
}

static void add_interface(cJSON *interfaces, const char *name, const char *zone)
{
	cJSON *interface = cJSON_AddObjectToObject(interfaces, name);

	cJSON_AddStringToObject(interface, "zone", zone);
	cJSON_AddStringToObject(interface, "mode", "native");
	cJSON_AddStringToObject(interface, "on_unsupported", "generic");
}

static void add_prefixes(cJSON *object, const char *key, const struct prefix_list *list)
{
	cJSON *array = cJSON_AddArrayToObject(object, key);
	char text[PREFIX_TEXT];

	for (size_t i = 0; i < list->count; i++)
		cJSON_AddItemToArray(array,
				     cJSON_CreateString(prefix_format(&list->items[i], text)));
}

static void add_management(cJSON *policy, const struct plan *plan)
{
	cJSON *management, *entry, *ports;

	if (plan->management.count == 0)
		return;
	management = cJSON_AddObjectToObject(policy, "management");
	cJSON_AddStringToObject(management, "comment", "Judged before everything else.");
	entry = cJSON_CreateObject();
	cJSON_AddItemToArray(cJSON_AddArrayToObject(management, "allow"), entry);
	cJSON_AddStringToObject(entry, "id", "ssh");
	add_prefixes(entry, "src", &plan->management);
	cJSON_AddStringToObject(entry, "proto", "tcp");
	ports = cJSON_AddArrayToObject(entry, "dport");
	for (size_t i = 0; i < plan->ssh_port_count; i++)
		cJSON_AddItemToArray(ports, cJSON_CreateNumber(plan->ssh_ports[i]));
}

static void add_lan(cJSON *policy, const struct plan *plan)
{
	cJSON *set;

	if (plan->lan_count == 0)
		return;
	set = cJSON_AddObjectToObject(cJSON_AddObjectToObject(policy, "sets"), "lan_networks");
	add_prefixes(set, "elements", &plan->lan_networks);
}

cJSON *first_policy(const struct plan *plan)
{
	cJSON *policy = cJSON_CreateObject(), *interfaces, *list;

	cJSON_AddStringToObject(policy, "$schema", FWD_DATADIR "/fwd.schema.json");
	cJSON_AddStringToObject(policy, "comment",
				"Default-deny, by fwctl init. It only watches until enforce is "
				"true.");
	cJSON_AddFalseToObject(policy, "enforce");
	interfaces = cJSON_AddObjectToObject(policy, "interfaces");
	add_interface(interfaces, plan->wan, "wan");
	for (size_t i = 0; i < plan->lan_count; i++)
		add_interface(interfaces, plan->lans[i], "lan");
	cJSON_AddItemToObject(policy, "defaults", cJSON_Parse(defaults));
	add_management(policy, plan);
	add_lan(policy, plan);
	cJSON_AddItemToObject(policy, "limits", cJSON_Parse(limits));
	list = cJSON_AddArrayToObject(policy, "rules");
	for (size_t i = 0; i < array_size(rules); i++) {
		if (is_needed(plan, rules[i].need))
			cJSON_AddItemToArray(list, cJSON_Parse(rules[i].text));
	}
	return policy;
}
