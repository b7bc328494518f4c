// SPDX-License-Identifier: MIT
/* SYNs answered with cookies for sockets of this host. */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"
#include "tests/bpf/lib/syns.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool put(struct test *test, const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	bool good = file && fputs(text, file) >= 0;

	if (file && fclose(file))
		good = false;
	return check(test, good, path, "cannot write %s", text);
}

static int listen_on(struct test *test, int family, int backlog)
{
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(80)};
	struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(80)};
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
	bool good = fd >= 0;

	if (family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	good = good && !(family == AF_INET6 ? bind(fd, (void *)&six, sizeof(six))
					    : bind(fd, (void *)&four, sizeof(four)));
	check(test, good && !listen(fd, backlog), "listen", "%s", strerror(errno));
	return fd;
}

static void test_local(struct test *test, const struct cookie_check_bpf *kernel)
{
	const struct expected plain[] = {
		{"IPv4, time stamps with a secret offset", syn4(), OPTIONS(MSS_1460)},
		{"IPv6, the same", syn6(), OPTIONS(MSS_1440)},
	};
	const struct expected full[] = {
		{"IPv4, time stamps without", syn4(),
		 OPTIONS(MSS_1460 SACK OUR_TS "\x01\x03\x03\x09"), WITH_5_SACK},
		{"IPv6, the same", syn6(), OPTIONS(MSS_1440 SACK OUR_TS "\x01\x03\x03\x09"),
		 WITH_5_SACK},
	};
	const struct expected no_sack = {"a host without SACK", syn4(),
					 OPTIONS(MSS_1460 NOPS OUR_TS "\x01\x03\x03\x09"), 5};

	test->state->cookies = FW_COOKIES_ALWAYS;
	for (size_t i = 0; i < array_size(plain); i++)
		check_answer(test, kernel, &plain[i]);
	test->state->cookie_options = FW_SYN_TIMESTAMP | FW_SYN_SACK | FW_SYN_WSCALE;
	test->state->cookie_wscale = 9;
	for (size_t i = 0; i < array_size(full); i++)
		check_answer(test, kernel, &full[i]);
	test->state->cookie_options = FW_SYN_TIMESTAMP | FW_SYN_WSCALE;
	check_answer(test, kernel, &no_sack);
}

static void test_local_verdicts(struct test *test)
{
	const struct row rows[] = {
		{"a socket listens", syn4(), TX, FW_REASON_SYN_COOKIE, "web"},
		{"IPv6", syn6(), TX, FW_REASON_SYN_COOKIE, "web"},
		{"not an address of this host",
		 syn_of(ip4(eth(), SRC4, "198.51.100.200"), OPTIONS(LINUX)), DROP,
		 FW_REASON_OVER_LIMIT, "web"},
		{"nor this", syn_of(ip6(eth(), SRC6, "2001:db8:9::1"), OPTIONS(LINUX)), DROP,
		 FW_REASON_OVER_LIMIT, "web"},
	};
	struct row row = rows[0];

	CHECK_ROWS(test, rows);
	/* The kernel makes cookies only when a queue is full, and it is not. */
	put(test, "/proc/sys/net/ipv4/tcp_syncookies", "1");
	test->state->cookies = FW_COOKIES_WHEN_FULL;
	row = (struct row){"the queue has room", syn4(), PASS, FW_REASON_SYN_QUEUE, "web"};
	check_row(test, &row);
	put(test, "/proc/sys/net/ipv4/tcp_syncookies", "0");
	test->state->cookies = FW_COOKIES_NEVER;
	row = (struct row){"no cookies", syn4(), DROP, FW_REASON_OVER_LIMIT, "web"};
	check_row(test, &row);
	put(test, "/proc/sys/net/ipv4/tcp_syncookies", "2");
	test->state->cookies = FW_COOKIES_ALWAYS;
}

/* With a wildcard socket of each family, and the addresses that packets come to. */
void test_cookie_sockets(struct test *test, const struct cookie_check_bpf *kernel)
{
	struct row none = {"no socket", syn4(), DROP, FW_REASON_OVER_LIMIT, "web"};
	int four, six;

	check(test,
	      !system("ip link set lo up; ip link set wan up; ip link set lan up;"
		      "ip address add " DST4 "/32 dev lo; ip address add " DST6 "/128 dev lo;"
		      "ip route add 198.51.100.0/24 dev wan; ip route add 2001:db8:9::/48 dev wan"),
	      "addresses", "cannot be set");
	put(test, "/proc/sys/net/ipv4/tcp_syncookies", "2");
	put(test, "/proc/sys/net/ipv4/ip_forward", "1");
	put(test, "/proc/sys/net/ipv6/conf/all/forwarding", "1");
	test->ifindex = test->wan;
	use_cookies(test, true, "");
	exhaust(test);
	test->state->cookies = FW_COOKIES_ALWAYS;
	check_row(test, &none);
	four = listen_on(test, AF_INET, 16);
	six = listen_on(test, AF_INET6, 16);
	test_local(test, kernel);
	test_local_verdicts(test);
	close(four);
	close(six);
}
