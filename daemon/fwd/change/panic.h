/* SPDX-License-Identifier: MIT */
/*
 * The panic switch, and who is informed of it. It is in force as long as the datapath says, also
 * when another process wrote the word (fwd --panic), so fwd looks at the datapath each time.
 */
#ifndef FWD_PANIC_H
#define FWD_PANIC_H

#include "daemon/fwd/app.h"

/* How long a panic can be asked for. */
#define PANIC_MIN_NS	 NS_PER_SECOND
#define PANIC_MAX_NS	 (86400 * NS_PER_SECOND)
#define PANIC_DEFAULT_NS (300 * NS_PER_SECOND)

/* The name of a mode: "open" or "close". */
const char *panic_name(enum fw_panic mode);

/* In force from now on, for a time; replaces one that is. by: who asks. */
void panic_set(struct app *app, enum fw_panic mode, uint64_t duration_ns, const char *by);

/* End it. False: there was none. */
bool panic_end(struct app *app, const char *by);

/* Report a panic that has begun or ended since the last look. Call once a second. */
void panic_look(struct app *app);

/* --panic: write it into the pinned datapath, without starting. Returns the exit code. */
int panic_run(const struct options *options);

#endif
