// SPDX-License-Identifier: MIT
#include "common/protocol/client.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/memory.h"

#define PIECE_BYTES (128 * 1024) /* of a text: a frame holds them, even if all are escaped */

int protocol_connect(const char *path, int wait_ms)
{
	cleanup_fd int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const struct timeval wait = {wait_ms / 1000, wait_ms % 1000 * 1000};
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int64_t deadline = clock_ms() + wait_ms;

	if (fd < 0)
		return -errno;
	if (strlen(path) >= sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	strcpy(addr.sun_path, path);
	/* If the queue is full, wait for a place in it: a client that polls may never get one. */
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait)) < 0)
		return -errno;
	while (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0) {
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
		if (clock_ms() >= deadline)
			return -ETIMEDOUT;
	}
	return steal_fd(&fd);
}

char *protocol_request_body(const struct protocol_request *request)
{
	cJSON *json = cJSON_CreateObject();
	char *body;

	cJSON_AddStringToObject(json, "op", op_name(request->op));
	cJSON_AddItemToObject(json, "args", request->args ? request->args : cJSON_CreateObject());
	if (request->progress)
		cJSON_AddTrueToObject(json, "progress");
	if (request->from)
		cJSON_AddStringToObject(json, "from", request->from);
	body = cJSON_PrintUnformatted(json);
	cJSON_Delete(json);
	return body;
}

int protocol_send(int fd, const struct protocol_request *request, int wait_ms)
{
	cleanup_free char *body = protocol_request_body(request);
	int r;

	if (!body)
		return -ENOMEM;
	r = wire_send(fd, body, strlen(body), wait_ms);
	return r == -EPIPE || r == -ECONNRESET ? 0 : r;
}

int protocol_receive(int fd, cJSON **ret_frame, int wait_ms)
{
	cleanup_free char *body = NULL;
	size_t length;
	cJSON *frame;
	int r = wire_receive(fd, &body, &length, wait_ms);

	if (r < 0)
		return r;
	frame = cJSON_ParseWithLength(body, length);
	if (!cJSON_IsObject(frame)) {
		cJSON_Delete(frame);
		return -EPROTO;
	}
	*ret_frame = frame;
	return 0;
}

const cJSON *protocol_progress(const cJSON *frame)
{
	const cJSON *progress = cJSON_GetObjectItemCaseSensitive(frame, "progress");

	return cJSON_IsObject(progress) ? progress : NULL;
}

bool protocol_refused(const cJSON *reply, enum wire_error *ret_error, const char **ret_message)
{
	const cJSON *error = cJSON_GetObjectItemCaseSensitive(reply, "error");
	const char *code = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(error, "code"));
	const char *message =
		cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(error, "message"));

	if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(reply, "ok")))
		return false;
	*ret_error = code ? wire_error_find(code) : WIRE_ERROR_FAILED;
	*ret_message = message ? message : "fwd refused without a reason";
	return true;
}

size_t protocol_piece(const char *text, size_t length)
{
	size_t piece = PIECE_BYTES;

	if (length <= piece)
		return length;
	while (piece > 0 && ((unsigned char)text[piece] & 0xc0) == 0x80)
		piece--;
	return piece;
}
