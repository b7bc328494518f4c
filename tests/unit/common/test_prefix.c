// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/base/prefix/notation.h"
#include "common/base/prefix/prefix_content.h"

static const struct {
	const char *text;
	int result;
	const char *formatted; /* NULL: not read */
} rows[] = {
	{"192.0.2.0/24", 0, "192.0.2.0/24"},
	{"192.0.2.1", 0, "192.0.2.1"},
	{"192.0.2.1/32", 0, "192.0.2.1"},
	{"0.0.0.0/0", 0, "0.0.0.0/0"},
	{"10.0.0.1/8", -EDOM, "10.0.0.0/8"},
	{"10.0.0.1/0", -EDOM, "0.0.0.0/0"},
	{"203.0.113.129/25", -EDOM, "203.0.113.128/25"},
	{"203.0.113.128/25", 0, "203.0.113.128/25"},
	{"2001:db8::/32", 0, "2001:db8::/32"},
	{"2001:DB8:0:0::/32", 0, "2001:db8::/32"},
	{"::/0", 0, "::/0"},
	{"::1", 0, "::1"},
	{"::1/128", 0, "::1"},
	{"2001:db8::1/64", -EDOM, "2001:db8::/64"},
	{"2001:db8:8000::/33", 0, "2001:db8:8000::/33"},
	{"2001:db8:c000::/33", -EDOM, "2001:db8:8000::/33"},
	{"::ffff:192.0.2.1", 0, "192.0.2.1"},
	{"::FFFF:c000:201", 0, "192.0.2.1"},
	{"0:0:0:0:0:ffff:192.0.2.1/128", 0, "192.0.2.1"},
	{"::ffff:192.0.2.0/120", 0, "192.0.2.0/24"},
	{"::ffff:0:0/97", 0, "0.0.0.0/1"},
	{"::ffff:128.0.0.0/97", 0, "128.0.0.0/1"},
	{"::ffff:192.0.2.1/120", -EDOM, "192.0.2.0/24"},
	{"::ffff:192.0.2.0/24", -EDOM, "192.0.2.0/24"},
	{"::ffff:192.0.2.0/95", -EDOM, "::fffe:0:0/95"},
	{"::ffff:192.0.2.0/129", -ERANGE, NULL},
	{"::ffff:0.0.0.0/96", 0, "::ffff:0.0.0.0/96"},
	{"::fffe:192.0.2.1", 0, "::fffe:c000:201"},
	{"::ffff:0:192.0.2.1", 0, "::ffff:0:c000:201"},
	{"::192.0.2.1", 0, "::192.0.2.1"},
	{"64:ff9b::192.0.2.1", 0, "64:ff9b::c000:201"},
	{"192.0.2.0/33", -ERANGE, NULL},
	{"2001:db8::/129", -ERANGE, NULL},
	{"192.0.2.0/999", -ERANGE, NULL},
	{"192.0.2.0/", -EINVAL, NULL},
	{"192.0.2.0/08", -EINVAL, NULL},
	{"192.0.2.0/+8", -EINVAL, NULL},
	{"192.0.2.0/ 8", -EINVAL, NULL},
	{"192.0.2.0/8/8", -EINVAL, NULL},
	{"192.0.2.0/1000", -EINVAL, NULL},
	{"192.0.2", -EINVAL, NULL},
	{"192.0.2.01", -EINVAL, NULL},
	{"192.0.2.256", -EINVAL, NULL},
	{"192.0.2.0256", -EINVAL, NULL},
	{"192.0.2.4294967297", -EINVAL, NULL},
	{"192.0.2.1x", -EINVAL, NULL},
	{"192.0..1", -EINVAL, NULL},
	{"192.0.2.1.1", -EINVAL, NULL},
	{" 192.0.2.1", -EINVAL, NULL},
	{"192.0.2.1 ", -EINVAL, NULL},
	{"fe80::1%eth0", -EINVAL, NULL},
	{"2001:db8:::1", -EINVAL, NULL},
	{"2001:db8::12345", -EINVAL, NULL},
	{"", -EINVAL, NULL},
	{"/8", -EINVAL, NULL},
	{"eth0", -EINVAL, NULL},
	{"2001:db8:1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa/64", -EINVAL, NULL},
};

Test(prefix, parse_and_format)
{
	for (size_t i = 0; i < array_size(rows); i++) {
		struct prefix prefix = {.family = 99};
		char text[PREFIX_TEXT];

		cr_expect_eq(prefix_parse(rows[i].text, &prefix), rows[i].result, "%s",
			     rows[i].text);
		if (rows[i].formatted)
			cr_expect_str_eq(prefix_format(&prefix, text), rows[i].formatted);
		else
			cr_expect_eq(prefix.family, 99, "%s touched its output", rows[i].text);
	}
}

/* Texts of IPv4 are read as inet_pton reads them. */
Test(prefix, as_inet_pton)
{
	static const char letters[] = "0012255599.../x";
	unsigned random = 1, good = 0;

	for (unsigned i = 0; i < 200000; i++) {
		char text[24];
		uint8_t addr[4];
		struct prefix prefix = {0};
		size_t used = 0;
		bool is_good;

		/* Numbers with dots mostly, as others are soon refused. */
		for (unsigned part = 0; part < 4; part++) {
			for (unsigned n = 0; n < 1 + (random >> 20) % 3; n++) {
				random = random * 1103515245 + 12345;
				text[used++] = letters[(random >> 16) % 15 % (i % 3 ? 10 : 15)];
			}
			text[used++] = part < 3 ? '.' : '\0';
		}
		if (strchr(text, '/'))
			continue;
		is_good = inet_pton(AF_INET, text, addr) == 1;
		good += is_good;
		cr_assert_eq(prefix_parse(text, &prefix) == 0, is_good, "%s", text);
		cr_assert(!is_good || memcmp(prefix.addr, addr, 4) == 0, "%s", text);
	}
	cr_expect_gt(good, 1000);
}

static struct prefix make(const char *text)
{
	struct prefix prefix;

	cr_assert_eq(prefix_parse(text, &prefix), 0, "%s", text);
	return prefix;
}

static bool contains(const char *outer, const char *inner)
{
	struct prefix a = make(outer), b = make(inner);

	return prefix_contains(&a, &b);
}

Test(prefix, contains)
{
	cr_expect(contains("10.0.0.0/8", "10.1.2.3"));
	cr_expect(contains("10.0.0.0/8", "10.0.0.0/8"));
	cr_expect_not(contains("10.0.0.0/8", "10.0.0.0/7"));
	cr_expect_not(contains("10.0.0.0/8", "11.0.0.0"));
	cr_expect(contains("0.0.0.0/0", "255.255.255.255"));
	cr_expect_not(contains("0.0.0.0/0", "::"));
	cr_expect(contains("2001:db8:8000::/33", "2001:db8:ffff::1"));
	cr_expect_not(contains("2001:db8:8000::/33", "2001:db8:7fff::1"));
	cr_expect(contains("::/0", "::1"));
}

Test(prefix, host)
{
	struct prefix host = prefix_host(4, "\xc0\x00\x02\x01");
	char text[PREFIX_TEXT];

	cr_expect_str_eq(prefix_format(&host, text), "192.0.2.1");
	cr_expect_eq(host.length, 32);
	cr_expect_eq(host.addr[4], 0);
}

Test(prefix, normalize)
{
	static const char *const in[] = {"10.1.0.0/16", "::/0",	      "10.0.0.0/8", "10.0.0.0/8",
					 "9.0.0.1",	"2001:db8::", "11.0.0.0/8", "10.0.0.0/9"};
	static const char *const out[] = {"9.0.0.1", "10.0.0.0/8", "11.0.0.0/8", "::/0"};
	struct prefix_list list = {0};
	char text[PREFIX_TEXT];

	prefix_list_normalize(&list);
	for (size_t i = 0; i < array_size(in); i++) {
		struct prefix prefix = make(in[i]);

		cr_assert_eq(prefix_list_add(&list, &prefix), 0);
	}
	prefix_list_normalize(&list);
	cr_assert_eq(list.count, array_size(out));
	for (size_t i = 0; i < array_size(out); i++)
		cr_expect_str_eq(prefix_format(&list.items[i], text), out[i]);
	/* A list that has shrunk still grows soundly. */
	for (size_t i = 0; i < 100; i++) {
		struct prefix prefix = make("192.0.2.1");

		cr_assert_eq(prefix_list_add(&list, &prefix), 0);
	}
	cr_expect_eq(list.count, array_size(out) + 100);
	prefix_list_clear(&list);
	cr_expect_null(list.items);
	cr_expect_eq(list.count, 0);
}

/* Every range of a small space, put together again. */
Test(prefix, cut_range)
{
	for (unsigned low = 0; low < 64; low++) {
		for (unsigned high = low; high < 64; high++) {
			uint8_t from[4] = {255, 255, 255, (uint8_t)(192 + low)};
			uint8_t to[4] = {255, 255, 255, (uint8_t)(192 + high)};
			struct prefix first = prefix_host(4, from), last = prefix_host(4, to), cut;
			unsigned next = low, pieces = 0;
			bool more = true;

			while (more) {
				more = prefix_cut_range(&first, &last, &cut);
				cr_assert_eq(cut.addr[3], 192 + next);
				cr_assert_eq(next % (1u << (32 - cut.length)), 0);
				next += 1u << (32 - cut.length);
				pieces++;
			}
			cr_expect_eq(next, high + 1);
			cr_expect_leq(pieces, 10);
		}
	}
}

Test(prefix, cut_range_of_everything)
{
	struct prefix first, last, cut;

	cr_assert_eq(prefix_parse("::", &first), 0);
	cr_assert_eq(prefix_parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", &last), 0);
	cr_expect_not(prefix_cut_range(&first, &last, &cut));
	cr_expect_eq(cut.length, 0);
}

Test(prefix, content)
{
	static const char *const texts[] = {"2001:db8::/32", "10.1.0.0/16", "10.0.0.0/8",
					    "10.1.0.0/16", "10.1.2.3"};
	static const struct {
		const char *asked, *found;
	} questions[] = {
		{"10.1.2.3", "10.1.2.3"},
		{"10.1.2.4", "10.1.0.0/16"},
		{"10.0.0.0/15", "10.0.0.0/8"},
		{"10.200.0.0/16", "10.0.0.0/8"},
		{"11.0.0.0", NULL},
		{"2001:db8::1", "2001:db8::/32"},
		{"2001:db9::", NULL},
		{"0.0.0.0/0", NULL},
	};
	struct prefix_list list = {0};
	struct prefix_content *content, *shared;
	struct prefix prefix;
	char text[PREFIX_TEXT];

	for (size_t i = 0; i < array_size(texts); i++) {
		cr_assert_eq(prefix_parse(texts[i], &prefix), 0);
		cr_assert_eq(prefix_list_add(&list, &prefix), 0);
	}
	content = prefix_content_new(&list);
	cr_assert(content && !list.items);
	shared = prefix_content_share(content);
	prefix_content_drop(content);
	cr_expect(shared->has4 && shared->has6);
	cr_assert_eq(shared->list.count, array_size(texts));
	cr_expect_str_eq(prefix_format(&shared->list.items[0], text), "10.0.0.0/8");
	for (size_t i = 0; i < array_size(questions); i++) {
		const struct prefix *found;

		cr_assert_eq(prefix_parse(questions[i].asked, &prefix), 0);
		found = prefix_list_covering(&shared->list, &prefix);
		cr_expect_str_eq(found ? prefix_format(found, text) : "none",
				 questions[i].found ? questions[i].found : "none", "%s",
				 questions[i].asked);
	}
	prefix_content_drop(shared);
}

/* What is warned of: the IPv4 prefix that the warning names, or NULL. */
static const struct {
	const char *text, *form, *ipv4;
} notations[] = {
	{"64:ff9b::192.0.2.1", "NAT64", "192.0.2.1"},
	{"64:ff9b::192.0.2.0/120", "NAT64", "192.0.2.0/24"},
	{"64:ff9b::/96", NULL, NULL},
	{"64:ff9b:1::192.0.2.1", NULL, NULL},
	{"2002:c000:201::1", "6to4", "192.0.2.1"},
	{"2002:c000:201::/48", "6to4", "192.0.2.1"},
	{"2002:c000:200::/40", "6to4", "192.0.2.0/24"},
	{"2002::/16", NULL, NULL},
	{"2001:0:c633:6401:0:fd0b:3fff:fdfe", "Teredo", "192.0.2.1"},
	{"2001::/32", NULL, NULL},
	{"2001:0:c633:6401::/64", NULL, NULL},
	{"::192.0.2.1", "IPv4-compatible", "192.0.2.1"},
	{"::/96", NULL, NULL},
	{"::1", NULL, NULL},
	{"::", NULL, NULL},
	{"::ffff:0:0/96", NULL, NULL}, /* a bogon in IPv6 packets */
	{"::ffff:192.0.2.1", NULL, NULL},
	{"2001:db8::1", NULL, NULL},
	{"192.0.2.1", NULL, NULL},
};

Test(prefix, notations)
{
	for (size_t i = 0; i < array_size(notations); i++) {
		struct prefix prefix = make(notations[i].text);
		char text[NOTATION_TEXT] = "", wanted[PREFIX_TEXT];
		const char *warning = notation_warning(&prefix, text);

		cr_expect_eq(!warning, !notations[i].ipv4, "%s: %s", notations[i].text, text);
		if (!warning || !notations[i].ipv4)
			continue;
		snprintf(wanted, sizeof(wanted), " %s", notations[i].ipv4);
		cr_expect(strstr(text, notations[i].form), "%s", text);
		cr_expect_str_eq(text + strlen(text) - strlen(wanted), wanted, "%s", text);
	}
}
