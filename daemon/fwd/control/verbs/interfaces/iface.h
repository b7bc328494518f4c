/* SPDX-License-Identifier: MIT */
/* Interfaces as JSON: for status and iface.list. */
#ifndef FWD_CONTROL_IFACE_H
#define FWD_CONTROL_IFACE_H

#include "daemon/fwd/control/control.h"

/* A list of all interfaces that fwd knows, with their attachments. */
cJSON *ctl_interfaces_json(const struct core *core);

#endif
