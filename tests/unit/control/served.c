// SPDX-License-Identifier: MIT
#include "tests/unit/control/served.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "common/base/clock.h"
#include "daemon/fwd/events/hub.h"
#include "daemon/fwd/live/live.h"
#include "daemon/fwd/transaction/transaction.h"
#include "tests/unit/lib/fake_live.h"

void served_start(struct served *served)
{
	const struct transaction_options options = {0};
	const struct transaction_hooks hooks = {0};
	struct errors errs = {0};

	*served = (struct served){.folder = "/tmp/fwd-control.XXXXXX"};
	cr_assert(mkdtemp(served->folder));
	snprintf(served->path, sizeof(served->path), "%s/sock", served->folder);
	cr_assert(sd_event_new(&served->loop) >= 0);
	served->core.live = fake_live_new();
	served->core.events = hub_new();
	cr_assert(transaction_new(&options, &hooks, &served->core.transaction) == 0);
	cr_assert(control_open(&served->core, ctl_verb_of, served->loop, served->path,
			       &served->control, &errs) == 0);
	cr_assert(errs.count == 0);
}

void served_stop(struct served *served)
{
	served->control = control_close(served->control);
	cr_expect(access(served->path, F_OK) < 0, "the socket file is gone");
	hub_free(served->core.events);
	transaction_free(served->core.transaction);
	live_close(served->core.live);
	sd_event_unref(served->loop);
	cr_expect(rmdir(served->folder) == 0);
}

void served_run(struct served *served, unsigned quiet_ms)
{
	while (sd_event_run(served->loop, quiet_ms * 1000ull) > 0)
		;
}

int served_dial(const struct served *served)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	strcpy(address.sun_path, served->path);
	cr_assert(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
	return fd;
}

int served_connect(struct served *served)
{
	int fd = served_dial(served);

	served_run(served, 1);
	return fd;
}

void served_send(struct served *served, int fd, const void *data, size_t length)
{
	const char *at = data;

	while (length > 0) {
		ssize_t sent = send(fd, at, length, MSG_NOSIGNAL);

		if (sent < 0) {
			cr_assert(errno == EAGAIN, "%s", strerror(errno));
			sent = 0;
		}
		at += sent;
		length -= (size_t)sent;
		served_run(served, 0);
	}
}

void served_say(struct served *served, int fd, const char *body)
{
	uint8_t header[WIRE_HEADER];

	wire_put_header(header, (uint32_t)strlen(body));
	served_send(served, fd, header, sizeof(header));
	served_send(served, fd, body, strlen(body));
}

/* That many bytes; false: the server closed before the first. */
static bool receive(struct served *served, int fd, char *data, size_t length)
{
	int64_t end = clock_ms() + SERVED_PATIENCE_MS;
	size_t have = 0;

	while (have < length) {
		ssize_t got = recv(fd, data + have, length - have, 0);

		cr_assert(clock_ms() < end, "no reply");
		if (got > 0)
			have += (size_t)got;
		else if (got == 0 || errno == ECONNRESET)
			break;
		else
			sd_event_run(served->loop, 1000);
	}
	cr_assert(have == length || have == 0, "half a frame");
	return have == length;
}

cJSON *served_hear(struct served *served, int fd)
{
	char header[WIRE_HEADER], *body;
	uint32_t length;
	cJSON *reply;

	if (!receive(served, fd, header, sizeof(header)))
		return NULL;
	cr_assert(wire_get_header((uint8_t *)header, &length) == 0);
	body = malloc(length + 1);
	cr_assert(receive(served, fd, body, length));
	body[length] = '\0';
	reply = cJSON_Parse(body);
	cr_assert(reply, "%s", body);
	free(body);
	return reply;
}

cJSON *served_ask(struct served *served, const char *body)
{
	int fd = served_connect(served);
	cJSON *reply;

	served_say(served, fd, body);
	reply = served_hear(served, fd);
	close(fd);
	served_run(served, 0);
	return reply;
}

bool served_closed(struct served *served, int fd)
{
	int64_t end = clock_ms() + SERVED_PATIENCE_MS;
	char byte;

	do {
		ssize_t got = recv(fd, &byte, 1, 0);

		if (got == 0 || (got < 0 && errno != EAGAIN))
			return true;
		cr_assert(got < 0, "the server still speaks");
		sd_event_run(served->loop, 1000);
	} while (clock_ms() < end);
	return false;
}

void expect_reply(cJSON *reply, const char *code, const char *message)
{
	const cJSON *error = cJSON_GetObjectItem(reply, "error");
	const char *got = cJSON_IsTrue(cJSON_GetObjectItem(reply, "ok"))
				  ? "ok"
				  : cJSON_GetStringValue(cJSON_GetObjectItem(error, "code"));
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(error, "message"));

	cr_assert(reply, "no reply, but %s expected", code);
	cr_expect_str_eq(got ? got : "?", code, "%s: %s", got, text);
	if (message)
		cr_expect(text && strstr(text, message), "\"%s\" is not in: %s", message, text);
	cJSON_Delete(reply);
}
