// SPDX-License-Identifier: MIT
/* The system calls that each program of ours may make. */
#include "common/program/rights/syscalls.h"

#include <asm/ioctls.h>
#include <fcntl.h>
#include <linux/prctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "common/base/memory.h"

const struct syscall_row syscalls_base[] = {
	/* Memory, none of which can be executed. */
	SYSCALL("brk"),
	SYSCALL("madvise"),
	SYSCALL_IF("mmap", 2, PROT_EXEC, 0),
	SYSCALL_IF("mprotect", 2, PROT_EXEC, 0),
	SYSCALL("mremap"),
	SYSCALL("munmap"),
	/* Descriptors that are open. libc uses newfstatat(2) for fstat(3). */
	SYSCALL("close"),
	SYSCALL_IF("fcntl", 1, SYSCALL_INT, F_GETFD),
	SYSCALL_IF("fcntl", 1, SYSCALL_INT, F_SETFD),
	SYSCALL_IF("fcntl", 1, SYSCALL_INT, F_GETFL),
	SYSCALL_IF("fcntl", 1, SYSCALL_INT, F_SETFL),
	SYSCALL_IF("fcntl", 1, SYSCALL_INT, F_DUPFD_CLOEXEC), /* F_SETOWN would be a kill(2) */
	SYSCALL("fstat"),
	SYSCALL("lseek"),
	SYSCALL("newfstatat"),
	SYSCALL("read"),
	SYSCALL("readv"),
	SYSCALL("write"),
	SYSCALL("writev"),
	SYSCALL_IF("ioctl", 1, SYSCALL_INT, TCGETS), /* isatty(3) */
	/* The loop. */
	SYSCALL("epoll_create1"),
	SYSCALL("epoll_ctl"),
	SYSCALL("epoll_pwait"),
	SYSCALL("epoll_pwait2"),
	SYSCALL("epoll_wait"),
	SYSCALL("eventfd2"),
	SYSCALL("poll"),
	SYSCALL("ppoll"),
	SYSCALL("signalfd4"),
	SYSCALL("timerfd_create"),
	SYSCALL("timerfd_settime"),
	/* Clocks. */
	SYSCALL("clock_getres"),
	SYSCALL("clock_gettime"),
	SYSCALL("clock_nanosleep"),
	SYSCALL("gettimeofday"),
	SYSCALL("nanosleep"),
	SYSCALL("time"),
	/* The process itself. */
	SYSCALL("exit"),
	SYSCALL("exit_group"),
	SYSCALL("futex"),
	SYSCALL("getegid"),
	SYSCALL("geteuid"),
	SYSCALL("getgid"),
	SYSCALL("getpid"),
	SYSCALL("getrandom"),
	SYSCALL("gettid"),
	SYSCALL("getuid"),
	SYSCALL_IF("prctl", 0, SYSCALL_INT, PR_GET_SECCOMP),
	SYSCALL("restart_syscall"),
	SYSCALL("rseq"),
	SYSCALL("rt_sigaction"),
	SYSCALL("rt_sigprocmask"),
	SYSCALL("rt_sigreturn"),
	SYSCALL("sched_yield"),
	SYSCALL("set_robust_list"),
	SYSCALL("sigaltstack"),
	/* fwd's control socket and systemd's socket of notices. */
	SYSCALL("connect"),
	SYSCALL("getpeername"),
	SYSCALL("getsockname"),
	SYSCALL("getsockopt"),
	SYSCALL("recvfrom"),
	SYSCALL("recvmsg"),
	SYSCALL("sendmsg"),
	SYSCALL("sendto"),
	SYSCALL("setsockopt"),
	SYSCALL("shutdown"),
	SYSCALL_IF("socket", 0, SYSCALL_INT, AF_UNIX),
};

const size_t syscalls_base_count = array_size(syscalls_base);
