/* SPDX-License-Identifier: MIT */
/*
 * The datapath's internals; only its own files include this.
 *
 *	report.c	errors, and the kernel's numbers of maps
 *	active.c	the active generation, and its deadline
 *	open/		open, close, requirements of the machine
 *	maps/		maps and their pins, names, entries of live sets
 *	programs/	BPF objects, the stages, entries
 *	generation/	policies in maps: applied, with a deadline, staged
 *	counters/	counters and events of packets
 *	buckets/	the state of limits
 *	attach/		programs on interfaces
 *	explain/	the programs' verdict on a frame
 *	trial/		a policy that judges packets without effect
 *	panic/		the switch that overrides every policy
 *
 * open/ uses all of them, and none of them uses open/.
 */
#ifndef FWD_DATAPATH_INTERNAL_H
#define FWD_DATAPATH_INTERNAL_H

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "common/base/errors/errors.h"
#include "common/base/memory.h"
#include "common/policy/compile/policy.h"
#include "daemon/fwd/datapath/datapath.h"
#include "ebpf/maps.skel.h"

#define PATH_SIZE 256

/* Value of knob_interface: look the slot up in map `interfaces`, by ifindex. */
#define ANY_INTERFACE 0xff

/* Maps that an fwd with another layout left; still read by entries not yet replaced. */
#define MAX_OUTDATED 8

struct attachment;

enum answer { UNKNOWN, YES, NO };

/* Private data of an attachment; same index as dp->attachments. */
struct port {
	struct config_interface config;
	int prog_fd;	  /* our entry there; -1 */
	uint32_t main_id; /* the interface's program in the kernel: entry or dispatcher */
	bool wanted;	  /* datapath_attach asked for it; else only found at open */
	bool outdated;	  /* the entry there uses maps of another layout */
};

/* The buckets of a limit's keys, mapped. */
struct bucket_table {
	struct fw_bucket_set *sets; /* NULL: none */
	uint32_t count;
};

/* The number of keys of each limit when last counted (datapath_bucket_counts). */
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
	uint32_t inherited;		     /* the highest generation of such layouts; 0: none */
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
	uint64_t stage_serial[FW_IMAGES]; /* counts stagings */
	struct slots *slots;		  /* contents of map `names` */
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

/* ---- report.c ---- */

/* File descriptor of a map by its name in ebpf/lib/maps.h. */
#define MAP_FD(dp, name) bpf_map__fd((dp)->skel->maps.name)

/* Add an error "sentence: strerror(-err)" (errs may be NULL); returns err. */
int fail(struct errors *errs, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void warn(struct errors *errs, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Kernel's number of a map; 0 if it has none. */
uint32_t map_id(int fd);

/* ---- active.c ---- */

/* CLOCK_MONOTONIC, or the clock of tests, ns. */
uint64_t datapath_now(const struct datapath *dp);

/* Write fw_state.active, whole. */
void active_write(struct datapath *dp, uint64_t active);

#endif
