/* SPDX-License-Identifier: MIT */
/*
 * What the files of this folder share; nobody outside includes it.
 *
 *	datapath.c	open, close, the bookkeeping of maps and slots
 *	host.c		what the machine must offer: capabilities, bpffs, the lock
 *	maps.c		create, pin, adopt
 *	pins.c		what stands in the pin folder, and is it ours
 *	pins_old.c	pins set aside, and removed
 *	share.c		what is kept from another layout
 *	object.c	BPF objects: knobs, the shared maps, load errors
 *	stages.c	firewall and ratelimit, in the prog arrays
 *	generation.c	policy_apply
 *	deadline.c	which generation packets see, and until when
 *	candidate.c	policies beside the active one
 *	try.c		one of them judges packets, too
 *	panic.c		what stands above every policy
 *	tables.c	the address tables of a generation
 *	walk.c		walking maps that packets change
 *	names.c		whose the slots are
 *	event_ring.c	what packets report
 *	counters.c marks.c explain.c
 * attach/		see attach_internal.h
 * buckets/
 *	bucket_tables.c	the buckets of limits: made, replaced, freed
 *	rule_buckets.c	... and those that a whole rule shares
 *	bucket_convert.c	... under a rate that has changed
 *	buckets.c	... read and swept
 *	ban_source.c	who is over a limit
 *	ban_store.c	who was banned how often
 */
#ifndef FWD_DATAPATH_INTERNAL_H
#define FWD_DATAPATH_INTERNAL_H

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "common/base/memory.h"
#include "common/base/errors/errors.h"
#include "common/policy/compile/policy.h"
#include "daemon/fwd/datapath/attachments.h"
#include "daemon/fwd/datapath/counters.h"
#include "daemon/fwd/datapath/datapath.h"
#include "daemon/fwd/datapath/explain.h"
#include "daemon/fwd/datapath/generation.h"
#include "daemon/fwd/datapath/limit_state.h"
#include "daemon/fwd/datapath/live_maps.h"
#include "daemon/fwd/datapath/panic_switch.h"
#include "daemon/fwd/datapath/testing.h"
#include "daemon/fwd/datapath/trial.h"
#include "ebpf/maps.skel.h"

#define PATH_SIZE 256

/* Value of knob_interface: look the slot up in map `interfaces`, by ifindex. */
#define ANY_INTERFACE 0xff

/* Maps that an fwd with another layout left; still read by entries not yet replaced. */
#define MAX_OUTDATED 8

enum answer { UNKNOWN, YES, NO };

/* What we know of an attachment beyond what others may see; same index as dp->attachments. */
struct port {
	struct config_interface config;
	int prog_fd; /* our entry there; -1 */
	uint32_t
		main_id; /* what the kernel shows as the interface's program: entry or dispatcher */
	bool wanted;	 /* datapath_attach asked for it; else only found at open */
	bool outdated;	 /* the entry there uses maps of another layout */
};

/* The buckets of a limit's keys, mapped. */
struct bucket_table {
	struct fw_bucket_set *sets; /* NULL: none */
	uint32_t count;
};

/* How many keys each limit had when they were last counted (datapath_bucket_counts). */
struct bucket_counts {
	uint32_t keys[FW_MAX_LIMITS];
	uint64_t good_until; /* CLOCK_MONOTONIC, ns */
	uint32_t generation; /* that they are of */
};

struct datapath {
	char pin_dir[PATH_SIZE]; /* "" without pins */
	bool test_clock;
	bool can_answer; /* the kernel has what stage `cookie` needs */
	bool adopted;
	bool shared;			     /* some maps are those of an fwd of another layout */
	bool took_over;			     /* an earlier fwd's datapath was there */
	int lock_fd;			     /* the pin folder; holds the lock */
	struct maps_bpf *skel;		     /* maps.bpf.o */
	struct fw_state *state;		     /* mapped */
	struct fw_image *images;	     /* mapped, FW_IMAGES */
	struct fw_explanation *explanation;  /* mapped */
	uint32_t state_id;		     /* map id: programs that use it are ours */
	struct fw_rule_bucket *rule_buckets; /* mapped */
	struct fw_marks *marks;		     /* mapped */
	struct bucket_table tables[2 * FW_MAX_LIMITS]; /* by fw_limit.table */
	struct bucket_counts counted;
	uint32_t outdated[3 * MAX_OUTDATED]; /* maps that their entries use */
	size_t outdated_count;
	bool staged[FW_IMAGES];		  /* a candidate is there */
	uint64_t stage_serial[FW_IMAGES]; /* counts what was put there */
	struct slots *slots;		  /* what map `names` holds */
	int dry_fd;			  /* entry that explains */
	int dry_frags_fd;   /* the same for frames beyond one buffer; loaded when asked for */
	int run_fd;	    /* entry of datapath_run; loaded when asked for */
	bool has_stages[2]; /* ours are in the array; [1]: with multi-buffer support */
	enum answer freplace;
	char freplace_note[128];
	char reason[128]; /* the kernel's words for the last refusal; "" */
	struct attachment *attachments;
	struct port *ports;
	size_t count;
};

/* ---- datapath.c ---- */

/* File descriptor of a map by its name in ebpf/lib/maps.h. */
#define MAP_FD(dp, name) bpf_map__fd((dp)->skel->maps.name)

/* Add an error "sentence: strerror(-err)" (errs may be NULL); returns err. */
int fail(struct errors *errs, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void warn(struct errors *errs, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Kernel's number of a map; 0 if it has none. */
uint32_t map_id(int fd);

/* ---- host.c ---- */

int host_check_capabilities(struct errors *errs);

/* Make the pin folder if needed and lock it; gives its file descriptor. */
int host_lock(const char *pin_dir, int *ret, struct errors *errs);

/* ---- maps.c ---- */

int maps_open(struct datapath *dp, struct errors *errs);
void maps_close(struct datapath *dp);

/* Is a map of the kernel what our programs were built for? */
bool map_same_layout(const struct bpf_map *map, int fd);

/* ---- share.c ---- */

/*
 * Before the maps are created: take over from `folder`, pins of a set of maps of ABI `version`,
 * those that mean the same to us. lost: what starts empty, for people. -ENOENT: nothing was.
 */
int maps_share(struct datapath *dp, const char *folder, uint32_t version, char *lost, size_t size);

/* ---- pins_old.c ---- */

/* Remove the pins of outdated maps, whose entries are all replaced. */
void maps_forget_outdated(struct datapath *dp);

/* Remove our pins, and the folder if nothing of others is in it. */
int maps_unpin(struct datapath *dp, struct errors *errs);

/* ---- object.c ---- */

struct knobs {
	uint32_t interface; /* slot or ANY_INTERFACE */
	bool dry;
	bool test_clock;
};

/* An opened BPF object of one program, with the tail of what the verifier said of it. */
struct object {
	struct bpf_object *obj;
	struct bpf_program *prog;
	char *log;
};

/*
 * Open an embedded object, set its knobs, give it the shared maps; frags: for
 * the array stages_frags. The program is not loaded yet.
 */
int object_open(const struct datapath *dp, const void *elf, size_t size, const struct knobs *knobs,
		bool frags_array, struct object *ret, struct errors *errs);

/* Load it as an XDP program, with or without support of multi-buffer frames. */
int object_load(struct object *object, bool frags, struct errors *errs);

/* The last words of the verifier, one line; "" if it said nothing. */
const char *object_log_tail(const struct object *object, char *buffer, size_t size);

/* The bytes of its knobs (.rodata). */
const void *object_rodata(const struct object *object, size_t *ret_size);

/* Change the slot of an object that is not loaded; read the slot from another's .rodata. */
void object_set_interface(struct object *object, uint32_t slot);
uint32_t object_interface_of(const struct object *object, const void *rodata);

void object_close(struct object *object);

/* ---- stages.c ---- */

/* Has this kernel what stage `cookie` calls? */
bool stages_can_answer(void);

/* Load the stages, without or with multi-buffer support, into their array: one atomic write each. */
int stages_load(struct datapath *dp, bool frags, struct errors *errs);

/* Load those that entries call already; without pins, all. */
int stages_open(struct datapath *dp, struct errors *errs);

/* ---- generation.c ---- */

/*
 * Put a policy's rows and tables, then its image, into a place that packets do not see. Only the
 * first can fail; what stands in the place is then unusable, and nothing else is changed.
 */
int place_reserve(struct datapath *dp, const struct policy *policy, enum fw_image_place place,
		  struct errors *errs);
struct bucket_plan;
void place_fill(struct datapath *dp, const struct policy *policy, enum fw_image_place place,
		const struct bucket_plan *plan, uint32_t generation);

/* Free the rows and tables of a place. */
int place_free(struct datapath *dp, enum fw_image_place place, struct errors *errs);

/* Until every packet that was on its way at the call is through. */
void wait_for_packets(void);

/* ---- deadline.c ---- */

/* CLOCK_MONOTONIC, or the clock of tests, ns. */
uint64_t datapath_now(const struct datapath *dp);

/* Write fw_state.active, whole. */
void active_write(struct datapath *dp, uint64_t active);

/* ---- candidate.c ---- */

/* What an fwd before us left beside the active policy: end it, free it. */
int candidates_forget(struct datapath *dp, struct errors *errs);

/* ---- tables.c ---- */

/*
 * Give an image that packets do not see the address tables of a policy; in_image: they are in
 * the image itself, and what it has besides is freed. 0 or a negative errno.
 * A NULL arena frees what is there.
 */
int tables_put(struct datapath *dp, const struct arena *arena, bool in_image, unsigned image);

/* ---- walk.c ---- */

/* Visit all entries of a map that has batch lookups; a visit that returns not 0 ends it. */
typedef int walk_visit(const void *key, const void *value, void *userdata);
int map_walk(int fd, size_t key_size, size_t value_size, walk_visit *visit, void *userdata);

/* Delete the entries that are doomed; returns how many, or a negative errno. */
typedef bool map_doomed(const void *key, const void *value, void *userdata);
int map_prune(int fd, size_t key_size, size_t value_size, map_doomed *doomed, void *userdata);

/* ---- names.c ---- */

/* Read map `names` into dp->slots. */
int names_read(struct datapath *dp);

/* Write what differs from dp->slots. */
int names_write(struct datapath *dp, const struct slots *slots);

/* ---- marks.c ---- */

/* Slots that change hands: what their counters were is of no use to the next name. */
void marks_forget(struct datapath *dp, const struct policy *policy);

/* ---- attach/entry.c ---- */

int entry_open(const struct datapath *dp, const struct knobs *knobs, bool frags_array,
	       struct object *ret, struct errors *errs);

/* Load the explaining instance; its tag tells what our entry's code is. */
int entry_load_dry(struct datapath *dp, bool frags, struct errors *errs);

/* ---- attach/adopt.c ---- */

/* Find what an earlier fwd left attached. */
int attachments_adopt(struct datapath *dp);

#endif
