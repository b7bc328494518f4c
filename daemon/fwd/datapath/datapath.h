/* SPDX-License-Identifier: MIT */
/*
 * The datapath: maps, programs, attachments. The only module that knows BPF.
 *
 * Everything that survives fwd is pinned below one folder of a bpffs
 * (/sys/fs/bpf/fwd): the maps, the stages' prog arrays, and per interface the
 * entry program. Opening the datapath adopts what is there if its layout is
 * ours, and creates it otherwise.
 *
 * Functions that can fail explain themselves in errs (code SYSTEM, no place)
 * and return a negative errno.
 */
#ifndef FWD_DATAPATH_H
#define FWD_DATAPATH_H

#include <stdbool.h>
#include <stdint.h>

#include "common/abi/fw_abi.h"
#include "common/base/errors/errors.h"
#include "common/policy/compile/policy.h"
#include "common/policy/config/config.h"

struct datapath;

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

/* Close our handles. What is attached and pinned stays. NULL is allowed; returns NULL. */
struct datapath *datapath_close(struct datapath *dp);

/*
 * Remove all pins, for on_stop: detach. -EBUSY if any program still needs them, attached here or
 * in another namespace: then all stay, and it is still filtered. Only datapath_close may follow.
 */
int datapath_unpin(struct datapath *dp, struct errors *errs);

/* True if an earlier fwd's datapath was there: adopted, or of another layout and to be replaced. */
bool datapath_adopted(const struct datapath *dp);

/* The names that an earlier fwd left in map `names`, for policy_compile; NULL if none. Borrowed. */
const struct slots *datapath_slots(const struct datapath *dp);

/* File descriptor of a map by its name in ebpf/lib/maps.h ("live4", ...), or -ENOENT. Borrowed. */
int datapath_map(const struct datapath *dp, const char *name);

/* ---- generations ---- */

/*
 * Build the policy in the generation that packets do not see, then switch with
 * one write. Fills the address tables, clears fresh slots, writes names. On failure the
 * running generation is untouched. Returns when no packet can see the old one.
 */
int policy_apply(struct datapath *dp, const struct policy *policy, struct errors *errs);

/* The number of the generation that packets see; 0: none. */
uint32_t datapath_generation(const struct datapath *dp);

/*
 * The same, but packets return to the running generation by themselves at a deadline
 * (CLOCK_MONOTONIC ns; odd ones are rounded down) unless datapath_confirm is called
 * before: with fwd alive, stopped or dead. The clock stands still while the machine is
 * suspended, and does not know of steps of the wall clock.
 *
 * The slots of the policy must have been compiled from those of the running one, held
 * (slots_hold): then nothing of what the running one needs is cleared. Until it is
 * settled, policy_apply and this are refused with -EBUSY.
 */
int policy_apply_until(struct datapath *dp, const struct policy *policy, uint64_t deadline,
		       struct errors *errs);

/* What waits for its confirmation. */
struct datapath_pending {
	uint64_t deadline;
	uint32_t generation; /* seen until then */
	uint32_t previous;   /* seen from then on */
	bool has_ended;	     /* the deadline has passed: it is seen now */
};

/* False: nothing waits. ret may be NULL. */
bool datapath_pending(const struct datapath *dp, struct datapath_pending *ret);

/* Keep the new generation: -ETIME if the deadline has passed, -ENOENT if nothing waits. */
int datapath_confirm(struct datapath *dp);

/*
 * Return to the previous generation for good, before the deadline or after it; returns
 * when no packet can see the other one. -ENOENT if nothing waits.
 */
int datapath_revert(struct datapath *dp);

/*
 * Put a policy beside the active one, into FW_IMAGE_CANDIDATE (whoever asks, for as long as the
 * request lasts) or FW_IMAGE_TRIED, in place of what is there. Compile it with the running slots.
 * It decides nothing, and nothing of the running policy is written. The policy stays the caller's.
 */
int policy_stage(struct datapath *dp, const struct policy *policy, enum fw_image_place place,
		 struct errors *errs);

/* Drop it and free its memory. Nothing is there: fine. Packets must not see it any more. */
int policy_unstage(struct datapath *dp, enum fw_image_place place);

/* A number that each staging changes, to know whose policy stands in a place; 0: none does. */
uint64_t policy_staged(const struct datapath *dp, enum fw_image_place place);

/* ---- a policy that is tried ---- */

/*
 * Let the policy in FW_IMAGE_TRIED judge all packets, too, until a time (CLOCK_MONOTONIC ns), with or
 * without fwd. What becomes of packets does not change. Begins with empty counters.
 * -ENOENT: none is staged.
 */
int datapath_try(struct datapath *dp, uint64_t until, struct errors *errs);

/* End it; returns when no packet is judged by it any more. The counters stay. */
void datapath_try_stop(struct datapath *dp);

/* When it ends; 0: it does not run, or has ended. */
uint64_t datapath_try_until(const struct datapath *dp);

int datapath_try_stats(const struct datapath *dp, struct fw_try_stats *ret);

/*
 * What differs: malloced lists, those with most packets first. Returns the number or a
 * negative errno.
 */
struct try_difference {
	struct fw_difference_key key;
	struct fw_difference value;
};
struct try_flow {
	struct fw_try_flow key;
	struct fw_difference value;
};
int datapath_try_differences(const struct datapath *dp, struct try_difference **ret);
int datapath_try_flows(const struct datapath *dp, struct try_flow **ret);

/* ---- the panic switch ---- */

/* What stands above the policy now. */
struct panic_view {
	enum fw_panic mode;
	uint64_t end; /* CLOCK_MONOTONIC, ns */
};

/*
 * Let every packet pass (FW_PANIC_OPEN), or only what management.allow and the link need
 * (FW_PANIC_CLOSE), until a time (CLOCK_MONOTONIC ns, odd ones are rounded down; not 0), with or
 * without fwd. One write; replaces a panic that is in force. The policy stays as it is.
 */
void datapath_panic(struct datapath *dp, enum fw_panic mode, uint64_t end);

/* End it now. False: there was none. */
bool datapath_panic_end(struct datapath *dp);

/* False: none is in force. */
bool datapath_panic_view(const struct datapath *dp, struct panic_view *ret);

/*
 * The same for what is pinned in a folder, without opening the datapath: for when no fwd runs.
 * end 0: end it. -ENOENT: no program that filters is there, -EPERM: not with these rights.
 */
int panic_write(const char *pin_dir, enum fw_panic mode, uint64_t end);

/* ---- SYN cookies ---- */

/* Can limits answer SYNs on this kernel? If not, no policy may have one that does. */
bool datapath_can_answer(const struct datapath *dp);

/* Tell packets what the host takes: fw_state.cookies, cookie_options, cookie_wscale. */
void datapath_set_cookies(struct datapath *dp, unsigned cookies, unsigned options, unsigned wscale);

/* ---- attachments ---- */

enum attach_state {
	ATTACH_MISSING,	   /* no such interface now */
	ATTACH_DOWN,	   /* ours is not attached (error says why) */
	ATTACH_DISPATCHER, /* through libxdp's dispatcher, beside others */
	ATTACH_ALONE,	   /* the only program: the kernel refuses freplace */
};

struct attachment {
	char name[16];	       /* the name in the config */
	char current_name[16]; /* the kernel's name now: differs after a rename */
	unsigned slot;	       /* interface slot */
	int ifindex;	       /* 0: missing */
	uint32_t mtu;
	enum attach_state state;
	enum attach_mode wanted;
	enum attach_mode mode; /* what it got; valid when attached */
	bool frags;	       /* the whole chain can have multi-buffer (jumbo) frames */
	uint32_t prog_id;
	uint64_t repairs; /* how often somebody removed it and it was put back */
	char note[256];	  /* "" or why not native, not frags, alone, down */
};

/*
 * Attach the entry to an interface, or adopt the one that is attached already.
 * Never evicts a foreign program: -EBUSY if one is there and no dispatcher is
 * possible. Generic mode only if wanted or if on_unsupported allows it.
 * slot: from policy->slots. A missing interface is -ENODEV, and remembered.
 */
int datapath_attach(struct datapath *dp, const struct config_interface *interface, unsigned slot,
		    struct errors *errs);

/*
 * Take our entry off an interface (by config name), and leave the others' programs. -ENOENT.
 * On any other failure it stays listed, and is still filtered.
 */
int datapath_detach(struct datapath *dp, const char *name, struct errors *errs);

/*
 * Before a config is compiled: give each name the slot of the device that it means now. *ret: a
 * copy of slots (may be NULL) with these names, or NULL if they fit as they are. -EBADMSG: two
 * names of one device, with the place in errs.
 */
int datapath_bind(const struct datapath *dp, const struct config *config, const struct slots *slots,
		  struct slots **ret, struct errors *errs);

/*
 * Once it runs: attachments take the names that it has for their devices. renamed (may be NULL)
 * is called for each that had another one.
 */
void datapath_follow(struct datapath *dp, const struct config *config, const struct slots *slots,
		     void (*renamed)(const char *before, const char *now));

/*
 * One sentence if an attachment is not as the config says: its name is no longer its device's, or
 * it could not be left. Returns the length; 0: all is well.
 */
size_t datapath_trouble(const struct datapath *dp, size_t index, char *text, size_t size);

/*
 * Can those that are attached and not in this config be left? -EEXIST, with an error for each, if a
 * program above one that is not ours keeps the kernel from it.
 */
int datapath_check_leave(struct datapath *dp, const struct config *config,
			 const struct slots *slots, struct errors *errs);

/*
 * The order in which interfaces (by config name) can be attached, or left (uppers_first): the kernel
 * changes no program on a device while one above it has one. ret has indices of names.
 */
void datapath_order_names(const struct datapath *dp, const char *const *names, size_t count,
			  bool uppers_first, size_t *ret);

/*
 * Tell the datapath what netlink said: interface ifindex now has this name, mtu
 * and XDP program (0: none); gone: it vanished. Repairs what needs it: reattaches after
 * an `xdp off`, attaches when a wanted interface appears, follows a rename.
 * note (may be NULL, size bytes) gets one sentence if anything was done or is wrong, else "".
 * Returns 1 if something changed, 0 if not, or a negative errno.
 */
struct link_change {
	int ifindex;
	char name[16];
	uint32_t mtu;
	uint32_t xdp_prog_id;
	bool gone;
};
int datapath_link_changed(struct datapath *dp, const struct link_change *change, char *note,
			  size_t size);

/* All known attachments; returns their number; *ret is borrowed, valid until the next call. */
size_t datapath_attachments(const struct datapath *dp, const struct attachment **ret);

/* ---- counters: sums over all CPUs ---- */

int datapath_reason_stats(const struct datapath *dp, unsigned interface, enum fw_reason reason,
			  struct fw_count ret[FW_OUTCOME_MAX]);
int datapath_rule_stats(const struct datapath *dp, unsigned slot, struct fw_rule_stats *ret);
int datapath_limit_stats(const struct datapath *dp, unsigned slot, struct fw_limit_stats *ret);
int datapath_ban_stats(const struct datapath *dp, unsigned slot, struct fw_ban_stats *ret);
int datapath_event_stats(const struct datapath *dp, struct fw_event_stats *ret);

/*
 * Mark what all counters are now, or only those of some rules, by slot: readers can count from
 * there. The counters go on. time: of the wall clock, ns. 0 or a negative errno, and the mark before.
 */
int datapath_mark(struct datapath *dp, uint64_t time);
int datapath_mark_rules(struct datapath *dp, const unsigned *slots, size_t count, uint64_t time);

/* The mark; all 0 if there is none. Borrowed. It has the lifetime of the counters. */
const struct fw_marks *datapath_marks(const struct datapath *dp);

/*
 * Buckets in use of limits with keys, by limit slot (counts has FW_MAX_LIMITS). Counting 2 GiB of them
 * takes half a second: the answer may be as old as ten times what it took, so that nobody
 * can keep fwd counting by asking.
 */
int datapath_bucket_counts(struct datapath *dp, uint32_t *counts);

/*
 * Visit all buckets of a limit's keys, as packets change them: whose it is, how many packets of it
 * were limited, and whether it holds anything; one that does not is as good as none. (An owner
 * may be the one before for an instant.)
 */
typedef void bucket_visit(const struct fw_bucket_owner *owner, bool busy, void *userdata);
int datapath_each_bucket(const struct datapath *dp, unsigned slot, bucket_visit *visit,
			 void *userdata);

/*
 * Free buckets that are full again, of keys that came once or not for a minute: they are as good
 * as absent. Returns how many. Call every few seconds.
 */
int datapath_sweep_buckets(struct datapath *dp);

/* ---- bans: who is over a limit with FW_LIMIT_BANS ---- */

struct ban_source;
typedef void (*ban_handler)(void *userdata, const struct fw_ban *ban);

int ban_source_open(const struct datapath *dp, ban_handler handler, void *userdata,
		    struct ban_source **ret);
/* Handle all that are pending: FW_BAN_RING_BYTES hold a few thousand. */
int ban_source_consume(struct ban_source *source);
/* NULL is allowed; returns NULL. */
struct ban_source *ban_source_close(struct ban_source *source);

/*
 * What is remembered of bans: map `ban_levels`, at most FW_MAX_BAN_LEVELS, kept as long as the bans
 * are. A table of functions, as tests have one of their own. All return 0 or a negative errno.
 */
struct ban_store {
	int (*get)(void *userdata, const struct fw_ban_level_key *key, struct fw_ban_level *ret);
	/* -E2BIG: it is full. */
	int (*put)(void *userdata, const struct fw_ban_level_key *key,
		   const struct fw_ban_level *value);
	int (*remove)(void *userdata, const struct fw_ban_level_key *key);
	/* The key behind another one, in any order; after NULL, or one that is gone, the first. */
	int (*next)(void *userdata, const struct fw_ban_level_key *after,
		    struct fw_ban_level_key *ret);
	void *userdata;
};
struct ban_store datapath_ban_store(struct datapath *dp);

/* ---- explain ---- */

/* Who judges a frame. */
enum datapath_judge {
	JUDGE_RUNNING,	 /* the active policy */
	JUDGE_CANDIDATE, /* what stands in FW_IMAGE_CANDIDATE */
	JUDGE_TRIED,	 /* what stands in FW_IMAGE_TRIED */
};

/*
 * Run the loaded programs on a frame without side effects. ifindex: as if it came in there.
 * One at a time: not from several threads.
 * Returns 0, or -EINVAL (a frame of less than 14 or more than 65535 bytes), -ENOENT (no such
 * candidate), -EPROTO (a real packet came between: try again), ...
 */
int datapath_explain(struct datapath *dp, enum datapath_judge judge, int ifindex, const void *frame,
		     size_t length, struct fw_explanation *ret);

/*
 * The number of the datagram whose first fragment was seen last, with these addresses (of the
 * same family) and this protocol, on this interface and in these VLANs, and not too long ago.
 * key: the rest of it is filled in. -ENOENT.
 */
int datapath_find_fragment(const struct datapath *dp, struct fw_fragment_key *key);

/*
 * Explanations of frames on an interface that is not attached take it for this slot, until it is
 * attached, or this is called with slot 0.
 */
void datapath_expect(struct datapath *dp, int ifindex, unsigned slot);

/* For benchmarks and tests: run the real chain with side effects; repeat runs, mean time in ns. */
int datapath_run(struct datapath *dp, int ifindex, const void *frame, size_t length,
		 uint32_t repeat, uint32_t *ret_verdict, uint32_t *ret_ns);

/*
 * For tests: run it once, and tell what it made of the frame. *size: the room in out, then the
 * length of the frame. -ENOSPC: it does not fit.
 */
int datapath_run_out(struct datapath *dp, int ifindex, const void *frame, size_t length,
		     uint32_t *ret_verdict, void *out, size_t *size);

#endif
