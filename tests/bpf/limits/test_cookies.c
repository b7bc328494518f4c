// SPDX-License-Identifier: MIT
/* SYNs over a limit of algorithm syn_cookie: which are answered, and with what. */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"
#include "tests/bpf/lib/syns.h"

#include <errno.h>
#include <linux/bpf.h>
#include <netinet/in.h>
#include <string.h>

#include "tests/cookie_check.skel.h"

#define OUR_WSCALE_7 "\x01\x03\x03\x07"
#define ALL4	     OPTIONS(MSS_1460 SACK OUR_TS OUR_WSCALE_7)
#define ALL6	     OPTIONS(MSS_1440 SACK OUR_TS OUR_WSCALE_7)

static struct frame vlan(void)
{
	return tag(eth(), ETH_P_8021Q, 7);
}

static struct frame qinq(void)
{
	return tag(tag(eth(), ETH_P_8021AD, 7), ETH_P_8021Q, 9);
}

static void test_answers(struct test *test, const struct cookie_check_bpf *kernel)
{
	const struct expected rows[] = {
		{"IPv4", syn4(), ALL4, WITH_5_SACK},
		{"IPv6", syn6(), ALL6, WITH_5_SACK},
		{"IPv4, VLAN", syn_of(ip4(vlan(), SRC4, DST4), OPTIONS(LINUX)), ALL4, WITH_5_SACK},
		{"IPv6, VLAN", syn_of(ip6(vlan(), SRC6, DST6), OPTIONS(LINUX)), ALL6, WITH_5_SACK},
		{"IPv4, QinQ", syn_of(ip4(qinq(), SRC4, DST4), OPTIONS(LINUX)), ALL4, WITH_5_SACK},
		{"IPv6, QinQ", syn_of(ip6(qinq(), SRC6, DST6), OPTIONS(LINUX)), ALL6, WITH_5_SACK},
		{"IPv4, no options", syn_of(v4(), OPTIONS("")), OPTIONS("")},
		{"IPv6, no options", syn_of(v6(), OPTIONS("")), OPTIONS("")},
		{"IPv4, no options, padded", pad(syn_of(v4(), OPTIONS("")), 60, 0xaa), OPTIONS("")},
		{"IPv4, MSS, padded", pad(syn_of(v4(), OPTIONS(MSS_1400)), 60, 0xaa),
		 OPTIONS(MSS_1460)},
		{"IPv4, VLAN, no options, padded",
		 pad(syn_of(ip4(vlan(), SRC4, DST4), OPTIONS("")), 60, 0xaa), OPTIONS("")},
		{"IPv4, long padding", pad(syn4(), 200, 0xaa), ALL4, WITH_5_SACK},
		{"IPv6, MSS only", syn_of(v6(), OPTIONS(MSS_1400)), OPTIONS(MSS_1440)},
		{"no time stamp: MSS only", syn_of(v4(), OPTIONS(MSS_1400 NOPS SACK WSCALE_5)),
		 OPTIONS(MSS_1460)},
		{"no MSS", syn_of(v4(), OPTIONS(SACK TS WSCALE_5)),
		 OPTIONS(SACK OUR_TS OUR_WSCALE_7), WITH_5_SACK},
		{"no SACK", syn_of(v4(), OPTIONS(MSS_1400 NOPS TS WSCALE_5)),
		 OPTIONS(MSS_1460 NOPS OUR_TS OUR_WSCALE_7), 5},
		{"no window scale", syn_of(v4(), OPTIONS(MSS_1400 SACK TS)),
		 OPTIONS(MSS_1460 SACK OUR_TS), 15 | 16},
		{"time stamp only", syn_of(v4(), OPTIONS(TS NOPS)), OPTIONS(NOPS OUR_TS), 15},
		{"another order, unknown options between",
		 syn_of(v4(), OPTIONS("\x1e\x04\xff\xff" WSCALE_5 TS SACK MSS_1400)), ALL4,
		 WITH_5_SACK},
		{"window scale beyond 14", syn_of(v4(), OPTIONS(TS NOPS "\x01\x03\x03\xff")),
		 OPTIONS(NOPS OUR_TS OUR_WSCALE_7), 14},
		{"full of NOPs",
		 syn_of(v4(), OPTIONS("\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01"
				      "\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01"
				      "\x01\x01\x01\x01\x01\x01" MSS_1400)),
		 OPTIONS(MSS_1460)},
		{"an option of length 0", syn_of(v4(), OPTIONS(MSS_1400 "\x08\x00\x01\x01")),
		 OPTIONS(MSS_1460)},
		{"an option of length 1", syn_of(v4(), OPTIONS(MSS_1400 "\x08\x01\x01\x01")),
		 OPTIONS(MSS_1460)},
		{"an option beyond the header", syn_of(v4(), OPTIONS(MSS_1400 "\x01\x01\x08\x0a")),
		 OPTIONS(MSS_1460)},
		{"an option cut by the header", syn_of(v4(), OPTIONS(MSS_1400 "\x01\x01\x01\x08")),
		 OPTIONS(MSS_1460)},
		{"the end of options", syn_of(v4(), OPTIONS("\x00\x00\x00\x00" MSS_1400)),
		 OPTIONS("")},
		{"an MSS of a wrong length",
		 syn_of(v4(), OPTIONS("\x02\x06\x05\x78\x01\x01\x01\x01")), OPTIONS("")},
		{"with ECN", syn_flags(SYN | ECE | CWR), ALL4, WITH_5_SACK},
		{"with URG and PSH", syn_flags(SYN | URG | PSH), ALL4, WITH_5_SACK},
	};

	use_cookies(test, true, "'for': 'synproxy'");
	exhaust(test);
	for (size_t i = 0; i < array_size(rows); i++)
		check_answer(test, kernel, &rows[i]);
}

static void test_settings(struct test *test, const struct cookie_check_bpf *kernel)
{
	const struct expected rows[] = {
		{"IPv4, mss and wscale", syn4(),
		 OPTIONS("\x02\x04\x05\x00" SACK OUR_TS "\x01\x03\x03\x0e"), WITH_5_SACK},
		{"IPv6, mss and wscale", syn6(),
		 OPTIONS("\x02\x04\x04\xec" SACK OUR_TS "\x01\x03\x03\x0e"), WITH_5_SACK},
	};

	use_cookies(test, true, "'for': 'synproxy', 'mss': 1280, 'wscale': 14");
	exhaust(test);
	for (size_t i = 0; i < array_size(rows); i++)
		check_answer(test, kernel, &rows[i]);
}

/* What is not a SYN passes; what cannot be answered is over the limit; all say so. */
static void test_verdicts(struct test *test)
{
	const struct row rows[] = {
		{"a SYN", syn4(), TX, FW_REASON_SYN_COOKIE, "web"},
		{"IPv6", syn6(), TX, FW_REASON_SYN_COOKIE, "web"},
		{"an ACK", syn_flags(ACK), PASS, FW_REASON_RULE, "web"},
		{"a SYN-ACK", syn_flags(SYN | ACK), PASS, FW_REASON_RULE, "web"},
		{"a RST", syn_flags(RST), PASS, FW_REASON_RULE, "web"},
		{"no flags", syn_flags(0), PASS, FW_REASON_RULE, "web"},
		{"SYN and FIN", syn_flags(SYN | FIN), DROP, FW_REASON_OVER_LIMIT, "web"},
		{"SYN and RST", syn_flags(SYN | RST), DROP, FW_REASON_OVER_LIMIT, "web"},
		{"data", payload(syn4(), 8, 1), DROP, FW_REASON_OVER_LIMIT, "web"},
		{"data, IPv6", payload(syn6(), 1, 1), DROP, FW_REASON_OVER_LIMIT, "web"},
		{"IPv4 options", syn_of(options(v4(), 4), OPTIONS(MSS_1400)), DROP,
		 FW_REASON_OVER_LIMIT, "web"},
		{"IPv4 options as long as data", syn_of(options(v4(), 20), OPTIONS("")), DROP,
		 FW_REASON_OVER_LIMIT, "web"},
		{"an extension header", syn_of(ext(v6(), IPPROTO_DSTOPTS, 8), OPTIONS(MSS_1400)),
		 DROP, FW_REASON_OVER_LIMIT, "web"},
		{"an atomic fragment", syn_of(fragment6(v6(), 0, false, 7), OPTIONS(MSS_1400)),
		 DROP, FW_REASON_OVER_LIMIT, "web"},
		{"a first fragment",
		 payload(syn_of(fragment4(v4(), 0, true, 7), OPTIONS(MSS_1400)), 8, 0), DROP,
		 FW_REASON_OVER_LIMIT, "web"},
		{"its second", payload(proto(fragment4(v4(), 8, false, 7), IPPROTO_TCP), 8, 0),
		 DROP, FW_REASON_FRAGMENT, "web"},
		{"from broadcast", syn_of(ip4(eth(), "255.255.255.255", DST4), OPTIONS(LINUX)),
		 DROP, FW_REASON_OVER_LIMIT, "web"},
		{"from multicast", syn_of(ip4(eth(), "224.0.0.1", DST4), OPTIONS(LINUX)), DROP,
		 FW_REASON_OVER_LIMIT, "web"},
		{"from nowhere", syn_of(ip4(eth(), "0.0.0.0", DST4), OPTIONS(LINUX)), DROP,
		 FW_REASON_OVER_LIMIT, "web"},
		{"from loopback", syn_of(ip4(eth(), "127.0.0.1", DST4), OPTIONS(LINUX)), DROP,
		 FW_REASON_OVER_LIMIT, "web"},
		{"to multicast", syn_of(ip4(eth(), SRC4, "239.1.2.3"), OPTIONS(LINUX)), DROP,
		 FW_REASON_OVER_LIMIT, "web"},
		{"from multicast, IPv6", syn_of(ip6(eth(), "ff02::1", DST6), OPTIONS(LINUX)), DROP,
		 FW_REASON_OVER_LIMIT, "web"},
		{"from ::", syn_of(ip6(eth(), "::", DST6), OPTIONS(LINUX)), DROP,
		 FW_REASON_OVER_LIMIT, "web"},
		{"from a group of stations", poke8(syn4(), 6, 1), DROP, FW_REASON_OVER_LIMIT,
		 "web"},
		{"to all stations", poke8(syn4(), 0, 0xff), DROP, FW_REASON_OVER_LIMIT, "web"},
		{"another port", tcp4(1, 81), PASS, FW_REASON_DEFAULT, NULL},
		{"malformed", cut(syn4(), 50), DROP, FW_REASON_IP4_LENGTH, NULL},
	};
	struct row row = {"within", syn4(), PASS, FW_REASON_WITHIN_LIMIT, "web"};

	pass_time(test, 7200 * SECOND);
	use_cookies(test, true, "'for': 'synproxy'");
	check_row(test, &row);
	CHECK_ROWS(test, rows);
	use_cookies(test, false, "'for': 'synproxy'");
	row = (struct row){"monitor mode", syn4(), WOULD_TX, FW_REASON_SYN_COOKIE, "web"};
	check_row(test, &row);
	row = (struct row){"monitor mode, data", payload(syn4(), 8, 1), WOULD_DROP,
			   FW_REASON_OVER_LIMIT, "web"};
	check_row(test, &row);
}

/* A canary shows what it would do, and what follows decides. */
static void test_canary(struct test *test)
{
	struct row row = {"canary", syn4(), PASS, FW_REASON_DEFAULT, NULL, "web"};

	use(test, "{'enforce': true, 'limits': {'syns': {'rate': '1/h', 'burst': 1,"
		  " 'algorithm': 'syn_cookie'}}, 'rules': [{'id': 'web', 'enforce': false,"
		  " 'match': {'proto': 'tcp', 'dport': 80}, 'limit': 'syns'}]}");
	exhaust(test);
	read_events(test);
	check_row(test, &row);
	if (check_equal(test, read_events(test), 1, "a canary shows")) {
		check_equal(test, test->events[0].outcome, WOULD_TX, "what it would do");
		check_equal(test, test->events[0].reason, FW_REASON_SYN_COOKIE, "and why");
	}
	row.frame = syn_flags(ACK);
	check_row(test, &row);
	check_equal(test, read_events(test), 0, "but nothing of ACKs");
}

void test_cookies(struct test *test)
{
	struct cookie_check_bpf *kernel = cookie_check_bpf__open_and_load();

	if (!check(test, kernel, "load the check", "%s", strerror(errno)))
		return;
	test_answers(test, kernel);
	test_settings(test, kernel);
	test_verdicts(test);
	test_canary(test);
	test_cookie_sockets(test, kernel);
	cookie_check_bpf__destroy(kernel);
}
