/* SPDX-License-Identifier: MIT */
/* The ring of events: one record for each reported packet. */
#ifndef FWD_DATAPATH_EVENT_RING_H
#define FWD_DATAPATH_EVENT_RING_H

#include "common/abi/report.h"

struct datapath;
struct event_ring;

/* Called with a record, which is borrowed for the duration of the call. */
typedef void (*event_record_handler)(void *userdata, const struct fw_event *record);

/* The datapath may be closed first. -ENOMEM, or the kernel's error. */
int event_ring_open(const struct datapath *dp, event_record_handler handler, void *userdata,
		    struct event_ring **ret);

/* Readable when the kernel wants a reader: add it to the loop. Borrowed. */
int event_ring_fd(const struct event_ring *ring);

/*
 * Handle pending records, at most EVENT_RING_CALL, so that a flood of events does not keep the loop
 * from its other work. Returns their number. Also call it every 100 ms: the kernel does not signal
 * the last few.
 */
#define EVENT_RING_CALL 8192
int event_ring_consume(struct event_ring *ring);

/* NULL is allowed; returns NULL. */
struct event_ring *event_ring_close(struct event_ring *ring);

#endif
