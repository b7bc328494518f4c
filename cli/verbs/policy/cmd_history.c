// SPDX-License-Identifier: MIT
/* Revisions, and the audit of all writes. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/core/client.h"
#include "cli/policy/moment.h"
#include "cli/policy/policy_side.h"
#include "cli/verbs/commands.h"
#include "common/base/memory.h"

int run_history(struct cli *cli, const struct call *call)
{
	enum op op = call_value(call, "audit") ? OP_AUDIT : call->verb->op;
	cJSON *result = NULL;

	if (client_request(cli, op, call_args(call), &result) < 0)
		return -1;
	cli->output->result(cli, call, result);
	cJSON_Delete(result);
	return 0;
}

/* ---- text ---- */

static const struct column revision_columns[] = {
	{"N", true},	 {"TIME", false},  {"CAUSE", false}, {"WHO", false},
	{"FROM", false}, {"STATE", false}, {"WHAT", false},  {NULL, false},
};
static const struct column audit_columns[] = {
	{"TIME", false},    {"WHO", false},    {"PROCESS", false}, {"FROM", false},
	{"REVISION", true}, {"RESULT", false}, {"WHAT", false},	   {NULL, false},
};

/* "root", "uid 1000"; with the login if that is another user: "root (login 1000)". */
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

/* The client's address from SSH_CONNECTION, which is "address port address port". */
static void put_from(struct table *table, const cJSON *who)
{
	const char *from = field_text(who, "claimed_from");

	table_putf(table, "%.*s", (int)strcspn(from, " "), from);
}

static void put_time(struct table *table, const cJSON *entry)
{
	char text[HUMAN_TEXT];

	table_put(table, human_time(field_text(entry, "time"), text));
}

/* An argument as it is typed: values of arguments alone, of options after their names. */
static void put_argument(FILE *out, const cJSON *argument)
{
	static const char *const bare[] = {"name",  "names", "id",     "prefix", "prefixes", "rule",
					   "limit", "set",   "fields", "mode",	 "revision"};
	const char *text = cJSON_GetStringValue(argument);
	cJSON *object = text && *text == '{' ? cJSON_Parse(text) : NULL;
	const char *id = field_text(object, "id");
	bool is_bare = false;
	const cJSON *item;

	for (size_t i = 0; i < array_size(bare); i++)
		is_bare |= strcmp(argument->string, bare[i]) == 0;
	fputs(is_bare ? "" : " --", out);
	for (const char *at = argument->string; !is_bare && *at; at++)
		fputc(*at == '_' ? '-' : *at, out);
	if (text)
		fprintf(out, " %s", *id ? id : text);
	else if (cJSON_IsNumber(argument))
		fprintf(out, " %.0f", argument->valuedouble);
	cJSON_ArrayForEach (item, argument)
		fprintf(out, " %s", cJSON_IsString(item) ? item->valuestring : "?");
	cJSON_Delete(object);
}

/* "set.add {"name":"bad","prefixes":["192.0.2.1"]}" as "set add bad 192.0.2.1"; malloced. */
static char *command_text(const char *command)
{
	size_t op = strcspn(command, " ");
	cJSON *args = cJSON_Parse(command + op);
	const cJSON *argument;
	char *text = NULL;
	size_t size = 0;
	FILE *out = cJSON_IsObject(args) ? open_memstream(&text, &size) : NULL;

	/* Only the beginning of a long one was recorded, which is not JSON. */
	if (!out) {
		cJSON_Delete(args);
		return strdup(command);
	}
	for (size_t i = 0; i < op; i++)
		fputc(command[i] == '.' ? ' ' : command[i], out);
	cJSON_ArrayForEach (argument, args) {
		/* The message has its own column; the folder is where the file was read. */
		if (strcmp(argument->string, "message") != 0 &&
		    strcmp(argument->string, "folder") != 0)
			put_argument(out, argument);
	}
	fclose(out);
	cJSON_Delete(args);
	return text;
}

static void put_revision(struct table *table, const cJSON *entry)
{
	cleanup_free char *command = command_text(field_text(entry, "command"));
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
		   : command  ? command
			      : "");
}

static void put_audit(struct table *table, const cJSON *entry)
{
	const cJSON *who = field(entry, "who");
	cleanup_free char *command = command_text(field_text(entry, "command"));
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
	table_putf(table, "%.80s", command ? command : "");
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
	const char *word = call_value(call, "revision");
	struct policy_side side;
	double number = 0;
	cJSON *result;

	if (word && moment_revision(cli, word, false, &number) < 0)
		return -1;
	if (policy_side_fetch(cli, number, &side) < 0)
		return -1;
	result = cJSON_CreateObject();
	cJSON_AddItemToObject(result, "revision", steal(&side.header));
	cJSON_AddStringToObject(result, "text", side.text);
	cli->output->result(cli, call, result);
	cJSON_Delete(result);
	policy_side_clear(&side);
	return 0;
}

/* To a file byte by byte; to a terminal without control characters. */
void print_show(struct cli *cli, const struct call *call, const cJSON *result)
{
	(void)call;
	if (isatty(fileno(cli->out)))
		text_put(cli->out, field_text(result, "text"));
	else
		fputs(field_text(result, "text"), cli->out);
}

/* ---- rollback ---- */

int run_rollback(struct cli *cli, const struct call *call)
{
	const char *word = call_value(call, "revision"), *time = call_value(call, "to");
	cJSON *args, *result = NULL;
	double number;

	if (!word == !time)
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST,
				"rollback takes the number of a revision, @TIME or --to TIME");
	if (moment_revision(cli, word ? word : time, !word, &number) < 0)
		return -1;
	args = call_args(call);
	cJSON_AddNumberToObject(args, "revision", number);
	if (client_request(cli, call->verb->op, args, &result) < 0)
		return -1;
	cJSON_AddNumberToObject(result, "back_to", number);
	cli->output->result(cli, call, result);
	cJSON_Delete(result);
	return 0;
}

void print_rollback(struct cli *cli, const struct call *call, const cJSON *result)
{
	(void)call;
	print_changed(cli, result, "the policy of revision %.0f runs again",
		      field_number(result, "back_to"));
}

void print_save(struct cli *cli, const struct call *call, const cJSON *result)
{
	(void)call;
	print_problems(cli, cli->err, field(result, "warnings"));
	fprintf(cli->out, "revision %.0f is saved in ", field_number(result, "revision"));
	text_put_line(cli->out, field_text(result, "config"));
	fputc('\n', cli->out);
}
