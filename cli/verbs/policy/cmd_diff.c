// SPDX-License-Identifier: MIT
/* Compare two policies. fwctl does this; fwd only provides the texts. */
#include <stdlib.h>
#include <string.h>

#include "cli/core/client.h"
#include "cli/policy/policy_file.h"
#include "cli/policy/policy_side.h"
#include "cli/verbs/commands.h"
#include "common/base/memory.h"

#define DIFFERENT   10	/* exit code */
#define VALUE_WIDTH 120 /* columns of a value */

/* ---- the two policies ---- */

/* Choose the words of both sides; the grammar describes them. */
static void choose(const char *a, const char *b, const char **ret_before, const char **ret_after)
{
	*ret_before = a ? a : "saved";
	*ret_after = b ? b : "running";
	/* A file is the possible next policy. */
	if (a && !b && (policy_side_is_file(a) || strcmp(a, "saved") == 0)) {
		*ret_before = "running";
		*ret_after = a;
	}
}

static int compare(struct cli *cli, const char *before, const char *after, cJSON **ret)
{
	struct policy_side left = {0}, right = {0};
	cJSON *result = NULL;

	if (policy_side_get(cli, before, &left) == 0 && policy_side_get(cli, after, &right) == 0) {
		const struct diff_side from = {left.root, field(left.header, "sets")};
		const struct diff_side to = {right.root, field(right.header, "sets")};

		result = policy_diff(&from, &to);
		if (!result)
			cli_fail(cli, WIRE_ERROR_FAILED, "out of memory");
	}
	policy_side_clear(&left);
	policy_side_clear(&right);
	*ret = result;
	return result ? 0 : -1;
}

int run_diff(struct cli *cli, const struct call *call)
{
	const char *before, *after;
	cJSON *result;

	choose(call_value(call, "a"), call_value(call, "b"), &before, &after);
	if (strcmp(before, "-") == 0 && strcmp(after, "-") == 0)
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST, "stdin can be read only once");
	if (compare(cli, before, after, &result) < 0)
		return -1;
	cJSON_AddStringToObject(result, "before", policy_file_name(before));
	cJSON_AddStringToObject(result, "after", policy_file_name(after));
	cli->output->result(cli, call, result);
	if (!field_true(result, "same"))
		cli->exit_code = DIFFERENT;
	cJSON_Delete(result);
	return 0;
}

/* ---- output ---- */

/* A value on one line; a long one is cut. */
static void put_value(struct cli *cli, const cJSON *value)
{
	cleanup_free char *text = value ? cJSON_PrintUnformatted(value) : NULL;
	size_t end = VALUE_WIDTH;

	if (text && strlen(text) > VALUE_WIDTH) {
		while (((unsigned char)text[end] & 0xc0) == 0x80)
			end--;
		text[end] = '\0';
		text_put_line(cli->out, text);
		fputs(" ...", cli->out);
		return;
	}
	text_put_line(cli->out, text ? text : "(not given)");
}

static void put_fields(struct cli *cli, const cJSON *item)
{
	const char *name = field_text(item, "name");
	const cJSON *entry;

	cJSON_ArrayForEach (entry, field(item, "fields")) {
		fputs("      ", cli->out);
		/* A setting has only itself as field. */
		if (strcmp(field_text(entry, "field"), name) != 0) {
			text_put_line(cli->out, field_text(entry, "field"));
			fputs(": ", cli->out);
		}
		put_value(cli, field(entry, "before"));
		fputs(" -> ", cli->out);
		put_value(cli, field(entry, "after"));
		fputc('\n', cli->out);
	}
}

static void put_names(struct cli *cli, const cJSON *elements, const char *count_key,
		      const char *names_key, const char *sign)
{
	double count = field_number(elements, count_key);
	const cJSON *names = field(elements, names_key), *name;
	char text[HUMAN_TEXT];

	if (count == 0)
		return;
	fprintf(cli->out, "      %s %s:", sign, human_many(count, "element", text));
	cJSON_ArrayForEach (name, names) {
		fputc(' ', cli->out);
		text_put_line(cli->out, cJSON_GetStringValue(name));
	}
	if (count > cJSON_GetArraySize(names))
		fputs(" ...", cli->out);
	fputc('\n', cli->out);
}

static void put_sizes(struct cli *cli, const cJSON *sizes)
{
	if (!sizes)
		return;
	fprintf(cli->out, "      its file has changed: %.0f entries -> %.0f\n",
		field_number(sizes, "before"), field_number(sizes, "after"));
}

/* "+ web" in green, "- web" in red, "~ web" and "> web" in yellow. */
static void put_sign(struct cli *cli, const cJSON *item)
{
	const char *change = field_text(item, "change");
	bool added = strcmp(change, "added") == 0, removed = strcmp(change, "removed") == 0;
	bool moved = strcmp(change, "moved") == 0;
	char sign[] = {'~', ' ', '\0'};

	sign[0] = added ? '+' : removed ? '-' : moved ? '>' : '~';
	fputs("  ", cli->out);
	text_put_colour(cli->out, cli->colour, added ? GREEN : removed ? RED : YELLOW, sign);
	text_put_line(cli->out, field_text(item, "name"));
}

/* Entries of management are named by their contents. */
static bool is_name(const cJSON *item)
{
	cleanup_free char *text = cJSON_PrintUnformatted(field(item, "value"));

	return text && strcmp(text, field_text(item, "name")) == 0;
}

static void put_item(struct cli *cli, const cJSON *item)
{
	double now = field_number(item, "position"), was = field_number(item, "was_position");

	put_sign(cli, item);
	if (now > 0 && was > 0)
		fprintf(cli->out, " (moved from %.0f to %.0f)", was, now);
	else if (now > 0)
		fprintf(cli->out, " (at %.0f)", now);
	if (field(item, "value") && !is_name(item)) {
		fputs(": ", cli->out);
		put_value(cli, field(item, "value"));
	}
	fputc('\n', cli->out);
	put_fields(cli, item);
	put_names(cli, field(item, "elements"), "added", "first_added", "+");
	put_names(cli, field(item, "elements"), "removed", "first_removed", "-");
	put_sizes(cli, field(item, "file_entries"));
}

void print_diff(struct cli *cli, const struct call *call, const cJSON *result)
{
	const cJSON *section, *item;
	char text[HUMAN_TEXT];

	(void)call;
	text_put_line(cli->out, field_text(result, "before"));
	fputs(" -> ", cli->out);
	text_put_line(cli->out, field_text(result, "after"));
	if (field_true(result, "same")) {
		fputs(": the same policy\n", cli->out);
		return;
	}
	fprintf(cli->out, ": %s\n", human_many(field_number(result, "changes"), "change", text));
	cJSON_ArrayForEach (section, result) {
		if (!cJSON_IsArray(section))
			continue;
		fprintf(cli->out, "%s\n", section->string);
		cJSON_ArrayForEach (item, section)
			put_item(cli, item);
	}
}
