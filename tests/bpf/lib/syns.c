// SPDX-License-Identifier: MIT
#include "tests/bpf/lib/syns.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <stdio.h>
#include <string.h>

#include "tests/cookie_check.skel.h"

#define SEQUENCE    0x89abcdefU
#define MAX_OPTIONS 40

/* ---- frames ---- */

static struct frame with_options(struct frame frame, const char *bytes, size_t size)
{
	unsigned at = frame.length;

	frame = payload(frame, (unsigned)size, 0);
	memcpy(frame.bytes + at, bytes, size);
	frame.bytes[frame.l4_at + 12] = (uint8_t)((5 + size / 4) << 4);
	return frame;
}

struct frame syn_of(struct frame ip, const char *bytes, size_t size)
{
	struct frame frame = tcp(ip, 40000, 80, SYN);
	uint32_t sequence = htonl(SEQUENCE);

	memcpy(frame.bytes + frame.l4_at + 4, &sequence, sizeof(sequence));
	return with_options(frame, bytes, size);
}

struct frame syn4(void)
{
	return syn_of(v4(), OPTIONS(LINUX));
}

struct frame syn6(void)
{
	return syn_of(v6(), OPTIONS(LINUX));
}

struct frame syn_flags(unsigned value)
{
	struct frame frame = syn4();

	return poke8(frame, frame.l4_at + 13, (uint8_t)value);
}

/* ---- policies ---- */

void use_cookies(struct test *test, bool enforce, const char *cookies)
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

void exhaust(struct test *test)
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

void check_answer(struct test *test, const struct cookie_check_bpf *kernel,
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
