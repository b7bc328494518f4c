/* SPDX-License-Identifier: MIT */
/* Events that the tests of this folder share. */
#ifndef TESTS_EVENTS_SAMPLES_H
#define TESTS_EVENTS_SAMPLES_H

#include "daemon/fwd/events/event.h"

#define SAMPLE_PACKETS 10
#define SAMPLE_OTHERS  12
#define SAMPLE_COUNT   (SAMPLE_PACKETS + SAMPLE_OTHERS)

/* Slots of the samples; free with slots_free. */
struct slots *sample_slots(void);

/* The raw records (of packets), and one of them decoded with a fixed time: until the next. */
const struct fw_event *sample_raw(size_t index);
void sample_decode(size_t index, const struct slots *slots, struct event *ret);

/* Content of a file; aborts the test if it cannot be read. Caller frees. */
char *read_text(const char *path);

#endif
