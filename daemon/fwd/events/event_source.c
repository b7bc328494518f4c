// SPDX-License-Identifier: MIT
/*
 * The ring: libbpf's reader, with a limit on what one call handles, so that a
 * flood of events does not keep the loop from its other work.
 */
#include "daemon/fwd/events/event_source.h"

#include <errno.h>
#include <stdlib.h>

#include <bpf/libbpf.h>

#include "daemon/fwd/events/hub.h"

#define EVENTS_PER_CALL 8192

struct event_source {
	struct ring_buffer *ring;
	struct event_names names;
	struct event_hub *hub;
	int handled; /* in the current call of event_source_consume */
};

/* A callback's error ends ring_buffer__consume; the record counts as consumed. */
static int take_record(void *userdata, void *data, size_t size)
{
	struct event_source *source = userdata;
	struct packet_event packet;
	struct event event;

	if (size >= sizeof(struct fw_event)) {
		event_decode(data, source->names.current(source->names.userdata), &packet, &event);
		hub_event(source->hub, &event);
	}
	return ++source->handled < EVENTS_PER_CALL ? 0 : -EAGAIN;
}

int event_source_open(int map_fd, const struct event_names *names, struct event_hub *hub,
		      struct event_source **ret)
{
	struct event_source *source = calloc(1, sizeof(*source));

	if (!source)
		return -ENOMEM;
	source->names = *names;
	source->hub = hub;
	source->ring = ring_buffer__new(map_fd, take_record, source, NULL);
	if (!source->ring) {
		int error = -errno;

		free(source);
		return error;
	}
	*ret = source;
	return 0;
}

int event_source_fd(const struct event_source *source)
{
	return ring_buffer__epoll_fd(source->ring);
}

int event_source_consume(struct event_source *source)
{
	int ret;

	source->handled = 0;
	ret = ring_buffer__consume(source->ring);
	return ret < 0 && ret != -EAGAIN ? ret : source->handled;
}

struct event_source *event_source_close(struct event_source *source)
{
	if (source)
		ring_buffer__free(source->ring);
	free(source);
	return NULL;
}
