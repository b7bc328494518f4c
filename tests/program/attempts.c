// SPDX-License-Identifier: MIT
#include "tests/program/attempts.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/base/memory.h"

static int open_file(void)
{
	return open("/etc/passwd", O_RDONLY);
}

static int make_file(void)
{
	return open("/tmp/fwd-test-attempt", O_WRONLY | O_CREAT, 0600);
}

static int socket_inet(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int socket_netlink(void)
{
	return socket(AF_NETLINK, SOCK_RAW, 0);
}

static int socket_packet(void)
{
	return socket(AF_PACKET, SOCK_RAW, 0);
}

static int execute(void)
{
	return execl("/bin/true", "true", NULL);
}

static int trace(void)
{
	return (int)ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}

static int signal_parent(void)
{
	return kill(getppid(), 0);
}

static int signal_by_owner(void)
{
	return fcntl(STDOUT_FILENO, F_SETOWN, getppid());
}

static int be_root(void)
{
	return setuid(0);
}

static int use_bpf(void)
{
	return (int)syscall(SYS_bpf, 0, NULL, 0);
}

static int new_namespace(void)
{
	return unshare(CLONE_NEWUSER);
}

static int map_code(void)
{
	const int protection = PROT_READ | PROT_WRITE | PROT_EXEC;

	return mmap(NULL, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1
											      : 0;
}

static const struct {
	const char *name;
	int (*attempt)(void);
} attempts[] = {
	{"open", open_file},
	{"create", make_file},
	{"inet", socket_inet},
	{"netlink", socket_netlink},
	{"packet", socket_packet},
	{"exec", execute},
	{"ptrace", trace},
	{"kill", signal_parent},
	{"owner", signal_by_owner}, /* SIGIO, without kill(2) */
	{"root", be_root},
	{"bpf", use_bpf},
	{"namespace", new_namespace},
	{"code", map_code},
};

void attempt_all(void *userdata)
{
	(void)userdata;
	for (size_t i = 0; i < array_size(attempts); i++) {
		errno = 0;
		printf("attempt %s: %s\n", attempts[i].name,
		       attempts[i].attempt() < 0 ? strerrorname_np(errno) : "succeeded");
	}
	fflush(stdout);
}
