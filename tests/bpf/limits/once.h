/* SPDX-License-Identifier: MIT */
/* Policies with the limit "l", whose buckets a packet pays once, and what comes of it. */
#ifndef FWD_TEST_ONCE_H
#define FWD_TEST_ONCE_H

#include "tests/bpf/lib/limited.h"

#define LIMIT	   "{'enforce': true, 'limits': {'l': {"
#define HEAD	   LIMIT "'rate': '1/h', "
#define GOES_ON	   ", 'within': 'continue'"
#define RULES	   "}}, 'rules': ["
#define CANARY(id) "{'id': '" id "', 'limit': 'l', 'enforce': false}"
#define REAL(id)   "{'id': '" id "', 'limit': 'l'}"
#define END	   "]}"

/* Apply a policy; all buckets are full. */
void once_begin(struct test *test, const char *policy);

/* So many packets are within, and the next one is not. */
void once_check_burst(struct test *test, unsigned count, const struct row *within,
		      const struct row *over);

/* The same of a canary "c" before the rule "r" with its limit. */
void once_check_canary(struct test *test, const char *name, const struct frame *frame,
		       unsigned count);

/* Counters of the limit. */
struct fw_limit_stats once_stats(struct test *test);

/* A fragment of a UDP datagram. */
struct frame once_piece(unsigned offset);

#endif
