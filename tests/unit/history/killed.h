/* SPDX-License-Identifier: MIT */
/* What is left when a process is killed at any moment. */
#ifndef KILLED_H
#define KILLED_H

#include <stdbool.h>

/*
 * Run work in a process of its own and kill it before it enters its n-th system call (from 1).
 * True: it was killed; false: it ended before that.
 */
bool killed_at(unsigned n, void (*work)(const void *userdata), const void *userdata);

#endif
