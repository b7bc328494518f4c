// SPDX-License-Identifier: MIT
/* Lists of addresses to block and unblock: all or none. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "daemon/fwd/live/live.h"
#include "tests/unit/control/served.h"

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
		cr_expect_eq(live_count(served.core.live, FW_LIVE_BLOCKS), rows[i].blocks,
			     "row %zu", i);
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
		cr_expect_eq(live_count(served.core.live, FW_LIVE_BLOCKS), i < 4 ? 0 : 3);
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
	for (uint32_t i = 0; live_room(served.core.live, 4) > 1; i++) {
		uint8_t addr[4] = {10, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};

		prefix = prefix_host(4, addr);
		cr_assert_eq(live_add(served.core.live, 1, &prefix, 0, 0, "", NULL), 0);
	}
	expect_reply(served_ask(&served, "{\"op\":\"block\",\"args\":{\"prefixes\":"
					 "[\"192.0.2.1\",\"192.0.2.2\",\"::1\"]}}"),
		     "conflict", "room for 1 more IPv4 entries, not for 2; nothing was blocked");
	cr_expect_eq(live_count(served.core.live, FW_LIVE_BLOCKS), 0);
	expect_reply(served_ask(&served, "{\"op\":\"block\",\"args\":{\"prefixes\":"
					 "[\"192.0.2.1\",\"::1\",\"::2\"]}}"),
		     "ok", NULL);
	cr_expect_eq(live_count(served.core.live, FW_LIVE_BLOCKS), 3);
	served_stop(&served);
}

/* ---- flush ---- */

#define FLUSH(args) "{\"op\":\"blocks.flush\",\"args\":{" args "}}"
#define SIXTY	    "123456789012345678901234567890123456789012345678901234567890"

static const struct {
	const char *prefix, *reason;
	uint64_t timeout;
} flushed_before[] = {
	{"192.0.2.1", "limit dns", SERVED_PATIENCE_MS * 1000000ULL},
	{"192.0.2.0/24", "scan", 0},
	{"192.0.2.2", "scan", 0},
	{"198.51.100.1", "limit dns2", 0},
	{"::1", "limit dns", 0},
	{"::/0", "", 0},
	{"2001:db8::1", SIXTY "123", 0},
	{"203.0.113.1", "limit dns", 1}, /* has ended before it is looked for */
};

static const struct {
	const char *body, *code, *message;
	int removed, covered;
	size_t blocks; /* afterwards */
} flushes[] = {
	{FLUSH("\"reason\":\"" SIXTY "1234\""), "bad_request", "at most 63 bytes", 0, 0, 8},
	{FLUSH("\"reason\":7"), "bad_request", "reason", 0, 0, 8},
	{FLUSH("\"reason\":\"limit dn\""), "ok", NULL, 0, 0, 7},
	{FLUSH("\"reason\":\"LIMIT dns\""), "ok", NULL, 0, 0, 7},
	{FLUSH("\"reason\":\"limit dns\",\"dry_run\":true"), "ok", NULL, 2, 2, 7},
	{FLUSH("\"dry_run\":true"), "ok", NULL, 7, 0, 7},
	{FLUSH("\"reason\":\"limit dns\""), "ok", NULL, 2, 2, 5},
	{FLUSH("\"reason\":\"limit dns\""), "ok", NULL, 0, 0, 5},
	/* What covers it goes as well. */
	{FLUSH("\"reason\":\"scan\""), "ok", NULL, 2, 0, 3},
	{FLUSH("\"reason\":\"\""), "ok", NULL, 1, 0, 2},
	{FLUSH("\"reason\":\"" SIXTY "123\""), "ok", NULL, 1, 0, 1},
	{FLUSH(""), "ok", NULL, 1, 0, 0},
	{FLUSH(""), "ok", NULL, 0, 0, 0},
};

static void check_flushed(cJSON *reply, size_t i)
{
	const cJSON *result = cJSON_GetObjectItem(reply, "result");
	const cJSON *entries = cJSON_GetObjectItem(result, "entries");

	if (strcmp(flushes[i].code, "ok") == 0) {
		cr_expect_eq((int)number(reply, "removed"), flushes[i].removed, "row %zu", i);
		cr_expect_eq((int)number(reply, "still_blocked_count"), flushes[i].covered,
			     "row %zu", i);
		cr_expect_eq(has_changed(reply), flushes[i].removed > 0, "row %zu", i);
		cr_expect_eq(entries != NULL, strstr(flushes[i].body, "dry_run") != NULL, "row %zu",
			     i);
		cr_expect(!entries || cJSON_GetArraySize(entries) == flushes[i].removed, "row %zu",
			  i);
	}
	expect_reply(reply, flushes[i].code, flushes[i].message);
}

Test(block_lists, flush)
{
	struct served served;

	served_start(&served);
	for (size_t i = 0; i < array_size(flushed_before); i++) {
		struct prefix prefix;

		cr_assert(prefix_parse(flushed_before[i].prefix, &prefix) == 0);
		cr_assert(live_add(served.core.live, FW_LIVE_BLOCKS, &prefix,
				   flushed_before[i].timeout, 0, flushed_before[i].reason,
				   NULL) == 0);
	}
	/* A set with the same prefix and reason is none of its business. */
	cr_assert(live_add(served.core.live, 7, &(struct prefix){.family = 4}, 0, 0, "scan",
			   NULL) == 0);
	for (size_t i = 0; i < array_size(flushes); i++) {
		check_flushed(served_ask(&served, flushes[i].body), i);
		cr_expect_eq(live_count(served.core.live, FW_LIVE_BLOCKS), flushes[i].blocks,
			     "row %zu", i);
	}
	cr_expect_eq(live_count(served.core.live, 7), 1);
	served_stop(&served);
}

/* A dry run lists the first hundred, whatever their number is; what goes is all of them. */
Test(block_lists, flush_many)
{
	struct served served;
	cJSON *reply;

	served_start(&served);
	for (uint32_t i = 0; i < 1000; i++) {
		uint8_t address[4] = {10, 0, (uint8_t)(i >> 8), (uint8_t)i};
		struct prefix prefix = prefix_host(4, address);

		cr_assert(live_add(served.core.live, FW_LIVE_BLOCKS, &prefix, 0, 0,
				   i % 2 ? "odd" : "even", NULL) == 0);
	}
	reply = served_ask(&served, FLUSH("\"reason\":\"odd\",\"dry_run\":true"));
	cr_expect(number(reply, "removed") == 500);
	cr_expect_eq(cJSON_GetArraySize(
			     cJSON_GetObjectItem(cJSON_GetObjectItem(reply, "result"), "entries")),
		     100);
	cJSON_Delete(reply);
	reply = served_ask(&served, FLUSH("\"reason\":\"odd\""));
	cr_expect(number(reply, "removed") == 500);
	cJSON_Delete(reply);
	cr_expect_eq(live_count(served.core.live, FW_LIVE_BLOCKS), 500);
	served_stop(&served);
}
