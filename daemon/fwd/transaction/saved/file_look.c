// SPDX-License-Identifier: MIT
#include "daemon/fwd/transaction/saved/file_look.h"

#include "common/base/clock.h"

#define SETTLED_NS (2 * NS_PER_SECOND)

static uint64_t time_ns(const struct timespec *time)
{
	return (uint64_t)time->tv_sec * NS_PER_SECOND + (uint64_t)time->tv_nsec;
}

struct file_look file_look(const char *path)
{
	struct file_look look = {0};

	look.is_there = stat(path, &look.info) == 0;
	look.is_settled =
		!look.is_there || time_ns(&look.info.st_ctim) + SETTLED_NS <= clock_realtime_ns();
	return look;
}

bool file_looks_same(const struct file_look *before, const struct file_look *now)
{
	const struct stat *a = &before->info, *b = &now->info;

	if (!before->is_settled || !now->is_settled || before->is_there != now->is_there)
		return false;
	return !now->is_there ||
	       (a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
		a->st_mode == b->st_mode && time_ns(&a->st_mtim) == time_ns(&b->st_mtim) &&
		time_ns(&a->st_ctim) == time_ns(&b->st_ctim));
}
