// SPDX-License-Identifier: MIT
/* Each field of a match at the edges of what it may hold, and one step beyond. */
#include <criterion/criterion.h>

#include "tests/unit/config/support.h"

static const char match_frame[] =
	"{\"interfaces\": {\"a\": {\"zone\": \"x\"}, \"b\": {\"zone\": \"x\"}, \"c\": {}},"
	"\"sets\": {\"i\": {\"elements\": [\"192.0.2.0/24\"]}, \"l\": {\"live\": true}},\n"
	"\"rules\": [{\"id\": \"r\", \"action\": \"drop\", \"match\":\n%s}]}";

Test(fields, match_numbers)
{
	static const struct row rows[] = {
		{"{\"proto\": [0, 255, \"tcp\", \"0-255\"]}", NULL},
		{"{\"proto\": 256}", "E0202 3:11"},
		{"{\"proto\": -1}", "E0202 3:11"},
		{"{\"proto\": \"TCP\"}", "E0209 3:11"},
		{"{\"proto\": \"tcp-udp\"}", "E0209 3:11"},
		{"{\"sport\": 0}", NULL},
		{"{\"sport\": 65535}", NULL},
		{"{\"sport\": \"65536\"}", "E0202 3:11"},
		{"{\"sport\": \"4294967376\"}", "E0202 3:11"},
		{"{\"sport\": \"99999999999999999999999999\"}", "E0202 3:11"},
		{"{\"dport\": \"0-65535\"}", NULL},
		{"{\"dport\": \"80-80\"}", NULL},
		{"{\"dport\": \"81-80\"}", "E0209 3:11"},
		{"{\"dport\": \"00\"}", "E0209 3:11"},
		{"{\"dport\": \"+80\"}", "E0209 3:11"},
		{"{\"dport\": \"0x50\"}", "E0209 3:11"},
		{"{\"dport\": \"80-\"}", "E0209 3:11"},
		{"{\"dport\": [[80]]}", "E0102 3:12"},
		{"{\"dport\": 8e1}", NULL},
		{"{\"dport\": 80.0000001}", "E0202 3:11"},
		{"{\"icmp_type\": [0, 255], \"icmp_code\": \"0-255\"}", NULL},
		{"{\"icmp_type\": 256}", "E0202 3:15"},
		{"{\"icmp_code\": 256}", "E0202 3:15"},
		{"{\"vlan\": [0, 4095, \"untagged\"]}", NULL},
		{"{\"vlan\": 4096}", "E0202 3:10"},
		{"{\"length\": [0, 65535]}", NULL},
		{"{\"length\": 65536}", "E0202 3:12"},
		{"{\"dscp\": [0, 63, \"ef\", \"cs7\"]}", NULL},
		{"{\"dscp\": 64}", "E0202 3:10"},
		{"{\"dscp\": \"EF\"}", "E0209 3:10"},
		{"{\"ttl\": [0, 255]}", NULL},
		{"{\"ttl\": 256}", "E0202 3:9"},
		{"{\"ttl\": \"!1\"}", "E0213 3:9"},
		{"{\"ttl\": []}", "E0104 3:9"},
		{"{\"ttl\": true}", "E0102 3:9"},
	};

	check_rows(match_frame, rows, array_size(rows));
}

Test(fields, match_words)
{
	static const struct row rows[] = {
		{"{\"zone\": \"x\"}", NULL},
		{"{\"zone\": [\"x\", \"x\"]}", NULL},
		{"{\"zone\": \"a\"}", "E0304 3:10"},
		{"{\"zone\": \"\"}", "E0304 3:10"},
		{"{\"zone\": []}", "E0104 3:10"},
		{"{\"zone\": \"!x\"}", "E0213 3:10"},
		{"{\"interface\": [\"a\", \"c\"]}", NULL},
		{"{\"interface\": \"d\"}", "E0303 3:15"},
		{"{\"interface\": \"a\", \"zone\": \"x\"}", NULL},
		{"{\"interface\": \"c\", \"zone\": \"x\"}", "E0303 3:15"},
		{"{\"family\": [\"ipv4\", \"ipv6\", \"arp\", \"other\"]}", NULL},
		{"{\"family\": \"IPv4\"}", "E0201 3:12"},
		{"{\"family\": 4}", "E0102 3:12"},
		{"{\"fragment\": true}", NULL},
		{"{\"fragment\": false}", NULL},
		{"{\"fragment\": [\"none\", \"first\", \"later\"]}", NULL},
		{"{\"fragment\": [true]}", "E0102 3:15"},
		{"{\"fragment\": \"any\"}", "E0201 3:14"},
		{"{\"tcp_flags\": \"none\"}", NULL},
		{"{\"tcp_flags\": \"all/all\"}", NULL},
		{"{\"tcp_flags\": \"none/all\"}", NULL},
		{"{\"tcp_flags\": \"syn,syn/syn\"}", NULL},
		{"{\"tcp_flags\": \"fin,syn,rst,psh,ack,urg,ece,cwr\"}", NULL},
		{"{\"tcp_flags\": \"syn/none\"}", "E0210 3:15"},
		{"{\"tcp_flags\": \"\"}", "E0210 3:15"},
		{"{\"tcp_flags\": \"/\"}", "E0210 3:15"},
		{"{\"tcp_flags\": \"syn,\"}", "E0210 3:15"},
		{"{\"tcp_flags\": \"!syn\"}", "E0210 3:15"},
		{"{\"tcp_flags\": \"ns\"}", "E0210 3:15"},
	};

	check_rows(match_frame, rows, array_size(rows));
}

Test(fields, match_wide)
{
	static const struct row rows[] = {
		{"{\"flow_label\": 1048575}", NULL},
		{"{\"flow_label\": [0, \"5-9\", \"1048575\"]}", NULL},
		{"{\"flow_label\": 1048576}", "E0202 3:16"},
		{"{\"flow_label\": \"!5\"}", "E0213 3:16"},
		{"{\"flow_label\": []}", "E0104 3:16"},
		{"{\"flow_label\": 1, \"family\": \"ipv4\"}", "E0308 2:11"},
		{"{\"flow_label\": 1, \"family\": \"arp\"}", "E0308 2:11"},
		{"{\"flow_label\": 1, \"src\": \"192.0.2.1\"}", "E0308 2:11"},
		{"{\"flow_label\": 1, \"family\": [\"ipv4\", \"ipv6\"]}", NULL},
		{"{\"src_mac\": \"02:00:5e:00:00:01\"}", NULL},
		{"{\"src_mac\": [\"02:00:5E:00:00:01\", \"!02:00:5e:00:00:00/24\"]}", NULL},
		{"{\"dst_mac\": \"00:00:00:00:00:00/0\", \"family\": \"arp\"}", NULL},
		{"{\"dst_mac\": \"02:00:5e:00:00:01/24\"}", "E0204 3:13"},
		{"{\"dst_mac\": \"02:00:5e:00:00:00/49\"}", "E0205 3:13"},
		{"{\"dst_mac\": \"02:00:5e:00:00\"}", "E0203 3:13"},
		{"{\"dst_mac\": \"02:00:5e:00:00:00:00\"}", "E0203 3:13"},
		{"{\"dst_mac\": \"2:0:5e:0:0:1\"}", "E0203 3:13"},
		{"{\"dst_mac\": \"02-00-5e-00-00-01\"}", "E0203 3:13"},
		{"{\"dst_mac\": \"!!02:00:5e:00:00:01\"}", "E0203 3:13"},
		{"{\"dst_mac\": 5}", "E0102 3:13"},
		{"{\"dst_mac\": []}", "E0104 3:13"},
	};

	check_rows(match_frame, rows, array_size(rows));
}

Test(fields, match_addresses)
{
	static const struct row rows[] = {
		{"{\"src\": \"1.2.3.4\"}", NULL},
		{"{\"src\": \"1.2.3.4/32\"}", NULL},
		{"{\"src\": \"0.0.0.0/0\"}", NULL},
		{"{\"src\": \"::/0\"}", NULL},
		{"{\"src\": \"!::1\"}", NULL},
		{"{\"src\": [\"@i\", \"!@l\", \"!192.0.2.7\"]}", NULL},
		{"{\"src\": \"@I\"}", "E0301 3:9"},
		{"{\"src\": \"@@i\"}", "E0301 3:9"},
		{"{\"src\": \"!\"}", "E0203 3:9"},
		{"{\"src\": \"@\"}", "E0301 3:9"},
		{"{\"src\": \"\"}", "E0203 3:9"},
		{"{\"src\": \"!!@i\"}", "E0213 3:9"},
		{"{\"src\": \"0.0.0.0/33\"}", "E0205 3:9"},
		{"{\"src\": \"::/129\"}", "E0205 3:9"},
		{"{\"src\": \"0.0.0.1/0\"}", "E0204 3:9"},
		{"{\"src\": \"::1/0\"}", "E0204 3:9"},
		{"{\"src\": {\"set\": \"i\"}}", "E0102 3:9"},
		{"{\"dst\": [\"1.2.3.4\", 5]}", "E0102 3:21"},
	};

	check_rows(match_frame, rows, array_size(rows));
}
