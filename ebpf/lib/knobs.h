/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What the loader sets before it loads an object. The verifier sees constants
 * and drops the branches that are not taken.
 */
#ifndef FW_KNOBS_H
#define FW_KNOBS_H

#include <stdbool.h>

#include <linux/types.h>

/* Slot of the one interface that this entry serves; FW_ANY_INTERFACE: map `interfaces` tells. */
#define FW_ANY_INTERFACE 0xff
const volatile __u32 knob_interface = FW_ANY_INTERFACE;

/* An entry for explanations: no counters, buckets, events. */
const volatile bool knob_dry = false;

/* The clock is fw_state.test_now. Entry and stages. */
const volatile bool knob_test_clock = false;

#endif
