// SPDX-License-Identifier: MIT
/* IPv4 headers: options, lengths, padding. */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"

#include <netinet/in.h>

#define IP 14 /* where the IP header stands in an untagged frame */

/* UDP to a port behind so many bytes of options. */
static struct frame with_options(unsigned size, uint16_t port)
{
	return udp(options(v4(), size), 40000, port);
}

/* Bytes that would be port 53 for a reader that takes every header for 20 bytes. */
static struct frame disguised(void)
{
	struct frame frame = with_options(8, 54);

	frame = poke16(frame, IP + 20, 53);
	return poke16(frame, IP + 22, 53);
}

static void test_header(struct test *test)
{
	const struct row rows[] = {
		{"plain", udp4(40000, 53), DROP, FW_REASON_RULE, "dns"},
		{"4 bytes of options", with_options(4, 53), DROP, FW_REASON_RULE, "dns"},
		{"40 bytes of options", with_options(40, 53), DROP, FW_REASON_RULE, "dns"},
		{"options, another port", with_options(40, 54), PASS, FW_REASON_DEFAULT},
		{"options that look like ports", disguised(), PASS, FW_REASON_DEFAULT},
		{"options with a wrong length", poke16(with_options(4, 53), IP + 20, 0x83ff), DROP,
		 FW_REASON_RULE, "dns"},
		{"IHL 0", poke8(udp4(40000, 53), IP, 0x40), DROP, FW_REASON_IP4_IHL},
		{"IHL 4", poke8(udp4(40000, 53), IP, 0x44), DROP, FW_REASON_IP4_IHL},
		{"IHL 15 in a datagram of 28", poke8(udp4(40000, 53), IP, 0x4f), DROP,
		 FW_REASON_IP4_LENGTH},
		{"IHL that leaves 4 bytes of UDP", poke8(udp4(40000, 53), IP, 0x46), DROP,
		 FW_REASON_SHORT_UDP},
		{"version 0", poke8(udp4(40000, 53), IP, 0x05), DROP, FW_REASON_IP4_VERSION},
		{"version 6", poke8(udp4(40000, 53), IP, 0x65), DROP, FW_REASON_IP4_VERSION},
		{"TTL 0", ttl(udp4(40000, 54), 0), PASS, FW_REASON_DEFAULT},
	};

	CHECK_ROWS(test, rows);
}

static void test_length(struct test *test)
{
	struct frame dns = udp4(40000, 53), hidden = udp4(40000, 54);
	const struct row rows[] = {
		{"total length 0", poke16(dns, IP + 2, 0), DROP, FW_REASON_IP4_LENGTH},
		{"total length 19", poke16(dns, IP + 2, 19), DROP, FW_REASON_IP4_LENGTH},
		{"below a header with options", poke16(with_options(8, 53), IP + 2, 27), DROP,
		 FW_REASON_IP4_LENGTH},
		{"one byte beyond the frame", poke16(dns, IP + 2, 29), DROP, FW_REASON_IP4_LENGTH},
		{"total length 65535", poke16(dns, IP + 2, 65535), DROP, FW_REASON_IP4_LENGTH},
		{"a header alone, of UDP", poke16(dns, IP + 2, 20), DROP, FW_REASON_SHORT_UDP},
		{"a header alone, of GRE", proto(v4(), 47), PASS, FW_REASON_DEFAULT},
		{"padding", pad(dns, 60, 0), DROP, FW_REASON_RULE, "dns"},
		{"padding is not length", pad(dns, 60, 0xff), DROP, FW_REASON_RULE, "dns"},
		/* 28 bytes of datagram, then what would be another datagram for a careless reader. */
		{"padding is not looked at", pad(hidden, 60, 53), PASS, FW_REASON_DEFAULT},
		{"UDP in the padding", poke16(pad(dns, 60, 0), IP + 2, 20), DROP,
		 FW_REASON_SHORT_UDP},
		{"half of UDP in the padding", poke16(pad(dns, 60, 0), IP + 2, 27), DROP,
		 FW_REASON_SHORT_UDP},
		{"TCP in the padding", poke16(tcp4(40000, 54), IP + 2, 39), DROP,
		 FW_REASON_SHORT_TCP},
		{"UDP length that counts the padding",
		 poke16(pad(dns, 60, 0), dns.udp_at + 4, 60 - dns.udp_at), DROP,
		 FW_REASON_UDP_LENGTH},
	};

	CHECK_ROWS(test, rows);
}

/* The malformed verdict can be to pass; the reason stays, and no rule has a say. */
static void test_malformed_pass(struct test *test)
{
	const struct row rows[] = {
		{"IHL 4", poke8(udp4(40000, 53), IP, 0x44), PASS, FW_REASON_IP4_IHL},
		{"total length 19", poke16(v4(), IP + 2, 19), PASS, FW_REASON_IP4_LENGTH},
		{"cut", cut(v4(), 20), PASS, FW_REASON_SHORT_IP4},
		{"sound", udp4(40000, 53), DROP, FW_REASON_RULE, "all"},
	};

	use(test, "{'enforce': true, 'defaults': {'malformed': 'pass'}, 'rules': ["
		  "{'id': 'all', 'action': 'drop'}]}");
	CHECK_ROWS(test, rows);
}

void test_ip4(struct test *test)
{
	use(test, "{'enforce': true, 'rules': ["
		  "{'id': 'dns', 'match': {'proto': 'udp', 'dport': 53}, 'action': 'drop'}]}");
	test_header(test);
	test_length(test);
	test_malformed_pass(test);
}
