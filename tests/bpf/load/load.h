/* SPDX-License-Identifier: MIT */
/*
 * Packets on both CPUs while policies take turns, and the books about them.
 *
 * Four complete policies of very different sizes. Each kind of packet (a probe)
 * has a rule of its own in each of them, at another place, behind another set, with
 * another verdict. Packets that are judged by one policy alone add up: what
 * was sent of a probe is what its four rules matched, and what these rules decide
 * is what left by each reason. A packet that saw parts of two policies falls to
 * another rule, to none, or leaves by a reason that its rule does not have.
 */
#ifndef FWD_TEST_LOAD_H
#define FWD_TEST_LOAD_H

#include <pthread.h>

#include "tests/bpf/lib/crew.h"
#include "tests/bpf/lib/frames.h"
#include "tests/bpf/lib/harness.h"

#define LOAD_POLICIES	 4
#define LOAD_PROBES	 6
#define LOAD_GENERATIONS 4096 /* how many back it is known whose they were; a power of two */
#define LOAD_LANES	 CREW_MAX

/* What a policy makes of a probe. */
struct load_rule {
	const char *id;
	enum fw_outcome outcome;
	enum fw_reason reason;
	bool limited;
};

struct load_probe {
	const char *name;
	struct load_rule rules[LOAD_POLICIES];
};
extern const struct load_probe load_probes[LOAD_PROBES];

/* What one worker sent; a cache line of its own and more. */
struct load_lane {
	uint64_t sent[LOAD_PROBES];
	uint64_t unexplained; /* explanations that no policy, or not the one in force, gives */
	uint64_t refused;     /* runs that failed */
	uint64_t reserved[8];
};

struct load {
	struct test *test;
	struct frame frames[LOAD_PROBES];
	struct policy *policies[LOAD_POLICIES];
	struct fw_image *images;		    /* mapped, both */
	unsigned slots[LOAD_PROBES][LOAD_POLICIES]; /* of rules */
	unsigned limit;				    /* slot */
	uint8_t owners[LOAD_GENERATIONS];	    /* which policy a generation is */
	pthread_mutex_t explain;		    /* the datapath explains one packet at a time */
	struct load_lane lanes[LOAD_LANES];
	int socket; /* of the lane that sends over a veth; -1: it makes test runs, too */
	int lan;    /* where it sends */
};

/* ---- policies.c ---- */

/* Compile the policies; small: of about one size, and each wholly in its image. */
bool load_open(struct load *load, struct test *test, bool small);
void load_close(struct load *load);

/* Apply policy number p; the generation's owner is known before packets can see it. */
bool load_apply(struct load *load, unsigned p);

/* ---- senders.c ---- */

/* Work of a crew with a struct load. */
void load_send(struct worker *worker);

/* Send lane 1's packets over the veth pair, to the entry attached to its other end. */
bool load_open_veth(struct load *load);
void load_close_veth(struct load *load);

/* ---- audit.c ---- */

struct load_books {
	uint64_t matched[LOAD_PROBES][LOAD_POLICIES];
	uint64_t reasons[FW_REASON_MAX][FW_OUTCOME_MAX];
	uint64_t sent[LOAD_PROBES];
	uint64_t unexplained;
	uint64_t refused;
};

struct load_balance {
	uint64_t sent;
	uint64_t by_policy[LOAD_POLICIES]; /* packets that only this one's rules match */
	uint64_t lost;	      /* sent packets that no rule for them matched (or more than sent) */
	uint64_t misjudged;   /* packets that left otherwise than the rules decide that matched */
	uint64_t unexplained; /* as in load_lane */
	uint64_t refused;
};

void load_read(const struct load *load, struct load_books *ret);

/* From one reading to the other, while nobody sends. */
struct load_balance load_settle(const struct load_books *from, const struct load_books *to);

/* What left otherwise, by reason and outcome, a line each. */
void load_print_misjudged(const struct load_books *from, const struct load_books *to);

/* What our descriptors hold in the kernel: bytes of maps, those inside others included. */
uint64_t load_map_bytes(const struct test *test);
unsigned load_descriptors(void);
uint64_t load_resident_bytes(void);

#endif
