/* SPDX-License-Identifier: MIT */
/* Requests to fwd with fwctl's options, and their replies (common/protocol/client.h). */
#ifndef FWCTL_CLIENT_H
#define FWCTL_CLIENT_H

#include "cli/core/cli.h"
#include "common/protocol/ops.h"

/*
 * Send a request to fwd and wait for the reply; connects on the first call. Takes args (NULL:
 * none). The caller frees the result. -1 after cli_fail: fwd refused or cannot be reached.
 */
int client_request(struct cli *cli, enum op op, cJSON *args, cJSON **ret_result);

/*
 * Send a text in pieces, for the next request that takes one: UTF-8 without NUL bytes.
 * -1 after cli_fail.
 */
int client_upload(struct cli *cli, const char *text, size_t length);

/*
 * The next frame without a request (after `monitor`). Returns 1 and the frame; 0: interrupted
 * by SIGINT or SIGTERM (signals: a signalfd for them) or the reader of our output is gone;
 * -1 after cli_fail.
 */
int client_next(struct cli *cli, int signals, cJSON **ret_frame);

#endif
