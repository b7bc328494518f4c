// SPDX-License-Identifier: MIT
/* Lists of addresses to block and unblock: all or none. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "served.h"

static const struct {
	const char *body, *code, *message;
	size_t blocks; /* afterwards */
} rows[] = {
	{"{\"op\":\"block\",\"args\":{\"prefixes\":[]}}", "bad_request", "no addresses", 0},
	{"{\"op\":\"block\",\"args\":{\"uploaded\":true}}", "bad_request", "no text was sent", 0},
	{"{\"op\":\"block\",\"args\":{\"uploaded\":false}}", "bad_request", "needs the argument",
	 0},
	{"{\"op\":\"block\",\"args\":{\"prefixes\":[\"::1\"],\"uploaded\":true}}", "bad_request",
	 "only one of", 0},
	{"{\"op\":\"block\",\"args\":{\"prefixes\":[\"::1\"],\"prefix\":\"::1\"}}", "bad_request",
	 "only one of", 0},
	{"{\"op\":\"block\",\"args\":{\"prefixes\":[\"192.0.2.1\",\"ten\",\"192.0.2.2\"]}}",
	 "bad_request", "\"ten\" is not an address", 0},
	{"{\"op\":\"block\",\"args\":{\"prefixes\":[\"192.0.2.1\",\"192.0.2.2\"],\"timeout\":\"x\"}"
	 "}",
	 "bad_request", "not a time", 0},
	{"{\"op\":\"block\",\"args\":{\"prefixes\":[\"192.0.2.1\",\"::1\"],\"dry_run\":true}}",
	 "ok", NULL, 0},
	{"{\"op\":\"block\",\"args\":{\"prefixes\":[\"192.0.2.1\",\"::1\",\"192.0.2.1\"]}}", "ok",
	 NULL, 2},
	{"{\"op\":\"block\",\"args\":{\"prefixes\":[\"192.0.2.0/24\",\"198.51.100.1\"]}}", "ok",
	 NULL, 4},
	{"{\"op\":\"unblock\",\"args\":{\"prefixes\":[\"198.51.100.1\",\"192.0.2.9\"]}}",
	 "not_found", "192.0.2.9 is not blocked by itself, but as part of 192.0.2.0/24", 4},
	{"{\"op\":\"unblock\",\"args\":{\"prefixes\":[\"198.51.100.1\",\"192.0.2.9/8\"]}}",
	 "bad_request", "meant 192.0.0.0/8", 4},
	{"{\"op\":\"unblock\",\"args\":{\"prefixes\":[\"::1\",\"192.0.2.1\"],\"dry_run\":true}}",
	 "ok", NULL, 4},
	/* What covers it goes in the same request. */
	{"{\"op\":\"unblock\",\"args\":{\"prefixes\":[\"192.0.2.9\",\"192.0.2.0/"
	 "24\",\"192.0.2.1\"]}}",
	 "ok", NULL, 2},
	{"{\"op\":\"unblock\",\"args\":{\"prefixes\":[\"192.0.2.1\",\"::1\",\"198.51.100.1\"]}}",
	 "ok", NULL, 0},
	{"{\"op\":\"unblock\",\"args\":{\"prefixes\":[\"192.0.2.1\",\"::1\"]}}", "ok", NULL, 0},
};

Test(block_lists, all_or_none)
{
	struct served served;

	served_start(&served);
	for (size_t i = 0; i < array_size(rows); i++) {
		expect_reply(served_ask(&served, rows[i].body), rows[i].code, rows[i].message);
		cr_expect_eq(live_count(served.app.live, FW_LIVE_BLOCKS), rows[i].blocks, "row %zu",
			     i);
	}
	served_stop(&served);
}

static double number(const cJSON *reply, const char *name)
{
	return cJSON_GetNumberValue(
		cJSON_GetObjectItem(cJSON_GetObjectItem(reply, "result"), name));
}

static bool has_changed(const cJSON *reply)
{
	return cJSON_IsTrue(cJSON_GetObjectItem(cJSON_GetObjectItem(reply, "result"), "changed"));
}

Test(block_lists, counts)
{
	struct served served;
	const cJSON *named;
	cJSON *reply;

	served_start(&served);
	reply = served_ask(&served, "{\"op\":\"block\",\"args\":{\"prefixes\":[\"192.0.2.1\","
				    "\"192.0.2.0/24\"],\"reason\":\"scan\"}}");
	cr_expect(number(reply, "added") == 2 && number(reply, "refreshed") == 0 &&
		  has_changed(reply));
	cJSON_Delete(reply);
	reply = served_ask(&served, "{\"op\":\"block\",\"args\":{\"prefixes\":[\"192.0.2.1\","
				    "\"192.0.2.0/24\"],\"reason\":\"scan\"}}");
	cr_expect(number(reply, "refreshed") == 2 && !has_changed(reply));
	cJSON_Delete(reply);
	reply = served_ask(&served, "{\"op\":\"block\",\"args\":{\"prefixes\":[\"192.0.2.1\","
				    "\"192.0.2.2\"],\"timeout\":\"1h\"}}");
	cr_expect(number(reply, "refreshed") == 1 && number(reply, "added") == 1 &&
		  has_changed(reply));
	cJSON_Delete(reply);
	reply = served_ask(&served, "{\"op\":\"unblock\",\"args\":{\"prefixes\":[\"192.0.2.1\","
				    "\"203.0.113.1\"],\"dry_run\":true}}");
	cr_expect(number(reply, "removed") == 1 && number(reply, "missing") == 1 &&
		  number(reply, "still_blocked_count") == 1);
	named = cJSON_GetObjectItem(cJSON_GetObjectItem(reply, "result"), "still_blocked");
	cr_expect_str_eq(cJSON_GetObjectItem(named->child, "by")->valuestring, "192.0.2.0/24");
	cJSON_Delete(reply);
	/* A dry run of one says the same as the real one. */
	reply = served_ask(&served, "{\"op\":\"unblock\",\"args\":{\"prefix\":\"192.0.2.1\","
				    "\"dry_run\":true}}");
	cr_expect_str_eq(
		cJSON_GetObjectItem(cJSON_GetObjectItem(reply, "result"), "still_blocked_by")
			->valuestring,
		"192.0.2.0/24");
	cJSON_Delete(reply);
	served_stop(&served);
}

/* Sent before, as text. An error has its line, and the text is used up. */
Test(block_lists, uploaded)
{
	static const struct {
		const char *body, *code, *message;
	} said[] = {
		{"{\"op\":\"upload\",\"args\":{\"offset\":0,\"text\":\"192.0.2.1\\n\\n 192.0.2.2 "
		 "::1\\r\\nten\\n\"}}",
		 "ok", NULL},
		{"{\"op\":\"block\",\"args\":{\"uploaded\":true}}", "bad_request",
		 "line 4: \"ten\" is not"},
		{"{\"op\":\"block\",\"args\":{\"uploaded\":true}}", "bad_request",
		 "no text was sent"},
		{"{\"op\":\"upload\",\"args\":{\"offset\":0,\"text\":\"192.0.2.1\\n\\n 192.0.2.2 "
		 "::1\\r\\n\"}}",
		 "ok", NULL},
		{"{\"op\":\"block\",\"args\":{\"uploaded\":true}}", "ok", NULL},
		{"{\"op\":\"upload\",\"args\":{\"offset\":0,\"text\":\" \\n\\n\"}}", "ok", NULL},
		{"{\"op\":\"unblock\",\"args\":{\"uploaded\":true}}", "bad_request",
		 "no addresses"},
	};
	struct served served;
	int fd;

	served_start(&served);
	fd = served_connect(&served);
	for (size_t i = 0; i < array_size(said); i++) {
		served_say(&served, fd, said[i].body);
		expect_reply(served_hear(&served, fd), said[i].code, said[i].message);
		cr_expect_eq(live_count(served.app.live, FW_LIVE_BLOCKS), i < 4 ? 0 : 3);
	}
	close(fd);
	served_stop(&served);
}

/* Room for one more, and two are asked for: neither is blocked. */
Test(block_lists, full)
{
	struct served served;
	struct prefix prefix;

	served_start(&served);
	for (uint32_t i = 0; live_room(served.app.live, 4) > 1; i++) {
		uint8_t addr[4] = {10, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};

		prefix = prefix_host(4, addr);
		cr_assert_eq(live_add(served.app.live, 1, &prefix, 0, 0, "", NULL), 0);
	}
	expect_reply(served_ask(&served, "{\"op\":\"block\",\"args\":{\"prefixes\":"
					 "[\"192.0.2.1\",\"192.0.2.2\",\"::1\"]}}"),
		     "conflict", "room for 1 more IPv4 entries, not for 2; nothing was blocked");
	cr_expect_eq(live_count(served.app.live, FW_LIVE_BLOCKS), 0);
	expect_reply(served_ask(&served, "{\"op\":\"block\",\"args\":{\"prefixes\":"
					 "[\"192.0.2.1\",\"::1\",\"::2\"]}}"),
		     "ok", NULL);
	cr_expect_eq(live_count(served.app.live, FW_LIVE_BLOCKS), 3);
	served_stop(&served);
}
