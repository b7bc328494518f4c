// SPDX-License-Identifier: MIT
/* Packets, and sending them. */
#include "tests/flood/flood.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define MAX_BATCH	   64
#define BATCHES_PER_SECOND 100 /* at least, so that a slow flood comes evenly */

struct frame {
	struct ether_header ether;
	struct ip ip;
	union {
		struct udphdr udp;
		struct tcphdr tcp;
	};
	uint8_t payload[MAX_PAYLOAD];
} __attribute__((packed));

static volatile sig_atomic_t told_to_end;

static void on_term(int number)
{
	(void)number;
	told_to_end = 1;
}

/* ---- packets ---- */

static uint64_t random_word(void)
{
	/* Marsaglia, "Xorshift RNGs", 2003. */
	static uint64_t state = 88172645463325252ULL;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static uint32_t sum_words(const void *data, size_t size)
{
	const uint8_t *bytes = data;
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < size; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	return sum;
}

static uint16_t fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t) ~((sum & 0xffff) + (sum >> 16)));
}

/* What all packets have in common. Returns the length of the frame. */
static size_t prepare(const struct plan *plan, struct frame *frame)
{
	size_t length = sizeof(frame->ip) +
			(plan->syn ? sizeof(struct tcphdr) : sizeof(struct udphdr) + plan->length);

	memset(frame, 0, sizeof(*frame));
	memcpy(frame->ether.ether_shost, plan->from, 6);
	memcpy(frame->ether.ether_dhost, plan->to, 6);
	frame->ether.ether_type = htons(ETHERTYPE_IP);
	frame->ip.ip_v = 4;
	frame->ip.ip_hl = 5;
	frame->ip.ip_len = htons((uint16_t)length);
	frame->ip.ip_ttl = 64;
	frame->ip.ip_p = plan->syn ? IPPROTO_TCP : IPPROTO_UDP;
	if (plan->syn) {
		frame->tcp.th_dport = htons((uint16_t)plan->dport);
		frame->tcp.th_flags = TH_SYN;
		frame->tcp.th_off = 5;
		frame->tcp.th_win = htons(64240);
	} else {
		frame->udp.uh_sport = htons(40000);
		frame->udp.uh_dport = htons((uint16_t)plan->dport);
		frame->udp.uh_ulen = htons((uint16_t)(sizeof(struct udphdr) + plan->length));
	}
	return sizeof(frame->ether) + length;
}

static void make_one(const struct plan *plan, struct frame *frame)
{
	uint64_t word = random_word();
	uint32_t sum;

	frame->ip.ip_src.s_addr = htonl(plan->src | ((uint32_t)word & plan->src_random));
	frame->ip.ip_dst.s_addr = htonl(plan->dst | ((uint32_t)(word >> 32) & plan->dst_random));
	frame->ip.ip_sum = 0;
	frame->ip.ip_sum = fold(sum_words(&frame->ip, sizeof(frame->ip)));
	if (!plan->syn)
		return;
	frame->tcp.th_sport = htons((uint16_t)(1024 + (word >> 20) % 60000));
	frame->tcp.th_seq = (uint32_t)(word >> 16);
	frame->tcp.th_sum = 0;
	sum = sum_words(&frame->ip.ip_src, 8) + IPPROTO_TCP + sizeof(struct tcphdr);
	frame->tcp.th_sum = fold(sum + sum_words(&frame->tcp, sizeof(struct tcphdr)));
}

/* ---- sending ---- */

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_SEC + (uint64_t)now.tv_nsec;
}

static int open_socket(const char *interface, int protocol)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons((uint16_t)protocol),
		.sll_ifindex = (int)if_nametoindex(interface),
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0 || !address.sll_ifindex ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		die(interface);
	return fd;
}

/* Wait until so many are due. */
static void pace(const struct plan *plan, uint64_t start, uint64_t sent)
{
	uint64_t due = plan->rate ? start + sent * NS_PER_SEC / plan->rate : 0, now = now_ns();
	struct timespec pause;

	/* What is due in a moment may go at once. */
	if (due < now + 200000)
		return;
	pause = (struct timespec){.tv_sec = (time_t)((due - now) / NS_PER_SEC),
				  .tv_nsec = (long)((due - now) % NS_PER_SEC)};
	nanosleep(&pause, NULL);
}

static unsigned batch_size(const struct plan *plan, uint64_t sent)
{
	uint64_t size = MAX_BATCH;

	if (plan->rate && plan->rate / BATCHES_PER_SECOND < size)
		size = plan->rate / BATCHES_PER_SECOND;
	if (plan->count && plan->count - sent < size)
		size = plan->count - sent;
	return size ? (unsigned)size : 1;
}

static bool is_enough(const struct plan *plan, uint64_t sent)
{
	return (plan->count && sent >= plan->count) || (told_to_end && sent >= plan->at_least);
}

struct batch {
	struct frame frames[MAX_BATCH];
	struct iovec parts[MAX_BATCH];
	struct mmsghdr messages[MAX_BATCH];
};

static void prepare_batch(const struct plan *plan, struct batch *batch)
{
	for (unsigned i = 0; i < MAX_BATCH; i++) {
		batch->parts[i] =
			(struct iovec){&batch->frames[i], prepare(plan, &batch->frames[i])};
		batch->messages[i].msg_hdr =
			(struct msghdr){.msg_iov = &batch->parts[i], .msg_iovlen = 1};
	}
}

/* Returns how many went out. */
static unsigned send_batch(int fd, const struct plan *plan, struct batch *batch, unsigned size)
{
	int done;

	for (unsigned i = 0; i < size; i++)
		make_one(plan, &batch->frames[i]);
	done = sendmmsg(fd, batch->messages, size, 0);
	if (done < 0 && errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
		die("send");
	return done > 0 ? (unsigned)done : 0;
}

int send_all(const char *interface, const struct plan *plan)
{
	static struct batch batch;
	struct sigaction action = {.sa_handler = on_term};
	uint64_t sent = 0, start, last;
	int fd = open_socket(interface, 0);

	prepare_batch(plan, &batch);
	sigaction(SIGTERM, &action, NULL);
	start = last = now_ns();
	while (last - start < plan->ns && !is_enough(plan, sent)) {
		sent += send_batch(fd, plan, &batch, batch_size(plan, sent));
		pace(plan, start, sent);
		last = now_ns();
	}
	printf("%llu %llu %llu\n", (unsigned long long)sent, (unsigned long long)start,
	       (unsigned long long)last);
	return 0;
}
