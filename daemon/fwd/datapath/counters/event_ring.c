// SPDX-License-Identifier: MIT
/* The ring of events: libbpf's reader, with a limit on what one call handles. */
#include "daemon/fwd/datapath/counters/event_ring.h"

#include <errno.h>

#include "daemon/fwd/datapath/internal.h"

struct event_ring {
	struct ring_buffer *ring;
	event_record_handler handler;
	void *userdata;
	int handled; /* in the current call of event_ring_consume */
};

/* A callback's error ends ring_buffer__consume; the record counts as consumed. */
static int take_record(void *userdata, void *data, size_t size)
{
	struct event_ring *ring = userdata;

	if (size >= sizeof(struct fw_event))
		ring->handler(ring->userdata, data);
	return ++ring->handled < EVENT_RING_CALL ? 0 : -EAGAIN;
}

int event_ring_open(const struct datapath *dp, event_record_handler handler, void *userdata,
		    struct event_ring **ret)
{
	struct event_ring *ring = calloc(1, sizeof(*ring));

	if (!ring)
		return -ENOMEM;
	ring->handler = handler;
	ring->userdata = userdata;
	ring->ring = ring_buffer__new(MAP_FD(dp, events), take_record, ring, NULL);
	if (!ring->ring) {
		int error = -errno;

		free(ring);
		return error;
	}
	*ret = ring;
	return 0;
}

int event_ring_fd(const struct event_ring *ring)
{
	return ring_buffer__epoll_fd(ring->ring);
}

int event_ring_consume(struct event_ring *ring)
{
	int ret;

	ring->handled = 0;
	ret = ring_buffer__consume(ring->ring);
	return ret < 0 && ret != -EAGAIN ? ret : ring->handled;
}

struct event_ring *event_ring_close(struct event_ring *ring)
{
	if (ring)
		ring_buffer__free(ring->ring);
	free(ring);
	return NULL;
}
