/* SPDX-License-Identifier: MIT */
/*
 * Who asked for what, and what came of it: from a request to the audit (audit.h), to the revisions
 * of the history, and to the log.
 */
#ifndef FWD_CONTROL_AUDIT_H
#define FWD_CONTROL_AUDIT_H

#include "daemon/fwd/control/control.h"

/* Who asks. */
void ctl_actor(const struct ctl_request *request, struct actor *ret);

/* What for: 'rule.delete {"id":"x"}', shortened, printable ASCII; malloced, NULL without memory. */
char *ctl_command(const struct ctl_request *request);

/*
 * Record a request in the audit, whatever its result; revision_before is what ran when it came. Of
 * clients that may not write, only so many refusals a minute, so that they push out no other lines.
 * If the audit cannot be written, this is reported once, and fails no request.
 */
void ctl_audit_request(const struct ctl_request *request, uint64_t revision_before);

/* Why the audit cannot be written now (errno), or 0. */
int ctl_audit_error(const struct ctl_request *request);

#endif
