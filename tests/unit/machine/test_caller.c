// SPDX-License-Identifier: MIT
/* From where a client works: on a /proc and a utmp of our own. */
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utmp.h>

#include "common/machine/caller.h"
#include "common/machine/process.h"

#define TTY1 (4 << 8 | 1)
#define PTS3 (136 << 8 | 3)

static char proc[64], utmp[80];

static void write_file(const char *text, const char *format, ...)
{
	char path[160];
	va_list args;
	FILE *file;

	va_start(args, format);
	vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	file = fopen(path, "w");
	cr_assert(file, "%s", path);
	fputs(text, file);
	fclose(file);
}

/* A process that started at its pid's time; inode 0: without a socket. */
static void add_process(pid_t pid, pid_t parent, const char *name, int tty, unsigned inode)
{
	char path[128], text[256];

	snprintf(path, sizeof(path), "%s/%d", proc, pid);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%d/fd", proc, pid);
	mkdir(path, 0755);
	snprintf(text, sizeof(text),
		 "%d (%s) S %d %d %d %d -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 %d 1000 1\n", pid, name,
		 parent, pid, pid, tty, pid);
	write_file(text, "%s/%d/stat", proc, pid);
	if (!inode)
		return;
	snprintf(path, sizeof(path), "%s/%d/fd/4", proc, pid);
	snprintf(text, sizeof(text), "socket:[%u]", inode);
	cr_assert_eq(symlink(text, path), 0);
	snprintf(path, sizeof(path), "%s/%d/fd/5", proc, pid);
	cr_assert_eq(symlink("/dev/null", path), 0);
}

static void set_up(void)
{
	strcpy(proc, "/tmp/fwd-unit-proc.XXXXXX");
	cr_assert(mkdtemp(proc));
	snprintf(utmp, sizeof(utmp), "%s/utmp", proc);
	add_process(1, 0, "systemd", 0, 0);
}

static void tear_down(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -r %s", proc);
	cr_assert_eq(system(command), 0);
}

TestSuite(caller, .init = set_up, .fini = tear_down);

static void add_login(pid_t pid, unsigned uid)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", uid);
	write_file(text, "%s/%d/loginuid", proc, pid);
}

static void add_utmp(const char *line, const char *host, const char *address)
{
	struct utmp entry = {.ut_type = USER_PROCESS};
	FILE *file = fopen(utmp, "a");
	struct prefix prefix;

	strncpy(entry.ut_line, line, sizeof(entry.ut_line) - 1);
	strncpy(entry.ut_host, host, sizeof(entry.ut_host) - 1);
	if (address && prefix_parse(address, &prefix) == 0)
		memcpy(entry.ut_addr_v6, prefix.addr, prefix.family == 4 ? 4 : 16);
	fwrite(&entry, sizeof(entry), 1, file);
	fclose(file);
}

static struct socket_info items[8];
static struct socket_list sockets = {.items = items};

static void add_socket(unsigned inode, const char *remote, unsigned port)
{
	struct socket_info *info = &items[sockets.count++];

	*info = (struct socket_info){.protocol = IPPROTO_TCP,
				     .state = SOCKET_ESTABLISHED,
				     .local_port = 22,
				     .remote_port = (uint16_t)port,
				     .inode = inode};
	prefix_parse(remote, &info->remote);
	prefix_parse(info->remote.family == 4 ? "198.51.100.1" : "2001:db8::1", &info->local);
}

static void find_as(pid_t pid, uint64_t started, const char *claim, struct caller_found *ret)
{
	const struct caller caller = {.pid = pid, .started = started, .claim = claim};
	const struct caller_sources sources = {proc, utmp};

	*ret = (struct caller_found){0};
	cr_assert_eq(caller_find(&caller, &sources, &sockets, ret), 0);
}

/* Found by one connection from an address. */
static void expect_from(pid_t pid, const char *claim, const char *address)
{
	struct caller_found found;
	char text[PREFIX_TEXT];

	find_as(pid, (uint64_t)pid, claim, &found);
	cr_expect_eq(found.kind, CALLER_REMOTE, "%s", found.why);
	cr_assert_eq(found.connections.count, 1);
	cr_expect_str_eq(prefix_format(&found.connections.items[0].remote, text), address);
	caller_clear(&found);
}

static void expect_kind(pid_t pid, const char *claim, enum caller_kind kind, const char *why)
{
	struct caller_found found;

	find_as(pid, (uint64_t)pid, claim, &found);
	cr_expect_eq(found.kind, kind, "%d: %s", found.kind, found.why);
	cr_expect_eq(found.connections.count, 0);
	if (why)
		cr_expect(strstr(found.why, why), "%s", found.why);
	caller_clear(&found);
}

/* init, sshd that listens, sshd of the session (root's, then the user's), bash, sudo, fwctl. */
static void add_session(unsigned inode)
{
	add_process(10, 1, "sshd", 0, 0);
	add_process(20, 10, "sshd", 0, inode);
	add_process(21, 20, "sshd", 0, inode);
	add_process(22, 21, "bash", PTS3, 0);
	add_process(23, 22, "sudo", PTS3, 0);
	add_process(24, 23, "fwctl", PTS3, 0);
}

Test(caller, above_sudo_there_is_sshd)
{
	add_session(700);
	add_socket(699, "192.0.2.6", 40000);
	add_socket(700, "192.0.2.7", 40000);
	expect_from(24, NULL, "192.0.2.7");
}

Test(caller, newer_servers_have_a_program_for_sessions)
{
	add_process(20, 1, "sshd-session", 0, 700);
	add_process(24, 20, "fwctl", 0, 0);
	add_socket(700, "2001:db8:7::1", 40000);
	expect_from(24, NULL, "2001:db8:7::1");
}

Test(caller, a_claim_is_one_more_and_replaces_nothing)
{
	struct caller_found found;

	add_session(700);
	add_socket(700, "192.0.2.7", 40000);
	add_socket(701, "192.0.2.8", 40000);
	find_as(24, 24, "192.0.2.8 40000 198.51.100.1 22", &found);
	cr_expect_eq(found.connections.count, 2);
	caller_clear(&found);
	expect_from(24, "192.0.2.9 40000 198.51.100.1 22", "192.0.2.7");
	expect_from(24, "nonsense", "192.0.2.7");
}

Test(caller, a_claim_alone)
{
	add_process(24, 1, "fwctl", 0, 0);
	add_socket(701, "192.0.2.8", 40000);
	expect_from(24, "192.0.2.8 40000 198.51.100.1 22", "192.0.2.8");
	expect_kind(24, "192.0.2.8 40001 198.51.100.1 22", CALLER_UNKNOWN, "SSH_CONNECTION");
}

Test(caller, in_another_network_namespace)
{
	add_session(700);
	expect_kind(24, NULL, CALLER_UNKNOWN, "network namespace");
}

Test(caller, sockets_that_cannot_be_read)
{
	char path[128];

	add_session(700);
	snprintf(path, sizeof(path), "%s/20/fd", proc);
	write_file("", "%s/file", proc);
	/* As root everything can be read: a file in the folder's place fails as well. */
	for (int i = 20; i <= 21; i++) {
		char command[256];

		snprintf(command, sizeof(command), "rm -r %s/%d/fd && touch %s/%d/fd", proc, i,
			 proc, i);
		cr_assert_eq(system(command), 0);
	}
	expect_kind(24, NULL, CALLER_UNKNOWN, "cannot be read");
}

Test(caller, ssh_to_itself_is_not_the_way_in)
{
	add_session(700);
	add_socket(700, "127.0.0.1", 40000);
	expect_kind(24, NULL, CALLER_UNKNOWN, NULL);
}

Test(caller, a_process_that_has_ended)
{
	struct caller_found found;

	expect_kind(24, NULL, CALLER_UNKNOWN, "has ended");
	add_session(700);
	add_socket(700, "192.0.2.7", 40000);
	/* Its pid is another's now. */
	find_as(24, 23, NULL, &found);
	cr_expect_eq(found.kind, CALLER_UNKNOWN);
	cr_expect_eq(found.connections.count, 0);
	caller_clear(&found);
}

Test(caller, in_another_pid_namespace)
{
	expect_kind(0, NULL, CALLER_UNKNOWN, "pid namespace");
}

Test(caller, at_the_console)
{
	add_process(20, 1, "login", 0, 0);
	add_process(22, 20, "bash", TTY1, 0);
	add_process(24, 22, "fwctl", TTY1, 0);
	add_login(24, 1000);
	expect_kind(24, NULL, CALLER_LOCAL, NULL);
	/* A pseudo-terminal of script(1) that was started there. */
	add_process(24, 22, "fwctl", PTS3, 0);
	expect_kind(24, NULL, CALLER_LOCAL, NULL);
	/* The same person is logged in by SSH as well, which is not what is used now. */
	add_process(30, 1, "sshd", 0, 700);
	add_login(30, 1000);
	add_socket(700, "192.0.2.7", 40000);
	expect_kind(24, NULL, CALLER_LOCAL, NULL);
}

Test(caller, in_tmux_by_the_login_uid)
{
	add_process(10, 1, "tmux: server", 0, 0);
	add_process(22, 10, "bash", PTS3, 0);
	add_process(24, 22, "fwctl", PTS3, 0);
	add_login(24, 1000);
	expect_kind(24, NULL, CALLER_UNKNOWN, "pts/3");
	add_process(30, 1, "sshd", 0, 700);
	add_login(30, 1001);
	add_process(31, 1, "sshd", 0, 701);
	add_login(31, 1000);
	add_process(32, 1, "bash", 0, 702);
	add_login(32, 1000);
	add_socket(700, "192.0.2.7", 40000);
	add_socket(701, "192.0.2.8", 40000);
	add_socket(702, "192.0.2.9", 40000);
	expect_from(24, NULL, "192.0.2.8");
	expect_from(24, "192.0.2.99 40000 198.51.100.1 22", "192.0.2.8");
}

Test(caller, nobody_logged_in)
{
	add_process(24, 1, "fwctl", 0, 0);
	add_login(24, (unsigned)-1);
	add_process(30, 1, "sshd", 0, 700);
	add_login(30, (unsigned)-1);
	add_socket(700, "192.0.2.7", 40000);
	expect_kind(24, NULL, CALLER_UNATTENDED, NULL);
}

Test(caller, by_utmp)
{
	add_process(22, 1, "bash", PTS3, 0);
	add_process(24, 22, "fwctl", PTS3, 0);
	add_utmp("pts/2", "192.0.2.6", "192.0.2.6");
	add_utmp("pts/3", "router.example", "192.0.2.7");
	expect_kind(24, NULL, CALLER_UNKNOWN, "router.example");
	add_socket(700, "192.0.2.6", 40000);
	add_socket(701, "192.0.2.7", 40000);
	expect_from(24, NULL, "192.0.2.7");
}

Test(caller, utmp_of_a_desktop_and_of_a_multiplexer)
{
	add_process(24, 1, "fwctl", PTS3, 0);
	add_utmp("pts/3", ":0", NULL);
	expect_kind(24, NULL, CALLER_LOCAL, NULL);
	remove(utmp);
	add_utmp("pts/3", "tmux(77).%0", NULL);
	expect_kind(24, NULL, CALLER_UNKNOWN, "tmux(77)");
	remove(utmp);
	add_utmp("pts/3", ":S.0", NULL);
	expect_kind(24, NULL, CALLER_UNKNOWN, "S.0");
}

Test(caller, everybody_who_is_logged_in)
{
	const struct caller_sources sources = {proc, utmp};
	struct socket_list found = {0};

	add_process(30, 1, "sshd", 0, 700);
	add_login(30, 1000);
	add_process(31, 1, "sshd", 0, 701);
	add_login(31, (unsigned)-1); /* not logged in yet */
	add_process(32, 1, "nginx", 0, 702);
	add_login(32, 1000);
	add_utmp("pts/3", "192.0.2.10", "192.0.2.10");
	add_utmp("pts/4", "192.0.2.11", "192.0.2.11"); /* whose connection is gone */
	add_socket(700, "192.0.2.7", 40000);
	add_socket(701, "192.0.2.8", 40000);
	add_socket(702, "192.0.2.9", 40000);
	add_socket(703, "192.0.2.10", 40000);
	cr_assert_eq(caller_sessions(&sources, &sockets, &found), 0);
	cr_assert_eq(found.count, 2);
	cr_expect_eq(found.items[0].inode, 700);
	cr_expect_eq(found.items[1].inode, 703);
	sockets_clear(&found);
}

Test(caller, utmp_that_is_cut_off)
{
	char host[64];
	struct prefix address;

	write_file("short", "%s", utmp);
	cr_expect_not(login_host(utmp, "pts/3", host, sizeof(host), &address));
}

Test(process, names_may_have_parentheses)
{
	struct process process;

	set_up();
	add_process(24, 22, "a) S (b", PTS3, 0);
	cr_assert_eq(process_read(proc, 24, &process), 0);
	cr_expect_str_eq(process.name, "a) S (b");
	cr_expect_eq(process.parent, 22);
	cr_expect_eq(process.started, 24);
	write_file("24 (cut", "%s/24/stat", proc);
	cr_expect_lt(process_read(proc, 24, &process), 0);
	tear_down();
}

Test(process, terminals)
{
	char name[16];

	cr_expect(tty_is_pseudo(PTS3, name, sizeof(name)));
	cr_expect_str_eq(name, "pts/3");
	cr_expect(tty_is_pseudo(136 << 8 | 300 % 256 | (300 & ~0xff) << 12, name, sizeof(name)));
	cr_expect_str_eq(name, "pts/300");
	cr_expect_not(tty_is_pseudo(TTY1, name, sizeof(name)));
	cr_expect_not(tty_is_pseudo(4 << 8 | 64, name, sizeof(name)), "ttyS0");
}
