/* SPDX-License-Identifier: MIT */
/* Counters as JSON: for status and stats. */
#ifndef FWD_CONTROL_STATS_H
#define FWD_CONTROL_STATS_H

#include "daemon/fwd/control/control.h"

/* {"passed": {"packets", "bytes"}, "dropped": ..., "would_drop": ..., "answered": ..., "would_answer": ...}, over all interfaces.
 * marked: with "mark", what they were when stats.reset was asked for. */
cJSON *ctl_totals_json(const struct core *core, bool marked);

/* {"written": N, "sampled_out": N, ...}; marked: the same. */
cJSON *ctl_events_json(const struct core *core, bool marked);

#endif
