// SPDX-License-Identifier: MIT
#include "cli/fwctl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/core/progress_line.h"
#include "cli/grammar/call.h"
#include "cli/grammar/help.h"
#include "cli/grammar/setting_rows.h"
#include "cli/output/output.h"
#include "cli/verbs/run.h"
#include "common/base/memory.h"
#include "common/base/units.h"

static void note_panic(struct cli *cli)
{
	double seconds = field_number(cli->panic, "seconds_left");
	char left[UNITS_TEXT];

	if (!(seconds >= 0 && seconds < 1e9))
		return;
	cli_note(cli, "note: panic %s is in force for another %s, above the policy",
		 field_text(cli->panic, "mode"),
		 duration_format(((uint64_t)seconds + 1) * 1000000000, left));
}

/* A reminder: without confirmation the policy is taken back. */
static void note_pending(struct cli *cli)
{
	double seconds = field_number(cli->pending, "seconds_left");
	char left[UNITS_TEXT];

	if (!(seconds >= 0 && seconds < 1e9))
		return;
	cli_note(cli,
		 "note: revision %.0f waits for its confirmation and is taken back in %s; fwctl "
		 "confirm keeps it",
		 field_number(cli->pending, "revision"),
		 duration_format(((uint64_t)seconds + 1) * 1000000000, left));
}

static bool wants_colour(const struct cli *cli, FILE *out)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (cli->settings.json || cli->settings.color == COLOR_NEVER)
		return false;
	if (cli->settings.color == COLOR_ALWAYS)
		return true;
	return isatty(fileno(out)) && !(no_color && *no_color) &&
	       !(term && strcmp(term, "dumb") == 0);
}

static void choose_output(struct cli *cli)
{
	cli->output = cli->settings.json ? &output_json : &output_text;
	cli->colour = wants_colour(cli, cli->out);
	cli->colour_err = wants_colour(cli, cli->err);
}

/* Progress is shown to people only. */
static bool is_slow(const struct verb *verb)
{
	return verb->op && op_row(verb->op)->flags & OP_SLOW;
}

static void run(struct cli *cli, const struct call *call)
{
	cli->progress = call->verb && is_slow(call->verb) && progress_wanted(cli);
	if (cli->settings.version && cli->settings.json)
		fputs("{\"ok\":true,\"result\":{\"fwctl\":\"" FWD_VERSION "\"}}\n", cli->out);
	else if (cli->settings.version)
		fputs("fwctl " FWD_VERSION "\n", cli->out);
	else if (cli->settings.help)
		help_print(cli->out, call);
	else if (call->verb->run)
		call->verb->run(cli, call);
	else if (call->verb->list)
		run_list(cli, call);
	else
		run_request(cli, call);
}

int cli_main(int argc, char **argv, FILE *out, FILE *err)
{
	struct cli cli = {.settings = settings_default(), .out = out, .err = err, .fd = -1};
	struct call call = {0};
	int code = 0;

	if (call_parse(&cli, argc, argv, &call) < 0)
		cli.settings.json |= call_wants_json(argc, argv);
	choose_output(&cli);
	if (!cli.message)
		run(&cli, &call);
	code = cli.exit_code;
	if (cli.panic)
		note_panic(&cli);
	if (cli.config_fault)
		cli_note(&cli, "fwctl: warning: %s", field_text(cli.config_fault, "message"));
	if (cli.pending)
		note_pending(&cli);
	if (cli.message) {
		cli.output->error(&cli);
		code = wire_error_exit(cli.error);
	}
	errno = 0;
	if (fflush(out) != 0 || ferror(out)) {
		/* Earlier writes may have failed without an error. */
		fprintf(err, "fwctl: error: cannot write the output%s%s\n", errno ? ": " : "",
			errno ? strerror(errno) : "");
		code = code ? code : 1;
	}
	call_clear(&call);
	cli_clear(&cli);
	return code;
}
