/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Constants that the loader sets before it loads an object. The verifier sees
 * them as constants and removes branches that are not taken.
 */
#ifndef FW_KNOBS_H
#define FW_KNOBS_H

#include <stdbool.h>

#include <linux/types.h>

/* Slot of the only interface of this entry; FW_ANY_INTERFACE: map `interfaces` has the slots. */
#define FW_ANY_INTERFACE 0xff
const volatile __u32 knob_interface = FW_ANY_INTERFACE;

/* An entry for explanations: no counters, buckets, events. */
const volatile bool knob_dry = false;

/* The clock is fw_state.test_now. Entry and stages. */
const volatile bool knob_test_clock = false;

#endif
