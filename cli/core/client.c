// SPDX-License-Identifier: MIT
#include "cli/core/client.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "cli/core/progress_line.h"
#include "common/base/memory.h"
#include "common/protocol/client.h"

/* A failure to connect, send or receive, in words for the operator. */
static int fail_transport(struct cli *cli, int error)
{
	const char *path = cli->settings.socket_path;

	switch (-error) {
	case ENOENT:
	case ECONNREFUSED:
		return cli_fail(cli, WIRE_ERROR_UNREACHABLE, "no fwd answers on %s: is it running?",
				path);
	case EACCES:
	case EPERM:
		return cli_fail(cli, WIRE_ERROR_PERMISSION,
				"%s: not permitted; members of group fwd may read, root and "
				"members of fwd-admin may write",
				path);
	case ETIMEDOUT:
		return cli_fail(cli, WIRE_ERROR_TIMEOUT,
				"fwd did not answer on %s in time; the request may still be "
				"carried out",
				path);
	case EPIPE:
	case ECONNRESET:
		return cli_fail(cli, WIRE_ERROR_UNREACHABLE, "fwd closed the connection on %s",
				path);
	case EPROTO:
		return cli_fail(cli, WIRE_ERROR_UNREACHABLE,
				"the program on %s does not speak fwd's control protocol %d", path,
				WIRE_VERSION);
	case EMSGSIZE:
		return cli_fail(cli, WIRE_ERROR_TOO_LARGE, "the frame is above 1 MiB");
	case EINTR:
		return cli_fail(cli, WIRE_ERROR_FAILED, "interrupted");
	default:
		return cli_fail(cli, WIRE_ERROR_UNREACHABLE, "%s: %s", path, strerror(-error));
	}
}

/* A frame as JSON. */
static int receive(struct cli *cli, cJSON **ret)
{
	int r = protocol_receive(cli->fd, ret, cli->settings.wait_ms);

	return r < 0 ? fail_transport(cli, r) : 0;
}

/* Wait for a frame, or until the progress line is to be shown again. */
static void wait_showing(struct cli *cli, struct progress_line *line)
{
	struct pollfd ready = {.fd = cli->fd, .events = POLLIN};
	int left;

	while ((left = progress_line_show(line)) >= 0) {
		if (poll(&ready, 1, left) != 0)
			return;
	}
}

/* The reply, after any number of frames with fwd's progress. */
static int receive_reply(struct cli *cli, cJSON **ret_reply)
{
	const cJSON *progress;
	struct progress_line line;
	int r;

	if (!cli->progress)
		return receive(cli, ret_reply);
	progress_line_begin(&line, cli);
	for (;;) {
		wait_showing(cli, &line);
		r = receive(cli, ret_reply);
		progress = r < 0 ? NULL : protocol_progress(*ret_reply);
		if (!progress)
			break;
		progress_line_take(&line, progress);
		cJSON_Delete(*ret_reply);
		*ret_reply = NULL;
	}
	progress_line_end(&line);
	return r;
}

/* fwctl's own options that the op takes: the verb may request other ops before or after. */
static void add_settings(const struct settings *settings, enum op op, cJSON *args)
{
	unsigned takes = op_takes(op_row(op));

	if (settings->if_revision > 0 && takes & OP_TAKES_REVISION)
		cJSON_AddNumberToObject(args, "if_revision", settings->if_revision);
	if (settings->confirm && takes & OP_TAKES_CONFIRM)
		cJSON_AddStringToObject(args, "confirm", settings->confirm);
	if (settings->force && takes & OP_TAKES_FORCE)
		cJSON_AddTrueToObject(args, "force");
	if (settings->dry_run && takes & OP_TAKES_DRY)
		cJSON_AddTrueToObject(args, "dry_run");
}

/* Takes args. */
static int exchange(struct cli *cli, enum op op, cJSON *args, cJSON **ret_reply)
{
	const char *from = getenv("SSH_CONNECTION");
	struct protocol_request request = {
		.op = op,
		.args = args ? args : cJSON_CreateObject(),
		/* fwd cannot verify where its clients are; it records this as a claim. */
		.from = from && *from && strlen(from) < 128 ? from : NULL,
		.progress = cli->progress,
	};
	int r;

	if (cli->fd < 0)
		cli->fd = protocol_connect(cli->settings.socket_path, cli->settings.wait_ms);
	if (cli->fd < 0) {
		cJSON_Delete(request.args);
		return fail_transport(cli, cli->fd);
	}
	add_settings(&cli->settings, op, request.args);
	r = protocol_send(cli->fd, &request, cli->settings.wait_ms);
	return r < 0 ? fail_transport(cli, r) : receive_reply(cli, ret_reply);
}

/* fwd refused: its error becomes ours. */
static int take_error(struct cli *cli, cJSON *reply, enum wire_error code, const char *message)
{
	cli_fail(cli, code, "%s", message);
	cJSON_Delete(cli->details);
	cli->details = cJSON_DetachItemFromObjectCaseSensitive(
		cJSON_GetObjectItemCaseSensitive(reply, "error"), "errors");
	return -1;
}

/* An edit in several requests: the next one is made against what this one made. */
static void follow_revision(struct cli *cli, const cJSON *result)
{
	double revision =
		cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(result, "revision"));

	if (cli->settings.if_revision > 0 && revision > 0)
		cli->settings.if_revision = revision;
}

/* The policy that waits for its confirmation and the fault of the config, from the last reply. */
static void keep_pending(struct cli *cli, cJSON *reply)
{
	cJSON_Delete(cli->config_fault);
	cli->config_fault = cJSON_DetachItemFromObjectCaseSensitive(reply, "config_fault");
	cJSON_Delete(cli->pending);
	cli->pending = cJSON_DetachItemFromObjectCaseSensitive(reply, "pending");
	cJSON_Delete(cli->panic);
	cli->panic = cJSON_DetachItemFromObjectCaseSensitive(reply, "panic");
}

int client_request(struct cli *cli, enum op op, cJSON *args, cJSON **ret_result)
{
	cJSON *reply = NULL, *result;
	enum wire_error code;
	const char *message;
	int r = exchange(cli, op, args, &reply);

	if (r == 0)
		keep_pending(cli, reply);
	if (r == 0 && protocol_refused(reply, &code, &message))
		r = take_error(cli, reply, code, message);
	if (r == 0) {
		result = cJSON_DetachItemFromObjectCaseSensitive(reply, "result");
		*ret_result = result ? result : cJSON_CreateObject();
		follow_revision(cli, *ret_result);
	}
	cJSON_Delete(reply);
	return r;
}

int client_upload(struct cli *cli, const char *text, size_t length)
{
	size_t sent = 0;
	int r;

	do {
		size_t piece = protocol_piece(text + sent, length - sent);
		cleanup_free char *copy = strndup(text + sent, piece);
		cJSON *args = cJSON_CreateObject(), *result = NULL;

		cJSON_AddNumberToObject(args, "offset", (double)sent);
		cJSON_AddStringToObject(args, "text", copy ? copy : "");
		r = client_request(cli, OP_UPLOAD, args, &result);
		cJSON_Delete(result);
		sent += piece;
	} while (r == 0 && sent < length);
	return r;
}

int client_next(struct cli *cli, int signals, cJSON **ret_frame)
{
	struct pollfd ready[] = {
		{.fd = cli->fd, .events = POLLIN},
		{.fd = signals, .events = POLLIN},
		{.fd = fileno(cli->out)}, /* only whether its reader is gone */
	};

	if (poll(ready, array_size(ready), -1) < 0)
		return errno == EINTR ? 0 : cli_fail_errno(cli, -errno, "poll");
	if (ready[1].revents || ready[2].revents & (POLLERR | POLLHUP))
		return 0;
	return receive(cli, ret_frame) < 0 ? -1 : 1;
}
