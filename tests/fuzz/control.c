// SPDX-License-Identifier: MIT
/*
 * The control socket with a client that sends what it likes. The first byte says who it is (bit 0: may
 * write) and how it sends (bit 1: the rest is bytes as they are; else bodies of frames, with zero
 * bytes between them). Whatever comes, each reply is a frame of strict JSON, and who may only read
 * has changed nothing.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/fwd/trial/trial.h"
#include "tests/fuzz/control/world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAY_WRITE 1
#define RAW	  2

/* What fwd has said and was not looked at yet. */
struct heard {
	char data[2 * (FW_MAX_FRAME_BYTES + WIRE_HEADER)];
	size_t length;
};

static void expect_json(const char *body, size_t length)
{
	struct document *document = NULL;
	struct errors errs = {0};

	if (document_read_text("reply", body, length, &document, &errs) == 0) {
		document_free(document);
		return;
	}
	fprintf(stderr, "fuzz: %s\n%.*s\n", errors_text(&errs), (int)length, body);
	abort();
}

/* Take whole frames from the front. */
static void look_at(struct heard *heard)
{
	size_t at = 0;
	uint32_t length;

	while (heard->length - at >= WIRE_HEADER) {
		if (wire_get_header((const uint8_t *)heard->data + at, &length) < 0)
			abort();
		if (heard->length - at - WIRE_HEADER < length)
			break;
		expect_json(heard->data + at + WIRE_HEADER, length);
		at += WIRE_HEADER + length;
	}
	memmove(heard->data, heard->data + at, heard->length - at);
	heard->length -= at;
}

/* False: fwd has closed. */
static bool hear(struct world *world, int fd, struct heard *heard)
{
	ssize_t got;

	do {
		world_run(world);
		got = recv(fd, heard->data + heard->length, sizeof(heard->data) - heard->length, 0);
		if (got > 0)
			heard->length += (size_t)got;
		look_at(heard);
	} while (got > 0);
	if (got == 0 && heard->length > 0)
		abort(); /* half a frame */
	return got < 0;
}

static bool say(struct world *world, int fd, const void *data, size_t length, struct heard *heard)
{
	const char *at = data;

	while (length > 0) {
		ssize_t sent = send(fd, at, length, MSG_NOSIGNAL);

		if (sent > 0) {
			at += sent;
			length -= (size_t)sent;
		}
		if (!hear(world, fd, heard))
			return false;
	}
	return true;
}

static void say_frames(struct world *world, int fd, const char *at, size_t size,
		       struct heard *heard)
{
	uint8_t header[WIRE_HEADER];
	bool open = true;

	while (open && size > 0) {
		size_t length = strnlen(at, size);

		wire_put_header(header, (uint32_t)length);
		open = say(world, fd, header, sizeof(header), heard) &&
		       say(world, fd, at, length, heard);
		at += length < size ? length + 1 : length;
		size -= length < size ? length + 1 : length;
	}
}

static void expect_unchanged(const struct world *world, uint64_t revision, uint32_t generation)
{
	const struct live_entry *entries;

	if (history_revision(world->app.history) != revision ||
	    datapath_generation(world->app.dp) != generation || model_unsaved(world->app.model) ||
	    live_list(world->app.live, FW_LIVE_BLOCKS, &entries) || trials_look(world->app.trials))
		abort();
}

/* Who only reads needs no new world after him. */
static struct world *the_world(bool over)
{
	static struct world world;
	static bool is_there;

	if (is_there == !over)
		return &world;
	(over ? world_stop : world_start)(&world);
	is_there = !over;
	return &world;
}

static void end_world(void)
{
	the_world(true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct heard heard;
	static bool at_exit;
	bool may_write = size > 0 && data[0] & MAY_WRITE;
	uint64_t revision;
	uint32_t generation;
	struct world *world;
	int fd;

	if (size < 1)
		return 0;
	if (!at_exit)
		at_exit = atexit(end_world) == 0;
	world = the_world(false);
	revision = history_revision(world->app.history);
	generation = datapath_generation(world->app.dp);
	heard.length = 0;
	fd = world_connect(world, may_write ? ACCESS_WRITE : ACCESS_READ);
	if (data[0] & RAW)
		say(world, fd, data + 1, size - 1, &heard);
	else
		say_frames(world, fd, (const char *)data + 1, size - 1, &heard);
	close(fd);
	world_run(world);
	if (world->app.control->clients)
		abort();
	if (!may_write)
		expect_unchanged(world, revision, generation);
	else
		the_world(true);
	return 0;
}
