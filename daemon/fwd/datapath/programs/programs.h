/* SPDX-License-Identifier: MIT */
/*
 * BPF programs before they are loaded: knobs, the shared maps, load errors.
 *
 *	object.c	opened objects
 *	stages.c	the stages that entries call, in the prog arrays
 *	entry.c		entries: an instance for each interface, one that explains
 */
#ifndef FWD_PROGRAMS_H
#define FWD_PROGRAMS_H

#include "daemon/fwd/datapath/internal.h"

/* ---- object.c ---- */

struct knobs {
	uint32_t interface; /* slot or ANY_INTERFACE */
	bool dry;
	bool test_clock;
};

/* An opened BPF object of one program, with the tail of the verifier's log. */
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

/* The last line of the verifier's log; "" if it is empty. */
const char *object_log_tail(const struct object *object, char *buffer, size_t size);

/* The bytes of its knobs (.rodata). */
const void *object_rodata(const struct object *object, size_t *ret_size);

/* Change the slot of an object that is not loaded; read the slot from another's .rodata. */
void object_set_interface(struct object *object, uint32_t slot);
uint32_t object_interface_of(const struct object *object, const void *rodata);

void object_close(struct object *object);

/* ---- stages.c ---- */

/* Does this kernel have the helpers of stage `cookie`? */
bool stages_can_answer(void);

/* Load the stages, without or with multi-buffer support, into their array: one atomic write each. */
int stages_load(struct datapath *dp, bool frags, struct errors *errs);

/* Load the variants that entries already call; without pins, all. */
int stages_open(struct datapath *dp, struct errors *errs);

/* ---- entry.c ---- */

int entry_open(const struct datapath *dp, const struct knobs *knobs, bool frags_array,
	       struct object *ret, struct errors *errs);

/* Load the explaining instance; its tag identifies the code of our entry. */
int entry_load_dry(struct datapath *dp, bool frags, struct errors *errs);

/* Can programs replace functions of others on this kernel? Tested once. */
bool entry_can_dispatch(struct datapath *dp);

#endif
