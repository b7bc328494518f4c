// SPDX-License-Identifier: MIT
#include "cli/core/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/text/text.h"
#include "common/base/memory.h"

int cli_fail(struct cli *cli, enum wire_error error, const char *format, ...)
{
	char *message;
	va_list args;

	va_start(args, format);
	if (vasprintf(&message, format, args) < 0)
		message = strdup("out of memory");
	va_end(args);
	free(cli->message);
	cli->message = message;
	cli->error = error;
	return -1;
}

void cli_forgive(struct cli *cli)
{
	free(cli->message);
	cli->message = NULL;
	cJSON_Delete(cli->details);
	cli->details = NULL;
	cJSON_Delete(cli->pending);
	cli->pending = NULL;
	cJSON_Delete(cli->panic);
	cli->panic = NULL;
	cJSON_Delete(cli->config_fault);
	cli->config_fault = NULL;
}

int cli_fail_errno(struct cli *cli, int error, const char *what)
{
	return cli_fail(cli, WIRE_ERROR_FAILED, "%s: %s", what, strerror(-error));
}

void cli_note(struct cli *cli, const char *format, ...)
{
	cleanup_free char *text = NULL;
	va_list args;

	if (cli->settings.json)
		return;
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	/* Earlier text on stdout must come before it. */
	fflush(cli->out);
	text_put(cli->err, text ? text : "");
	fputc('\n', cli->err);
}

void cli_clear(struct cli *cli)
{
	if (cli->fd >= 0)
		close(cli->fd);
	cli->fd = -1;
	cli_forgive(cli);
}
