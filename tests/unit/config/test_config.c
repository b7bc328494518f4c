// SPDX-License-Identifier: MIT
/* What a good config becomes. */
#include <criterion/criterion.h>

#include <errno.h>
#include <string.h>

#include "tests/unit/config/support.h"

Test(config, defaults)
{
	cleanup_config struct config *config = config_of("{}");

	cr_expect_not(config->enforce);
	cr_expect_not(config->has_permitted);
	cr_expect_eq(config->defaults.action, FW_ACTION_PASS);
	cr_expect_eq(config->defaults.malformed, FW_ACTION_DROP);
	cr_expect_eq(config->defaults.non_ip, FW_ACTION_PASS);
	cr_expect_eq(config->defaults.on_stop, STOP_KEEP);
	cr_expect_eq(config->events.rate.amount, 1000);
	cr_expect_eq(config->events.rate.period_ns, 1000000000);
	cr_expect_eq(config->events.every, 1);
	cr_expect_eq(config->interface_count + config->set_count + config->limit_count +
			     config->management_count + config->rule_count,
		     0);
}

Test(config, top)
{
	cleanup_config struct config *config = config_of(
		"{\"enforce\": true, \"permitted_cidrs\": [\"2001:db8::/32\", \"10.0.0.0/8\"],"
		"\"defaults\": {\"malformed\": \"pass\", \"non_ip\": \"drop\","
		"\"on_stop\": \"detach\"}, \"events\": {\"rate\": \"unlimited\", \"sample\": "
		"\"1/7\"},"
		"\"interfaces\": {\"b\": {\"zone\": \"wan\", \"mode\": \"generic\"},"
		"\"a\": {\"on_unsupported\": \"generic\"}}}");

	cr_expect(config->enforce);
	cr_expect(config->has_permitted);
	cr_expect_eq(config->permitted.count, 2);
	cr_expect_eq(config->permitted.items[0].family, 6);
	cr_expect_eq(config->defaults.malformed, FW_ACTION_PASS);
	cr_expect_eq(config->defaults.non_ip, FW_ACTION_DROP);
	cr_expect_eq(config->defaults.on_stop, STOP_DETACH);
	cr_expect_eq(config->events.rate.amount, 0);
	cr_expect_eq(config->events.every, 7);
	cr_assert_eq(config->interface_count, 2);
	cr_expect_str_eq(config->interfaces[0].name, "b");
	cr_expect_str_eq(config->interfaces[0].zone, "wan");
	cr_expect_eq(config->interfaces[0].mode, ATTACH_GENERIC);
	cr_expect_eq(config->interfaces[0].on_unsupported, UNSUPPORTED_FAIL);
	cr_expect_str_eq(config->interfaces[1].zone, "");
	cr_expect_eq(config->interfaces[1].mode, ATTACH_NATIVE);
	cr_expect_eq(config->interfaces[1].on_unsupported, UNSUPPORTED_GENERIC);
	cr_expect_eq(config->interfaces[1].place.line, 1);
}

static const struct {
	const char *text;
	uint64_t amount, period_seconds, burst;
	enum rate_unit unit;
	enum fw_limit_key key;
	unsigned prefix4, prefix6;
} limits[] = {
	{"\"rate\": \"1000/s\"", 1000, 1, 1000, RATE_PACKETS, FW_KEY_RULE, 0, 0},
	{"\"rate\": \"600/min\"", 600, 60, 10, RATE_PACKETS, FW_KEY_RULE, 0, 0},
	{"\"rate\": \"5/h\"", 5, 3600, 1, RATE_PACKETS, FW_KEY_RULE, 0, 0},
	{"\"rate\": \"10k/s\", \"burst\": \"2k\"", 10000, 1, 2000, RATE_PACKETS, FW_KEY_RULE, 0, 0},
	{"\"rate\": \"50MB/s\", \"burst\": \"1MiB\"", 50000000, 1, 1048576, RATE_BYTES, FW_KEY_RULE,
	 0, 0},
	{"\"rate\": \"10Mbit/s\"", 1250000, 1, 1250000, RATE_BYTES, FW_KEY_RULE, 0, 0},
	{"\"rate\": \"9bit/s\"", 9, 8, 65535, RATE_BYTES, FW_KEY_RULE, 0, 0},
	{"\"rate\": \"1kB/s\"", 1000, 1, 65535, RATE_BYTES, FW_KEY_RULE, 0, 0},
	{"\"rate\": \"1/s\", \"per\": \"src\"", 1, 1, 1, RATE_PACKETS, FW_KEY_SRC, 32, 128},
	{"\"rate\": \"1/s\", \"per\": \"dst/32\"", 1, 1, 1, RATE_PACKETS, FW_KEY_DST, 32, 128},
	{"\"rate\": \"1/s\", \"per\": \"src/24\"", 1, 1, 1, RATE_PACKETS, FW_KEY_SRC, 24, 24},
	{"\"rate\": \"1/s\", \"per\": \"src/64\"", 1, 1, 1, RATE_PACKETS, FW_KEY_SRC, 32, 64},
	{"\"rate\": \"1/s\", \"per\": \"dst/24,56\"", 1, 1, 1, RATE_PACKETS, FW_KEY_DST, 24, 56},
	{"\"rate\": \"1/s\", \"per\": \"src/0,0\"", 1, 1, 1, RATE_PACKETS, FW_KEY_SRC, 0, 0},
};

Test(config, limits)
{
	for (size_t i = 0; i < array_size(limits); i++) {
		cleanup_free char *text = NULL;
		cleanup_config struct config *config = NULL;
		const struct config_limit *limit;

		cr_assert_geq(asprintf(&text, "{\"limits\": {\"l\": {%s}}}", limits[i].text), 0);
		config = config_of(text);
		cr_assert_eq(config->limit_count, 1);
		limit = &config->limits[0];
		cr_expect_str_eq(limit->name, "l");
		cr_expect_eq(limit->levels[0].rate.amount, limits[i].amount, "%s", text);
		cr_expect_eq(limit->levels[0].rate.period_ns, limits[i].period_seconds * 1000000000,
			     "%s", text);
		cr_expect_eq(limit->levels[0].rate.unit, limits[i].unit, "%s", text);
		cr_expect_eq(limit->levels[0].burst, limits[i].burst, "%s: %lu", text,
			     limit->levels[0].burst);
		cr_expect_eq(limit->levels[0].key, limits[i].key, "%s", text);
		cr_expect_eq(limit->levels[0].prefix4, limits[i].prefix4, "%s", text);
		cr_expect_eq(limit->levels[0].prefix6, limits[i].prefix6, "%s", text);
		cr_expect_eq(limit->over, FW_ACTION_DROP);
		cr_expect_eq(limit->when_full, FW_FULL_EVICT);
	}
}

Test(config, sets)
{
	cleanup_config struct config *config =
		config_of("{\"sets\": {\"a\": {\"elements\": [\"10.0.0.0/8\", \"::1\"]},"
			  "\"b\": {\"live\": true}, \"c\": {\"live\": true, \"timeout\": "
			  "\"1h30m\", \"max\": 5}}}");

	cr_assert_eq(config->set_count, 3);
	cr_expect_eq(config->sets[0].kind, SET_INLINE);
	cr_expect_eq(config->sets[0].prefixes.count, 2);
	cr_expect_eq(config->sets[1].kind, SET_LIVE);
	cr_expect_eq(config->sets[1].max, 1000000);
	cr_expect_eq(config->sets[1].timeout_ns, 0);
	cr_expect_eq(config->sets[2].max, 5);
	cr_expect_eq(config->sets[2].timeout_ns, 5400 * 1000000000UL);
	cr_expect_eq(config_find_set(config, "c"), 2);
	cr_expect_eq(config_find_set(config, "C"), -ENOENT);
	cr_expect_eq(config_find_set(config, ""), -ENOENT);
}

Test(config, rules_in_order_of_priority)
{
	static const char *const order[] = {"e", "b", "a", "c", "d"};
	cleanup_config struct config *config = config_of(
		"{\"limits\": {\"l\": {\"rate\": \"1/s\"}}, \"rules\": ["
		"{\"id\": \"a\", \"action\": \"drop\"},"
		"{\"id\": \"b\", \"action\": \"log\", \"priority\": -1, \"log\": {\"sample\": "
		"\"1/9\"}},"
		"{\"id\": \"c\", \"limit\": \"l\", \"enforce\": false, \"priority\": 0},"
		"{\"id\": \"d\", \"action\": \"pass\", \"enabled\": false, \"priority\": 3},"
		"{\"id\": \"e\", \"action\": \"pass\", \"log\": true, \"priority\": -5}]}");

	cr_assert_eq(config->rule_count, 5);
	for (size_t i = 0; i < 5; i++)
		cr_expect_str_eq(config->rules[i].id, order[i]);
	cr_expect_eq(config_find_rule(config, "a"), 2);
	cr_expect_eq(config->rules[1].log_every, 9);
	cr_expect(config->rules[1].log);
	cr_expect_eq(config->rules[1].limit, CONFIG_NO_LIMIT);
	cr_expect(config->rules[3].canary);
	cr_expect_eq(config->rules[3].limit, 0);
	cr_expect(config->rules[4].disabled);
	cr_expect_not(config->rules[4].canary);
	cr_expect(config->rules[0].log);
	cr_expect_eq(config->rules[0].log_every, 1);
	cr_expect_not(config->rules[2].log);
	cr_expect_eq(config->rules[2].action, FW_ACTION_DROP);
}

Test(config, management_ids)
{
	cleanup_config struct config *config =
		config_of("{\"management\": {\"allow\": [{\"proto\": \"tcp\"}, {\"id\": \"x\", "
			  "\"proto\": \"udp\"},"
			  "{\"dport\": 22, \"comment\": \"ssh\"}]}}");

	cr_assert_eq(config->management_count, 3);
	cr_expect_str_eq(config->management[0].id, "management/0");
	cr_expect_str_eq(config->management[1].id, "x");
	cr_expect_str_eq(config->management[2].id, "management/2");
	cr_expect_eq(config->management[2].action, FW_ACTION_PASS);
	cr_expect_eq(config->management[2].match.fields[FW_FIELD_DPORT].count, 1);
}

/* Ranges as text: "80 443 8000-8099". */
static const char *ranges_text(const struct range_list *list, char *buffer)
{
	char *out = buffer;

	*out = '\0';
	for (size_t i = 0; i < list->count; i++)
		out += sprintf(out, "%s%u-%u", i ? " " : "", list->items[i].low,
			       list->items[i].high);
	return buffer;
}

static const struct {
	const char *match;
	enum fw_field field;
	const char *ranges;
} ranges[] = {
	{"{\"dport\": 80}", FW_FIELD_DPORT, "80-80"},
	{"{\"dport\": [\"8000-8099\", 443, \"80\"]}", FW_FIELD_DPORT, "80-80 443-443 8000-8099"},
	{"{\"dport\": [\"10-20\", \"15-30\", 31, 33]}", FW_FIELD_DPORT, "10-31 33-33"},
	{"{\"dport\": [\"10-40\", \"15-30\", 40]}", FW_FIELD_DPORT, "10-40"},
	{"{\"dport\": [\"0-65535\", 65535, 0]}", FW_FIELD_DPORT, "0-65535"},
	{"{\"sport\": [3, 1, 2]}", FW_FIELD_SPORT, "1-3"},
	{"{\"proto\": [\"udp\", \"tcp\", 50, \"51-52\"]}", FW_FIELD_PROTO, "6-6 17-17 50-52"},
	{"{\"vlan\": [\"untagged\", 4095]}", FW_FIELD_VLAN, "0-0 4095-4095"},
	{"{\"dscp\": [\"ef\", \"af41\"]}", FW_FIELD_DSCP, "34-34 46-46"},
	{"{\"ttl\": \"0-1\"}", FW_FIELD_TTL, "0-1"},
	{"{\"length\": \"1400-65535\"}", FW_FIELD_LENGTH, "1400-65535"},
	{"{\"icmp_type\": 8}", FW_FIELD_ICMP_TYPE, "8-8"},
	{"{\"icmp_code\": 255}", FW_FIELD_ICMP_CODE, "255-255"},
	{"{\"fragment\": true}", FW_FIELD_FRAGMENT, "1-2"},
	{"{\"fragment\": false}", FW_FIELD_FRAGMENT, "0-0"},
	{"{\"fragment\": \"later\"}", FW_FIELD_FRAGMENT, "2-2"},
	{"{\"fragment\": [\"later\", \"none\"]}", FW_FIELD_FRAGMENT, "0-0 2-2"},
};

Test(config, ranges)
{
	for (size_t i = 0; i < array_size(ranges); i++) {
		cleanup_config struct config *config = config_of_match(ranges[i].match);
		char text[256];

		cr_expect_str_eq(ranges_text(&config->rules[0].match.fields[ranges[i].field], text),
				 ranges[i].ranges, "%s: %s", ranges[i].match, text);
		for (int field = 0; field < FW_FIELD_MAX; field++)
			cr_expect(field == (int)ranges[i].field ||
					  !config->rules[0].match.fields[field].count,
				  "%s sets field %d too", ranges[i].match, field);
	}
}

static const struct {
	const char *flags;
	uint8_t set, mask;
} flags[] = {
	{"syn", 0x02, 0x02},	     {"syn/syn,ack", 0x02, 0x12},
	{"none", 0x00, 0xff},	     {"none/syn,ack", 0x00, 0x12},
	{"all", 0xff, 0xff},	     {"fin,psh,urg", 0x29, 0x29},
	{"cwr,ece/all", 0xc0, 0xff}, {"rst/rst,fin", 0x04, 0x05},
	{"none/none", 0x00, 0x00},   {"ack,syn/ack,syn", 0x12, 0x12},
};

Test(config, tcp_flags)
{
	for (size_t i = 0; i < array_size(flags); i++) {
		cleanup_free char *match = NULL;
		cleanup_config struct config *config = NULL;
		const struct config_match *read;

		cr_assert_geq(asprintf(&match, "{\"tcp_flags\": \"%s\"}", flags[i].flags), 0);
		config = config_of_match(match);
		read = &config->rules[0].match;
		cr_assert_eq(read->tcp_flag_count, 1);
		cr_expect_eq(read->tcp_flags[0].set, flags[i].set, "%s", match);
		cr_expect_eq(read->tcp_flags[0].mask, flags[i].mask, "%s", match);
	}
}

static const struct {
	const char *match;
	uint64_t interfaces; /* of a, b (both zone x), c (zone y) */
} zones[] = {
	{"{\"zone\": \"x\"}", 3},
	{"{\"zone\": \"y\"}", 4},
	{"{\"zone\": [\"x\", \"y\"]}", 7},
	{"{\"interface\": \"b\"}", 2},
	{"{\"interface\": [\"c\", \"a\"]}", 5},
	{"{\"zone\": \"x\", \"interface\": [\"b\", \"c\"]}", 2},
	{"{\"interface\": [\"b\", \"c\"], \"zone\": [\"x\", \"y\"]}", 6},
};

Test(config, interfaces_of_a_match)
{
	cleanup_config struct config *without = config_of_match("{}");

	cr_expect_not(without->rules[0].match.by_interface);
	for (size_t i = 0; i < array_size(zones); i++) {
		cleanup_config struct config *config = config_of_match(zones[i].match);

		cr_expect(config->rules[0].match.by_interface);
		cr_expect_eq(config->rules[0].match.interfaces, zones[i].interfaces, "%s",
			     zones[i].match);
	}
}

Test(config, families)
{
	cleanup_config struct config *none = config_of_match("{}");
	cleanup_config struct config *two = config_of_match("{\"family\": [\"arp\", \"ipv6\"]}");

	cr_expect_eq(none->rules[0].match.families, 0);
	cr_expect_eq(two->rules[0].match.families, 1u << FW_KIND_ARP | 1u << FW_KIND_IP6);
}

Test(config, addresses)
{
	cleanup_config struct config *config = config_of_match(
		"{\"src\": [\"198.51.100.0/24\", \"!198.51.100.7\", \"@in\", \"@live\", \"@in\", "
		"\"!2001:db8::/32\"], \"dst\": \"!@live\"}");
	const struct address_match *src = &config->rules[0].match.src;
	const struct address_match *dst = &config->rules[0].match.dst;
	char text[PREFIX_TEXT];

	cr_assert_eq(src->any_prefixes.count, 1);
	cr_expect_str_eq(prefix_format(&src->any_prefixes.items[0], text), "198.51.100.0/24");
	cr_assert_eq(src->not_prefixes.count, 2);
	cr_expect_str_eq(prefix_format(&src->not_prefixes.items[0], text), "198.51.100.7");
	cr_assert_eq(src->any_set_count, 2, "twice the same set is once");
	cr_expect_eq(src->any_sets[0], 0);
	cr_expect_eq(src->any_sets[1], 1);
	cr_expect_eq(src->not_set_count, 0);
	cr_expect_eq(dst->any_set_count + dst->any_prefixes.count + dst->not_prefixes.count, 0);
	cr_assert_eq(dst->not_set_count, 1);
	cr_expect_eq(dst->not_sets[0], 1);
}

Test(config, places_outlive_the_document)
{
	static const char text[] = "{\"rules\": [\n  {\"id\": \"a\", \"action\": \"drop\"}]}";
	struct errors errs = {0};
	cleanup_config struct config *config = NULL;
	cleanup_free char *line = NULL;
	struct document *document = NULL, *copy;

	cr_assert_eq(document_read_text("x.json", text, strlen(text), &document, &errs), 0);
	copy = document_copy(document);
	document = document_free(document);
	cr_assert_eq(config_parse(copy, NULL, &config, &errs), 0);
	document_free(copy);
	cr_expect_str_eq(config->rules[0].place.file, "x.json");
	cr_expect_eq(config->rules[0].place.line, 2);
	cr_expect_eq(config->rules[0].place.column, 3);
	line = config_line_of(config, "x.json", 2);
	cr_expect_str_eq(line, "  {\"id\": \"a\", \"action\": \"drop\"}]}");
	cr_expect_null(config_line_of(config, "x.json", 3));
	cr_expect_null(config_line_of(config, "y.json", 1));
	cr_expect_null(config_line_of(config, "x.json", 0));
}
