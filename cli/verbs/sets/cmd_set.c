// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/core/client.h"
#include "cli/grammar/input.h"
#include "cli/verbs/commands.h"
#include "cli/verbs/run.h"
#include "common/abi/fw_limits.h"
#include "common/base/memory.h"

/* The size of the prefixes in one request, each with quotes and a comma: a frame less its rest. */
#define BATCH_BYTES (FW_MAX_FRAME_BYTES - 4096)

/* ---- list and show ---- */

static const struct column set_columns[] = {{"SET", false}, {"KIND", false},   {"ENTRIES", true},
					    {"MAX", true},  {"TIMEOUT", true}, {"FILE", false},
					    {NULL, false}};

static void put_set(struct table *table, const cJSON *set, size_t index)
{
	char text[HUMAN_TEXT];

	(void)index;
	table_put(table, field_text(set, "name"));
	table_put(table, field_text(set, "kind"));
	table_put(table, human_count(field_number(set, "entries"), text));
	table_put(table, field(set, "max") ? human_count(field_number(set, "max"), text) : "");
	table_put(table, field_text(set, "timeout"));
	table_putf(table, "%s%s", field_text(set, "file"),
		   field_true(set, "kept") ? " (unusable: kept from before)"
		   : field(set, "problem") ? " (odd: see fwctl health)"
					   : "");
}

const struct list_view view_sets = {
	.columns = set_columns,
	.row = put_set,
	.empty = "there are no sets",
};

static const struct column entry_columns[] = {
	{"PREFIX", false}, {"AGE", true}, {"ENDS IN", true}, {NULL, false}};

static void put_entry(struct table *table, const cJSON *entry, size_t index)
{
	bool live = field(entry, "age_s");
	char text[HUMAN_TEXT];

	(void)index;
	table_put(table, field_text(entry, "prefix"));
	table_put(table, live ? human_seconds(field_number(entry, "age_s"), text) : "");
	if (field(entry, "expires_in_s"))
		table_put(table, human_seconds(field_number(entry, "expires_in_s"), text));
	else
		table_put(table, live ? "never" : "");
}

static void put_head(struct cli *cli, const cJSON *head)
{
	struct table *table = table_new(set_columns);

	put_set(table, head, 0);
	table_print(table, cli->out, cli->colour, 0);
	table_free(table);
	fputc('\n', cli->out);
}

const struct list_view view_set = {
	.columns = entry_columns,
	.row = put_entry,
	.head = put_head,
	.empty = "the set is empty",
};

/* ---- find ---- */

static const struct column found_columns[] = {{"SET", false}, {"KIND", false},	 {"PREFIX", false},
					      {"AGE", true},  {"ENDS IN", true}, {"REASON", false},
					      {NULL, false}};

static void put_found(struct table *table, const cJSON *entry, size_t index)
{
	table_put(table, field_text(entry, "set"));
	table_put(table, field_text(entry, "kind"));
	put_entry(table, entry, index);
	table_put(table, field_text(entry, "reason"));
}

const struct list_view view_found = {
	.columns = found_columns,
	.row = put_found,
	.empty = "it is not blocked, and in no set",
};

/* ---- add and delete: any number of prefixes, in several requests if necessary ---- */

/* The next batch of prefixes from *at on, as a list of texts. */
static cJSON *next_batch(const struct prefix_list *prefixes, size_t *at)
{
	cJSON *list = cJSON_CreateArray();
	char text[PREFIX_TEXT];
	size_t bytes = 0;

	for (; *at < prefixes->count; ++*at) {
		prefix_format(&prefixes->items[*at], text);
		bytes += strlen(text) + 3;
		if (bytes > BATCH_BYTES)
			break;
		cJSON_AddItemToArray(list, cJSON_CreateString(text));
	}
	return list;
}

/* Merge two results: counts are added, the rest is from the later one. Takes both. */
static cJSON *join_results(cJSON *sum, cJSON *result)
{
	static const char *const counts[] = {"added", "refreshed", "removed"};

	for (size_t i = 0; sum && i < array_size(counts); i++) {
		cJSON *count = cJSON_GetObjectItemCaseSensitive(result, counts[i]);

		if (count)
			cJSON_SetNumberValue(count,
					     count->valuedouble + field_number(sum, counts[i]));
	}
	if (field_true(sum, "changed"))
		cJSON_ReplaceItemInObjectCaseSensitive(result, "changed", cJSON_CreateTrue());
	cJSON_Delete(sum);
	return result;
}

static int send_batches(struct cli *cli, const struct call *call,
			const struct prefix_list *prefixes, cJSON **ret_sum)
{
	size_t at = 0, done;
	int r = 0;

	do {
		cJSON *args = call_args(call), *result = NULL;

		done = at;
		cJSON_ReplaceItemInObjectCaseSensitive(args, "prefixes", next_batch(prefixes, &at));
		/* The first of several would wait for its confirmation and block the others. */
		if (cli->settings.confirm && at < prefixes->count) {
			cJSON_Delete(args);
			return cli_fail(cli, WIRE_ERROR_BAD_REQUEST,
					"--confirm is limited to the prefixes of one request, "
					"%zu of these %zu; nothing was done",
					at, prefixes->count);
		}
		r = client_request(cli, call->verb->op, args, &result);
		if (r == 0)
			*ret_sum = join_results(*ret_sum, result);
	} while (r == 0 && at < prefixes->count);
	if (r < 0 && *ret_sum)
		cli_note(cli, "the first %zu prefixes were changed before this:", done);
	return r;
}

/* Without prefixes, "delete" deletes the set itself. */
static bool is_whole_set(const struct call *call)
{
	const char *const *words;

	return call_many(call, &words) == 0;
}

int run_set_edit(struct cli *cli, const struct call *call)
{
	struct prefix_list prefixes = {0};
	cJSON *sum = NULL;
	int r;

	if (is_whole_set(call))
		return run_request(cli, call);
	r = input_prefix_argument(cli, call, &prefixes);
	if (r == 0)
		r = send_batches(cli, call, &prefixes, &sum);
	if (r == 0)
		cli->output->result(cli, call, sum);
	cJSON_Delete(sum);
	prefix_list_clear(&prefixes);
	return r;
}

void print_set_edit(struct cli *cli, const struct call *call, const cJSON *result)
{
	static const char *const counts[] = {"added", "refreshed", "removed"};
	char line[256], text[HUMAN_TEXT];
	size_t used;
	bool first = true;

	if (is_whole_set(call)) {
		print_changed(cli, result, "set %s is deleted", call_value(call, "name"));
		return;
	}
	used = (size_t)snprintf(line, sizeof(line), "set %.63s: ", call_value(call, "name"));
	for (size_t i = 0; i < array_size(counts); i++) {
		if (!field(result, counts[i]))
			continue;
		used += (size_t)snprintf(
			line + used, sizeof(line) - used, "%s%s %s", first ? "" : ", ",
			human_count(field_number(result, counts[i]), text), counts[i]);
		first = false;
	}
	if (field(result, "timeout"))
		snprintf(line + used, sizeof(line) - used, ", for %.31s",
			 field_text(result, "timeout"));
	if (field(result, "generation")) {
		print_changed(cli, result, "%s", line);
		return;
	}
	print_problems(cli, cli->err, field(result, "warnings"));
	text_put_line(cli->out, line);
	print_dry(cli, result);
	fputc('\n', cli->out);
}

void print_set_create(struct cli *cli, const struct call *call, const cJSON *result)
{
	print_changed(cli, result, "set %s is created", call_value(call, "name"));
}

/* ---- reload ---- */

static void put_reloaded(struct cli *cli, const cJSON *set)
{
	char entries[HUMAN_TEXT], added[HUMAN_TEXT], removed[HUMAN_TEXT];

	fputs("set ", cli->out);
	text_put_line(cli->out, field_text(set, "name"));
	fprintf(cli->out, ": %s entries", human_count(field_number(set, "entries"), entries));
	if (field_true(set, "kept"))
		fputs(", kept from before\n", cli->out);
	else if (field_true(set, "changed"))
		fprintf(cli->out, " (%s added, %s removed)\n",
			human_count(field_number(set, "added"), added),
			human_count(field_number(set, "removed"), removed));
	else
		fputs(", as before\n", cli->out);
}

void print_set_reload(struct cli *cli, const struct call *call, const cJSON *result)
{
	const cJSON *sets = field(result, "sets"), *set;
	int count = cJSON_GetArraySize(sets);
	char text[HUMAN_TEXT];

	(void)call;
	cJSON_ArrayForEach (set, sets)
		put_reloaded(cli, set);
	if (count)
		print_changed(cli, result, "%s %s read again", human_many(count, "set", text),
			      count == 1 ? "is" : "are");
	else
		print_changed(cli, result, "no set comes from a file");
}

/* ---- test and flush ---- */

void print_set_test(struct cli *cli, const struct call *call, const cJSON *result)
{
	const char *by = field_text(field(result, "by"), "prefix");

	text_put_line(cli->out, call_value(call, "prefix"));
	fputs(field_true(result, "contained") ? " is in set " : " is not in set ", cli->out);
	text_put_line(cli->out, call_value(call, "name"));
	if (*by && strcmp(by, call_value(call, "prefix")) != 0) {
		fputs(", as part of ", cli->out);
		text_put_line(cli->out, by);
	}
	fputc('\n', cli->out);
}

void print_set_flush(struct cli *cli, const struct call *call, const cJSON *result)
{
	char text[HUMAN_TEXT];

	print_problems(cli, cli->err, field(result, "warnings"));
	fputs("set ", cli->out);
	text_put_line(cli->out, call_value(call, "name"));
	fprintf(cli->out, ": %s removed", human_count(field_number(result, "removed"), text));
	print_dry(cli, result);
	fputc('\n', cli->out);
}
