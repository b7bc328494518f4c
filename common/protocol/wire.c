// SPDX-License-Identifier: MIT
#include "common/protocol/wire.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "common/abi/fw_limits.h"
#include "common/base/buffer.h"
#include "common/base/clock.h"
#include "common/base/memory.h"

static const struct {
	const char *name;
	int exit_code;
} wire_errors[] = {
#define WIRE_AS_ROW(id, text, code) [WIRE_ERROR_##id] = {text, code},
	WIRE_ERRORS(WIRE_AS_ROW)
#undef WIRE_AS_ROW
};

const char *wire_error_name(enum wire_error error)
{
	return wire_errors[error].name;
}

int wire_error_exit(enum wire_error error)
{
	return wire_errors[error].exit_code;
}

enum wire_error wire_error_find(const char *name)
{
	for (size_t i = 0; i < array_size(wire_errors); i++) {
		if (strcmp(wire_errors[i].name, name) == 0)
			return (enum wire_error)i;
	}
	return WIRE_ERROR_FAILED;
}

static void put_u32(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 24);
	at[1] = (uint8_t)(value >> 16);
	at[2] = (uint8_t)(value >> 8);
	at[3] = (uint8_t)value;
}

static uint32_t get_u32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

void wire_put_header(uint8_t header[WIRE_HEADER], uint32_t length)
{
	put_u32(header, WIRE_MAGIC);
	put_u32(header + 4, WIRE_VERSION);
	put_u32(header + 8, length);
}

int wire_get_header(const uint8_t header[WIRE_HEADER], uint32_t *ret_length)
{
	uint32_t length = get_u32(header + 8);

	if (get_u32(header) != WIRE_MAGIC || get_u32(header + 4) != WIRE_VERSION)
		return -EPROTO;
	if (length > FW_MAX_FRAME_BYTES)
		return -EMSGSIZE;
	*ret_length = length;
	return 0;
}

int wire_whole_frame(const struct buffer *in, uint32_t *ret_length)
{
	uint32_t length;
	int r;

	if (buffer_length(in) < WIRE_HEADER)
		return 0;
	r = wire_get_header((const uint8_t *)in->data + in->start, &length);
	if (r < 0)
		return r;
	if (buffer_length(in) - WIRE_HEADER < length)
		return 0;
	*ret_length = length;
	return 1;
}

/* The end of a timeout on the monotonic clock, or -1. */
static int64_t deadline_of(int timeout_ms)
{
	return timeout_ms < 0 ? -1 : clock_ms() + timeout_ms;
}

static int wait_ready(int fd, short events, int64_t deadline)
{
	for (;;) {
		struct pollfd ready = {.fd = fd, .events = events};
		int64_t left = -1;
		int r;

		if (deadline >= 0) {
			left = deadline - clock_ms();
			if (left < 0)
				return -ETIMEDOUT;
		}
		r = poll(&ready, 1, (int)left);
		if (r > 0)
			return 0;
		if (r < 0)
			return -errno; /* EINTR too: a signal ends `fwctl monitor` */
		if (deadline >= 0 && clock_ms() >= deadline)
			return -ETIMEDOUT;
	}
}

static int send_all(int fd, const void *data, size_t length, int64_t deadline)
{
	const char *at = data;

	while (length > 0) {
		ssize_t sent = send(fd, at, length, MSG_NOSIGNAL | MSG_DONTWAIT);
		int r;

		if (sent >= 0) {
			at += sent;
			length -= (size_t)sent;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return -errno;
		r = wait_ready(fd, POLLOUT, deadline);
		if (r < 0)
			return r;
	}
	return 0;
}

static int receive_all(int fd, void *data, size_t length, int64_t deadline)
{
	char *at = data;

	while (length > 0) {
		ssize_t got = recv(fd, at, length, MSG_DONTWAIT);
		int r;

		if (got == 0)
			return -EPIPE;
		if (got > 0) {
			at += got;
			length -= (size_t)got;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return errno == ECONNRESET ? -EPIPE : -errno;
		r = wait_ready(fd, POLLIN, deadline);
		if (r < 0)
			return r;
	}
	return 0;
}

int wire_send(int fd, const char *body, size_t length, int timeout_ms)
{
	int64_t deadline = deadline_of(timeout_ms);
	uint8_t header[WIRE_HEADER];
	int r;

	if (length > FW_MAX_FRAME_BYTES)
		return -EMSGSIZE;
	wire_put_header(header, (uint32_t)length);
	r = send_all(fd, header, sizeof(header), deadline);
	return r < 0 ? r : send_all(fd, body, length, deadline);
}

int wire_receive(int fd, char **ret_body, size_t *ret_length, int timeout_ms)
{
	int64_t deadline = deadline_of(timeout_ms);
	cleanup_free char *body = NULL;
	uint8_t header[WIRE_HEADER];
	uint32_t length;
	int r;

	r = receive_all(fd, header, sizeof(header), deadline);
	if (r < 0)
		return r;
	r = wire_get_header(header, &length);
	if (r < 0)
		return r;
	body = malloc((size_t)length + 1);
	if (!body)
		return -ENOMEM;
	r = receive_all(fd, body, length, deadline);
	if (r < 0)
		return r;
	body[length] = '\0';
	*ret_body = steal(&body);
	*ret_length = length;
	return 0;
}
