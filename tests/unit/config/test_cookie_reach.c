// SPDX-License-Identifier: MIT
/* Which rules of a cookie limit cover other hosts than this one. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/config/support.h"

static struct prefix own[] = {
	{.family = 4, .length = 32, .addr = {192, 0, 2, 1}},
	{.family = 4, .length = 28, .addr = {203, 0, 113, 16}}, /* on a loopback interface */
	{.family = 6, .length = 128, .addr = {0x20, 0x01, 0x0d, 0xb8, [15] = 1}},
};

#define OWN            \
	{              \
		own, 3 \
	}
static const struct cookie_reach router = {true, true, OWN};
static const struct cookie_reach router4 = {true, false, OWN};
static const struct cookie_reach host = {false, false, OWN};

static const struct {
	const char *match; /* members behind "proto" */
	/* Is a warning expected: of a router, of one for IPv4 only, of a host, if nothing is known? */
	bool router, router4, host, unknown;
} rows[] = {
	{"", true, true, false, true},
	{", \"family\": \"ipv6\"", true, false, false, true},
	{", \"dst\": \"192.0.2.1\"", false, false, false, false},
	{", \"dst\": \"!192.0.2.1\"", true, true, false, true},
	{", \"dst\": \"192.0.2.0/24\"", true, true, false, false},
	{", \"dst\": \"192.0.2.2\"", true, true, false, false},
	{", \"dst\": [\"192.0.2.1\", \"2001:db8::1\"]", false, false, false, false},
	{", \"dst\": [\"192.0.2.1\", \"2001:db8::2\"]", true, false, false, false},
	{", \"dst\": \"203.0.113.24/29\"", false, false, false, false},
	{", \"dst\": \"203.0.113.0/27\"", true, true, false, false},
	{", \"dst\": \"@own\"", false, false, false, false},
	{", \"dst\": \"@other\"", true, true, false, false},
	{", \"dst\": \"@live\"", false, false, false, false},
	{", \"dst\": [\"@live\", \"192.0.2.2\"]", true, true, false, false},
};

static void expect(const struct config *config, const struct cookie_reach *reach, bool expected,
		   const char *what, const char *match)
{
	struct errors errs = {0};

	config_check_cookie_reach(config, reach, &errs);
	cr_expect_eq(errs.count, expected, "%s, %s: %zu warnings", what, match, errs.count);
	cr_expect_eq(errs.failed, 0);
	errors_clear(&errs);
}

static struct config *config_with(const char *match, const char *limit, const char *more)
{
	struct config *config;
	char *text;

	cr_assert(asprintf(&text,
			   "{\"sets\": {\"own\": {\"elements\": [\"192.0.2.1\"]},"
			   " \"other\": {\"elements\": [\"192.0.2.1\", \"198.51.100.0/24\"]},"
			   " \"live\": {\"live\": true}},"
			   " \"limits\": {\"l\": {\"rate\": \"5/s\", \"algorithm\": %s}},"
			   " \"rules\": [{\"id\": \"r\"%s, \"match\": {\"proto\": \"tcp\"%s},"
			   " \"limit\": \"l\"}]}",
			   limit, more, match) > 0);
	config = config_of(text);
	free(text);
	return config;
}

Test(cookie_reach, rules)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		cleanup_config struct config *config =
			config_with(rows[i].match, "\"syn_cookie\"", "");

		expect(config, &router, rows[i].router, "router", rows[i].match);
		expect(config, &router4, rows[i].router4, "IPv4 router", rows[i].match);
		expect(config, &host, rows[i].host, "host", rows[i].match);
		expect(config, NULL, rows[i].unknown, "unknown", rows[i].match);
	}
}

Test(cookie_reach, only_where_this_host_answers)
{
	cleanup_config struct config *off =
		config_with("", "\"syn_cookie\"", ", \"enabled\": false");
	cleanup_config struct config *plain = config_with("", "\"token_bucket\"", "");
	cleanup_config struct config *proxy =
		config_with("", "\"syn_cookie\", \"cookies\": {\"for\": \"synproxy\"}", "");

	expect(off, &router, false, "disabled", "");
	expect(plain, &router, false, "token_bucket", "");
	expect(proxy, &router, false, "synproxy", "");
}
