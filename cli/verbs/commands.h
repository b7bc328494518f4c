/* SPDX-License-Identifier: MIT */
/*
 * The functions that rows of the grammar refer to. Each family of verbs has a folder, with its rows
 * and a file cmd_NAME.c for each kind of verb. fwd's handlers have the same folders
 * (daemon/fwd/control/verbs/).
 */
#ifndef FWCTL_COMMANDS_H
#define FWCTL_COMMANDS_H

#include "cli/output/output.h"

int run_stats(struct cli *cli, const struct call *call);
int run_version(struct cli *cli, const struct call *call);
int run_health(struct cli *cli, const struct call *call);
int run_init(struct cli *cli, const struct call *call);
int run_check(struct cli *cli, const struct call *call);
int run_apply(struct cli *cli, const struct call *call);
int run_history(struct cli *cli, const struct call *call);
int run_rollback(struct cli *cli, const struct call *call);
int run_show(struct cli *cli, const struct call *call);
int run_diff(struct cli *cli, const struct call *call);
int run_set_edit(struct cli *cli, const struct call *call);
int run_unblock(struct cli *cli, const struct call *call);
int run_block(struct cli *cli, const struct call *call);
int run_top(struct cli *cli, const struct call *call);
int run_monitor(struct cli *cli, const struct call *call);
int run_explain(struct cli *cli, const struct call *call);
int run_panic(struct cli *cli, const struct call *call);
int run_try(struct cli *cli, const struct call *call);
int run_completion(struct cli *cli, const struct call *call);
int run_names(struct cli *cli, const struct call *call);

void print_version(struct cli *cli, const struct call *call, const cJSON *result);
void print_status(struct cli *cli, const struct call *call, const cJSON *result);
void print_health(struct cli *cli, const struct call *call, const cJSON *result);
void print_stats(struct cli *cli, const struct call *call, const cJSON *result);
void print_stats_reset(struct cli *cli, const struct call *call, const cJSON *result);
/* cmd_lockout.c: check --lockout; path may be NULL. */
int check_lockout(struct cli *cli, const struct call *call, const char *path);
void print_lockout(struct cli *cli, const cJSON *result);
void print_init(struct cli *cli, const struct call *call, const cJSON *result);
void print_check(struct cli *cli, const struct call *call, const cJSON *result);
void print_apply(struct cli *cli, const struct call *call, const cJSON *result);
void print_history(struct cli *cli, const struct call *call, const cJSON *result);
void print_show(struct cli *cli, const struct call *call, const cJSON *result);
void print_rollback(struct cli *cli, const struct call *call, const cJSON *result);
void print_save(struct cli *cli, const struct call *call, const cJSON *result);
void print_diff(struct cli *cli, const struct call *call, const cJSON *result);
void print_confirm(struct cli *cli, const struct call *call, const cJSON *result);
void print_abort(struct cli *cli, const struct call *call, const cJSON *result);
void print_reload(struct cli *cli, const struct call *call, const cJSON *result);
void print_rule(struct cli *cli, const struct call *call, const cJSON *result);
void print_rule_add(struct cli *cli, const struct call *call, const cJSON *result);
void print_rule_set(struct cli *cli, const struct call *call, const cJSON *result);
void print_rule_move(struct cli *cli, const struct call *call, const cJSON *result);
void print_rule_rename(struct cli *cli, const struct call *call, const cJSON *result);
void print_set_create(struct cli *cli, const struct call *call, const cJSON *result);
void print_set_reload(struct cli *cli, const struct call *call, const cJSON *result);
void print_limit_set(struct cli *cli, const struct call *call, const cJSON *result);
void print_iface_set(struct cli *cli, const struct call *call, const cJSON *result);
void print_defaults_set(struct cli *cli, const struct call *call, const cJSON *result);
void print_mode(struct cli *cli, const struct call *call, const cJSON *result);
void print_rule_delete(struct cli *cli, const struct call *call, const cJSON *result);
void print_rule_switch(struct cli *cli, const struct call *call, const cJSON *result);
void print_set_edit(struct cli *cli, const struct call *call, const cJSON *result);
void print_set_test(struct cli *cli, const struct call *call, const cJSON *result);
void print_set_flush(struct cli *cli, const struct call *call, const cJSON *result);
void print_limit(struct cli *cli, const struct call *call, const cJSON *result);
void print_limit_add(struct cli *cli, const struct call *call, const cJSON *result);
void print_limit_delete(struct cli *cli, const struct call *call, const cJSON *result);
void print_block(struct cli *cli, const struct call *call, const cJSON *result);
void print_blocks_flush(struct cli *cli, const struct call *call, const cJSON *result);
void print_unblock(struct cli *cli, const struct call *call, const cJSON *result);
void print_interfaces(struct cli *cli, const struct call *call, const cJSON *result);
void print_iface_attach(struct cli *cli, const struct call *call, const cJSON *result);
void print_iface_detach(struct cli *cli, const struct call *call, const cJSON *result);
void print_panic(struct cli *cli, const struct call *call, const cJSON *result);
void print_panic_end(struct cli *cli, const struct call *call, const cJSON *result);
void print_try(struct cli *cli, const struct call *call, const cJSON *result);
void print_explain(struct cli *cli, const struct call *call, const cJSON *result);
void print_completion(struct cli *cli, const struct call *call, const cJSON *result);
void print_names(struct cli *cli, const struct call *call, const cJSON *result);

extern const struct list_view view_rules, view_sets, view_set, view_found, view_limits, view_blocks;

#endif
