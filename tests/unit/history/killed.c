// SPDX-License-Identifier: MIT
#include "tests/unit/history/killed.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

/* The child stops before its work, so that all of its calls are seen. */
static pid_t start(void (*work)(const void *userdata), const void *userdata)
{
	pid_t child = fork();
	int status;

	cr_assert(child >= 0);
	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		work(userdata);
		_exit(0);
	}
	cr_assert(waitpid(child, &status, 0) == child && WIFSTOPPED(status));
	cr_assert(ptrace(PTRACE_SETOPTIONS, child, NULL,
			 (void *)(long)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)) == 0);
	return child;
}

/* Run to the next entry of a call, or the return from it. False: the child has ended. */
static bool next_stop(pid_t child)
{
	int status;

	cr_assert(ptrace(PTRACE_SYSCALL, child, NULL, NULL) == 0);
	cr_assert(waitpid(child, &status, 0) == child);
	if (WIFSTOPPED(status))
		return true;
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the work failed: %x", status);
	return false;
}

bool killed_at(unsigned n, void (*work)(const void *userdata), const void *userdata)
{
	pid_t child = start(work, userdata);

	/* Each call stops twice: on its way in, and on its way out. */
	for (unsigned stops = 1; stops <= 2 * n - 1; stops++) {
		if (!next_stop(child))
			return false;
	}
	kill(child, SIGKILL);
	cr_assert(waitpid(child, NULL, 0) == child);
	return true;
}
