/* SPDX-License-Identifier: MIT */
/* The handlers: each family of verbs is one file, named as fwctl's file of the same verbs. */
#ifndef FWD_CONTROL_VERBS_H
#define FWD_CONTROL_VERBS_H

#include "daemon/fwd/control/control.h"

int ctl_version(struct ctl_request *request);
int ctl_status(struct ctl_request *request);
int ctl_stats(struct ctl_request *request);
int ctl_stats_reset(struct ctl_request *request);
int ctl_confirm(struct ctl_request *request);
int ctl_abort(struct ctl_request *request);
int ctl_panic_open(struct ctl_request *request);
int ctl_panic_close(struct ctl_request *request);
int ctl_panic_end(struct ctl_request *request);
int ctl_reload(struct ctl_request *request);
int ctl_upload(struct ctl_request *request);
int ctl_apply(struct ctl_request *request);
int ctl_history(struct ctl_request *request);
int ctl_audit(struct ctl_request *request);
int ctl_text(struct ctl_request *request);
int ctl_rollback(struct ctl_request *request);
int ctl_save(struct ctl_request *request);
int ctl_rule_list(struct ctl_request *request);
int ctl_rule_show(struct ctl_request *request);
int ctl_rule_add(struct ctl_request *request);
int ctl_rule_set(struct ctl_request *request);
int ctl_rule_move(struct ctl_request *request);
int ctl_rule_rename(struct ctl_request *request);
int ctl_rule_delete(struct ctl_request *request);
int ctl_rule_enable(struct ctl_request *request);
int ctl_rule_disable(struct ctl_request *request);
int ctl_set_list(struct ctl_request *request);
int ctl_set_show(struct ctl_request *request);
int ctl_set_add(struct ctl_request *request);
int ctl_set_create(struct ctl_request *request);
int ctl_set_delete(struct ctl_request *request);
int ctl_set_reload(struct ctl_request *request);
int ctl_set_test(struct ctl_request *request);
int ctl_set_flush(struct ctl_request *request);
int ctl_limit_list(struct ctl_request *request);
int ctl_limit_show(struct ctl_request *request);
int ctl_limit_add(struct ctl_request *request);
int ctl_limit_set(struct ctl_request *request);
int ctl_limit_delete(struct ctl_request *request);
int ctl_defaults_set(struct ctl_request *request);
int ctl_mode(struct ctl_request *request);
int ctl_block(struct ctl_request *request);
int ctl_unblock(struct ctl_request *request);
int ctl_blocks(struct ctl_request *request);
int ctl_blocks_flush(struct ctl_request *request);
int ctl_iface_list(struct ctl_request *request);
int ctl_iface_attach(struct ctl_request *request);
int ctl_iface_set(struct ctl_request *request);
int ctl_iface_detach(struct ctl_request *request);
int ctl_monitor(struct ctl_request *request);
int ctl_lockout(struct ctl_request *request);
int ctl_explain(struct ctl_request *request);
int ctl_try(struct ctl_request *request);
int ctl_try_status(struct ctl_request *request);
int ctl_try_stop(struct ctl_request *request);

#endif
