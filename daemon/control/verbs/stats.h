/* SPDX-License-Identifier: MIT */
/* Counters as JSON: for status and stats. */
#ifndef FWD_CONTROL_STATS_H
#define FWD_CONTROL_STATS_H

#include "control.h"

/* {"passed": {"packets", "bytes"}, "dropped": ..., "would_drop": ..., "answered": ..., "would_answer": ...}, over all interfaces. */
cJSON *ctl_totals_json(const struct app *app);

/* {"written": N, "sampled_out": N, ...} */
cJSON *ctl_events_json(const struct app *app);

#endif
