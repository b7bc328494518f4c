/* SPDX-License-Identifier: MIT */
/* Requests to fwd with fwctl's options, and what becomes of the replies (common/protocol/client.h). */
#ifndef FWCTL_CLIENT_H
#define FWCTL_CLIENT_H

#include "cli/core/cli.h"
#include "common/protocol/ops.h"

/*
 * Ask fwd; connects if that was not done yet. Takes args (NULL: none). The result is the
 * caller's. -1 after cli_fail, if fwd refused or could not be asked.
 */
int client_request(struct cli *cli, enum op op, cJSON *args, cJSON **ret_result);

/*
 * Send a text in pieces, for the next request that takes one: UTF-8 without NUL bytes.
 * -1 after cli_fail.
 */
int client_upload(struct cli *cli, const char *text, size_t length);

/*
 * The next frame that nobody asked for (after `monitor`). Returns 1 and the frame; 0: interrupted
 * by SIGINT or SIGTERM (signals: a signalfd for them) or nobody reads our output any more;
 * -1 after cli_fail.
 */
int client_next(struct cli *cli, int signals, cJSON **ret_frame);

#endif
