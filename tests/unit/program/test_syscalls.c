// SPDX-License-Identifier: MIT
/* Limited system calls: what the base allows and refuses, own rows of a program, both refusals. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/program/rights/sanitizer.h"
#include "common/program/rights/syscalls.h"
#include "tests/unit/lib/valgrind.h"

static const struct syscall_row own[] = {
	SYSCALL("getppid"),
	SYSCALL_IF("getpgid", 0, SYSCALL_INT, 0),
	SYSCALL_FAILS("clone3", ENOSYS),
};

/* Both end a process that they limit. */
static bool cannot_be_limited(void)
{
	return BUILT_WITH_SANITIZER || under_valgrind();
}

static int open_file(void)
{
	return open("/etc/passwd", O_RDONLY);
}

static int open_as_others_do(void)
{
	return (int)syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", NULL, 0);
}

static int socket_inet(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int socket_netlink(void)
{
	return socket(AF_NETLINK, SOCK_RAW, 0);
}

static int socket_unix(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static int socket_notices(void)
{
	return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

static int bind_nothing(void)
{
	return bind(0, NULL, 0);
}

static int execute(void)
{
	return execl("/bin/true", "true", NULL);
}

static int make_process(void)
{
	return (int)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
}

static int make_process_as_new_libc(void)
{
	return (int)syscall(SYS_clone3, NULL, 0);
}

static int trace(void)
{
	return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static int signal_others(void)
{
	return kill(getpid(), 0);
}

static int map(int protection)
{
	return mmap(NULL, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1
											      : 0;
}

static int map_data(void)
{
	return map(PROT_READ | PROT_WRITE);
}

static int map_code(void)
{
	return map(PROT_READ | PROT_EXEC);
}

static int make_code(void)
{
	static char page[8192] __attribute__((aligned(4096)));

	return mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

static int be_dumpable(void)
{
	return prctl(PR_SET_DUMPABLE, 1);
}

static int get_flags(void)
{
	return fcntl(STDERR_FILENO, F_GETFL);
}

static int copy_descriptor(void)
{
	return fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
}

/* The kernel would send this process a signal in the program's name. */
static int signal_by_owner(void)
{
	return fcntl(STDERR_FILENO, F_SETOWN, getpid());
}

static int write_nothing(void)
{
	return (int)write(STDERR_FILENO, "", 0);
}

/* As one that logs in UTC or prints events. */
static int time_as_text(void)
{
	const time_t moment = 0;
	struct tm parts;

	return gmtime_r(&moment, &parts) ? 0 : -1;
}

static int allowed_by_own_row(void)
{
	return (int)syscall(SYS_getppid);
}

static int own_row_with_argument(void)
{
	return (int)syscall(SYS_getpgid, 0);
}

static int own_row_with_another_argument(void)
{
	return (int)syscall(SYS_getpgid, 1);
}

static const struct {
	const char *name;
	int (*call)(void);
	int error;
} rows[] = {
	{"open a file", open_file, EPERM},
	{"openat2", open_as_others_do, EPERM},
	{"socket AF_INET", socket_inet, EPERM},
	{"socket AF_NETLINK", socket_netlink, EPERM},
	{"socket AF_UNIX", socket_unix, 0},
	{"socket AF_UNIX of datagrams", socket_notices, 0},
	{"bind", bind_nothing, EPERM},
	{"execve", execute, EPERM},
	{"clone", make_process, EPERM},
	{"clone3", make_process_as_new_libc, ENOSYS},
	{"ptrace", trace, EPERM},
	{"kill", signal_others, EPERM},
	{"mmap", map_data, 0},
	{"mmap of code", map_code, EPERM},
	{"mprotect to code", make_code, EPERM},
	{"prctl", be_dumpable, EPERM},
	{"fcntl of flags", get_flags, 0},
	{"fcntl of a copy", copy_descriptor, 0},
	{"fcntl of an owner", signal_by_owner, EPERM},
	{"write", write_nothing, 0},
	{"a time as text", time_as_text, 0},
	{"an own row", allowed_by_own_row, 0},
	{"an own row with an argument", own_row_with_argument, 0},
	{"and with another", own_row_with_another_argument, EPERM},
};

/* In a process of its own: its exit status after the limit and the call; 200: no limit. */
static int status_of(int (*call)(void), const struct syscall_list *list)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		struct errors errs = {0};

		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || syscalls_limit(list, &errs) < 0)
			_exit(200);
		errno = 0;
		_exit(call() < 0 ? errno : 0);
	}
	cr_assert(pid > 0 && waitpid(pid, &status, 0) == pid);
	return status;
}

Test(program_syscalls, allowed_and_refused)
{
	const struct syscall_list list = {own, array_size(own), SYSCALLS_FAIL};

	if (cannot_be_limited())
		return;
	for (size_t i = 0; i < array_size(rows); i++) {
		int status = status_of(rows[i].call, &list);

		cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == rows[i].error,
			  "%s: status %#x", rows[i].name, status);
	}
}

Test(program_syscalls, all_that_is_refused_can_kill)
{
	const struct syscall_list list = {own, array_size(own), SYSCALLS_KILL};

	if (cannot_be_limited())
		return;
	for (size_t i = 0; i < array_size(rows); i++) {
		int status = status_of(rows[i].call, &list);

		if (rows[i].error == EPERM)
			cr_expect(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS,
				  "%s: status %#x", rows[i].name, status);
		else
			cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == rows[i].error,
				  "%s: status %#x", rows[i].name, status);
	}
}

Test(program_syscalls, a_row_without_a_call_is_an_error)
{
	const struct syscall_row bad[] = {SYSCALL("no_such_call")};
	const struct syscall_list list = {bad, 1, SYSCALLS_FAIL};
	struct errors errs = {0};

	if (cannot_be_limited())
		return;
	cr_expect(syscalls_limit(&list, &errs) == -EINVAL);
	cr_assert(errs.failed == 1);
	cr_expect_str_eq(errs.list[0].message,
			 "cannot limit system calls: no_such_call: Invalid argument");
	errors_clear(&errs);
	/* And nothing is limited. */
	cr_expect(prctl(PR_GET_SECCOMP) == 0);
}

Test(program_syscalls, a_build_with_a_sanitizer_limits_nothing)
{
	const struct syscall_list list = {0};
	struct errors errs = {0};

	if (!BUILT_WITH_SANITIZER)
		return;
	cr_expect(syscalls_limit(&list, &errs) == 0);
	cr_expect(prctl(PR_GET_SECCOMP) == 0);
}
