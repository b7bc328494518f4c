/* SPDX-License-Identifier: MIT */
/* Settings of the kernel below /proc/sys, of our own network namespace. */
#ifndef FWD_HOST_SYSCTL_H
#define FWD_HOST_SYSCTL_H

#include <stddef.h>

/*
 * Read the numbers of a setting, by its path below /proc/sys ("net/ipv4/tcp_rmem"): at most
 * count. Returns how many there are; -ENOENT: this kernel has no such setting.
 */
int sysctl_read(const char *path, long *numbers, size_t count);

/* Set one number. 0 or a negative errno. */
int sysctl_write(const char *path, long number);

#endif
