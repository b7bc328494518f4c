// SPDX-License-Identifier: MIT
/* All that a client can ask for. docs/protocol.md says what the replies hold. */
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/server.h"
#include "daemon/fwd/control/verbs/verbs.h"

#include <string.h>

#include "common/base/memory.h"

#define DRY_RUN_ARG                        \
	{                                  \
		"dry_run", ARG_BOOL, false \
	}
#define MISSING_ARG                           \
	{                                     \
		"missing_ok", ARG_BOOL, false \
	}

/* clang-format off */
static const struct ctl_verb verbs[] = {
	{"version", CTL_READ, ctl_version, {{0}}},
	{"status", CTL_READ, ctl_status, {{0}}},
	{"stats", CTL_READ, ctl_stats, {{"offset", ARG_COUNT, false}}},
	{"stats.reset", CTL_LIVE, ctl_stats_reset, {{"rules", ARG_TEXTS, false}, DRY_RUN_ARG}},
	{"reload", CTL_CHANGE, ctl_reload, {{"discard", ARG_BOOL, false}}},
	{"upload", CTL_PREPARE, ctl_upload,
		{{"offset", ARG_COUNT, REQUIRED}, {"text", ARG_STRING, REQUIRED}}},
	{"apply", CTL_CHANGE, ctl_apply,
		{{"name", ARG_STRING, false}, {"folder", ARG_STRING, false},
		 {"message", ARG_STRING, false}}},
	{"save", CTL_WRITE, ctl_save, {{"force", ARG_BOOL, false}, {"flatten", ARG_BOOL, false}}},
	{"history", CTL_READ, ctl_history, {PAGE_ARGS}},
	{"audit", CTL_READ, ctl_audit, {{"limit", ARG_COUNT, false}}},
	{"text", CTL_READ, ctl_text,
		{{"revision", ARG_COUNT, false}, {"saved", ARG_BOOL, false},
		 {"offset", ARG_COUNT, false}}},
	{"rollback", CTL_CHANGE, ctl_rollback,
		{{"revision", ARG_COUNT, REQUIRED}, {"message", ARG_STRING, false}}},
	{"try.start", CTL_WRITE, ctl_try,
		{{"name", ARG_STRING, false}, {"folder", ARG_STRING, false},
		 {"for", ARG_STRING, false}, {"flows", ARG_COUNT, false}}},
	{"try.status", CTL_READ, ctl_try_status, {{"flows", ARG_COUNT, false}}},
	{"try.stop", CTL_WRITE, ctl_try_stop, {{"flows", ARG_COUNT, false}}},
	{"confirm", CTL_LIVE, ctl_confirm, {{0}}},
	{"abort", CTL_LIVE, ctl_abort, {{0}}},
	{"panic.open", CTL_LIVE, ctl_panic_open, {{"for", ARG_STRING, false}}},
	{"panic.close", CTL_GUARDED, ctl_panic_close, {{"for", ARG_STRING, false}}},
	{"panic.end", CTL_LIVE, ctl_panic_end, {{0}}},
	{"rule.list", CTL_READ, ctl_rule_list, {PAGE_ARGS}},
	{"rule.show", CTL_READ, ctl_rule_show, {{"id", ARG_STRING, REQUIRED}}},
	{"rule.add", CTL_CHANGE, ctl_rule_add,
		{{"rule", ARG_STRING, REQUIRED}, {"before", ARG_STRING, false}}},
	{"rule.set", CTL_CHANGE, ctl_rule_set,
		{{"id", ARG_STRING, REQUIRED}, {"fields", ARG_STRING, REQUIRED}}},
	{"rule.move", CTL_CHANGE, ctl_rule_move,
		{{"id", ARG_STRING, REQUIRED}, {"before", ARG_STRING, false},
		 {"after", ARG_STRING, false}}},
	{"rule.rename", CTL_WRITE, ctl_rule_rename,
		{{"id", ARG_STRING, REQUIRED}, {"name", ARG_STRING, REQUIRED}, DRY_RUN_ARG}},
	{"rule.delete", CTL_CHANGE, ctl_rule_delete,
		{{"id", ARG_STRING, REQUIRED}, MISSING_ARG}},
	{"rule.enable", CTL_CHANGE, ctl_rule_enable, {{"id", ARG_STRING, REQUIRED}}},
	{"rule.disable", CTL_CHANGE, ctl_rule_disable, {{"id", ARG_STRING, REQUIRED}}},
	{"set.list", CTL_READ, ctl_set_list, {PAGE_ARGS}},
	{"set.show", CTL_READ, ctl_set_show, {{"name", ARG_STRING, REQUIRED}, PAGE_ARGS}},
	{"set.add", CTL_SET, ctl_set_add,
		{{"name", ARG_STRING, REQUIRED}, {"prefixes", ARG_TEXTS, REQUIRED},
		 {"timeout", ARG_STRING, false}}},
	{"set.create", CTL_CHANGE, ctl_set_create,
		{{"name", ARG_STRING, REQUIRED}, {"set", ARG_STRING, REQUIRED}}},
	{"set.delete", CTL_SET, ctl_set_delete,
		{{"name", ARG_STRING, REQUIRED}, {"prefixes", ARG_TEXTS, false}, MISSING_ARG}},
	{"set.reload", CTL_CHANGE, ctl_set_reload, {{"names", ARG_TEXTS, false}}},
	{"set.test", CTL_READ, ctl_set_test,
		{{"name", ARG_STRING, REQUIRED}, {"prefix", ARG_STRING, REQUIRED}}},
	{"set.flush", CTL_GUARDED, ctl_set_flush,
		{{"name", ARG_STRING, REQUIRED}, DRY_RUN_ARG}},
	{"limit.list", CTL_READ, ctl_limit_list, {PAGE_ARGS}},
	{"limit.show", CTL_READ, ctl_limit_show,
		{{"name", ARG_STRING, REQUIRED}, {"top", ARG_COUNT, false}}},
	{"limit.add", CTL_CHANGE, ctl_limit_add,
		{{"name", ARG_STRING, REQUIRED}, {"limit", ARG_STRING, REQUIRED}}},
	{"limit.set", CTL_CHANGE, ctl_limit_set,
		{{"name", ARG_STRING, REQUIRED}, {"fields", ARG_STRING, REQUIRED}}},
	{"limit.delete", CTL_CHANGE, ctl_limit_delete,
		{{"name", ARG_STRING, REQUIRED}, MISSING_ARG}},
	{"defaults.set", CTL_CHANGE, ctl_defaults_set, {{"fields", ARG_STRING, REQUIRED}}},
	{"mode", CTL_CHANGE, ctl_mode, {{"mode", ARG_STRING, REQUIRED}}},
	{"block", CTL_GUARDED, ctl_block,
		{{"prefix", ARG_STRING, false}, {"prefixes", ARG_TEXTS, false},
		 {"uploaded", ARG_BOOL, false}, {"timeout", ARG_STRING, false},
		 {"reason", ARG_STRING, false}, DRY_RUN_ARG}},
	{"unblock", CTL_LIVE, ctl_unblock,
		{{"prefix", ARG_STRING, false}, {"prefixes", ARG_TEXTS, false},
		 {"uploaded", ARG_BOOL, false}, DRY_RUN_ARG}},
	{"blocks", CTL_READ, ctl_blocks, {PAGE_ARGS}},
	{"blocks.flush", CTL_LIVE, ctl_blocks_flush,
		{{"reason", ARG_STRING, false}, DRY_RUN_ARG}},
	{"iface.list", CTL_READ, ctl_iface_list, {{0}}},
	{"iface.attach", CTL_CHANGE, ctl_iface_attach,
		{{"name", ARG_STRING, REQUIRED}, {"zone", ARG_STRING, false},
		 {"mode", ARG_STRING, false}}},
	{"iface.set", CTL_CHANGE, ctl_iface_set,
		{{"name", ARG_STRING, REQUIRED}, {"fields", ARG_STRING, REQUIRED}}},
	{"iface.detach", CTL_CHANGE, ctl_iface_detach,
		{{"name", ARG_STRING, REQUIRED}, MISSING_ARG}},
	{"monitor", CTL_READ, ctl_monitor, {{0}}},
	{"lockout", CTL_READ, ctl_lockout,
		{{"candidate", ARG_BOOL, false}, {"name", ARG_STRING, false},
		 {"folder", ARG_STRING, false}}},
	{"explain", CTL_READ, ctl_explain,
		{{"packet", ARG_STRING, false}, {"frame", ARG_STRING, false},
		 {"frames", ARG_TEXTS, false}, {"interface", ARG_STRING, false},
		 {"candidate", ARG_BOOL, false}, {"name", ARG_STRING, false},
		 {"folder", ARG_STRING, false}}},
};
/* clang-format on */

const struct ctl_verb *ctl_verb_find(const char *op)
{
	for (size_t i = 0; i < array_size(verbs); i++) {
		if (strcmp(verbs[i].op, op) == 0)
			return &verbs[i];
	}
	return NULL;
}

const struct ctl_verb *ctl_verb_at(size_t index)
{
	return index < array_size(verbs) ? &verbs[index] : NULL;
}
