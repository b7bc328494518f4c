// SPDX-License-Identifier: MIT
#include "common/program/rights/privileges.h"

#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/program/rights/sanitizer.h"

#define MAX_GROUPS 16

/* Root has no rights by its number, and no bit of these can be set again. */
#define SECURE_BITS                                                       \
	(SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_KEEP_CAPS_LOCKED | \
	 SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE |    \
	 SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED)

/* The user and groups of the program. */
struct identity {
	uid_t uid;
	gid_t gid;
	gid_t groups[MAX_GROUPS];
	size_t group_count;
};

__attribute__((format(printf, 3, 4))) static int refuse(struct errors *errs, int error,
							const char *format, ...)
{
	cleanup_free char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	errors_add(errs, SEVERITY_ERROR, ERROR_SYSTEM, NULL, "%s", text ? text : format);
	return error;
}

static int find_groups(const char *const *names, struct identity *identity, struct errors *errs)
{
	for (; names && *names; names++) {
		const struct group *group = getgrnam(*names);

		if (!group)
			return refuse(errs, -ENOENT, "there is no group %s", *names);
		if (identity->group_count == MAX_GROUPS)
			return refuse(errs, -E2BIG, "group %s is one too many", *names);
		identity->groups[identity->group_count++] = group->gr_gid;
	}
	return 0;
}

static int find_identity(const struct privileges *privileges, struct identity *identity,
			 struct errors *errs)
{
	const struct passwd *user;

	if (!privileges->user)
		return refuse(errs, -EPERM, "root must name the user to run as");
	user = getpwnam(privileges->user);
	if (!user)
		return refuse(errs, -ENOENT, "there is no user %s", privileges->user);
	if (user->pw_uid == 0 || user->pw_gid == 0)
		return refuse(errs, -EPERM, "user %s is root, or in its group", privileges->user);
	identity->uid = user->pw_uid;
	identity->gid = user->pw_gid;
	return find_groups(privileges->groups, identity, errs);
}

/* Capabilities, securebits and no_new_privs are those of a thread: others would keep theirs. */
static int require_one_thread(struct errors *errs)
{
	size_t count = 0;
	DIR *folder = opendir("/proc/self/task");

	if (!folder)
		return errors_system(errs, -errno, "cannot count threads");
	for (const struct dirent *entry; (entry = readdir(folder));)
		count += entry->d_name[0] != '.';
	closedir(folder);
	if (count > 1 && !BUILT_WITH_SANITIZER)
		return refuse(errs, -EBUSY, "rights can only be given up before a second thread");
	return 0;
}

/* ---- the steps, in this order: each needs rights that a later one gives up ---- */

/* Out of the bounding set, so that no execve(2) and no user namespace brings one back. */
static int empty_bounding_set(void)
{
	for (unsigned long cap = 0; prctl(PR_CAPBSET_READ, cap) >= 0; cap++) {
		if (prctl(PR_CAPBSET_READ, cap) == 1 && prctl(PR_CAPBSET_DROP, cap) < 0)
			return -errno;
	}
	return 0;
}

static bool bounding_set_is_empty(void)
{
	for (unsigned long cap = 0; prctl(PR_CAPBSET_READ, cap) >= 0; cap++) {
		if (prctl(PR_CAPBSET_READ, cap) == 1)
			return false;
	}
	return true;
}

static int become(const struct identity *identity)
{
	if (setgroups(identity->group_count, identity->groups) < 0 ||
	    setresgid(identity->gid, identity->gid, identity->gid) < 0 ||
	    setresuid(identity->uid, identity->uid, identity->uid) < 0)
		return -errno;
	return 0;
}

static int empty_capability_sets(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};

	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 ||
	    syscall(SYS_capset, &header, none) < 0)
		return -errno;
	return 0;
}

static int limit_resources(const struct privileges *privileges)
{
	const struct rlimit none = {0};

	if (setrlimit(RLIMIT_CORE, &none) < 0)
		return -errno;
	for (size_t i = 0; i < privileges->resource_count; i++) {
		const struct resource_row *row = &privileges->resources[i];
		struct rlimit limit;

		if (getrlimit((unsigned)row->resource, &limit) < 0)
			return -errno;
		if (limit.rlim_max > row->most)
			limit.rlim_max = row->most;
		limit.rlim_cur = limit.rlim_max;
		if (setrlimit((unsigned)row->resource, &limit) < 0)
			return -errno;
	}
	return 0;
}

/* setresuid(2) has changed whether it is dumpable, so this comes after it. */
static int lock(void)
{
	umask(077);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	if (prctl(PR_SET_DUMPABLE, BUILT_WITH_SANITIZER, 0, 0, 0) < 0)
		return -errno;
	return 0;
}

/* ---- check of the kernel's state ---- */

static bool has_capability(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, sets) < 0)
		return true;
	for (size_t i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		if (sets[i].effective || sets[i].permitted || sets[i].inheritable)
			return true;
	}
	for (unsigned long cap = 0; prctl(PR_CAPBSET_READ, cap) >= 0; cap++) {
		if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, cap, 0, 0) != 0)
			return true;
	}
	return false;
}

static bool is_user(const struct identity *identity)
{
	gid_t groups[MAX_GROUPS + 1], gids[3];
	uid_t uids[3];
	int count = getgroups(MAX_GROUPS + 1, groups);

	if (getresuid(&uids[0], &uids[1], &uids[2]) < 0 ||
	    getresgid(&gids[0], &gids[1], &gids[2]) < 0 || count != (int)identity->group_count)
		return false;
	for (size_t i = 0; i < 3; i++) {
		if (uids[i] != identity->uid || gids[i] != identity->gid)
			return false;
	}
	for (size_t i = 0; i < identity->group_count; i++) {
		bool found = false;

		for (int j = 0; j < count; j++)
			found |= groups[j] == identity->groups[i];
		if (!found)
			return false;
	}
	return true;
}

/* Root must not be possible again. These calls must fail; if not, the program ends. */
static bool can_be_root(void)
{
	return geteuid() == 0 || getuid() == 0 || setresuid(0, 0, 0) == 0 ||
	       setresgid(0, 0, 0) == 0 || setgroups(0, NULL) == 0;
}

static int verify(const struct identity *identity, struct errors *errs)
{
	const struct {
		bool wrong;
		const char *what;
	} rows[] = {
		{identity && !is_user(identity), "user or groups are not those that were set"},
		{can_be_root(), "it can still become root"},
		{has_capability(), "it still has a capability"},
		{!bounding_set_is_empty(), "the bounding set still has a capability"},
		{prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1, "no_new_privs is not set"},
		{prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != BUILT_WITH_SANITIZER,
		 "it can still be traced"},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		if (rows[i].wrong)
			return refuse(errs, -EPERM, "rights were not given up: %s", rows[i].what);
	}
	return 0;
}

/* Without CAP_SETPCAP this is for systemd to do. */
static int drop_bounding_set(struct errors *errs)
{
	int r = empty_bounding_set();

	if (r == -EPERM)
		return refuse(errs, r,
			      "the bounding set has capabilities that only root can give up: start "
			      "it as root, or with an empty CapabilityBoundingSet= in its unit");
	if (r < 0)
		return errors_system(errs, r, "cannot empty the bounding set");
	/*
	 * Refused without CAP_SETPCAP, where no_new_privs and the empty sets have the same effect.
	 */
	if (prctl(PR_SET_SECUREBITS, SECURE_BITS, 0, 0, 0) < 0 && errno != EPERM)
		return errors_system(errs, -errno, "cannot lock the securebits");
	return 0;
}

int privileges_drop(const struct privileges *privileges, struct errors *errs)
{
	bool by_root = geteuid() == 0;
	struct identity identity = {0};
	int r = by_root ? find_identity(privileges, &identity, errs) : 0;

	if (r >= 0)
		r = require_one_thread(errs);
	if (r < 0)
		return r;
	r = drop_bounding_set(errs);
	if (r < 0)
		return r;
	r = by_root ? become(&identity) : 0;
	if (r < 0)
		return errors_system(errs, r, "cannot become user %s", privileges->user);
	r = empty_capability_sets();
	if (r < 0)
		return errors_system(errs, r, "cannot give up capabilities");
	r = limit_resources(privileges);
	if (r < 0)
		return errors_system(errs, r, "cannot limit resources");
	r = lock();
	if (r < 0)
		return errors_system(errs, r, "cannot lock what was given up");
	return verify(by_root ? &identity : NULL, errs);
}
