// SPDX-License-Identifier: MIT
/* Properties of a network interface, without its programs. */
#include "daemon/fwd/datapath/attach/kernel/inspect.h"

#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <sys/ioctl.h>

static int ask(const char *name, unsigned long what, struct ifreq *ret)
{
	cleanup_fd int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	*ret = (struct ifreq){0};
	snprintf(ret->ifr_name, sizeof(ret->ifr_name), "%s", name);
	return fd < 0 || ioctl(fd, what, ret) ? -errno : 0;
}

uint32_t device_mtu(const char *name)
{
	struct ifreq answer;

	return ask(name, SIOCGIFMTU, &answer) ? 0 : answer.ifr_mtu;
}

int device_check(const char *name, struct errors *errs)
{
	struct ifreq answer;
	int err = ask(name, SIOCGIFHWADDR, &answer);

	if (err)
		return fail(errs, err, "cannot read the properties of %s", name);
	if (answer.ifr_hwaddr.sa_family == ARPHRD_ETHER ||
	    answer.ifr_hwaddr.sa_family == ARPHRD_LOOPBACK)
		return 0;
	fail(errs, 0,
	     "%s has no Ethernet headers (link type %u: a tunnel or PPP?): its packets would be "
	     "taken for something else, and pass all rules",
	     name, answer.ifr_hwaddr.sa_family);
	return -EPFNOSUPPORT;
}
