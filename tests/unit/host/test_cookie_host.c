// SPDX-License-Identifier: MIT
/* What is said about a host, given what is known of it. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "common/base/memory.h"
#include "daemon/fwd/host/cookie_host.h"
#include "daemon/fwd/host/sysctl.h"

static const struct cookie_host good = {
	.cookies = FW_COOKIES_WHEN_FULL,
	.timestamps = 2,
	.sack = 1,
	.window_scaling = 1,
	.receive_bytes = 6291456,
	.proxy = {.list = {{true, 1460, 7, true, true, true}}, .count = 1},
};

static struct config_limit limits[] = {
	{.name = "plain"},
	{.name = "here", .cookies = {FW_COOKIE_LOCAL, 1460, 7}},
	{.name = "behind", .cookies = {FW_COOKIE_SYNPROXY, 1460, 7}},
};
static struct config config = {.limits = limits, .limit_count = array_size(limits)};

/* All that is said, one after the other. */
static char *said(const struct cookie_host *host)
{
	struct errors errs = {0};
	char *text;

	cookie_host_check(host, &config, &errs);
	cr_expect_eq(errs.failed, 0);
	text = errors_text(&errs);
	errors_clear(&errs);
	return text ? text : strdup("");
}

static void expect(const struct cookie_host *host, const char *limit, const char *words)
{
	cleanup_free char *text = said(host);

	cr_expect(strstr(text, limit), "\"%s\" does not name %s", text, limit);
	cr_expect(strstr(text, words), "\"%s\" lacks \"%s\"", text, words);
}

Test(cookie_host, nothing_is_lacking)
{
	cleanup_free char *text = NULL;
	struct cookie_host host = good;

	text = said(&host);
	cr_expect_str_empty(text);
	cr_expect_eq(cookie_kinds(&config), 1U << FW_COOKIE_LOCAL | 1U << FW_COOKIE_SYNPROXY);
	host.proxy.list[0] = (struct synproxy_rule){.known = false};
	free(steal(&text));
	text = said(&host);
	cr_expect_str_empty(text, "a rule that cannot be read gets the benefit of doubt");
}

Test(cookie_host, what_is_lacking)
{
	struct cookie_host host = good;

	host.cookies = FW_COOKIES_NEVER;
	expect(&host, "\"here\"", "until net.ipv4.tcp_syncookies is 1");
	host.cookies = SETTING_ABSENT;
	expect(&host, "\"here\"", "CONFIG_SYN_COOKIES");
	host = good;
	host.loose = 1;
	expect(&host, "\"behind\"", "nf_conntrack_tcp_loose is 0");
	host.loose = SETTING_ABSENT;
	expect(&host, "\"behind\"", "no connection tracking");
	host = good;
	host.proxy.count = 0;
	expect(&host, "\"behind\"", "no rule of nftables has \"synproxy mss 1460 wscale 7");
	host = good;
	host.proxy.list[0].wscale = 8;
	expect(&host, "\"behind\"", "is the same as");
	host = good;
	host.proxy.list[0].timestamp = false;
	expect(&host, "\"behind\"", "is the same as");
	host = good;
	host.proxy_error = -EPERM;
	expect(&host, "\"behind\"", "may not read");
	host.proxy_error = -EPROTONOSUPPORT;
	expect(&host, "\"behind\"", "no rule");
}

Test(cookie_host, options)
{
	static const struct {
		long timestamps, sack, scaling;
		unsigned options;
	} rows[] = {
		{2, 1, 1, FW_SYN_TIMESTAMP | FW_SYN_SACK | FW_SYN_WSCALE},
		{2, 0, 1, FW_SYN_TIMESTAMP | FW_SYN_WSCALE},
		{2, 1, 0, FW_SYN_TIMESTAMP | FW_SYN_SACK},
		{1, 1, 1, 0},
		{0, 1, 1, 0},
		{SETTING_ABSENT, 1, 1, 0},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		const struct cookie_host host = {.timestamps = rows[i].timestamps,
						 .sack = rows[i].sack,
						 .window_scaling = rows[i].scaling};

		cr_expect_eq(cookie_host_options(&host), rows[i].options, "row %zu", i);
	}
}

Test(cookie_host, window_scale)
{
	static const struct {
		long bytes;
		unsigned scale;
	} rows[] = {{-1, 0},	    {0, 0},	    {65535, 0},	   {65536, 1},	 {131071, 1},
		    {131072, 2},    {6291455, 7},   {6291456, 7},  {8388607, 7}, {8388608, 8},
		    {1L << 28, 13}, {1L << 29, 14}, {1L << 40, 14}};

	for (size_t i = 0; i < array_size(rows); i++) {
		const struct cookie_host host = {.receive_bytes =
							 rows[i].bytes < 0 ? 0 : rows[i].bytes};

		cr_expect_eq(cookie_host_wscale(&host), rows[i].scale, "%ld", rows[i].bytes);
	}
}

Test(sysctl, reads)
{
	long numbers[3];

	cr_expect_eq(sysctl_read("net/ipv4/tcp_rmem", numbers, 3), 3);
	cr_expect(numbers[0] > 0 && numbers[2] >= numbers[1]);
	cr_expect_eq(sysctl_read("net/ipv4/tcp_rmem", numbers, 1), 1);
	cr_expect_eq(sysctl_read("net/ipv4/no_such_setting", numbers, 1), -ENOENT);
	cr_expect_lt(sysctl_write("net/ipv4/no_such_setting", 1), 0);
}

/* What the kernel says of "synproxy mss 1460 wscale 7 timestamp sack-perm" behind a counter. */
static const unsigned char rule[] = "\x0a\x00\x01\x00"
				    "fwd\0\0\0\0\0"
				    "\x58\x00\x04\x80"
				    "\x14\x00\x01\x80"
				    "\x0c\x00\x01\x00"
				    "counter\0"
				    "\x04\x00\x02\x80"
				    "\x40\x00\x01\x80"
				    "\x0d\x00\x01\x00"
				    "synproxy\0\0\0\0"
				    "\x2c\x00\x02\x80"
				    "\x06\x00\x01\x00\x05\xb4\0\0"
				    "\x05\x00\x02\x00\x07\0\0\0"
				    "\x08\x00\x03\x00\x00\x00\x00\x0e"
				    "\x10\x00\x09\x00"
				    "unknown....\0";

Test(synproxy, a_rule)
{
	struct synproxy_rules rules = {0};

	synproxy_add_rule(&rules, rule, sizeof(rule) - 1);
	cr_assert_eq(rules.count, 1);
	cr_expect(rules.list[0].known);
	cr_expect_eq(rules.list[0].mss, 1460);
	cr_expect_eq(rules.list[0].wscale, 7);
	cr_expect(rules.list[0].timestamp && rules.list[0].sack && rules.list[0].has_wscale);
	for (size_t i = 0; i < 2 * SYNPROXY_MAX; i++)
		synproxy_add_rule(&rules, rule, sizeof(rule) - 1);
	cr_expect_eq(rules.count, SYNPROXY_MAX);
}

/* Cut anywhere: no more is read than is there (with sanitizers and valgrind, that is checked). */
Test(synproxy, rules_that_are_cut)
{
	for (size_t length = 0; length < sizeof(rule) - 1; length++) {
		struct synproxy_rules rules = {0};
		cleanup_free unsigned char *copy = malloc(length ? length : 1);

		memcpy(copy, rule, length);
		synproxy_add_rule(&rules, copy, length);
		cr_expect_leq(rules.count, 1);
	}
}
