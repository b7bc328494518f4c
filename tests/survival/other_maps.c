// SPDX-License-Identifier: MIT
/* The same for fwd itself: its maps.c, with the skeleton of other_maps.bpf.c. */
#include "tests/other_maps.skel.h"

#include "daemon/fwd/datapath/maps/maps.c"
