// SPDX-License-Identifier: MIT
#include "common/program/rights/syscalls.h"

#include <errno.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "common/base/memory.h"
#include "common/program/rights/sanitizer.h"

static void release(scmp_filter_ctx *filter)
{
	if (*filter)
		seccomp_release(*filter);
}

/* libseccomp has its own numbers below 0 for what this architecture lacks, and leaves them out. */
static int add_row(scmp_filter_ctx filter, const struct syscall_row *row, struct errors *errs)
{
	const struct scmp_arg_cmp condition =
		SCMP_CMP64(row->argument, SCMP_CMP_MASKED_EQ, row->mask, row->value);
	uint32_t action = row->fails ? SCMP_ACT_ERRNO((uint32_t)row->fails) : SCMP_ACT_ALLOW;
	int number = seccomp_syscall_resolve_name(row->name);
	int r = -EINVAL;

	if (number != __NR_SCMP_ERROR)
		r = seccomp_rule_add_array(filter, action, number, row->mask ? 1 : 0, &condition);
	return r < 0 ? errors_system(errs, r, "cannot limit system calls: %s", row->name) : 0;
}

static int add_rows(scmp_filter_ctx filter, const struct syscall_row *rows, size_t count,
		    struct errors *errs)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < count; i++)
		r = add_row(filter, &rows[i], errs);
	return r;
}

/* All threads, no right to lift it, one jump to each call by a tree. */
static int set_attributes(scmp_filter_ctx filter)
{
	static const struct {
		enum scmp_filter_attr attribute;
		uint32_t value;
	} rows[] = {
		{SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS},
		{SCMP_FLTATR_CTL_NNP, 1},
		{SCMP_FLTATR_CTL_TSYNC, 1},
		{SCMP_FLTATR_CTL_OPTIMIZE, 2},
	};
	int r = 0;

	for (size_t i = 0; r >= 0 && i < array_size(rows); i++)
		r = seccomp_attr_set(filter, rows[i].attribute, rows[i].value);
	return r;
}

static int load(const struct syscall_list *list, struct errors *errs)
{
	uint32_t refusal =
		list->refusal == SYSCALLS_KILL ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ERRNO(EPERM);
	cleanup(release) scmp_filter_ctx filter = seccomp_init(refusal);
	int r = filter ? set_attributes(filter) : -ENOMEM;

	if (r < 0)
		return errors_system(errs, r, "cannot limit system calls");
	r = add_rows(filter, syscalls_base, syscalls_base_count, errs);
	if (r >= 0)
		r = add_rows(filter, list->rows, list->count, errs);
	if (r < 0)
		return r;
	r = seccomp_load(filter);
	return r < 0 ? errors_system(errs, r, "cannot limit system calls") : 0;
}

int syscalls_limit(const struct syscall_list *list, struct errors *errs)
{
	int r;

	/* libc opens /etc/localtime before its first time as text, and keeps what it has read. */
	tzset();
	r = BUILT_WITH_SANITIZER ? 0 : load(list, errs);
	if (r < 0 || BUILT_WITH_SANITIZER)
		return r;
	if (prctl(PR_GET_SECCOMP) == 2)
		return 0;
	return errors_system(errs, -EPERM, "system calls are not limited");
}
