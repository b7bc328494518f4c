// SPDX-License-Identifier: MIT
/* What goes beyond one value. */
#include <criterion/criterion.h>

#include <stdio.h>

#include "tests/unit/config/support.h"

static const struct {
	const char *match;
	const char *codes;
} matches[] = {
	/* ports, ICMP, TCP flags */
	{"{\"dport\": 80}", ""},
	{"{\"proto\": \"tcp\", \"dport\": 80}", ""},
	{"{\"proto\": [\"gre\", \"sctp\"], \"dport\": 80}", ""},
	{"{\"proto\": \"0-5\", \"dport\": 80}", "E0305 2:12"},
	{"{\"proto\": \"icmp\", \"sport\": 80}", "E0305 2:12"},
	{"{\"icmp_type\": 8}", ""},
	{"{\"proto\": [\"icmpv6\", \"udp\"], \"icmp_type\": 8}", ""},
	{"{\"proto\": \"udp\", \"icmp_type\": 8}", "E0306 2:12"},
	{"{\"proto\": \"udp\", \"icmp_code\": 0}", "E0306 2:12"},
	{"{\"icmp_type\": 8, \"tcp_flags\": \"syn\"}", "E0306 2:12"},
	{"{\"tcp_flags\": \"syn\"}", ""},
	{"{\"proto\": \"1-10\", \"tcp_flags\": \"syn\", \"sport\": 1}", ""},
	{"{\"proto\": \"sctp\", \"tcp_flags\": \"syn\"}", "E0307 2:12"},
	/* families */
	{"{\"family\": \"ipv4\", \"src\": \"10.0.0.0/8\", \"proto\": \"icmp\"}", ""},
	{"{\"family\": \"ipv4\", \"src\": [\"10.0.0.0/8\", \"::/0\"]}", ""},
	{"{\"family\": \"ipv4\", \"src\": \"::/0\"}", "E0308 2:12"},
	{"{\"family\": [\"ipv4\", \"ipv6\"], \"src\": \"::/0\"}", ""},
	{"{\"family\": \"ipv6\", \"dst\": \"@v4\"}", "E0308 2:12"},
	{"{\"src\": \"@v4\", \"dst\": \"::/0\"}", "E0308 2:12"},
	{"{\"src\": [\"@v4\", \"::1\"], \"dst\": \"::/0\"}", ""},
	{"{\"src\": \"@live\", \"dst\": \"::/0\"}", ""},
	{"{\"src\": \"@empty\", \"dst\": \"::/0\"}", ""},
	{"{\"src\": \"!10.0.0.0/8\", \"dst\": \"::/0\"}", ""},
	{"{\"family\": \"arp\"}", ""},
	{"{\"family\": [\"arp\", \"other\"], \"vlan\": 5}", ""},
	{"{\"family\": \"arp\", \"src\": \"10.0.0.0/8\"}", "E0308 2:12"},
	{"{\"family\": \"other\", \"ttl\": 1}", "E0308 2:12"},
	{"{\"family\": [\"arp\", \"ipv4\"], \"ttl\": 1}", ""},
	{"{\"family\": \"ipv6\", \"proto\": \"icmp\"}", "E0308 2:12"},
	{"{\"family\": \"ipv4\", \"proto\": 58}", "E0308 2:12"},
	{"{\"family\": \"ipv4\", \"proto\": [\"icmp\", \"icmpv6\"]}", ""},
	{"{\"dst\": \"::1\", \"proto\": \"icmp\"}", "E0308 2:12"},
	{"{\"proto\": \"icmp\", \"flow_label\": 1}", "E0308 2:12"},
	/* fragments */
	{"{\"fragment\": \"later\", \"proto\": \"udp\"}", ""},
	{"{\"fragment\": \"later\", \"dport\": 53}", "E0309 2:12"},
	{"{\"fragment\": [\"first\", \"later\"], \"dport\": 53}", ""},
	{"{\"fragment\": true, \"dport\": 53}", ""},
	{"{\"fragment\": \"later\", \"icmp_type\": 3}", "E0309 2:12"},
	{"{\"fragment\": \"later\", \"tcp_flags\": \"syn\"}", "E0309 2:12"},
	/* several at once, each reported */
	{"{\"proto\": \"udp\", \"icmp_type\": 8, \"tcp_flags\": \"syn\", \"fragment\": \"later\"}",
	 "E0306 2:12 E0307 2:12 E0309 2:12"},
};

static const char sets[] = "\"sets\": {\"v4\": {\"elements\": [\"10.0.0.1\"]}, \"empty\": "
			   "{\"elements\": []}, \"live\": {\"live\": true}}";

Test(validate, matches)
{
	for (size_t i = 0; i < array_size(matches); i++) {
		cleanup_free char *text = NULL, *codes = NULL;

		cr_assert_geq(asprintf(&text,
				       "{%s,\n\"rules\": [ {\"id\": \"r\", \"action\": \"drop\", "
				       "\"match\": %s}]}",
				       sets, matches[i].match),
			      0);
		codes = reported(text);
		cr_expect_str_eq(codes, matches[i].codes, "%s: %s, not %s", matches[i].match, codes,
				 matches[i].codes);
	}
}

static const struct {
	const char *entry;
	const char *codes;
} entries[] = {
	{"{\"src\": \"10.0.0.1\"}", ""},
	{"{\"src\": \"@v4\", \"dport\": 22}", ""},
	{"{\"src\": \"@live\"}", ""},
	{"{\"src\": \"@empty\"}", "E0310 2:27"},
	{"{\"dst\": \"@empty\"}", "E0310 2:27"},
	{"{\"src\": [\"@empty\", \"@v4\"]}", ""},
	{"{\"src\": \"!@empty\"}", ""},
	{"{}", "W0311 2:27"},
	{"{\"id\": \"all\", \"comment\": \"\"}", "W0311 2:27"},
	{"{\"vlan\": 5}", ""},
	{"{\"family\": \"ipv6\"}", ""},
	{"{\"dport\": 22, \"proto\": \"icmp\"}", "E0305 2:27"},
	{"{\"action\": \"drop\"}", "E0101 2:28"},
};

Test(validate, management)
{
	for (size_t i = 0; i < array_size(entries); i++) {
		cleanup_free char *text = NULL, *codes = NULL;

		cr_assert_geq(asprintf(&text, "{%s,\n\"management\": {\"allow\": [ %s]}}", sets,
				       entries[i].entry),
			      0);
		codes = reported(text);
		cr_expect_str_eq(codes, entries[i].codes, "%s: %s, not %s", entries[i].entry, codes,
				 entries[i].codes);
	}
}

static const struct {
	const char *text;
	const char *codes;
} policies[] = {
	{"{\"enforce\": true}", ""},
	{"{\"enforce\": true, \"defaults\": {\"action\": \"drop\"}}", "W0312 0:0"},
	{"{\"enforce\": false, \"defaults\": {\"action\": \"drop\"}}", ""},
	{"{\"enforce\": true, \"permitted_cidrs\": [\"10.0.0.0/8\"]}", "W0312 0:0"},
	{"{\"enforce\": true, \"rules\": [{\"id\": \"r\", \"action\": \"drop\"}]}", "W0312 0:0"},
	{"{\"enforce\": true, \"rules\": [{\"id\": \"r\", \"action\": \"drop\", \"enabled\": "
	 "false}]}",
	 ""},
	{"{\"enforce\": true, \"rules\": [{\"id\": \"r\", \"action\": \"drop\", \"enforce\": "
	 "false}]}",
	 ""},
	{"{\"enforce\": true, \"permitted_cidrs\": [], \"management\": {\"allow\": [{\"dport\": "
	 "22}]}}",
	 ""},
	{"{\"permitted_cidrs\": [], \"defaults\": {\"action\": \"drop\"}}", "W0313 0:0"},
	{"{\"permitted_cidrs\": [], \"defaults\": {\"action\": \"pass\"}}", ""},
	/* A mistake in one place must not be blamed on another. */
	{"{\"sets\": {\"s\": {\"elements\": [\"x\"]}},\n"
	 "\"management\": {\"allow\": [{\"src\": \"@s\"}]}}",
	 "E0203 1:30"},
	{"{\"sets\": {\"s\": {}},\n\"rules\": [{\"id\": \"r\", \"match\": {\"src\": \"@s\"}, "
	 "\"action\": \"drop\"}]}",
	 "E0109 1:16"},
	{"{\"limits\": {\"l\": {\"rate\": \"x\"}},\n\"rules\": [{\"id\": \"r\", \"limit\": "
	 "\"l\"}]}",
	 "E0207 1:27"},
	{"{\"interfaces\": {\"a\": {\"mode\": \"x\", \"zone\": \"z\"}},\n\"rules\": "
	 "[{\"id\": \"r\", \"match\": {\"zone\": \"z\"}, \"action\": \"drop\"}]}",
	 "E0201 1:31"},
	{"{\"sets\": {\"a b\": {\"live\": true}},\n\"rules\": "
	 "[{\"id\": \"r\", \"match\": {\"src\": \"@a b\"}, \"action\": \"drop\"}]}",
	 "E0105 1:11 E0301 2:40"},
	{"{\"rules\": [{\"id\": \"r\", \"match\": {\"src\": [\"::1\", \"x\"], "
	 "\"dst\": \"10.0.0.1\"}, \"action\": \"drop\"}]}",
	 "E0203 1:49"},
	{"{\"rules\": [{\"id\": \"r\", \"match\": {\"proto\": [\"icmp\", \"tpc\"], "
	 "\"dport\": 80}, \"action\": \"drop\"}]}",
	 "E0209 1:52"},
};

Test(validate, policies)
{
	for (size_t i = 0; i < array_size(policies); i++) {
		cleanup_free char *codes = reported(policies[i].text);

		cr_expect_str_eq(codes, policies[i].codes, "%s: %s, not %s", policies[i].text,
				 codes, policies[i].codes);
	}
}

/*
 * Beyond the first kind of mistake, of a file all others are reported, but not what they may hide.
 */
Test(validate, all_in_one_run)
{
	cleanup_folder struct folder folder = folder_new();
	cleanup_free char *path = folder_write(&folder, "main.json",
					       "{\"rules\": [\n"
					       "{\"id\": \"a\", \"id\": \"b\"},\n"
					       "{\"id\": \"b\", \"match\": {\"zone\": \"z\", "
					       "\"ttl\": 256}, \"action\": \"dorp\"}],\n"
					       "\"enforced\": 01}\n");
	cleanup_free char *codes = told_of_file(path, NULL);

	cr_expect_str_eq(codes, "E0007 2:13 E0202 3:43 E0201 3:59 E0101 4:1 E0006 4:13", "%s",
			 codes);
}
