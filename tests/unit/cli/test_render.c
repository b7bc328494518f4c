// SPDX-License-Identifier: MIT
/* Golden tests: what is printed for fwd's replies. FWD_GOLDEN=write writes the files again. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "cli/grammar/setting_rows.h"
#include "cli/output/output.h"
#include "common/base/memory.h"
#include "tests/protocol/check_reply.h"

#define GOLDEN SOURCE_DIR "/tests/golden/"

static char *read_text(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;
	ssize_t length;

	cr_assert(file, "%s is missing", path);
	length = getdelim(&text, &size, EOF, file);
	fclose(file);
	return length < 0 ? strdup("") : text;
}

static void compare(const char *path, const char *text)
{
	const char *mode = getenv("FWD_GOLDEN");
	cleanup_free char *wanted = NULL;

	if (mode && strcmp(mode, "write") == 0) {
		FILE *file = fopen(path, "we");

		fputs(text, file);
		fclose(file);
	}
	wanted = read_text(path);
	cr_expect_str_eq(text, wanted, "%s differs:\n%s", path, text);
}

/* A command, the result that fwd gives (NAME.json), and what is printed (NAME.txt). */
static const struct {
	const char *name;
	const char *words[8];
} rows[] = {
	{"status", {"status"}},
	{"status-cookies", {"status"}},
	{"status-trial", {"status"}},
	{"health", {"health"}},
	{"stats", {"stats"}},
	{"stats-all", {"stats", "--all"}},
	{"stats-marked", {"stats"}},
	{"stats-total", {"stats", "--total"}},
	{"stats-reset", {"stats", "reset"}},
	{"stats-reset-rules", {"stats", "reset", "web", "dns", "--dry-run"}},
	{"rule-list", {"rule", "list"}},
	{"rule-show", {"rule", "show", "web"}},
	{"rule-add", {"rule", "add", "{\"id\": \"x\"}", "--before", "web"}},
	{"rule-disable", {"rule", "disable", "web"}},
	{"set-list", {"set", "list"}},
	{"set-show", {"set", "show", "banned"}},
	{"set-add", {"set", "add", "banned", "192.0.2.1"}},
	{"set-reload", {"set", "reload"}},
	{"set-reload-none", {"set", "reload"}},
	{"set-test", {"set", "test", "banned", "192.0.2.1"}},
	{"find", {"find", "192.0.2.66"}},
	{"find-none", {"find", "198.51.100.1"}},
	{"limit-list", {"limit", "list"}},
	{"limit-show", {"limit", "show", "login", "--top", "3"}},
	{"block", {"block", "192.0.2.66"}},
	{"unblock", {"unblock", "192.0.2.66"}},
	{"unblock-same", {"unblock", "192.0.2.66"}},
	{"block-list", {"block", "192.0.2.66", "192.0.2.67"}},
	{"unblock-list", {"unblock", "192.0.2.66", "192.0.2.67"}},
	{"blocks", {"blocks"}},
	{"blocks-flush", {"blocks", "flush"}},
	{"blocks-flush-covered", {"blocks", "flush", "--reason", "limit dns"}},
	{"blocks-flush-none", {"blocks", "flush"}},
	{"blocks-flush-unknown", {"blocks", "flush", "--reason", "limit dsn"}},
	{"blocks-flush-dry", {"blocks", "flush", "--dry-run"}},
	{"blocks-flush-dry-none", {"blocks", "flush", "--reason", "x", "--dry-run"}},
	{"iface-list", {"iface", "list"}},
	{"reload", {"reload"}},
	{"reload-same", {"reload", "--confirm", "5m"}},
	{"status-history", {"status"}},
	{"apply", {"apply", "new.json"}},
	{"history", {"history"}},
	{"history-audit", {"history", "--audit"}},
	{"show", {"show", "3"}},
	{"rollback", {"rollback", "7"}},
	{"save", {"save"}},
	{"diff", {"diff", "12"}},
	{"diff-same", {"diff"}},
	{"explain", {"explain", "x"}},
	{"explain-monitor", {"explain", "x"}},
	{"explain-answer", {"explain", "x"}},
	{"explain-would-answer", {"explain", "x"}},
	{"explain-path", {"explain", "x"}},
	{"explain-frame", {"explain", "x"}},
	{"try", {"try"}},
	{"try-none", {"try"}},
	{"hostile", {"rule", "list"}},
};

static cJSON *read_result(const char *name)
{
	cleanup_free char *path = NULL, *text = NULL;
	cJSON *result;

	cr_assert(asprintf(&path, GOLDEN "cli/%s.json", name) > 0);
	text = read_text(path);
	result = cJSON_Parse(text);
	cr_assert(result, "%s is not JSON", path);
	return result;
}

/* Print a result as the verb does. */
static char *render(const char *const *words, cJSON *result)
{
	char *argv[10] = {(char *)"fwctl"}, *text = NULL;
	size_t size = 0;
	struct cli cli = {.settings = settings_default(), .output = &output_text, .fd = -1};
	struct listing *listing;
	struct call call;
	int argc = 1;

	for (; *words; words++)
		argv[argc++] = (char *)*words;
	setenv("TZ", "CET-1", 1);
	cli.out = cli.err = open_memstream(&text, &size);
	cr_assert(call_parse(&cli, argc, argv, &call) == 0);
	if (call.verb->list) {
		listing = listing_new(&call);
		cli.output->page(listing, result);
		cli.output->list(&cli, listing);
		listing_free(listing);
	} else {
		cli.output->result(&cli, &call, result);
		cJSON_Delete(result);
	}
	fclose(cli.out);
	call_clear(&call);
	cli_clear(&cli);
	return text;
}

/* Of which op it is the result; OP_NONE: fwctl made it, or it is hostile. */
static enum op op_of(const char *name, const char *const *words)
{
	static const char *const others[] = {"show",	  "rollback", "diff",
					     "diff-same", "hostile",  "limit-show"};

	for (size_t i = 0; i < array_size(others); i++) {
		if (strcmp(others[i], name) == 0)
			return OP_NONE;
	}
	if (strcmp(name, "history-audit") == 0)
		return OP_AUDIT;
	return (verb_find(words[0], words[1] ? words[1] : "") ?: verb_find(NULL, words[0]))->op;
}

/* The files are made by hand: what is in them is a part of what fwd replies. */
Test(render, are_results)
{
	char text[REPLY_PROBLEM];
	unsigned count = 0;

	for (size_t i = 0; i < array_size(rows); i++) {
		enum op op = op_of(rows[i].name, rows[i].words);
		cJSON *result = read_result(rows[i].name);
		const char *problem = op ? check_reply(op, result, false, text) : NULL;

		cr_expect_null(problem, "%s: %s", rows[i].name, problem);
		count += op != OP_NONE;
		cJSON_Delete(result);
	}
	cr_expect(count > 40);
}

Test(render, replies)
{
	for (size_t i = 0; i < array_size(rows); i++) {
		cleanup_free char *path = NULL;
		cleanup_free char *text = render(rows[i].words, read_result(rows[i].name));

		cr_assert(asprintf(&path, GOLDEN "cli/%s.txt", rows[i].name) > 0);
		compare(path, text);
		cr_expect_null(strchr(text, '\033'), "%s", rows[i].name);
		cr_expect_null(strstr(text, " \n"), "%s: space at the end of a line", rows[i].name);
	}
}

/* fwd's log and `fwctl monitor` look the same: the golden files are the log's. */
static void compare_events(const char *golden, bool colour)
{
	cleanup_free char *path = NULL, *text = NULL;
	char *line = NULL;
	size_t size = 0, line_size = 0;
	FILE *in = fopen(GOLDEN "events/events.jsonl", "re"), *out = open_memstream(&text, &size);

	cr_assert(in && out);
	while (getline(&line, &line_size, in) > 0) {
		cJSON *event = cJSON_Parse(line);

		print_event(out, event, colour);
		cJSON_Delete(event);
	}
	free(line);
	fclose(in);
	fclose(out);
	cr_assert(asprintf(&path, GOLDEN "events/%s", golden) > 0);
	compare(path, text);
}

Test(render, events)
{
	compare_events("console.txt", false);
}

Test(render, events_in_colour)
{
	compare_events("console-colour.txt", true);
}

/* Pages become one list, whatever their number. */
Test(render, pages)
{
	cleanup_free char *text = NULL;
	size_t size = 0;
	char *argv[] = {(char *)"fwctl", (char *)"blocks", NULL};
	struct cli cli = {.settings = settings_default(), .output = &output_json, .fd = -1};
	struct listing *listing;
	struct call call;
	cJSON *reply;

	cli.out = open_memstream(&text, &size);
	cr_assert(call_parse(&cli, 2, argv, &call) == 0);
	listing = listing_new(&call);
	output_json.page(listing,
			 cJSON_Parse("{\"total\":3,\"offset\":0,\"items\":[1,{\"a\":2}]}"));
	output_json.page(listing,
			 cJSON_Parse("{\"total\":3,\"offset\":2,\"items\":[\"\\u001b\"]}"));
	output_json.list(&cli, listing);
	listing_free(listing);
	fclose(cli.out);
	cr_expect_str_eq(text, "{\"ok\":true,\"result\":{\"total\":3,\"offset\":0,"
			       "\"items\":[1,{\"a\":2},\"\\u001b\"]}}\n");
	reply = cJSON_Parse(text);
	cr_expect(reply);
	cJSON_Delete(reply);
	call_clear(&call);
}
