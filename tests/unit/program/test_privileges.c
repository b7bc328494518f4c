// SPDX-License-Identifier: MIT
/* Giving up rights, as root: what is left, and when it is refused. */
#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/program/rights/privileges.h"
#include "common/program/rights/sanitizer.h"
#include "tests/unit/lib/valgrind.h"

/* In a process of its own; the child's part returns what it exits with. */
static int in_child(int (*part)(void))
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(part());
	cr_assert(pid > 0 && waitpid(pid, &status, 0) == pid);
	cr_expect(WIFEXITED(status), "status %#x", status);
	return WEXITSTATUS(status);
}

static bool is_root(void)
{
	return geteuid() == 0 && prctl(PR_CAPBSET_READ, 8 /* CAP_SETPCAP */) == 1 &&
	       !under_valgrind();
}

/* A number of /proc/self/status in hexadecimal. */
static unsigned long long status_number(const char *field)
{
	FILE *file = fopen("/proc/self/status", "r");
	unsigned long long number = 77;
	char line[256];

	while (file && fgets(line, sizeof(line), file)) {
		if (strncmp(line, field, strlen(field)) == 0 && line[strlen(field)] == ':')
			sscanf(line + strlen(field) + 1, "%llx", &number);
	}
	if (file)
		fclose(file);
	return number;
}

static int nothing_left(void)
{
	static const char *const sets[] = {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"};
	static const char *const groups[] = {"tty", NULL};
	static const struct resource_row resources[] = {{RLIMIT_NOFILE, 33}};
	const struct privileges privileges = {"nobody", groups, resources, 1};
	struct errors errs = {0};
	struct rlimit limit;
	gid_t group = 0;

	if (privileges_drop(&privileges, &errs) < 0)
		return errors_print(&errs, stderr, false), 1;
	for (size_t i = 0; i < array_size(sets); i++) {
		if (status_number(sets[i]) != 0)
			return 10 + (int)i;
	}
	if (getuid() == 0 || geteuid() == 0 || getgroups(1, &group) != 1 || group == 0)
		return 2;
	if (status_number("NoNewPrivs") != 1)
		return 3;
	if (prctl(PR_GET_DUMPABLE) != BUILT_WITH_SANITIZER)
		return 4;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_max != 33 || limit.rlim_cur != 33)
		return 5;
	return getrlimit(RLIMIT_CORE, &limit) < 0 || limit.rlim_max != 0 ? 6 : 0;
}

Test(program_privileges, nothing_is_left)
{
	if (is_root())
		cr_expect_eq(in_child(nothing_left), 0);
}

/* A second drop finds nothing to give up: as under systemd, with an empty bounding set. */
static int second_drop(void)
{
	const struct privileges root = {.user = "nobody"}, user = {0};
	struct errors errs = {0};

	if (privileges_drop(&root, &errs) < 0)
		return 1;
	if (privileges_drop(&user, &errs) < 0)
		return errors_print(&errs, stderr, false), 2;
	return getuid() == 0 ? 3 : 0;
}

Test(program_privileges, a_user_without_rights_stays_this_user)
{
	if (is_root())
		cr_expect_eq(in_child(second_drop), 0);
}

/* A user whose bounding set is full cannot empty it. */
static int full_bounding_set(void)
{
	const struct privileges user = {0};
	struct errors errs = {0};

	if (setresuid(65534, 65534, 65534) < 0)
		return 1;
	if (privileges_drop(&user, &errs) != -EPERM)
		return 2;
	return strstr(errs.list[0].message, "CapabilityBoundingSet=") ? 0 : 3;
}

Test(program_privileges, a_full_bounding_set_is_refused)
{
	if (is_root())
		cr_expect_eq(in_child(full_bounding_set), 0);
}

static void *stay(void *unused)
{
	(void)unused;
	pause();
	return NULL;
}

/* Another thread would keep what this one gives up. */
static int two_threads(void)
{
	const struct privileges privileges = {.user = "nobody"};
	struct errors errs = {0};
	pthread_t thread;

	if (pthread_create(&thread, NULL, stay, NULL) != 0)
		return 1;
	if (privileges_drop(&privileges, &errs) != -EBUSY)
		return 2;
	if (!strstr(errs.list[0].message, "thread"))
		return 3;
	return geteuid() == 0 && prctl(PR_CAPBSET_READ, 8) == 1 ? 0 : 4;
}

Test(program_privileges, a_program_with_threads_is_refused)
{
	if (is_root() && !BUILT_WITH_SANITIZER)
		cr_expect_eq(in_child(two_threads), 0);
}

static const char *const no_group[] = {"no-such-group", NULL};

static const struct {
	struct privileges privileges;
	int error;
	const char *message;
} refused[] = {
	{{.user = NULL}, -EPERM, "root must name the user to run as"},
	{{.user = "no-such-user"}, -ENOENT, "there is no user no-such-user"},
	{{.user = "root"}, -EPERM, "user root is root, or in its group"},
	{{.user = "nobody", .groups = no_group}, -ENOENT, "there is no group no-such-group"},
};

Test(program_privileges, refused_names_change_nothing)
{
	for (size_t i = 0; is_root() && i < array_size(refused); i++) {
		struct errors errs = {0};

		cr_expect_eq(privileges_drop(&refused[i].privileges, &errs), refused[i].error);
		cr_assert(errs.failed == 1);
		cr_expect_str_eq(errs.list[0].message, refused[i].message);
		cr_expect(geteuid() == 0 && prctl(PR_CAPBSET_READ, 8) == 1);
		errors_clear(&errs);
	}
}
