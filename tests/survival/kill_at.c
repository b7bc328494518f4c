// SPDX-License-Identifier: MIT
/*
 * Kill a process with SIGKILL at its N-th system call from now on.
 *
 *	kill_at N COMMAND [ARGS...]	starts it
 *	kill_at N -p PID [FILE]		one that runs; prints "attached" when counting begins, or, with
 *					FILE, may begin: it does at the first call with FILE there
 *
 * All its threads count together. Calls count as they begin: N = 1 dies before its first one has
 * done anything. If it ends before, or with N = 0, the number of calls is printed; SIGTERM ends
 * the counting of a process that runs, and lets it go on.
 *
 * Exit code: 0 killed, 1 it ended by itself, or was let go; 2 an error.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#define OPTIONS	    (PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK)
#define MAX_THREADS 256

struct threads {
	pid_t ids[MAX_THREADS];
	bool in_call[MAX_THREADS]; /* the next stop is the end of a call */
	unsigned count;
};

static volatile sig_atomic_t let_go;

static void on_term(int signal)
{
	(void)signal;
	let_go = 1;
}

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "kill_at: %s: %s\n", what, strerror(errno));
	exit(2);
}

static unsigned thread_index(struct threads *threads, pid_t id)
{
	unsigned i;

	for (i = 0; i < threads->count; i++)
		if (threads->ids[i] == id)
			return i;
	if (i == MAX_THREADS) {
		errno = E2BIG;
		fail("threads");
	}
	threads->ids[i] = id;
	threads->in_call[i] = false;
	threads->count++;
	return i;
}

static pid_t start(char **argv)
{
	pid_t pid = fork();

	if (pid < 0)
		fail("fork");
	if (pid == 0) {
		raise(SIGSTOP);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (waitpid(pid, NULL, WUNTRACED) != pid)
		fail("wait");
	if (ptrace(PTRACE_SEIZE, pid, NULL, (void *)OPTIONS))
		fail(argv[0]);
	kill(pid, SIGCONT);
	return pid;
}

static void attach(pid_t pid)
{
	char path[64];
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	tasks = opendir(path);
	if (!tasks)
		fail(path);
	for (struct dirent *entry = readdir(tasks); entry; entry = readdir(tasks)) {
		pid_t id = atoi(entry->d_name);

		if (id && (ptrace(PTRACE_SEIZE, id, NULL, (void *)OPTIONS) ||
			   ptrace(PTRACE_INTERRUPT, id, NULL, NULL)))
			fail("attach");
	}
	closedir(tasks);
}

/* Let a stopped thread go on; a signal that it stopped for is delivered. */
static void resume(pid_t id, int status)
{
	int signal = WSTOPSIG(status), event = status >> 16;

	if (event == PTRACE_EVENT_STOP && signal != SIGTRAP) {
		ptrace(PTRACE_LISTEN, id, NULL, NULL);
		return;
	}
	if (event || signal == (SIGTRAP | 0x80))
		signal = 0;
	ptrace(PTRACE_SYSCALL, id, NULL, (void *)(long)signal);
}

/* Count until it is over, from when a file is there, if one is given. Returns true if it was killed. */
static bool count_calls(pid_t pid, unsigned long kill_at, const char *file,
			unsigned long *ret_calls)
{
	struct threads threads = {0};
	unsigned long calls = 0;
	bool killed = false;
	int status;

	while (!let_go || killed) {
		pid_t id = waitpid(-1, &status, __WALL);

		if (id < 0 && errno == EINTR)
			continue;
		if (id < 0 || (id == pid && !WIFSTOPPED(status)))
			break;
		if (!WIFSTOPPED(status))
			continue;
		if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
			bool *in_call = &threads.in_call[thread_index(&threads, id)];

			*in_call = !*in_call;
			if (file && access(file, F_OK) == 0)
				file = NULL;
			if (*in_call && !file && ++calls == kill_at) {
				kill(pid, SIGKILL);
				killed = true;
			}
		}
		if (!killed)
			resume(id, status);
	}
	*ret_calls = calls;
	return killed;
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = on_term};
	unsigned long kill_at, calls;
	bool running;
	pid_t pid;

	if (argc < 3) {
		fprintf(stderr, "usage: kill_at N COMMAND [ARGS...] | kill_at N -p PID [FILE]\n");
		return 2;
	}
	kill_at = strtoul(argv[1], NULL, 10);
	running = strcmp(argv[2], "-p") == 0 && (argc == 4 || argc == 5);
	sigaction(SIGTERM, &action, NULL);
	if (running) {
		pid = atoi(argv[3]);
		attach(pid);
		puts("attached");
		fflush(stdout);
	} else {
		pid = start(argv + 2);
	}
	if (count_calls(pid, kill_at, running ? argv[4] : NULL, &calls))
		return 0;
	/* The starting process gets the status; we are gone, and with us all tracing. */
	printf("%lu\n", calls);
	return 1;
}
