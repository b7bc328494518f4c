// SPDX-License-Identifier: MIT
/* What the service manager receives. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/program/notify.h"

/* A line of the protocol is an assignment: a text must not begin another one. */
Test(notify, a_status_is_one_line)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char folder[] = "/tmp/fwd-unit-notify.XXXXXX", text[256] = "";
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	cr_assert(fd >= 0 && mkdtemp(folder));
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket", folder);
	cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	setenv("NOTIFY_SOCKET", address.sun_path, 1);
	notify_status("\"%s\" is \xc3\xa9", "a\nREADY=1\r\tb\x7f");
	cr_assert_gt(recv(fd, text, sizeof(text) - 1, 0), 0);
	cr_expect_str_eq(text, "STATUS=\"a READY=1  b \" is \xc3\xa9");
	unlink(address.sun_path);
	rmdir(folder);
	close(fd);
}
