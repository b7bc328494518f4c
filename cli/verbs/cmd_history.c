// SPDX-License-Identifier: MIT
/* Revisions, and who wrote what. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "commands.h"
#include "memory.h"
#include "policy_side.h"

int run_history(struct cli *cli, const struct call *call)
{
	const char *op = call_value(call, "audit") ? "audit" : call->verb->op;
	cJSON *result = NULL;

	if (client_request(cli, op, call_args(call), &result) < 0)
		return -1;
	cli->output->result(cli, call, result);
	cJSON_Delete(result);
	return 0;
}

/* ---- text ---- */

static const struct column revision_columns[] = {
	{"N", true},	 {"TIME (UTC)", false}, {"CAUSE", false}, {"WHO", false},
	{"FROM", false}, {"STATE", false},	{"WHAT", false},  {NULL, false},
};
static const struct column audit_columns[] = {
	{"TIME (UTC)", false}, {"WHO", false},	  {"PROCESS", false}, {"FROM", false},
	{"REVISION", true},    {"RESULT", false}, {"WHAT", false},    {NULL, false},
};

/* "root", "uid 1000"; with whose login it was, if that is another: "root (login 1000)". */
static void put_who(struct table *table, const cJSON *who)
{
	const char *user = field_text(who, "user");
	double uid = field_number(who, "uid"), login = field_number(who, "login_uid");
	char text[160];
	size_t used;

	if (*user)
		used = (size_t)snprintf(text, sizeof(text), "%.64s", user);
	else
		used = (size_t)snprintf(text, sizeof(text), "uid %.0f", uid);
	if (field(who, "login_uid") && login != uid)
		snprintf(text + used, sizeof(text) - used, " (login %.0f)", login);
	table_put(table, who ? text : "");
}

/* The client's address out of SSH_CONNECTION, which is "address port address port". */
static void put_from(struct table *table, const cJSON *who)
{
	const char *from = field_text(who, "claimed_from");

	table_putf(table, "%.*s", (int)strcspn(from, " "), from);
}

/* "2026-11-21 14:26:09" */
static void put_time(struct table *table, const cJSON *entry)
{
	char text[32];

	snprintf(text, sizeof(text), "%.19s", field_text(entry, "time"));
	if (strlen(text) > 10)
		text[10] = ' ';
	table_put(table, text);
}

static void put_revision(struct table *table, const cJSON *entry)
{
	const cJSON *who = field(entry, "who");
	const char *message = field_text(entry, "message"), *damaged = field_text(entry, "damaged");
	bool running = field_true(entry, "running"), saved = field_true(entry, "saved");

	table_putf(table, "%.0f", field_number(entry, "number"));
	put_time(table, entry);
	table_put(table, field_text(entry, "cause"));
	put_who(table, who);
	put_from(table, who);
	table_putf(table, "%s%s%s%s", *damaged ? "damaged" : "", running ? "running" : "",
		   running && saved ? ", " : "", saved ? "saved" : "");
	table_putf(table, "%.60s",
		   *damaged   ? damaged
		   : *message ? message
			      : field_text(entry, "command"));
}

static void put_audit(struct table *table, const cJSON *entry)
{
	const cJSON *who = field(entry, "who");
	double before = field_number(entry, "revision_before");
	double after = field_number(entry, "revision");

	put_time(table, entry);
	put_who(table, who);
	table_putf(table, "%s[%.0f]", field_text(who, "process"), field_number(who, "pid"));
	put_from(table, who);
	if (before == after)
		table_putf(table, "%.0f", after);
	else
		table_putf(table, "%.0f -> %.0f", before, after);
	table_put(table, field_text(entry, "result"));
	table_putf(table, "%.80s", field_text(entry, "command"));
}

void print_history(struct cli *cli, const struct call *call, const cJSON *result)
{
	bool audit = call_value(call, "audit");
	struct table *table = table_new(audit ? audit_columns : revision_columns);
	const char *trouble = field_text(result, "trouble");
	const cJSON *entry;

	cJSON_ArrayForEach (entry, field(result, "items")) {
		if (audit)
			put_audit(table, entry);
		else
			put_revision(table, entry);
	}
	if (table_rows(table) == 0)
		fputs(audit ? "nothing was written\n" : "there are no revisions\n", cli->out);
	else
		table_print(table, cli->out, cli->colour, 0);
	table_free(table);
	if (*trouble)
		cli_note(cli, "not kept on disk: %s", trouble);
}

/* ---- one revision ---- */

int run_show(struct cli *cli, const struct call *call)
{
	const char *number = call_value(call, "revision");
	struct policy_side side;
	cJSON *result;

	if (policy_side_fetch(cli, number ? strtod(number, NULL) : 0, &side) < 0)
		return -1;
	result = cJSON_CreateObject();
	cJSON_AddItemToObject(result, "revision", steal(&side.header));
	cJSON_AddStringToObject(result, "text", side.text);
	cli->output->result(cli, call, result);
	cJSON_Delete(result);
	policy_side_clear(&side);
	return 0;
}

/* Into a file byte for byte; on a terminal without what could steer it. */
void print_show(struct cli *cli, const struct call *call, const cJSON *result)
{
	(void)call;
	if (isatty(fileno(cli->out)))
		text_put(cli->out, field_text(result, "text"));
	else
		fputs(field_text(result, "text"), cli->out);
}

void print_rollback(struct cli *cli, const struct call *call, const cJSON *result)
{
	print_changed(cli, result, "what revision %s was runs again", call_value(call, "revision"));
}

void print_save(struct cli *cli, const struct call *call, const cJSON *result)
{
	(void)call;
	print_problems(cli, cli->err, field(result, "warnings"));
	fprintf(cli->out, "revision %.0f is saved in ", field_number(result, "revision"));
	text_put_line(cli->out, field_text(result, "config"));
	fputc('\n', cli->out);
}
