// SPDX-License-Identifier: MIT
/* Whose turn it is: who may write before who may only read, and everybody at some time. */
#include <criterion/criterion.h>
#include <sys/ioctl.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "tests/unit/control/served.h"

#define VERSION "{\"op\":\"version\"}"

/* Bytes of replies that wait for these clients. */
static size_t unread(const int *fds, size_t count)
{
	size_t sum = 0;
	int bytes;

	for (size_t i = 0; i < count; i++) {
		cr_assert(ioctl(fds[i], FIONREAD, &bytes) == 0);
		sum += (size_t)bytes;
	}
	return sum;
}

static void fill(int fd, size_t requests)
{
	uint8_t header[WIRE_HEADER];

	wire_put_header(header, sizeof(VERSION) - 1);
	for (size_t i = 0; i < requests; i++) {
		cr_assert(send(fd, header, sizeof(header), 0) == sizeof(header));
		cr_assert(send(fd, VERSION, sizeof(VERSION) - 1, 0) == sizeof(VERSION) - 1);
	}
}

/* Readers keep the loop busy: who may write, and has yet to connect, waits for one of their requests. */
Test(turns, writers_go_first)
{
	struct served served;
	int readers[16], writer, bytes = 0;
	size_t before, reply;

	served_start(&served);
	for (size_t i = 0; i < array_size(readers); i++) {
		readers[i] = served_connect(&served);
		client_set_access(served.control->clients, ACCESS_READ);
	}
	fill(readers[0], 1);
	served_run(&served, 0);
	reply = unread(readers, 1);
	cr_assert_gt(reply, 0);
	for (size_t i = 0; i < array_size(readers); i++)
		fill(readers[i], 50);
	for (int i = 0; i < 40; i++)
		sd_event_run(served.loop, 0);
	cr_assert_gt(unread(readers, array_size(readers)), 10 * reply, "they have their turns");
	before = unread(readers, array_size(readers));
	writer = served_dial(&served);
	fill(writer, 1);
	while (bytes == 0) {
		cr_assert(sd_event_run(served.loop, 0) > 0);
		cr_assert(ioctl(writer, FIONREAD, &bytes) == 0);
	}
	cr_expect_leq(unread(readers, array_size(readers)), before + reply, "they went first");
	served_run(&served, 0);
	cr_expect_eq(unread(readers, array_size(readers)), (16 * 50 + 1) * reply, "none is lost");
	close(writer);
	for (size_t i = 0; i < array_size(readers); i++)
		close(readers[i]);
	served_run(&served, 1);
	served_stop(&served);
}

/* One that does not go on is closed in time also while others of its kind keep the loop busy. */
Test(turns, busy_loops_have_deadlines)
{
	struct served served;
	int64_t end = clock_ms() + FW_CLIENT_TIMEOUT_MS + SERVED_PATIENCE_MS;
	int half, busy, bytes = 0;

	served_start(&served);
	half = served_connect(&served);
	client_set_access(served.control->clients, ACCESS_READ);
	busy = served_connect(&served);
	client_set_access(served.control->clients, ACCESS_READ);
	cr_assert(send(half, "FWD1", 4, 0) == 4);
	served_run(&served, 0);
	/* As if it had come long ago. */
	served.control->clients->next->read_by = 1;
	client_update(served.control->clients->next);
	while (bytes == 0 && clock_ms() < end) {
		char buffer[8192];

		fill(busy, 2);
		sd_event_run(served.loop, 0);
		while (recv(busy, buffer, sizeof(buffer), MSG_DONTWAIT) > 0)
			;
		cr_assert(ioctl(half, FIONREAD, &bytes) == 0);
	}
	expect_reply(served_hear(&served, half), "timeout", NULL);
	close(half);
	close(busy);
	served_run(&served, 1);
	served_stop(&served);
}
