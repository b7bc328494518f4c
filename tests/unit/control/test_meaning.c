// SPDX-License-Identifier: MIT
/*
 * A diff is empty if and only if both policies mean the same. Of each field, spellings by groups:
 * those of one group compile to the same policy, those of two groups do not, and the diff
 * between any two has to agree with the compiler.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/compile/policy.h"
#include "common/policy/compile/slots.h"
#include "common/policy/config/config.h"
#include "common/policy/diff/diff.h"

#define SPELLINGS 6

static const struct field_rows {
	const char *field;
	const char *frame; /* with %s for the value */
	const char *groups[8][SPELLINGS];
} fields[] = {
#define MATCH(field) field, "'rules': [{'id': 'r', 'action': 'drop', 'match': {'" field "': %s}}]"
	{MATCH("proto"),
	 {{"6", "'tcp'", "'6'", "'6-6'", "['tcp']", "['tcp', 6]"},
	  {"'ipip'", "4", "'ipencap'"},
	  {"94"},
	  {"'6-17'", "['tcp', '7-17']", "['6-16', '10-17']"},
	  {"'esp'", "50", "['ipsec-esp']"},
	  {"['tcp', 'udp']", "[17, 6]"}}},
	{MATCH("dport"), {{"80", "'80'", "['80']", "'80-80'"}, {"['80-81']", "[81, 80]"}, {"81"}}},
	{MATCH("sport"), {{"'1-10'", "['1-5', '6-10']", "['1-7', '3-10', 4]"}, {"'1-11'"}}},
	{MATCH("icmp_type"), {{"8", "'8'"}, {"'8-9'", "[8, 9]"}}},
	{MATCH("icmp_code"), {{"0", "'0'", "[0, 0]"}, {"[0, 1]", "'0-1'"}}},
	{MATCH("vlan"), {{"0", "'untagged'", "'0'"}, {"4095"}, {"['untagged', 7]", "[7, 0]"}}},
	{MATCH("fragment"),
	 {{"true", "['first', 'later']", "['later', 'first']"},
	  {"false", "'none'", "['none']"},
	  {"'first'"},
	  {"['none', 'first']", "['first', 'none']"}}},
	{MATCH("length"), {{"1500", "'1500'"}, {"'0-1500'"}}},
	{MATCH("dscp"), {{"46", "'ef'", "'46'"}, {"['af11', 'ef']", "[46, 10]"}, {"'44'", "'va'"}}},
	{MATCH("ttl"), {{"1", "'1'"}, {"'0-1'", "[1, 0]"}}},
	{MATCH("flow_label"),
	 {{"5", "'5'", "[5]", "'5-5'"}, {"'5-9'", "[9, '5-7', 8]"}, {"'0-1048575'"}, {"1048575"}}},
	{MATCH("src_mac"),
	 {{"'02:00:5e:00:00:0a'", "'02:00:5E:00:00:0A'", "['02:00:5e:00:00:0a/48']",
	   "['02:00:5e:00:00:0a', '02:00:5E:00:00:0a']"},
	  {"'02:00:5e:00:00:00/24'", "['02:00:5e:00:00:00/24', '02:00:5e:11:22:33']"},
	  {"'!02:00:5e:00:00:0a'"}}},
	{MATCH("dst_mac"), {{"'02:00:5e:00:00:0a'"}, {"'02:00:5e:00:00:0b'"}}},
	{MATCH("tcp_flags"),
	 {{"'syn'", "'syn/syn'", "['syn']"},
	  {"'syn/syn,ack'", "'syn/ack,syn'"},
	  {"'syn,ack'", "'ack,syn'", "'ack,syn/syn,ack'"},
	  {"'none'", "'none/all'"},
	  {"['syn', 'fin']", "['fin', 'syn']", "['syn', 'fin', 'syn']"},
	  {"'syn,fin'"}}},
	{MATCH("src"),
	 {{"'192.0.2.1'", "'192.0.2.1/32'", "['192.0.2.1']"},
	  {"'!192.0.2.1'", "['!192.0.2.1/32']"},
	  {"['10.0.0.0/8', '192.0.2.1']", "['192.0.2.1/32', '10.0.0.0/8']",
	   "['10.0.0.0/8', '10.1.0.0/16', '192.0.2.1']"},
	  {"'2001:db8::1'", "'2001:DB8:0:0::1/128'", "'2001:db8::0.0.0.1'"},
	  {"'@set'", "['@set']"},
	  {"['!@set', '!192.0.2.1']", "['!192.0.2.1', '!@set']"}}},
	{MATCH("dst"), {{"'192.0.2.0/24'", "['192.0.2.0/24', '192.0.2.7']"}, {"'192.0.2.7'"}}},
	{MATCH("family"),
	 {{"'ipv4'", "['ipv4']"}, {"['ipv4', 'arp']", "['arp', 'ipv4', 'arp']"}, {"'other'"}}},
	{MATCH("zone"), {{"'lan'", "['lan']"}, {"['lan', 'wan']", "['wan', 'lan']"}}},
	{MATCH("interface"), {{"'eth0'", "['eth0']"}, {"['eth1', 'eth0']", "['eth0', 'eth1']"}}},
#define LIMIT(field, more)                                             \
	field, "'limits': {'l': {'" field "': %s" more                 \
	       "}}, 'rules': [{'id': 'r', 'match': {'proto': 'udp'}, " \
	       "'limit': 'l'}]"
	{LIMIT("rate", ", 'burst': 9"),
	 {{"'60/min'", "'1/s'", "['1/sec']", "'3600/h'"}, {"'2/s'"}, {"'1k/s'", "'1000/s'"}}},
	{LIMIT("rate", ""), {{"'8Mbit/s'", "'1MB/s'", "'1000kB/s'"}, {"'1MiB/s'", "'1024KiB/s'"}}},
	{LIMIT("rate", ", 'per': ['src', 'dst']"),
	 {{"'5/s'", "['5/s', '5/s']"}, {"['5/s', '6/s']"}, {"['6/s', '5/s']"}}},
	{LIMIT("rate", ", 'algorithm': 'fixed_window'"), {{"'60/min'"}, {"'1/s'", "'1/sec'"}}},
	{LIMIT("rate", ", 'algorithm': 'sliding_window'"), {{"'60/min'", "'60/m'"}, {"'1/s'"}}},
	{LIMIT("burst", ", 'rate': '9/s'"),
	 {{"1000", "'1k'", "'1000'", "[1000]"}, {"1024", "'1Ki'"}}},
	{LIMIT("per", ", 'rate': '9/s'"),
	 {{"'src'", "'src/32'", "'src/32,128'", "['src']"},
	  {"'src/24'", "'src/24,24'"},
	  {"'src/64'", "'src/32,64'"},
	  {"'rule'"},
	  {"['src', 'dst']", "['src/32', 'dst/32,128']"},
	  {"'src+dport'"}}},
	{LIMIT("algorithm", ", 'rate': '9/s', 'burst': 2"),
	 {{"'token_bucket'"}, {"'leaky_bucket'"}}},
	{"priority",
	 "'rules': [{'id': 'r', 'action': 'drop', 'priority': %s}, {'id': 's', "
	 "'action': 'pass', 'priority': 5}]",
	 {{"0", "0.0"}, {"7", "7e0"}}},
	{"allow",
	 "'management': {'allow': [%s]}",
	 {{"{'src': '192.0.2.1', 'proto': 6}", "{'proto': 'tcp', 'src': ['192.0.2.1/32']}"},
	  {"{'src': '192.0.2.1', 'proto': 7}"}}},
	{"permitted_cidrs",
	 "'permitted_cidrs': %s",
	 {{"['::1', '10.0.0.0/8']", "['10.0.0.0/8', '::1/128', '0:0::1']"}, {"['::1']"}}},
	{"elements",
	 "'sets': {'s': {'elements': %s}}, 'rules': [{'id': 'r', 'match': {'src': '@s'},"
	 " 'action': 'drop'}]",
	 {{"['::1', '10.0.0.0/8']", "['10.0.0.0/8', '::1/128']"}, {"['::1']"}}},
};

/* A policy as text, and what it compiles to. */
struct spelling {
	char *text;
	char *dump;
	cJSON *root;
};

static void clear_spelling(struct spelling *spelling)
{
	free(spelling->text);
	free(spelling->dump);
	cJSON_Delete(spelling->root);
	*spelling = (struct spelling){0};
}

static char *text_of(const struct field_rows *field, const char *value)
{
	static const char before[] = "{'enforce': true, 'interfaces': {'eth0': {'zone': 'lan'}, "
				     "'eth1': {'zone': 'wan'}}, ";
	static const char set[] = "'sets': {'set': {'elements': ['198.51.100.0/24']}}, ";
	const char *hole = strstr(field->frame, "%s");
	char *text;

	cr_assert_geq(asprintf(&text, "%s%s%.*s%s%s}", before,
			       strstr(field->frame, "'sets'") ? "" : set,
			       (int)(hole - field->frame), field->frame, value, hole + 2),
		      0);
	for (char *c = text; *c; c++)
		if (*c == '\'')
			*c = '"';
	return text;
}

/* The policy, but for what is of no meaning: which slots are new, and where things stand. */
static char *dump_of(const char *text)
{
	struct document *document = NULL;
	struct slots *slots = slots_new();
	struct config *config = NULL;
	struct policy *policy = NULL;
	struct errors errs = {0};
	char *dump = NULL;
	size_t size;
	FILE *out;

	cr_assert_eq(document_read_text("test", text, strlen(text), &document, &errs), 0, "%s",
		     text);
	if (config_parse(document, NULL, &config, &errs) < 0 ||
	    config_validate(config, &errs) < 0 ||
	    policy_compile(config, slots, &policy, &errs) < 0) {
		errors_print(&errs, stderr, false);
		cr_assert_fail("%s", text);
	}
	out = open_memstream(&dump, &size);
	policy_dump(policy, out);
	fclose(out);
	policy_free(policy);
	config_free(config);
	slots_free(slots);
	document_free(document);
	errors_clear(&errs);
	return dump;
}

static void compare(const struct spelling *one, const struct spelling *other)
{
	const struct diff_side from = {one->root, NULL}, to = {other->root, NULL};
	bool same = strcmp(one->dump, other->dump) == 0;
	cJSON *diff = policy_diff(&from, &to);
	cleanup_free char *text = cJSON_PrintUnformatted(diff);

	cr_expect_eq(cJSON_IsTrue(cJSON_GetObjectItem(diff, "same")), same,
		     "%s policy, but:\n%s\n%s\n%s", same ? "the same" : "not the same", one->text,
		     other->text, text);
	cJSON_Delete(diff);
}

static void compare_all(const struct field_rows *field)
{
	struct spelling all[8 * SPELLINGS] = {0};
	size_t count = 0, groups[8 * SPELLINGS];

	for (size_t group = 0; group < 8; group++) {
		for (size_t i = 0; i < SPELLINGS && field->groups[group][i]; i++) {
			all[count].text = text_of(field, field->groups[group][i]);
			all[count].dump = dump_of(all[count].text);
			all[count].root = cJSON_Parse(all[count].text);
			groups[count++] = group;
		}
	}
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			/* The groups are as the compiler sees them: the test is of what it says. */
			cr_expect_eq(strcmp(all[i].dump, all[j].dump) == 0, groups[i] == groups[j],
				     "the compiler's view:\n%s\n%s", all[i].text, all[j].text);
			compare(&all[i], &all[j]);
		}
	}
	for (size_t i = 0; i < count; i++)
		clear_spelling(&all[i]);
}

Test(meaning, of_each_field)
{
	for (size_t i = 0; i < array_size(fields); i++)
		compare_all(&fields[i]);
}

/* Whatever a match can have is in the table. */
static void find_field(const struct config_field *field, void *userdata)
{
	size_t i = 0;

	if (strcmp(field->section, "match") != 0)
		return;
	while (i < array_size(fields) && strcmp(fields[i].field, field->name) != 0)
		i++;
	cr_expect_lt(i, array_size(fields), "the table lacks %s", field->name);
	++*(unsigned *)userdata;
}

Test(meaning, table_has_all_of_match)
{
	unsigned found = 0;

	config_each_field(find_field, &found);
	cr_expect_geq(found, 16);
}
