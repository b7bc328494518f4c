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
 * Write down a handled request, whatever came of it; revision_before is what ran when it came. Of
 * those who may not write, only so many refusals a minute, lest they push out what others did.
 * That the audit cannot be written is told once, and fails no request.
 */
void ctl_audit_request(const struct ctl_request *request, uint64_t revision_before);

/* Why the audit cannot be written now (errno), or 0. */
int ctl_audit_error(const struct ctl_request *request);

#endif
