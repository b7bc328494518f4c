/* SPDX-License-Identifier: MIT */
/*
 * Copies of what sets from files held last, in folder `sets` of the state directory: a set
 * with keep-last has them after a restart, when there is no running config to ask. A copy
 * is used as it was written or not at all.
 */
#ifndef FWD_KEPT_H
#define FWD_KEPT_H

#include <stdint.h>

#include "common/base/prefix/prefix_content.h"

/*
 * Write the copy of a set, in place of the one before. now: seconds since 1970. Returns 0 or
 * a negative errno; then the one before is as it was.
 */
int kept_write(const char *state_dir, const char *set, const struct prefix_content *content,
	       uint64_t now);

/*
 * Read it: *ret is the caller's, *ret_time is when it was written. -ENOENT: there is none;
 * -EBADMSG: it is damaged; other negative errnos.
 */
int kept_read(const char *state_dir, const char *set, struct prefix_content **ret,
	      uint64_t *ret_time);

#endif
