/* SPDX-License-Identifier: MIT */
/* The parts of flood: a plan, read from the command line, and what is done with it. */
#ifndef FLOOD_H
#define FLOOD_H

#include <stdbool.h>
#include <stdint.h>

#define MAX_PAYLOAD 1400
#define NS_PER_SEC  1000000000ULL

struct plan {
	uint32_t src, src_random; /* host order; bits that are random */
	uint32_t dst, dst_random;
	bool syn;
	unsigned dport, length;
	uint64_t count, at_least, rate, ns;
	int cpu;
	uint8_t from[6], to[6];
	uint32_t except;
};

/* Ends the program, saying what has failed and why (errno). */
_Noreturn void die(const char *what);

/* Read KEY=VALUE words, up to a NULL; ends the program if one is wrong. They are changed. */
struct plan read_plan(char **words);

/* Send until it is enough, or SIGTERM says so. The program's exit code. */
int send_all(const char *interface, const struct plan *plan);

/* Count until SIGTERM; path always has the number so far. The program's exit code. */
int count_all(const char *interface, const char *path, const struct plan *plan);

#endif
