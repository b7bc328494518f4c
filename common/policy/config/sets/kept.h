/* SPDX-License-Identifier: MIT */
/*
 * Copies of the last entries of sets from files, in folder `sets` of the state directory: for
 * sets with keep-last after a restart, when there is no running config. A damaged copy is not
 * used.
 */
#ifndef FWD_KEPT_H
#define FWD_KEPT_H

#include <stdint.h>

#include "common/base/prefix/prefix_content.h"

/*
 * Write the copy of a set, which replaces the earlier one. now: seconds since 1970. Returns 0 or
 * a negative errno; then the earlier one is unchanged.
 */
int kept_write(const char *state_dir, const char *set, const struct prefix_content *content,
	       uint64_t now);

/*
 * Read it: the caller frees *ret, *ret_time is when it was written. -ENOENT: there is none;
 * -EBADMSG: it is damaged; other negative errnos.
 */
int kept_read(const char *state_dir, const char *set, struct prefix_content **ret,
	      uint64_t *ret_time);

#endif
