// SPDX-License-Identifier: MIT
/* Each field at the edges of what it may hold, and one step beyond. */
#include <criterion/criterion.h>

#include "tests/unit/config/support.h"

Test(fields, top)
{
	static const struct row rows[] = {
		{"", NULL},
		{"\"enforce\": false", NULL},
		{"\"enforce\": true", NULL},
		{"\"enforce\": 1", "E0102 1:13"},
		{"\"enforce\": null", "E0102 1:13"},
		{"\"$schema\": \"x\"", NULL},
		{"\"$schema\": {}", "E0102 1:13"},
		{"\"comment\": \"\"", NULL},
		{"\"comment\": []", NULL},
		{"\"comment\": [1]", "E0102 1:13"},
		{"\"comment\": {}", "E0102 1:13"},
		{"\"Comment\": \"\"", "E0101 1:2"},
		{"\"\": 1", "E0101 1:2"},
		{"\"include\": \"x\"", "E0008 1:2"}, /* not from a file */
		{"\"permitted_cidrs\": []", NULL},
		{"\"permitted_cidrs\": [\"0.0.0.0/0\", \"::/0\"]", NULL},
		{"\"permitted_cidrs\": [1]", "E0102 1:22"},
		{"\"permitted_cidrs\": {}", "E0102 1:21"},
		{"\"permitted_cidrs\": [\"!10.0.0.0/8\"]", "E0203 1:22"},
		{"\"sets\": null", "E0102 1:10"},
		{"\"rules\": []", NULL},
		{"\"rules\": [[]]", "E0102 1:12"},
		{"\"management\": {\"allow\": []}", NULL},
	};

	check_rows("{%s}", rows, array_size(rows));
}

Test(fields, names)
{
	static const struct row rows[] = {
		{"a", NULL},
		{"0", NULL},
		{"_", NULL},
		{"a.b_c:d/e-f", NULL},
		{"123456789012345678901234567890123456789012345678901234567890123", NULL},
		{"1234567890123456789012345678901234567890123456789012345678901234", "E0105 2:1"},
		{"", "E0105 2:1"},
		{".a", "E0105 2:1"},
		{":a", "E0105 2:1"},
		{"/a", "E0105 2:1"},
		{"-a", "E0105 2:1"},
		{"a b", "E0105 2:1"},
		{"a\\n", "E0105 2:1"},
		{"a\xc3\xa9", "E0105 2:1"},
		{"@a", "E0105 2:1"},
		{"!a", "E0105 2:1"},
	};

	check_rows("{\"sets\": {\n\"%s\": {\"live\": true}}}", rows, array_size(rows));
}

Test(fields, interfaces)
{
	static const struct row rows[] = {
		{"\"eth0\": {}", NULL},
		{"\"eth0.100\": {}", NULL},
		{"\"eth0@x\": {}", NULL},
		{"\"123456789012345\": {}", NULL},
		{"\"1234567890123456\": {}", "E0105 2:1"},
		{"\"\": {}", "E0105 2:1"},
		{"\".\": {}", "E0105 2:1"},
		{"\"..\": {}", "E0105 2:1"},
		{"\"a/b\": {}", "E0105 2:1"},
		{"\"a:b\": {}", "E0105 2:1"},
		{"\"a b\": {}", "E0105 2:1"},
		{"\"a\\tb\": {}", "E0105 2:1"},
		{"\"a\": []", "E0102 2:6"},
		{"\"a\": {\"zone\": \"\"}", "E0105 2:15"},
		{"\"a\": {\"zone\": 1}", "E0102 2:15"},
		{"\"a\": {\"mode\": \"native\", \"on_unsupported\": \"fail\"}", NULL},
		{"\"a\": {\"mode\": \"generic\", \"on_unsupported\": \"generic\"}", NULL},
		{"\"a\": {\"attach\": false}, \"b\": {\"attach\": true}", NULL},
		{"\"a\": {\"attach\": 0}", "E0102 2:17"},
		{"\"a\": {\"attach\": null}", "E0102 2:17"},
		{"\"a\": {\"attach\": \"false\"}", "E0102 2:17"},
		{"\"a\": {\"mode\": \"Native\"}", "E0201 2:15"},
		{"\"a\": {\"mode\": \"\"}", "E0201 2:15"},
		{"\"comment\": \"x\"", NULL},
	};

	check_rows("{\"interfaces\": {\n%s}}", rows, array_size(rows));
}

Test(fields, defaults_and_events)
{
	static const struct row rows[] = {
		{"\"defaults\": {}", NULL},
		{"\"defaults\": {\"action\": \"drop\"}", NULL},
		{"\"defaults\": {\"action\": \"log\"}", "E0201 1:25"},
		{"\"defaults\": {\"malformed\": \"pass\", \"non_ip\": \"drop\"}", NULL},
		{"\"defaults\": {\"malformed\": true}", "E0102 1:28"},
		{"\"defaults\": {\"on_stop\": \"detach\"}", NULL},
		{"\"defaults\": {\"on_stop\": \"\"}", "E0201 1:26"},
		{"\"events\": {}", NULL},
		{"\"events\": {\"rate\": \"1/h\"}", NULL},
		{"\"events\": {\"rate\": \"unlimited\"}", NULL},
		{"\"events\": {\"rate\": \"Unlimited\"}", "E0207 1:21"},
		{"\"events\": {\"rate\": \"1B/s\"}", "E0207 1:21"},
		{"\"events\": {\"rate\": \"8bit/s\"}", "E0207 1:21"},
		{"\"events\": {\"rate\": 0}", "E0102 1:21"},
		{"\"events\": {\"sample\": \"1/1\"}", NULL},
		{"\"events\": {\"sample\": \"1/2147483648\"}", NULL},
		{"\"events\": {\"sample\": \"1/2147483649\"}", "E0208 1:23"},
		{"\"events\": {\"sample\": \"1/0\"}", "E0208 1:23"},
		{"\"events\": {\"sample\": \"1/18446744073709551617\"}", "E0208 1:23"},
	};

	check_rows("{%s}", rows, array_size(rows));
}

Test(fields, sets)
{
	static const struct row rows[] = {
		{"{\"elements\": []}", NULL},
		{"{\"elements\": [\"1.2.3.4\", \"1.2.3.4\"]}", NULL},
		{"{\"elements\": \"1.2.3.4\"}", "E0102 2:14"},
		{"{\"elements\": [null]}", "E0102 2:15"},
		{"{\"live\": true}", NULL},
		{"{\"live\": false}", "E0109 2:10"},
		{"{\"live\": 1}", "E0102 2:10"},
		{"{\"live\": true, \"max\": 1}", NULL},
		{"{\"live\": true, \"max\": 1000000}", NULL},
		{"{\"live\": true, \"max\": 1000001}", "E0202 2:23"},
		{"{\"live\": true, \"max\": 0}", "E0202 2:23"},
		{"{\"live\": true, \"max\": -1}", "E0202 2:23"},
		{"{\"live\": true, \"max\": 1e300}", "E0202 2:23"},
		{"{\"live\": true, \"max\": 2.5}", "E0202 2:23"},
		{"{\"live\": true, \"max\": \"10\"}", "E0102 2:23"},
		{"{\"live\": true, \"timeout\": \"1ns\"}", NULL},
		{"{\"live\": true, \"timeout\": \"0\"}", "E0206 2:27"},
		{"{\"live\": true, \"timeout\": \"106751d\"}", NULL},
		{"{\"live\": true, \"timeout\": \"106752d\"}", "E0206 2:27"},
		{"{\"live\": true, \"timeout\": \"99999999999999999999s\"}", "E0206 2:27"},
		{"{\"live\": true, \"elements\": []}", "E0109 2:1"},
		{"{}", "E0109 2:1"},
		{"{\"file\": \"\"}", "E0104 2:10"},
		{"{\"file\": [\"a\"]}", "E0102 2:10"},
		{"{\"file\": \"/no/such/file\"}", "E0001 2:10"},
		{"{\"file\": \"/no/such/file\", \"on_error\": \"keep-last\"}",
		 "E0001 2:10 W0314 2:10"},
		{"{\"file\": \"/dev/null\"}", "E0001 2:10"},
		{"{\"file\": \"/\"}", "E0001 2:10"},
		{"{\"file\": \"/dev/zero\"}", "E0001 2:10"},
	};

	check_rows("{\"sets\": {\"s\":\n%s}}", rows, array_size(rows));
}

Test(fields, limits)
{
	static const struct row rows[] = {
		{"\"rate\": \"1/s\"", NULL},
		{"\"rate\": \"1000000000000/s\"", NULL},
		{"\"rate\": \"1000000000001/s\"", "E0207 2:9"},
		{"\"rate\": \"60T/min\"", NULL},
		{"\"rate\": \"61T/min\"", "E0207 2:9"},
		{"\"rate\": \"0/s\"", "E0207 2:9"},
		{"\"rate\": \"-1/s\"", "E0207 2:9"},
		{"\"rate\": \"1/S\"", "E0207 2:9"},
		{"\"rate\": \"1K/s\"", "E0207 2:9"},
		{"\"rate\": \"1b/s\"", "E0207 2:9"},
		{"\"rate\": \"/s\"", "E0207 2:9"},
		{"\"rate\": \"1/\"", "E0207 2:9"},
		{"\"rate\": \"\"", "E0207 2:9"},
		{"\"burst\": 1", "E0103 1:18"},
		{"\"rate\": \"1M/s\", \"burst\": 1", NULL},
		{"\"rate\": \"1M/s\", \"burst\": 0", "E0202 2:26"},
		{"\"rate\": \"1G/s\", \"burst\": 1099511627776", NULL},
		{"\"rate\": \"1G/s\", \"burst\": 1099511627777", "E0202 2:26"},
		{"\"rate\": \"1GB/s\", \"burst\": \"1024GiB\"", NULL},
		{"\"rate\": \"1GB/s\", \"burst\": \"1025GiB\"", "E0202 2:27"},
		{"\"rate\": \"1GB/s\", \"burst\": \"\"", "E0202 2:27"},
		{"\"rate\": \"1GB/s\", \"burst\": \"1.5MB\"", "E0202 2:27"},
		{"\"rate\": \"1GB/s\", \"burst\": true", "E0102 2:27"},
		{"\"rate\": \"1MB/s\", \"burst\": 1514", NULL},
		{"\"rate\": \"1MB/s\", \"burst\": 1513", "E0202 2:27"},
		{"\"rate\": \"1Mbit/s\", \"burst\": 1513", "E0202 2:29"},
		{"\"rate\": \"1/s\", \"burst\": 8640000", NULL}, /* 100 days */
		{"\"rate\": \"1/s\", \"burst\": 8640001", "E0202 2:25"},
		{"\"rate\": \"1/s\", \"per\": \"rule\"", NULL},
		{"\"rate\": \"1/s\", \"per\": \"src\"", NULL},
		{"\"rate\": \"1/s\", \"per\": \"src/0\"", NULL},
		{"\"rate\": \"1/s\", \"per\": \"src/128\"", NULL},
		{"\"rate\": \"1/s\", \"per\": \"src/129\"", "E0211 2:23"},
		{"\"rate\": \"1/s\", \"per\": \"dst/32,128\"", NULL},
		{"\"rate\": \"1/s\", \"per\": \"dst/33,128\"", "E0211 2:23"},
		{"\"rate\": \"1/s\", \"per\": \"dst/32,129\"", "E0211 2:23"},
		{"\"rate\": \"1/s\", \"per\": \"dst/32,64,1\"", "E0211 2:23"},
		{"\"rate\": \"1/s\", \"per\": \"dst/00\"", "E0211 2:23"},
		{"\"rate\": \"1/s\", \"per\": \"srcs\"", "E0211 2:23"},
		{"\"rate\": \"1/s\", \"per\": \"src /24\"", "E0211 2:23"},
		{"\"rate\": \"1/s\", \"per\": \"src/-1\"", "E0211 2:23"},
		{"\"rate\": \"1/s\", \"per\": \"\"", "E0211 2:23"},
		{"\"rate\": \"1/s\", \"per\": null", "E0102 2:23"},
		{"\"rate\": \"1/s\", \"algorithm\": \"token_bucket\"", NULL},
		{"\"rate\": \"1/s\", \"algorithm\": \"\"", "E0201 2:29"},
		{"\"rate\": \"1/s\", \"algorithm\": 1", "E0102 2:29"},
		{"\"rate\": \"1/s\", \"algorithm\": \"leaky_bucket\"", NULL},
		{"\"rate\": \"1/s\", \"algorithm\": \"leaky_bucket\", \"burst\": 64", NULL},
		{"\"rate\": \"1/s\", \"algorithm\": \"leaky_bucket\", \"burst\": 65", "E0202 2:54"},
		{"\"rate\": \"9k/s\", \"algorithm\": \"leaky_bucket\", \"burst\": 900", NULL},
		{"\"rate\": \"9k/s\", \"algorithm\": \"leaky_bucket\", \"burst\": 901",
		 "E0202 2:55"},
		{"\"rate\": \"1/s\", \"algorithm\": \"fixed_window\"", NULL},
		{"\"rate\": \"1/s\", \"algorithm\": \"fixed_window\", \"burst\": 1", "E0202 2:54"},
		{"\"rate\": \"1513B/s\", \"algorithm\": \"fixed_window\"", "E0202 2:9"},
		{"\"rate\": \"1514B/s\", \"algorithm\": \"sliding_window\"", NULL},
		{"\"rate\": \"12111bit/s\", \"algorithm\": \"sliding_window\"", "E0202 2:9"},
		{"\"rate\": \"12113bit/s\", \"algorithm\": \"sliding_window\"", NULL},
		{"\"rate\": \"1bit/h\", \"algorithm\": \"sliding_window\"", "E0202 2:9"},
		{"\"rate\": \"1T/s\", \"algorithm\": \"sliding_window\"", NULL},
		{"\"rate\": \"60T/min\", \"algorithm\": \"sliding_window\"", "E0202 2:9"},
		{"\"rate\": \"1/s\", \"per\": \"flow\"", NULL},
		{"\"rate\": \"1/s\", \"per\": \"src+dport\"", NULL},
		{"\"rate\": \"1/s\", \"per\": \"src/24+dport\"", "E0211 2:23"},
		{"\"rate\": \"1/s\", \"per\": [\"src\", \"src/24\", \"vlan\", \"rule\"]", NULL},
		{"\"rate\": \"1/s\", \"per\": [\"src\", \"srd\"]", "E0211 2:31"},
		{"\"rate\": \"1/s\", \"per\": [\"rule\", \"rule\"]", "E0217 2:32"},
		{"\"rate\": \"1/s\", \"per\": []", "E0104 2:23"},
		{"\"rate\": \"1/s\", \"per\": [\"src\", \"dst\", \"src\", \"dst\", \"rule\"]",
		 "E0110 2:52"},
		{"\"rate\": [\"1/s\", \"2/s\"], \"per\": [\"src\", \"rule\"]", NULL},
		{"\"rate\": [\"1/s\", \"20/min\"], \"per\": [\"src\", \"src\"]", NULL},
		{"\"rate\": [\"1/s\", \"2/s\"]", "E0217 2:9"},
		{"\"rate\": [\"1/s\"], \"per\": [\"src\", \"rule\"]", "E0217 2:9"},
		{"\"rate\": [\"1/s\", \"0/s\"], \"per\": [\"src\", \"rule\"]", "E0207 2:17"},
		{"\"rate\": [\"1/s\", \"2B/s\"], \"per\": [\"src\", \"rule\"]", "E0217 2:17"},
		{"\"rate\": \"1/s\", \"burst\": [1, 2], \"per\": [\"src\", \"rule\"]", NULL},
		{"\"rate\": \"1/s\", \"burst\": [1, 2, 3], \"per\": [\"src\", \"rule\"]",
		 "E0217 2:25"},
		{"\"rate\": \"1/s\", \"burst\": [1, 0], \"per\": [\"src\", \"rule\"]",
		 "E0202 2:29"},
		{"\"rate\": [\"1/s\", \"60/min\"], \"per\": [\"src\", \"rule\"], "
		 "\"algorithm\": \"fixed_window\"",
		 "E0217 2:17"},
		{"\"rate\": \"1/s\", \"max\": 4194304", NULL},
		{"\"rate\": \"1/s\", \"max\": 4194305", "E0202 2:23"},
		{"\"rate\": \"1/s\", \"max\": 0", "E0202 2:23"},
		{"\"rate\": \"1/s\", \"max\": \"1M\"", "E0102 2:23"},
		{"\"rate\": \"1/s\", \"over\": \"pass\", \"when_full\": \"pass\"", NULL},
		{"\"rate\": \"1/s\", \"over\": \"log\"", "E0201 2:24"},
		{"\"rate\": \"1/s\", \"when_full\": \"lru\"", "E0201 2:29"},
		{"\"rate\": \"1/s\", \"within\": \"continue\"", NULL},
		{"\"rate\": \"1/s\", \"within\": \"pass\"", NULL},
		{"\"rate\": \"1/s\", \"within\": \"drop\"", "E0201 2:26"},
		{"\"rate\": \"1/s\", \"within\": true", "E0102 2:26"},
	};

	check_rows("{\"limits\": {\"l\": {\n%s}}}", rows, array_size(rows));
}

Test(fields, rules)
{
	static const struct row rows[] = {
		{"\"action\": \"pass\"", NULL},
		{"\"action\": \"log\", \"match\": {}", NULL},
		{"\"limit\": \"l\"", NULL},
		{"\"limit\": \"L\"", "E0302 2:10"},
		{"\"limit\": \"\"", "E0302 2:10"},
		{"\"limit\": null", "E0102 2:10"},
		{"\"action\": \"\"", "E0201 2:11"},
		{"\"match\": {}", "E0108 1:46"},
		{"\"action\": \"drop\", \"limit\": \"l\"", "E0108 1:46"},
		{"\"action\": \"drop\", \"priority\": 1000000", NULL},
		{"\"action\": \"drop\", \"priority\": -1000000", NULL},
		{"\"action\": \"drop\", \"priority\": -1000001", "E0202 2:31"},
		{"\"action\": \"drop\", \"priority\": 1e400", "E0006 2:31"},
		{"\"action\": \"drop\", \"priority\": \"1\"", "E0102 2:31"},
		{"\"action\": \"drop\", \"enabled\": \"no\"", "E0102 2:30"},
		{"\"action\": \"drop\", \"enforce\": 0", "E0102 2:30"},
		{"\"action\": \"drop\", \"log\": true", NULL},
		{"\"action\": \"drop\", \"log\": false", NULL},
		{"\"action\": \"drop\", \"log\": {}", NULL},
		{"\"action\": \"drop\", \"log\": {\"sample\": \"1/5\", \"comment\": \"x\"}", NULL},
		{"\"action\": \"drop\", \"log\": {\"sample\": 5}", "E0102 2:37"},
		{"\"action\": \"drop\", \"log\": \"1/5\"", "E0102 2:26"},
	};

	check_rows("{\"limits\": {\"l\": {\"rate\": \"1/s\"}}, \"rules\": [{\"id\": \"r\",\n%s}]}",
		   rows, array_size(rows));
}
