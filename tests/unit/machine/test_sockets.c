// SPDX-License-Identifier: MIT
/* Sockets as the kernel has them, and SSH_CONNECTION. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/machine/sockets.h"

static void expect_socket(const struct socket_info *is, const char *remote, unsigned remote_port,
			  const char *local, unsigned local_port)
{
	char text[PREFIX_TEXT];

	cr_expect_str_eq(prefix_format(&is->remote, text), remote);
	cr_expect_str_eq(prefix_format(&is->local, text), local);
	cr_expect_eq(is->remote_port, remote_port);
	cr_expect_eq(is->local_port, local_port);
}

/* A connection over the loopback interface, in an address family; both ends in ret. */
static void connect_pair(int family, const char *address, int ret[2])
{
	struct sockaddr_in6 six = {.sin6_family = AF_INET6};
	struct sockaddr_in four = {.sin_family = AF_INET};
	struct sockaddr *at = family == AF_INET ? (void *)&four : (void *)&six;
	socklen_t size = family == AF_INET ? sizeof(four) : sizeof(six);
	int server = socket(family, SOCK_STREAM, 0);

	inet_pton(family, address,
		  family == AF_INET ? (void *)&four.sin_addr : (void *)&six.sin6_addr);
	cr_assert_eq(bind(server, at, size), 0);
	cr_assert_eq(listen(server, 1), 0);
	cr_assert_eq(getsockname(server, at, &size), 0);
	ret[0] = socket(family, SOCK_STREAM, 0);
	cr_assert_eq(connect(ret[0], at, size), 0);
	ret[1] = accept(server, NULL, NULL);
	cr_assert_geq(ret[1], 0);
	close(server);
}

static const struct socket_info *find(const struct socket_list *list, int fd)
{
	struct stat status;

	cr_assert_eq(fstat(fd, &status), 0);
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].inode == status.st_ino)
			return &list->items[i];
	}
	return NULL;
}

static void check_pair(int family, const char *address, const char *seen)
{
	struct socket_list list;
	const struct socket_info *client, *server;
	char text[PREFIX_TEXT];
	int ends[2];

	connect_pair(family, address, ends);
	cr_assert_eq(sockets_read(&list), 0);
	client = find(&list, ends[0]);
	server = find(&list, ends[1]);
	cr_assert(client && server, "found by their inodes");
	cr_expect_eq(client->state, SOCKET_ESTABLISHED);
	cr_expect_eq(server->state, SOCKET_ESTABLISHED);
	cr_expect_eq(client->protocol, IPPROTO_TCP);
	cr_expect_str_eq(prefix_format(&client->local, text), seen);
	cr_expect_eq(client->local_port, server->remote_port);
	cr_expect_eq(client->remote_port, server->local_port);
	sockets_clear(&list);
	close(ends[0]);
	close(ends[1]);
}

Test(sockets, tcp)
{
	check_pair(AF_INET, "127.0.0.1", "127.0.0.1");
	check_pair(AF_INET6, "::1", "::1");
	check_pair(AF_INET6, "::ffff:127.0.0.1", "127.0.0.1");
}

Test(sockets, those_that_listen_are_none)
{
	struct socket_list list;
	int ends[2], fd = socket(AF_INET, SOCK_STREAM, 0);

	cr_assert_eq(listen(fd, 1), 0);
	connect_pair(AF_INET, "127.0.0.1", ends);
	shutdown(ends[0], SHUT_WR);
	cr_assert_eq(sockets_read(&list), 0);
	cr_expect_null(find(&list, fd));
	cr_expect_eq(find(&list, ends[0])->state, SOCKET_CLOSING, "half of it");
	sockets_clear(&list);
}

Test(sockets, udp)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(at);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	const struct socket_info *info;
	struct socket_list list;

	cr_assert_eq(bind(fd, (void *)&at, sizeof(at)), 0);
	cr_assert_eq(getsockname(fd, (void *)&at, &size), 0);
	cr_assert_eq(sockets_read(&list), 0);
	info = find(&list, fd);
	cr_assert(info);
	cr_expect_eq(info->protocol, IPPROTO_UDP);
	cr_expect_eq(info->local_port, ntohs(at.sin_port));
	cr_expect_eq(info->state, SOCKET_UNCONNECTED);
	sockets_clear(&list);
}

Test(sockets, listening)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY)};
	int tcp = socket(AF_INET, SOCK_STREAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0);
	const struct socket_info *info;
	struct socket_list list;
	int pair[2];

	connect_pair(AF_INET, "127.0.0.1", pair);
	cr_assert_eq(bind(udp, (void *)&at, sizeof(at)), 0);
	cr_assert_eq(bind(tcp, (void *)&at, sizeof(at)), 0);
	cr_assert_eq(listen(tcp, 1), 0);
	cr_assert_eq(sockets_read_listening(&list), 0);
	info = find(&list, tcp);
	cr_assert(info);
	cr_expect_eq(info->state, SOCKET_LISTENING);
	info = find(&list, udp);
	cr_assert(info);
	cr_expect_eq(info->state, SOCKET_UNCONNECTED);
	cr_expect_not(find(&list, pair[0]));
	sockets_clear(&list);
	cr_assert_eq(sockets_read(&list), 0);
	cr_expect_not(find(&list, tcp));
	sockets_clear(&list);
}

Test(sockets, ssh_connection)
{
	static const char *const bad[] = {
		"",
		"192.0.2.7 40000 198.51.100.1",
		"192.0.2.7 40000 198.51.100.1 22 more",
		"192.0.2.7 0 198.51.100.1 22",
		"192.0.2.7 65536 198.51.100.1 22",
		"192.0.2.7 -1 198.51.100.1 22",
		"192.0.2.0/24 40000 198.51.100.1 22",
		"192.0.2.7 40000 2001:db8::1 22",
		"host 40000 198.51.100.1 22",
		"192.0.2.7 40000x 198.51.100.1 22",
		"192.0.2.7;reboot 40000 198.51.100.1 22",
	};
	struct socket_info info;

	cr_assert(socket_from_ssh("192.0.2.7 40000 198.51.100.1 22", &info));
	expect_socket(&info, "192.0.2.7", 40000, "198.51.100.1", 22);
	cr_assert(socket_from_ssh("fe80::7%eth0 40000 fe80::1%eth0 22", &info));
	expect_socket(&info, "fe80::7", 40000, "fe80::1", 22);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		cr_expect_not(socket_from_ssh(bad[i], &info), "%s", bad[i]);
}
