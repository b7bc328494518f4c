/* SPDX-License-Identifier: MIT */
/*
 * The datapath: maps, programs, attachments. The only module that knows BPF.
 *
 * Everything that survives fwd is pinned below one folder of a bpffs
 * (/sys/fs/bpf/fwd): the maps, the stages' prog arrays, and per interface the
 * entry program. Opening the datapath adopts existing pins if their layout is
 * ours, and creates them otherwise.
 *
 * Functions that can fail explain themselves in errs (code SYSTEM, no place)
 * and return a negative errno.
 *
 *	generation/generation.h	policies in maps: applied, with a deadline, staged
 *	attach/attachments.h	programs on interfaces
 *	counters/event_ring.h	events of packets
 *	counters/counters.h	counters, and their marks
 *	buckets/limit_state.h	buckets, bans
 *	maps/live_maps.h		entries of live sets
 *	explain/explain.h	the programs' verdict on a frame
 *	trial/trial.h		a policy that judges live packets without effect
 *	panic/panic_switch.h	the switch that overrides every policy
 *	explain/testing.h	for tests and benchmarks
 */
#ifndef FWD_DATAPATH_H
#define FWD_DATAPATH_H

#include <stdbool.h>
#include <stdint.h>

struct datapath;
struct errors;
struct slots;

struct datapath_options {
	const char *pin_dir; /* /sys/fs/bpf/fwd; must be on a bpffs */
	bool test_clock;     /* tests: programs read fw_state.test_now */
	bool no_pins;	     /* tests: nothing is pinned, nothing survives */
	bool no_cookies;     /* tests: as on a kernel whose XDP programs can make no SYN cookies */
};

/*
 * Open: check capabilities (-EPERM names the missing one) and the bpffs
 * (-ENOTDIR), take the lock of the pin folder (-EBUSY: another fwd runs on this
 * state), adopt or create the maps, load the stages into the prog arrays.
 * Interfaces that an earlier fwd left attached keep filtering throughout.
 */
int datapath_open(const struct datapath_options *options, struct datapath **ret,
		  struct errors *errs);

/* Close our handles. Attached and pinned objects stay. NULL is allowed; returns NULL. */
struct datapath *datapath_close(struct datapath *dp);

/*
 * Remove all pins, for on_stop: detach. -EBUSY if any program still needs them, attached here or
 * in another namespace: then all stay, and it is still filtered. Only datapath_close may follow.
 */
int datapath_unpin(struct datapath *dp, struct errors *errs);

/* True if an earlier fwd's datapath existed: adopted, or of another layout and to be replaced. */
bool datapath_adopted(const struct datapath *dp);

/* The names that an earlier fwd left in map `names`, for policy_compile; NULL if none. Borrowed. */
const struct slots *datapath_slots(const struct datapath *dp);

/* The number of the generation that packets see; 0: none. */
uint32_t datapath_generation(const struct datapath *dp);

/* The policy that waits for its confirmation. */
struct datapath_pending {
	uint64_t deadline;
	uint32_t generation; /* active until then */
	uint32_t previous;   /* active from then on */
	bool has_ended;	     /* the deadline has passed: it is active now */
};

/* False: nothing waits. ret may be NULL. */
bool datapath_pending(const struct datapath *dp, struct datapath_pending *ret);

/* Can limits answer SYNs on this kernel? If not, no policy may have one that does. */
bool datapath_can_answer(const struct datapath *dp);

/* Store for packets what the host supports: fw_state.cookies, cookie_options, cookie_wscale. */
void datapath_set_cookies(struct datapath *dp, unsigned cookies, unsigned options, unsigned wscale);

#endif
