/* SPDX-License-Identifier: MIT */
/*
 * VLAN tags that a driver takes off. With its offload (ethtool: rx-vlan-offload) the tag is
 * stored next to the frame, where XDP programs do not see it: a tagged frame looks untagged, and
 * rules for VLANs do not match it. Nearly all hardware does so by default.
 */
#ifndef FWD_HOST_VLAN_HOST_H
#define FWD_HOST_VLAN_HOST_H

#include <stdint.h>

#include "common/policy/config/config.h"

/*
 * Bit per config.interfaces entry: its driver takes tags off. None, and no driver is asked, if
 * nothing in the config is about VLANs.
 */
uint64_t vlan_host_read(const struct config *config);

/* A warning for each of these interfaces on which a rule or limit asks for VLANs. */
void vlan_host_check(uint64_t interfaces, const struct config *config, struct errors *errs);

#endif
