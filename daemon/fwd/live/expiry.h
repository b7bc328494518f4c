/* SPDX-License-Identifier: MIT */
/* Live entries end exactly on time: a timer of the loop for the next end. */
#ifndef FWD_LIVE_EXPIRY_H
#define FWD_LIVE_EXPIRY_H

#include <systemd/sd-event.h>

#include "daemon/fwd/live/live.h"

struct live_expiry;

/* Both are borrowed. Negative errno on failure. */
int live_expiry_new(struct live *live, sd_event *loop, struct live_expiry **ret);

/* NULL is allowed; returns NULL. */
struct live_expiry *live_expiry_free(struct live_expiry *expiry);

#endif
