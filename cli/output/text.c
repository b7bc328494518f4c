// SPDX-License-Identifier: MIT
/* Text for people. */
#include <stdlib.h>
#include <string.h>

#include "cli/output/output.h"
#include "common/base/errors/errors.h"
#include "common/base/memory.h"
#include "common/records/event.h"

static void text_result(struct cli *cli, const struct call *call, const cJSON *result)
{
	call->verb->print(cli, call, result);
}

static void text_page(struct listing *listing, cJSON *page)
{
	const struct list_view *view = listing->call->verb->list;
	cJSON *items = cJSON_DetachItemFromObjectCaseSensitive(page, "items");
	const cJSON *item;

	if (!listing->table)
		listing->table = table_new(view->columns);
	cJSON_ArrayForEach (item, items)
		view->row(listing->table, item, listing->count++);
	cJSON_Delete(items);
	if (listing->head)
		cJSON_Delete(page);
	else
		listing->head = page;
}

static void text_list(struct cli *cli, struct listing *listing)
{
	const struct list_view *view = listing->call->verb->list;

	if (view->head)
		view->head(cli, listing->head);
	if (listing->count == 0)
		fprintf(cli->out, "%s\n", view->empty);
	else
		table_print(listing->table, cli->out, cli->colour, 0);
}

static void text_event(struct cli *cli, const cJSON *event)
{
	print_event(cli->out, event, cli->colour);
}

/* Errors with places contain "error:", and begin with the place, in the format of editors. */
static bool has_code(const cJSON *problems, const char *code)
{
	const cJSON *problem;

	cJSON_ArrayForEach (problem, problems) {
		if (strcmp(field_text(problem, "code"), code) == 0)
			return true;
	}
	return false;
}

static void text_error(struct cli *cli)
{
	fflush(cli->out);
	if (!cli->details) {
		fputs("fwctl: ", cli->err);
		text_put_colour(cli->err, cli->colour_err, RED, "error:");
		fputc(' ', cli->err);
	}
	text_put(cli->err, cli->message);
	fputc('\n', cli->err);
	if (has_code(cli->details, error_code_name(ERROR_CUT_OFF)))
		fputs("Access that management.allow passes is never cut off. --force applies the "
		      "change,\nfor a limited time: --confirm TIME, with block --for, with live "
		      "sets --timeout.\n",
		      cli->err);
}

void print_packet(FILE *out, const cJSON *packet)
{
	struct event_view view;

	event_view_read(packet, &view);
	event_put_packet(out, &view);
}

void print_event(FILE *out, const cJSON *event, bool colour)
{
	struct event_view view;

	event_view_read(event, &view);
	event_put_line(out, &view, colour);
}

const struct output_ops output_text = {
	.result = text_result,
	.page = text_page,
	.list = text_list,
	.event = text_event,
	.error = text_error,
};

void print_problems(struct cli *cli, FILE *out, const cJSON *problems)
{
	const cJSON *problem;

	cJSON_ArrayForEach (problem, problems) {
		bool warning = strcmp(field_text(problem, "severity"), "warning") == 0;
		const char *file = field_text(problem, "file");

		text_put(out, file);
		if (field(problem, "line"))
			fprintf(out, ":%.0f:%.0f", field_number(problem, "line"),
				field_number(problem, "column"));
		fputs(*file ? ": " : "", out);
		text_put_colour(out, cli->colour_err, warning ? YELLOW : RED,
				warning ? "warning:" : "error:");
		fputc(' ', out);
		text_put(out, field_text(problem, "message"));
		fputs(" [", out);
		text_put(out, field_text(problem, "code"));
		fputs("]\n", out);
	}
}

void print_dry(struct cli *cli, const cJSON *result)
{
	bool same = field_false(result, "changed");

	if (field_true(result, "dry_run"))
		fprintf(cli->out, " (dry run: %s)", same ? "it is so already" : "nothing was done");
	else if (same)
		fputs(" (nothing changed: it was so already)", cli->out);
}

void print_changed(struct cli *cli, const cJSON *result, const char *format, ...)
{
	cleanup_free char *text = NULL;
	char edits[HUMAN_TEXT];
	va_list args;

	print_problems(cli, cli->err, field(result, "warnings"));
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	text_put(cli->out, text ? text : "done");
	if (field_true(result, "dry_run") || field_false(result, "changed")) {
		print_dry(cli, result);
		fputc('\n', cli->out);
		return;
	}
	fprintf(cli->out, " (%s)\n", human_policy(result, edits));
	if (field_number(result, "unsaved") == 0)
		return;
	fprintf(cli->out, "not saved: %s not in ",
		human_many(field_number(result, "unsaved"), "live edit", edits));
	text_put(cli->out, field_text(result, "config"));
	fputs(field_number(result, "unsaved") == 1
		      ? "; save keeps it, reload --discard drops it\n"
		      : "; save keeps them, reload --discard drops them\n",
	      cli->out);
}
