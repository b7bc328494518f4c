// SPDX-License-Identifier: MIT
/* The steps of a client of the control socket, at a socket pair. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/protocol/client.h"

#define WAIT_MS 60000

/* What a server has sent is read as a frame. */
static int receive(const char *body, cJSON **ret)
{
	int pair[2], r;

	cr_assert(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	cr_assert(wire_send(pair[1], body, strlen(body), WAIT_MS) == 0);
	r = protocol_receive(pair[0], ret, WAIT_MS);
	close(pair[0]);
	close(pair[1]);
	return r;
}

Test(client, request)
{
	struct protocol_request request = {
		.op = OP_RULE_SHOW,
		.args = cJSON_CreateObject(),
		.from = "here",
		.progress = true,
	};
	cleanup_free char *body = NULL;
	size_t length;
	int pair[2];

	cJSON_AddStringToObject(request.args, "id", "x");
	cr_assert(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	cr_assert(protocol_send(pair[0], &request, WAIT_MS) == 0);
	cr_assert(wire_receive(pair[1], &body, &length, WAIT_MS) == 0);
	cr_expect_str_eq(body, "{\"op\":\"rule.show\",\"args\":{\"id\":\"x\"},\"progress\":true,"
			       "\"from\":\"here\"}");
	/* A server that has closed may have said why. */
	close(pair[1]);
	cr_expect(protocol_send(pair[0], &(struct protocol_request){.op = OP_VERSION}, WAIT_MS) ==
		  0);
	cr_expect(protocol_receive(pair[0], &request.args, WAIT_MS) < 0);
	close(pair[0]);
}

Test(client, frames)
{
	cJSON *frame = NULL;

	cr_expect(receive("hello", &frame) == -EPROTO);
	cr_expect(receive("[]", &frame) == -EPROTO);
	cr_assert(receive("{\"progress\":{\"step\":\"set\"}}", &frame) == 0);
	cr_expect(cJSON_IsObject(protocol_progress(frame)));
	cJSON_Delete(frame);
	cr_assert(receive("{\"ok\":true}", &frame) == 0);
	cr_expect_null(protocol_progress(frame));
	cJSON_Delete(frame);
}

Test(client, refusals)
{
	static const struct {
		const char *reply;
		bool refused;
		enum wire_error error;
		const char *message;
	} rows[] = {
		{"{\"ok\":true,\"result\":{}}", false, 0, NULL},
		{"{\"ok\":false,\"error\":{\"code\":\"conflict\",\"message\":\"m\"}}", true,
		 WIRE_ERROR_CONFLICT, "m"},
		{"{\"ok\":false,\"error\":{\"code\":\"new\",\"message\":\"m\"}}", true,
		 WIRE_ERROR_FAILED, "m"},
		{"{}", true, WIRE_ERROR_FAILED, "fwd refused without a reason"},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		cJSON *reply = cJSON_Parse(rows[i].reply);
		enum wire_error error = WIRE_ERROR_MAX;
		const char *message = "";

		cr_expect(protocol_refused(reply, &error, &message) == rows[i].refused, "%zu", i);
		if (rows[i].refused) {
			cr_expect(error == rows[i].error, "%zu", i);
			cr_expect_str_eq(message, rows[i].message);
		}
		cJSON_Delete(reply);
	}
}

/* A character is not cut, and a text that fits is one piece. */
Test(client, pieces)
{
	enum { SIZE = 1 << 20 };
	cleanup_free char *text = malloc(SIZE);
	size_t piece;

	cr_expect(protocol_piece("abc", 3) == 3);
	cr_expect(protocol_piece("", 0) == 0);
	memset(text, 'x', SIZE);
	piece = protocol_piece(text, SIZE);
	cr_expect(piece > 0 && piece * 6 < 1 << 20, "escaped it fits into a frame");
	memcpy(text + piece - 1, "\xe2\x82\xac", 3);
	cr_expect(protocol_piece(text, SIZE) == piece - 1);
}

Test(client, nobody)
{
	cr_expect(protocol_connect("/nonexistent/socket", WAIT_MS) == -ENOENT);
}
