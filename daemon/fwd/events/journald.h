/* SPDX-License-Identifier: MIT */
/* The journal as an output: sink_ops.open of the sink journald. */
#ifndef FWD_JOURNALD_H
#define FWD_JOURNALD_H

#include "daemon/fwd/events/event_output.h"

/* The path is the socket of the journal, which may be absent. Errors are explained in errs. */
int journald_open(const struct event_writer_options *options, struct event_output **ret,
		  struct errors *errs);

#endif
