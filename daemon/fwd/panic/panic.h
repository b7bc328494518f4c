/* SPDX-License-Identifier: MIT */
/*
 * The panic switch, and its reports. The datapath has its state, as another process may have
 * written the word (fwd --panic), so fwd reads the datapath each time.
 */
#ifndef FWD_PANIC_H
#define FWD_PANIC_H

#include "daemon/fwd/datapath/datapath.h"
#include "daemon/fwd/datapath/panic/panic_switch.h"
#include "daemon/fwd/events/hub.h"

/* The range of a panic's duration. */
#define PANIC_MIN_NS	 NS_PER_SECOND
#define PANIC_MAX_NS	 (86400 * NS_PER_SECOND)
#define PANIC_DEFAULT_NS (300 * NS_PER_SECOND)

struct panic;

/* Called after the event of each panic that begins or ends. */
typedef void (*panic_changed)(void *userdata);

/* All are borrowed. NULL: no memory. */
struct panic *panic_new(struct datapath *dp, struct event_hub *events, panic_changed changed,
			void *userdata);
/* NULL is allowed; returns NULL. */
struct panic *panic_free(struct panic *panic);

/* The name of a mode: "open" or "close"; and its effect, a clause. */
const char *panic_name(enum fw_panic mode);
const char *panic_effect(enum fw_panic mode);

/* Begin a panic, for a time; replaces one that is in force. by: the client. */
void panic_set(struct panic *panic, enum fw_panic mode, uint64_t duration_ns, const char *by);

/* End it. False: there was none. */
bool panic_end(struct panic *panic, const char *by);

/* The client that requested the current one of this fwd; "" unknown. Borrowed. */
const char *panic_by(const struct panic *panic);

/* Report a panic that has begun or ended since the last check. Call once a second. */
void panic_look(struct panic *panic);

#endif
