// SPDX-License-Identifier: MIT
/*
 * SYNs over a limit of algorithm syn_cookie: which are answered, and with what.
 * Cookies are random, so the kernel is asked about each.
 */
#include "groups.h"
#include "harness.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cookie_check.skel.h"

#define SEQUENCE      0x89abcdefU
#define CLIENT_TS     0x01020304U
#define MAX_OPTIONS   40
#define MSS_1400      "\x02\x04\x05\x78"
#define SACK	      "\x04\x02"
#define TS	      "\x08\x0a\x01\x02\x03\x04\x00\x00\x00\x00"
#define WSCALE_5      "\x01\x03\x03\x05"
#define LINUX	      MSS_1400 SACK TS WSCALE_5
#define NOPS	      "\x01\x01"
#define OPTIONS(text) (text), sizeof(text) - 1

/* ---- frames ---- */

static struct frame with_options(struct frame frame, const char *bytes, size_t size)
{
	unsigned at = frame.length;

	frame = payload(frame, (unsigned)size, 0);
	memcpy(frame.bytes + at, bytes, size);
	frame.bytes[frame.l4_at + 12] = (uint8_t)((5 + size / 4) << 4);
	return frame;
}

static struct frame syn_of(struct frame ip, const char *bytes, size_t size)
{
	struct frame frame = tcp(ip, 40000, 80, SYN);
	uint32_t sequence = htonl(SEQUENCE);

	memcpy(frame.bytes + frame.l4_at + 4, &sequence, sizeof(sequence));
	return with_options(frame, bytes, size);
}

static struct frame syn4(void)
{
	return syn_of(v4(), OPTIONS(LINUX));
}

static struct frame syn6(void)
{
	return syn_of(v6(), OPTIONS(LINUX));
}

static struct frame vlan(void)
{
	return tag(eth(), ETH_P_8021Q, 7);
}

static struct frame qinq(void)
{
	return tag(tag(eth(), ETH_P_8021AD, 7), ETH_P_8021Q, 9);
}

static struct frame flags(unsigned value)
{
	struct frame frame = syn4();

	return poke8(frame, frame.l4_at + 13, (uint8_t)value);
}

/* ---- policies ---- */

/* All SYNs but one an hour are over this limit. */
static void limited(struct test *test, bool enforce, const char *cookies)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "{'enforce': %s, 'interfaces': {'wan': {}, 'lan': {}}, 'limits': {'syns': "
		 "{'rate': '1/h', 'burst': 1,"
		 " 'algorithm': 'syn_cookie', 'cookies': {%s}}}, 'rules': ["
		 "{'id': 'web', 'match': {'proto': 'tcp', 'dport': 80}, 'limit': 'syns'}]}",
		 enforce ? "true" : "false", cookies);
	use(test, text);
}

/* The limit's one token is taken. */
static void exhaust(struct test *test)
{
	struct frame frame = syn4();

	run(test, &frame);
}

/* ---- the answer ---- */

static uint32_t sum_words(const uint8_t *bytes, size_t size, uint32_t sum)
{
	for (size_t i = 0; i + 1 < size; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* What a right checksum makes of the sum over all, the checksum included: 0xffff. */
static uint32_t tcp_sum(const uint8_t *addresses, size_t size, const uint8_t *header, size_t length)
{
	return sum_words(header, length,
			 sum_words(addresses, size, IPPROTO_TCP + (uint32_t)length));
}

struct expected {
	const char *name;
	struct frame syn;
	const char *options; /* of the answer; our time stamp as 0 */
	size_t size;
	uint8_t low_bits; /* of our time stamp */
};

struct output {
	uint8_t bytes[FRAME_MAX];
	size_t length;
	uint32_t verdict;
};

static bool run_out(struct test *test, const struct frame *frame, struct output *ret)
{
	int err;

	ret->length = sizeof(ret->bytes);
	err = datapath_run_out(test->dp, test->ifindex, frame->bytes, frame->length, &ret->verdict,
			       ret->bytes, &ret->length);
	return check(test, !err, "run", "%s", strerror(-err));
}

/* The ACK that a client sends for the answer; the kernel says whether it takes it. */
static bool takes_ack(struct test *test, const struct cookie_check_bpf *kernel,
		      const struct frame *syn, const uint8_t *answer)
{
	bool six = syn->bytes[syn->ip_at] >> 4 == 6;
	struct frame client = *syn, ack;
	uint32_t sequence = htonl(SEQUENCE + 1), cookie;
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = ack.bytes);

	/* Without tags: the addresses are all that counts. */
	ack = tcp(six ? v6() : v4(), 0, 0, ACK);
	memcpy(ack.bytes + ack.ip_at, client.bytes + client.ip_at, six ? 40 : 20);
	memcpy(ack.bytes + ack.l4_at, client.bytes + client.l4_at, 4);
	memcpy(&cookie, answer + client.l4_at + 4, sizeof(cookie));
	cookie = htonl(ntohl(cookie) + 1);
	memcpy(ack.bytes + ack.l4_at + 4, &sequence, 4);
	memcpy(ack.bytes + ack.l4_at + 8, &cookie, 4);
	opts.data_size_in = ack.length;
	check(test, !bpf_prog_test_run_opts(bpf_program__fd(kernel->progs.cookie_check), &opts),
	      "ask the kernel", "%s", strerror(errno));
	return opts.retval == XDP_PASS;
}

static const char *wrong_ip4(const struct frame *syn, const uint8_t *is, size_t tcp_length)
{
	struct iphdr header, asked;

	memcpy(&header, is + syn->ip_at, sizeof(header));
	memcpy(&asked, syn->bytes + syn->ip_at, sizeof(asked));
	if (header.saddr != asked.daddr || header.daddr != asked.saddr)
		return "IPv4 addresses";
	if (ntohs(header.tot_len) != 20 + tcp_length || header.ihl != 5 || header.ttl != 64 ||
	    header.frag_off != htons(IP_DF) || header.protocol != IPPROTO_TCP)
		return "the IPv4 header";
	return sum_words(is + syn->ip_at, 20, 0) == 0xffff ? NULL : "IPv4's checksum";
}

static const char *wrong_ip6(const struct frame *syn, const uint8_t *is, size_t tcp_length)
{
	struct ipv6hdr header, asked;

	memcpy(&header, is + syn->ip_at, sizeof(header));
	memcpy(&asked, syn->bytes + syn->ip_at, sizeof(asked));
	if (memcmp(&header.saddr, &asked.daddr, 16) || memcmp(&header.daddr, &asked.saddr, 16))
		return "IPv6 addresses";
	if (ntohs(header.payload_len) != tcp_length || header.version != 6 ||
	    header.hop_limit != 64 || header.nexthdr != IPPROTO_TCP)
		return "the IPv6 header";
	return NULL;
}

static const char *wrong_ip(const struct frame *syn, const uint8_t *is, size_t tcp_length)
{
	return syn->bytes[syn->ip_at] >> 4 == 4 ? wrong_ip4(syn, is, tcp_length)
						: wrong_ip6(syn, is, tcp_length);
}

static const char *wrong_tcp(const struct frame *syn, const uint8_t *is, size_t length)
{
	bool six = syn->bytes[syn->ip_at] >> 4 == 6;
	const uint8_t *addresses = is + syn->ip_at + (six ? 8 : 12);
	struct tcphdr header;

	memcpy(&header, is + syn->l4_at, sizeof(header));
	if (header.source != htons(80) || header.dest != htons(40000))
		return "the ports";
	if (ntohl(header.ack_seq) != SEQUENCE + 1)
		return "what it acknowledges";
	if (is[syn->l4_at + 13] != (SYN | ACK) || header.doff * 4U != length || header.urg_ptr)
		return "the TCP header";
	if (tcp_sum(addresses, six ? 32 : 8, is + syn->l4_at, length) != 0xffff)
		return "TCP's checksum";
	return NULL;
}

/* Options as wanted, but for our time stamp, which is the present one. */
static const char *wrong_options(struct test *test, const struct expected *expected,
				 const uint8_t *is)
{
	uint32_t now = (uint32_t)(test->state->test_now / 1000000), stamp;
	uint8_t seen[MAX_OPTIONS];

	memcpy(seen, is, expected->size);
	for (size_t i = 0; i + 10 <= expected->size; i++) {
		if (seen[i] != 8 || seen[i + 1] != 10)
			continue;
		memcpy(&stamp, seen + i + 2, sizeof(stamp));
		memset(seen + i + 2, 0, sizeof(stamp));
		stamp = ntohl(stamp);
		if ((stamp & 63) != expected->low_bits)
			return "what the time stamp carries";
		if (now - stamp > 127)
			return "the time stamp";
	}
	return memcmp(seen, expected->options, expected->size) ? "the options" : NULL;
}

static const char *wrong_frame(const struct frame *syn, const struct output *is, size_t length)
{
	size_t padded = length < 60 ? (syn->length < 60 ? syn->length : 60) : length;

	if (is->verdict != XDP_TX)
		return "the verdict";
	if (is->length != padded)
		return "the frame's length";
	if (memcmp(is->bytes, syn->bytes + 6, 6) || memcmp(is->bytes + 6, syn->bytes, 6))
		return "the stations";
	if (memcmp(is->bytes + 12, syn->bytes + 12, syn->ip_at - 12))
		return "the tags";
	for (size_t i = length; i < is->length; i++)
		if (is->bytes[i])
			return "the padding";
	return NULL;
}

static void check_answer(struct test *test, const struct cookie_check_bpf *kernel,
			 const struct expected *expected)
{
	const struct frame *syn = &expected->syn;
	size_t length = 20 + expected->size;
	struct output is;
	const char *wrong;

	if (!run_out(test, syn, &is))
		return;
	wrong = wrong_frame(syn, &is, syn->l4_at + length);
	if (!wrong)
		wrong = wrong_ip(syn, is.bytes, length);
	if (!wrong)
		wrong = wrong_tcp(syn, is.bytes, length);
	if (!wrong)
		wrong = wrong_options(test, expected, is.bytes + syn->l4_at + 20);
	if (!wrong && !takes_ack(test, kernel, syn, is.bytes))
		wrong = "the cookie: the kernel does not know it";
	if (!check(test, !wrong, expected->name, "wrong: %s", wrong))
		print_frame(syn);
}

/* ---- for SYNPROXY ---- */

#define WITH_5_SACK  (5 | 16)
#define MSS_1460     "\x02\x04\x05\xb4"
#define MSS_1440     "\x02\x04\x05\xa0"
#define OUR_TS	     "\x08\x0a\x00\x00\x00\x00\x01\x02\x03\x04"
#define OUR_WSCALE_7 "\x01\x03\x03\x07"
#define ALL4	     OPTIONS(MSS_1460 SACK OUR_TS OUR_WSCALE_7)
#define ALL6	     OPTIONS(MSS_1440 SACK OUR_TS OUR_WSCALE_7)

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
		{"with ECN", flags(SYN | ECE | CWR), ALL4, WITH_5_SACK},
		{"with URG and PSH", flags(SYN | URG | PSH), ALL4, WITH_5_SACK},
	};

	limited(test, true, "'for': 'synproxy'");
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

	limited(test, true, "'for': 'synproxy', 'mss': 1280, 'wscale': 14");
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
		{"an ACK", flags(ACK), PASS, FW_REASON_RULE, "web"},
		{"a SYN-ACK", flags(SYN | ACK), PASS, FW_REASON_RULE, "web"},
		{"a RST", flags(RST), PASS, FW_REASON_RULE, "web"},
		{"no flags", flags(0), PASS, FW_REASON_RULE, "web"},
		{"SYN and FIN", flags(SYN | FIN), DROP, FW_REASON_OVER_LIMIT, "web"},
		{"SYN and RST", flags(SYN | RST), DROP, FW_REASON_OVER_LIMIT, "web"},
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
	limited(test, true, "'for': 'synproxy'");
	check_row(test, &row);
	CHECK_ROWS(test, rows);
	limited(test, false, "'for': 'synproxy'");
	row = (struct row){"monitor mode", syn4(), WOULD_TX, FW_REASON_SYN_COOKIE, "web"};
	check_row(test, &row);
	row = (struct row){"monitor mode, data", payload(syn4(), 8, 1), WOULD_DROP,
			   FW_REASON_OVER_LIMIT, "web"};
	check_row(test, &row);
}

/* ---- for sockets of this host ---- */

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
static void test_sockets(struct test *test, const struct cookie_check_bpf *kernel)
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
	limited(test, true, "");
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

/* ---- the rest ---- */

/* A canary tells what it would do, and what follows decides. */
static void test_canary(struct test *test)
{
	struct row row = {"canary", syn4(), PASS, FW_REASON_DEFAULT, NULL, "web"};

	use(test, "{'enforce': true, 'limits': {'syns': {'rate': '1/h', 'burst': 1,"
		  " 'algorithm': 'syn_cookie'}}, 'rules': [{'id': 'web', 'enforce': false,"
		  " 'match': {'proto': 'tcp', 'dport': 80}, 'limit': 'syns'}]}");
	exhaust(test);
	read_events(test);
	check_row(test, &row);
	if (check_equal(test, read_events(test), 1, "a canary tells")) {
		check_equal(test, test->events[0].outcome, WOULD_TX, "what it would do");
		check_equal(test, test->events[0].reason, FW_REASON_SYN_COOKIE, "and why");
	}
	row.frame = flags(ACK);
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
	test_sockets(test, kernel);
	cookie_check_bpf__destroy(kernel);
}
