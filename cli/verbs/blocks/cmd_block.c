// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/core/client.h"
#include "cli/grammar/input.h"
#include "cli/verbs/commands.h"
#include "common/abi/fw_limits.h"
#include "common/base/memory.h"

/* A list up to this size is in the request itself; a longer one is uploaded first. */
#define LIST_BYTES (FW_MAX_FRAME_BYTES - 4096)

static const struct column columns[] = {
	{"PREFIX", false}, {"AGE", true}, {"ENDS IN", true}, {"REASON", false}, {NULL, false}};

static void put_row(struct table *table, const cJSON *item, size_t index)
{
	char text[HUMAN_TEXT];

	(void)index;
	table_put(table, field_text(item, "prefix"));
	table_put(table, human_seconds(field_number(item, "age_s"), text));
	table_put(table, field(item, "expires_in_s")
				 ? human_seconds(field_number(item, "expires_in_s"), text)
				 : "never");
	table_put(table, field_text(item, "reason"));
}

const struct list_view view_blocks = {
	.columns = columns,
	.row = put_row,
	.empty = "nothing is blocked",
};

/* ---- flush ---- */

static void print_flushed(struct cli *cli, const cJSON *entries, double count)
{
	struct table *table;
	char more[HUMAN_TEXT];
	const cJSON *item;
	size_t rows = 0;

	if (!entries || !entries->child)
		return;
	table = table_new(columns);
	cJSON_ArrayForEach (item, entries)
		put_row(table, item, rows++);
	table_print(table, cli->out, cli->colour, 0);
	table_free(table);
	if (count > (double)rows)
		fprintf(cli->out, "and %s more\n", human_count(count - (double)rows, more));
}

void print_blocks_flush(struct cli *cli, const struct call *call, const cJSON *result)
{
	double removed = field_number(result, "removed");
	double covered = field_number(result, "still_blocked_count");
	char text[HUMAN_TEXT];

	print_flushed(cli, field(result, "entries"), removed);
	if (removed == 0) {
		fputs(call_value(call, "reason") ? "nothing is blocked for this reason"
						 : "nothing is blocked",
		      cli->out);
	} else {
		fprintf(cli->out, "%s removed", human_many(removed, "block", text));
		if (covered > 0)
			fprintf(cli->out, "; still blocked, as parts of others: %s",
				human_count(covered, text));
	}
	print_dry(cli, result);
	fputc('\n', cli->out);
}

/* ---- one, or many at once ---- */

static bool is_one(const struct call *call)
{
	const char *const *words;

	return call_many(call, &words) == 1 && strcmp(words[0], "-") != 0;
}

/* The prefixes, one a line; malloced. */
static char *write_list(const struct prefix_list *prefixes, size_t *ret_length)
{
	char *text = NULL, prefix[PREFIX_TEXT];
	FILE *out = open_memstream(&text, ret_length);

	for (size_t i = 0; out && i < prefixes->count; i++)
		fprintf(out, "%s\n", prefix_format(&prefixes->items[i], prefix));
	if (out)
		fclose(out);
	return text;
}

/* All of them in one request: all are blocked, or none. */
static int add_list(struct cli *cli, const struct prefix_list *prefixes, cJSON *args)
{
	size_t length = 0;
	cleanup_free char *text = write_list(prefixes, &length);
	char prefix[PREFIX_TEXT];
	cJSON *list;

	if (!text)
		return cli_fail_errno(cli, -ENOMEM, "addresses");
	/* Each with quotes and a comma. */
	if (length + 2 * prefixes->count > LIST_BYTES) {
		cJSON_AddTrueToObject(args, "uploaded");
		return client_upload(cli, text, length);
	}
	list = cJSON_AddArrayToObject(args, "prefixes");
	for (size_t i = 0; i < prefixes->count; i++)
		cJSON_AddItemToArray(
			list, cJSON_CreateString(prefix_format(&prefixes->items[i], prefix)));
	return 0;
}

static int request_blocks(struct cli *cli, const struct call *call)
{
	cleanup(prefix_list_clear) struct prefix_list prefixes = {0};
	cJSON *args = call_args(call), *result = NULL;
	const char *const *words;
	int r = 0;

	cJSON_DeleteItemFromObjectCaseSensitive(args, "prefixes");
	if (is_one(call)) {
		call_many(call, &words);
		cJSON_AddStringToObject(args, "prefix", words[0]);
	} else {
		r = input_prefix_argument(cli, call, &prefixes);
		if (r == 0)
			r = add_list(cli, &prefixes, args);
	}
	if (r < 0) {
		cJSON_Delete(args);
		return r;
	}
	if (client_request(cli, call->verb->op, args, &result) < 0)
		return -1;
	cli->output->result(cli, call, result);
	cJSON_Delete(result);
	return 0;
}

int run_unblock(struct cli *cli, const struct call *call)
{
	return request_blocks(cli, call);
}

/* A note, as blocks do not drop in monitor mode. */
int run_block(struct cli *cli, const struct call *call)
{
	cJSON *status = NULL;

	if (request_blocks(cli, call) < 0)
		return -1;
	if (cli->settings.json)
		return 0;
	if (client_request(cli, OP_STATUS, NULL, &status) < 0)
		return -1;
	if (strcmp(field_text(status, "mode"), "monitor") == 0)
		cli_note(cli, "fwd is in monitor mode: packets from there are reported, and pass");
	cJSON_Delete(status);
	return 0;
}

static void print_blocked_list(struct cli *cli, const cJSON *result)
{
	char added[HUMAN_TEXT], refreshed[HUMAN_TEXT];

	fprintf(cli->out, "%s blocked, %s blocked already",
		human_count(field_number(result, "added"), added),
		human_count(field_number(result, "refreshed"), refreshed));
	if (field(result, "timeout")) {
		fputs("; all for ", cli->out);
		text_put_line(cli->out, field_text(result, "timeout"));
	}
	print_dry(cli, result);
	fputc('\n', cli->out);
}

static void print_unblocked_list(struct cli *cli, const cJSON *result)
{
	char removed[HUMAN_TEXT], missing[HUMAN_TEXT];
	const cJSON *item;

	cJSON_ArrayForEach (item, field(result, "still_blocked")) {
		text_put_line(cli->out, field_text(item, "prefix"));
		fputs(" is still blocked, as part of ", cli->out);
		text_put_line(cli->out, field_text(item, "by"));
		fputc('\n', cli->out);
	}
	fprintf(cli->out, "%s unblocked, %s not blocked before",
		human_count(field_number(result, "removed"), removed),
		human_count(field_number(result, "missing"), missing));
	print_dry(cli, result);
	fputc('\n', cli->out);
}

void print_block(struct cli *cli, const struct call *call, const cJSON *result)
{
	char text[HUMAN_TEXT];

	(void)call;
	print_problems(cli, cli->err, field(result, "warnings"));
	if (field(result, "added")) {
		print_blocked_list(cli, result);
		return;
	}
	text_put_line(cli->out, field_text(result, "prefix"));
	if (field_true(result, "dry_run") || field_false(result, "changed")) {
		fputs(" is blocked", cli->out);
		print_dry(cli, result);
		fputc('\n', cli->out);
		return;
	}
	fputs(field_false(result, "new") ? " was blocked already; now " : " is blocked ", cli->out);
	if (field(result, "expires_in_s"))
		fprintf(cli->out, "for %s\n",
			human_seconds(field_number(result, "expires_in_s"), text));
	else
		fputs("until it is unblocked\n", cli->out);
}

void print_unblock(struct cli *cli, const struct call *call, const cJSON *result)
{
	const char *wider = field_text(result, "still_blocked_by");

	(void)call;
	if (field(result, "removed")) {
		print_unblocked_list(cli, result);
		return;
	}
	text_put_line(cli->out, field_text(result, "prefix"));
	if (*wider) {
		fputs(" is still blocked, as part of ", cli->out);
		text_put_line(cli->out, wider);
		print_dry(cli, result);
		fputc('\n', cli->out);
	} else if (field_true(result, "dry_run")) {
		fputs(field_false(result, "changed") ? " is not blocked" : " is no longer blocked",
		      cli->out);
		print_dry(cli, result);
		fputc('\n', cli->out);
	} else if (field_false(result, "changed")) {
		fputs(" was not blocked: nothing changed\n", cli->out);
	} else {
		fputs(" is no longer blocked\n", cli->out);
	}
}
