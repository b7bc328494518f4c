// SPDX-License-Identifier: MIT
#include "tests/bench/lib/traffic/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int put(const char *path, const char *value)
{
	FILE *file = fopen(path, "w");
	int err = file && fputs(value, file) >= 0 ? 0 : -EIO;

	if (file && fclose(file))
		err = -EIO;
	return err;
}

static int make_host(void)
{
	if (unshare(CLONE_NEWNET))
		return -errno;
	if (system("ip link set lo up && ip address add 198.51.100.1/32 dev lo") != 0)
		return -ENODEV;
	if (put("/proc/sys/net/ipv4/tcp_syncookies", "2") ||
	    put("/proc/sys/net/ipv4/ip_forward", "1"))
		return -EIO;
	return 0;
}

int listener_open(void)
{
	const struct sockaddr_in address = {.sin_family = AF_INET,
					    .sin_port = htons(LISTENER_PORT),
					    .sin_addr.s_addr = htonl(LISTENER_ADDRESS)};
	int err = make_host(), fd;

	if (err)
		return err;
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (const void *)&address, sizeof(address)) || listen(fd, 128)) {
		err = -errno;
		if (fd >= 0)
			close(fd);
		return err;
	}
	return fd;
}
