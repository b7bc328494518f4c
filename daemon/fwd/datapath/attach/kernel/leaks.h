/* SPDX-License-Identifier: MIT */
/* What libxdp leaves open. */
#ifndef FWD_LEAKS_H
#define FWD_LEAKS_H

#include <stdbool.h>

#define MAX_WATCHED_FDS 4096

struct open_fds {
	bool is_known;
	bool is_open[MAX_WATCHED_FDS];
};

/* Around calls of libxdp: close the BPF programs opened since, except two (-1: none). */
void leaks_begin(struct open_fds *ret);
void leaks_end(const struct open_fds *before, int keep, int keep_too);

#endif
