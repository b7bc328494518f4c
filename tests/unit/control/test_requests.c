// SPDX-License-Identifier: MIT
/* What is in a frame: JSON, op, arguments; each refused with what is wrong. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "daemon/fwd/history/history.h"
#include "daemon/fwd/live/live.h"
#include "tests/unit/control/served.h"

static const struct {
	const char *body;
	const char *code;
	const char *message;
} requests[] = {
	{"{\"op\":\"version\"}", "ok", NULL},
	{"{\"op\":\"version\",\"args\":{}}", "ok", NULL},
	{" \n{ \"args\" : { } , \"op\" : \"version\" }\t", "ok", NULL},
	/* not a request */
	{"", "bad_request", NULL},
	{"null", "bad_request", "JSON object"},
	{"[]", "bad_request", "JSON object"},
	{"{}", "bad_request", "has an \"op\""},
	{"{\"args\":{}}", "bad_request", "has an \"op\""},
	{"{\"op\":7}", "bad_request", "a request is"},
	{"{\"op\":\"version\",\"args\":[]}", "bad_request", "a request is"},
	{"{\"op\":\"version\",\"args\":null}", "bad_request", "a request is"},
	{"{\"op\":\"version\",\"id\":1}", "bad_request", "a request is"},
	{"{\"Op\":\"version\"}", "bad_request", "a request is"},
	{"{\"op\":\"reboot\"}", "unknown_op", "\"reboot\""},
	{"{\"op\":\"\"}", "unknown_op", NULL},
	{"{\"op\":\"VERSION\"}", "unknown_op", NULL},
	/* not JSON */
	{"{\"op\":\"version\"", "bad_request", "request:1:"},
	{"{\"op\":\"version\"}x", "bad_request", "request:1:17"},
	{"{\"op\":\"version\",}", "bad_request", "request:1:16"},
	{"{'op':'version'}", "bad_request", "request:1:2"},
	{"{\"op\":\"version\",\"op\":\"version\"}", "bad_request", "request:1:17"},
	{"{\"op\":\"ver\\u0000sion\"}", "bad_request", "request:1:"},
	{"{\"op\":\"\xff\xfe\"}", "bad_request", "request:1:"},
	{"{\"op\":\"a\nb\"}", "bad_request", "request:1:"},
	/* arguments as their row says */
	{"{\"op\":\"version\",\"args\":{\"x\":1}}", "bad_request", "takes no argument \"x\""},
	{"{\"op\":\"block\"}", "bad_request", "needs the argument \"prefix\""},
	{"{\"op\":\"block\",\"args\":{}}", "bad_request", "needs the argument \"prefix\""},
	{"{\"op\":\"block\",\"args\":{\"prefix\":7}}", "bad_request", "must be a string"},
	{"{\"op\":\"block\",\"args\":{\"prefix\":null}}", "bad_request", "must be a string"},
	{"{\"op\":\"block\",\"args\":{\"prefix\":[\"::1\"]}}", "bad_request", "must be a string"},
	{"{\"op\":\"block\",\"args\":{\"Prefix\":\"::1\"}}", "bad_request",
	 "no argument \"Prefix\""},
	{"{\"op\":\"set.add\",\"args\":{\"name\":\"x\",\"prefixes\":\"::1\"}}", "bad_request",
	 "must be a list of strings"},
	{"{\"op\":\"set.add\",\"args\":{\"name\":\"x\",\"prefixes\":[1]}}", "bad_request",
	 "must be a list of strings"},
	{"{\"op\":\"set.add\",\"args\":{\"name\":\"x\",\"prefixes\":{\"a\":\"b\"}}}", "bad_request",
	 "must be a list of strings"},
	{"{\"op\":\"blocks\",\"args\":{\"offset\":-1}}", "bad_request", "must be a whole number"},
	{"{\"op\":\"blocks\",\"args\":{\"offset\":0.5}}", "bad_request", "must be a whole number"},
	{"{\"op\":\"blocks\",\"args\":{\"offset\":1e300}}", "bad_request",
	 "must be a whole number"},
	{"{\"op\":\"blocks\",\"args\":{\"limit\":\"7\"}}", "bad_request", "must be a whole number"},
	{"{\"op\":\"blocks\",\"args\":{\"offset\":9007199254740992}}", "ok", NULL},
	/* what many take, where it means something */
	{"{\"op\":\"save\",\"args\":{\"confirm\":\"5m\"}}", "bad_request",
	 "save takes no argument \"confirm\""},
	{"{\"op\":\"try.start\",\"args\":{\"confirm\":\"5m\"}}", "bad_request",
	 "takes no argument \"confirm\""},
	{"{\"op\":\"try.stop\",\"args\":{\"force\":true}}", "bad_request",
	 "takes no argument \"force\""},
	{"{\"op\":\"confirm\",\"args\":{\"force\":true}}", "bad_request",
	 "takes no argument \"force\""},
	{"{\"op\":\"unblock\",\"args\":{\"prefix\":\"::1\",\"force\":true}}", "bad_request",
	 "takes no argument \"force\""},
	{"{\"op\":\"block\",\"args\":{\"prefix\":\"::1\",\"confirm\":\"5m\"}}", "bad_request",
	 "takes no argument \"confirm\""},
	{"{\"op\":\"blocks\",\"args\":{\"if_revision\":1}}", "bad_request",
	 "takes no argument \"if_revision\""},
	/* values */
	{"{\"op\":\"block\",\"args\":{\"prefix\":\"10.0.0.1/8\"}}", "bad_request",
	 "meant 10.0.0.0/8?"},
	{"{\"op\":\"block\",\"args\":{\"prefix\":\"10.0.0.0/33\"}}", "bad_request",
	 "beyond its family"},
	{"{\"op\":\"block\",\"args\":{\"prefix\":\"ten\"}}", "bad_request", "not an address"},
	{"{\"op\":\"block\",\"args\":{\"prefix\":\"::1\",\"timeout\":\"soon\"}}", "bad_request",
	 "not a time"},
	{"{\"op\":\"unblock\",\"args\":{\"prefix\":\"::1\"}}", "ok", NULL},
	{"{\"op\":\"explain\"}", "bad_request", "either"},
	{"{\"op\":\"explain\",\"args\":{\"packet\":\"x\",\"frame\":\"y\"}}", "bad_request",
	 "either"},
	{"{\"op\":\"explain\",\"args\":{\"packet\":\"in eth0 tpc 1.2.3.4\"}}", "bad_request",
	 "packet:1:9: error: \"tpc\" is not a protocol"},
	{"{\"op\":\"explain\",\"args\":{\"frame\":\"0g\"}}", "bad_request", "packet:1:1"},
};

Test(requests, table)
{
	struct served served;

	served_start(&served);
	for (size_t i = 0; i < array_size(requests); i++)
		expect_reply(served_ask(&served, requests[i].body), requests[i].code,
			     requests[i].message);
	served_stop(&served);
}

/* A connection stands many requests, wrong ones included, and several at once. */
Test(requests, one_connection)
{
	struct served served;
	int fd;

	served_start(&served);
	fd = served_connect(&served);
	for (size_t i = 0; i < array_size(requests); i++) {
		served_say(&served, fd, requests[i].body);
		expect_reply(served_hear(&served, fd), requests[i].code, NULL);
	}
	for (size_t i = 0; i < array_size(requests); i++)
		served_say(&served, fd, requests[i].body);
	for (size_t i = 0; i < array_size(requests); i++)
		expect_reply(served_hear(&served, fd), requests[i].code, NULL);
	close(fd);
	served_stop(&served);
}

Test(requests, deep)
{
	char body[4096] = "{\"op\":\"version\",\"args\":";
	struct served served;
	size_t length = strlen(body);

	memset(body + length, '[', sizeof(body) - length - 1);
	served_start(&served);
	expect_reply(served_ask(&served, body), "bad_request", "request:1:");
	expect_reply(served_ask(&served, "{\"op\":\"version\"}"), "ok", NULL);
	served_stop(&served);
}

/* Every beginning of a request, and every byte of it changed: an answer, and it lives on. */
Test(requests, mangled)
{
	static const char request[] =
		"{\"op\":\"block\",\"args\":{\"prefix\":\"2001:db8::/32\",\"timeout\":\"1h30m\"}}";
	struct served served;
	int fd;

	served_start(&served);
	fd = served_connect(&served);
	for (size_t at = 0; at < strlen(request); at++) {
		for (int byte = 0; byte < 256; byte += 17) {
			char *body = strdup(request);

			body[at] = (char)byte;
			served_say(&served, fd, body);
			cJSON_Delete(served_hear(&served, fd));
			free(body);
		}
	}
	served_say(&served, fd, request);
	expect_reply(served_hear(&served, fd), "ok", NULL);
	close(fd);
	served_stop(&served);
}

static const cJSON *result_of(const cJSON *reply, const char *name)
{
	return cJSON_GetObjectItem(cJSON_GetObjectItem(reply, "result"), name);
}

Test(requests, blocks)
{
	struct served served;
	const cJSON *items;
	cJSON *reply;

	served_start(&served);
	reply = served_ask(&served, "{\"op\":\"block\",\"args\":{\"prefix\":\"192.0.2.0/24\","
				    "\"timeout\":\"10m\",\"reason\":\"scan\"}}");
	cr_expect(cJSON_IsTrue(result_of(reply, "new")));
	cr_expect_str_eq(result_of(reply, "prefix")->valuestring, "192.0.2.0/24");
	cr_expect_str_eq(result_of(reply, "reason")->valuestring, "scan");
	cr_expect(result_of(reply, "expires_in_s")->valuedouble > 595 &&
		  result_of(reply, "expires_in_s")->valuedouble <= 600);
	cJSON_Delete(reply);
	reply = served_ask(&served, "{\"op\":\"block\",\"args\":{\"prefix\":\"192.0.2.7\"}}");
	cr_expect(!result_of(reply, "expires_in_s"), "forever");
	cJSON_Delete(reply);
	reply = served_ask(&served, "{\"op\":\"blocks\"}");
	cr_expect(result_of(reply, "total")->valuedouble == 2);
	items = result_of(reply, "items");
	cr_expect(cJSON_GetArraySize(items) == 2);
	cJSON_Delete(reply);
	expect_reply(
		served_ask(&served, "{\"op\":\"unblock\",\"args\":{\"prefix\":\"192.0.2.8\"}}"),
		"not_found", "as part of 192.0.2.0/24");
	reply = served_ask(&served, "{\"op\":\"unblock\",\"args\":{\"prefix\":\"192.0.2.7\"}}");
	cr_expect_str_eq(result_of(reply, "still_blocked_by")->valuestring, "192.0.2.0/24");
	cr_expect(cJSON_IsTrue(result_of(reply, "changed")));
	cJSON_Delete(reply);
	/* As when its time has ended meanwhile. */
	reply = served_ask(&served, "{\"op\":\"unblock\",\"args\":{\"prefix\":\"::1\"}}");
	cr_expect(cJSON_IsFalse(result_of(reply, "changed")));
	cr_expect_str_eq(result_of(reply, "prefix")->valuestring, "::1");
	cJSON_Delete(reply);
	served_stop(&served);
}

/* A list longer than a frame comes in pages; together they are the list. */
Test(requests, pages)
{
	const unsigned total = 25000;
	struct served served;
	unsigned seen = 0, pages = 0;

	served_start(&served);
	for (unsigned i = 0; i < total; i++) {
		uint8_t addr[4] = {10, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};
		struct prefix prefix = prefix_host(4, addr);

		cr_assert(live_add(served.core.live, FW_LIVE_BLOCKS, &prefix, 0, 0,
				   "sixty bytes of text, to make a long list, which is paged",
				   NULL) == 0);
	}
	while (seen < total) {
		char body[128];
		cJSON *reply;

		snprintf(body, sizeof(body), "{\"op\":\"blocks\",\"args\":{\"offset\":%u}}", seen);
		reply = served_ask(&served, body);
		cr_assert(result_of(reply, "total")->valuedouble == total);
		cr_assert(result_of(reply, "offset")->valuedouble == seen);
		seen += (unsigned)cJSON_GetArraySize(result_of(reply, "items"));
		pages++;
		cJSON_Delete(reply);
	}
	cr_expect(seen == total && pages >= 3 && pages < 20, "%u in %u pages", seen, pages);
	served_stop(&served);
}

/* An edit that was made for another revision than the one that runs. */
Test(requests, if_revision)
{
	struct served served;

	served_start(&served);
	expect_reply(served_ask(&served, "{\"op\":\"unblock\",\"args\":{\"prefix\":\"::1\","
					 "\"if_revision\":7}}"),
		     "conflict", "revision 0 now, not 7");
	expect_reply(served_ask(&served, "{\"op\":\"unblock\",\"args\":{\"prefix\":\"::1\","
					 "\"if_revision\":0}}"),
		     "ok", NULL);
	expect_reply(served_ask(&served, "{\"op\":\"version\",\"args\":{\"if_revision\":0}}"),
		     "bad_request", "takes no argument");
	served_stop(&served);
}

/* A text in pieces: each goes on where the last ended, none is lost or there twice. */
Test(requests, upload)
{
	static const struct {
		const char *body, *code, *message;
	} rows[] = {
		{"{\"op\":\"apply\"}", "bad_request", "no text was sent"},
		{"{\"op\":\"upload\",\"args\":{\"offset\":3,\"text\":\"x\"}}", "bad_request",
		 "goes on at 0"},
		{"{\"op\":\"upload\",\"args\":{\"offset\":0,\"text\":\"{\\n\"}}", "ok", NULL},
		{"{\"op\":\"upload\",\"args\":{\"offset\":0,\"text\":\"{\\n\"}}", "ok", NULL},
		{"{\"op\":\"upload\",\"args\":{\"offset\":2,\"text\":\"}\"}}", "ok", NULL},
		{"{\"op\":\"upload\",\"args\":{\"offset\":2,\"text\":\"}\"}}", "bad_request",
		 "goes on at 3"},
		{"{\"op\":\"apply\",\"args\":{\"folder\":\"x\"}}", "bad_request", "absolute"},
	};
	struct served served;
	int fd;

	served_start(&served);
	fd = served_connect(&served);
	for (size_t i = 0; i < array_size(rows); i++) {
		served_say(&served, fd, rows[i].body);
		expect_reply(served_hear(&served, fd), rows[i].code, rows[i].message);
	}
	close(fd);
	served_stop(&served);
}

static unsigned count_lines(const char *folder)
{
	char path[128];
	unsigned lines = 0;
	FILE *in;

	snprintf(path, sizeof(path), "%s/state/audit.jsonl", folder);
	in = fopen(path, "re");
	cr_assert(in);
	for (int c; (c = fgetc(in)) != EOF;)
		lines += c == '\n';
	fclose(in);
	return lines;
}

/* Who may not write cannot fill the audit with refusals; what writers do is always in it. */
Test(requests, refusals_do_not_flood_the_audit)
{
	struct errors errs = {0};
	struct served served;
	char path[128], command[160];
	int fd;

	served_start(&served);
	snprintf(path, sizeof(path), "%s/state", served.folder);
	cr_assert(history_open(path, &served.core.history, &errs) == 0 && errs.count == 0);
	fd = served_connect(&served);
	served.control->clients->access = ACCESS_READ;
	for (unsigned i = 0; i < 150; i++) {
		served_say(&served, fd, "{\"op\":\"reload\"}");
		expect_reply(served_hear(&served, fd), "permission", NULL);
	}
	cr_expect(count_lines(served.folder) == 100, "%u", count_lines(served.folder));
	served.control->clients->access = ACCESS_WRITE;
	served_say(&served, fd, "{\"op\":\"unblock\",\"args\":{\"prefix\":\"::1\"}}");
	expect_reply(served_hear(&served, fd), "ok", NULL);
	cr_expect(count_lines(served.folder) == 101);
	close(fd);
	served.core.history = history_close(served.core.history);
	snprintf(command, sizeof(command), "rm -rf '%s'", path);
	cr_assert(system(command) == 0);
	served_stop(&served);
}
