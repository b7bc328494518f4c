/* SPDX-License-Identifier: MIT */
/* Threads that work at the same time, each on a CPU of its own. */
#ifndef FWD_TEST_CREW_H
#define FWD_TEST_CREW_H

#include <stdbool.h>
#include <stdint.h>

#define CREW_MAX 2

struct worker {
	void (*work)(struct worker *worker); /* once; called again until the crew is stopped */
	void *userdata;
	unsigned number; /* 0, 1 */
	uint64_t done;	 /* for the work to count in */
	uint64_t wrong;
	unsigned long thread;
	const bool *stop;
	int cpu;
};

struct crew {
	struct worker workers[CREW_MAX];
	unsigned count;
	bool stop;
};

/* Start CREW_MAX workers. 0, -ENODEV: there are fewer CPUs; or another negative errno. */
int crew_start(struct crew *crew, void (*work)(struct worker *worker), void *userdata);

/* Let each finish what it is at. */
void crew_stop(struct crew *crew);

#endif
