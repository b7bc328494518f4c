// SPDX-License-Identifier: MIT
/*
 * A fast sender of IPv4 packets, and a counter of what arrives.
 *
 *	flood send IF [KEY=VALUE...]	prints what went out, and when the first and last did (ns)
 *	flood count IF FILE [KEY=VALUE...]	until SIGTERM; FILE always has the number so far
 *
 * The keys, with what they are unless given:
 *	src=192.0.2.2	address, or a prefix: a random one of it for each packet
 *	dst=198.51.100.2	likewise
 *	proto=udp	udp, or syn: TCP's first packet, with a random source port
 *	dport=9
 *	count=0		stop after so many; 0: none of that
 *	seconds=10	stop after that time
 *	rate=0		packets a second; 0: as fast as it goes
 *	length=18	bytes behind the UDP header
 *	cpu=		stay on this CPU
 *	from=02:00:00:00:00:c0, to=02:00:00:00:00:e0	as in the lab
 *	except=		count: not those from this address
 *
 * The counter looks at no packet: the kernel's filter picks them and the socket counts them, those
 * included that found no room. So it keeps up with any sender. Random is the same in every run.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH	    64
#define MAX_PAYLOAD 1400
#define NS_PER_SEC  1000000000ULL

struct plan {
	uint32_t src, src_random; /* host order; bits that are random */
	uint32_t dst, dst_random;
	bool syn;
	unsigned dport, length;
	uint64_t count, rate, ns;
	int cpu;
	uint8_t from[6], to[6];
	uint32_t except;
};

struct frame {
	struct ether_header ether;
	struct ip ip;
	union {
		struct udphdr udp;
		struct tcphdr tcp;
	};
	uint8_t payload[MAX_PAYLOAD];
} __attribute__((packed));

static void die(const char *what)
{
	fprintf(stderr, "flood: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void refuse(const char *what)
{
	fprintf(stderr, "flood: cannot read %s\n", what);
	exit(2);
}

/* ---- the command line ---- */

static void read_prefix(const char *text, uint32_t *ret_first, uint32_t *ret_random)
{
	char address[INET_ADDRSTRLEN] = "";
	unsigned length = 32;
	struct in_addr in;

	if (sscanf(text, "%15[0-9.]/%u", address, &length) < 1 || length > 32 ||
	    inet_pton(AF_INET, address, &in) != 1)
		refuse(text);
	*ret_random = length ? (uint32_t)((1ULL << (32 - length)) - 1) : ~0U;
	*ret_first = ntohl(in.s_addr) & ~*ret_random;
}

static void read_mac(const char *text, uint8_t mac[6])
{
	if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1], &mac[2], &mac[3],
		   &mac[4], &mac[5]) != 6)
		refuse(text);
}

static void read_word(struct plan *plan, const char *key, const char *value)
{
	uint32_t none;

	if (!strcmp(key, "src"))
		read_prefix(value, &plan->src, &plan->src_random);
	else if (!strcmp(key, "dst"))
		read_prefix(value, &plan->dst, &plan->dst_random);
	else if (!strcmp(key, "except"))
		read_prefix(value, &plan->except, &none);
	else if (!strcmp(key, "proto") && (!strcmp(value, "udp") || !strcmp(value, "syn")))
		plan->syn = !strcmp(value, "syn");
	else if (!strcmp(key, "dport"))
		plan->dport = (unsigned)atoi(value);
	else if (!strcmp(key, "length") && atoi(value) <= MAX_PAYLOAD)
		plan->length = (unsigned)atoi(value);
	else if (!strcmp(key, "count"))
		plan->count = strtoull(value, NULL, 10);
	else if (!strcmp(key, "seconds"))
		plan->ns = (uint64_t)(strtod(value, NULL) * 1e9);
	else if (!strcmp(key, "rate"))
		plan->rate = strtoull(value, NULL, 10);
	else if (!strcmp(key, "cpu"))
		plan->cpu = atoi(value);
	else if (!strcmp(key, "from"))
		read_mac(value, plan->from);
	else if (!strcmp(key, "to"))
		read_mac(value, plan->to);
	else
		refuse(key);
}

static struct plan read_plan(char **words)
{
	struct plan plan = {
		.dport = 9,
		.length = 18,
		.ns = 10 * NS_PER_SEC,
		.cpu = -1,
		.from = {2, 0, 0, 0, 0, 0xc0},
		.to = {2, 0, 0, 0, 0, 0xe0},
	};

	read_prefix("192.0.2.2", &plan.src, &plan.src_random);
	read_prefix("198.51.100.2", &plan.dst, &plan.dst_random);
	for (; *words; words++) {
		char *value = strchr(*words, '=');

		if (!value)
			refuse(*words);
		*value = '\0';
		read_word(&plan, *words, value + 1);
	}
	return plan;
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

static int send_all(const char *interface, const struct plan *plan)
{
	static struct frame frames[BATCH];
	static struct iovec parts[BATCH];
	static struct mmsghdr messages[BATCH];
	uint64_t sent = 0, start, last;
	int fd = open_socket(interface, 0);

	for (unsigned i = 0; i < BATCH; i++) {
		parts[i] = (struct iovec){&frames[i], prepare(plan, &frames[i])};
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
	}
	start = last = now_ns();
	while (last - start < plan->ns && (!plan->count || sent < plan->count)) {
		uint64_t left = plan->count ? plan->count - sent : BATCH;
		unsigned batch = left < BATCH ? (unsigned)left : BATCH;
		int done;

		for (unsigned i = 0; i < batch; i++)
			make_one(plan, &frames[i]);
		done = sendmmsg(fd, messages, batch, 0);
		if (done < 0 && errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
			die("send");
		sent += done > 0 ? (uint64_t)done : 0;
		pace(plan, start, sent);
		last = now_ns();
	}
	printf("%llu %llu %llu\n", (unsigned long long)sent, (unsigned long long)start,
	       (unsigned long long)last);
	return 0;
}

/* ---- counting ---- */

/* Whole datagrams of the protocol to the port, not from `except`; of TCP only the first packet. */
static void set_filter(int fd, const struct plan *plan)
{
	uint32_t proto = plan->syn ? IPPROTO_TCP : IPPROTO_UDP;
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 23),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, proto, 0, 9),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 26),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, plan->except, 7, 0),
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 14),
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, 16),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, plan->dport, 0, 4),
		BPF_STMT(BPF_LD | BPF_B | BPF_IND, 27),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, plan->syn ? TH_SYN | TH_ACK : 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, plan->syn ? TH_SYN : 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = {sizeof(code) / sizeof(*code), code};

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0)
		die("filter");
}

/* Reading the counter sets it to 0. */
static uint64_t counted(int fd)
{
	struct tpacket_stats stats = {0};
	socklen_t size = sizeof(stats);

	if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size) < 0)
		die("statistics");
	return stats.tp_packets;
}

static int count_all(const char *interface, const char *path, const struct plan *plan)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), signals, small = 1;
	struct sockaddr_ll address = {.sll_family = AF_PACKET,
				      .sll_protocol = htons(ETH_P_IP),
				      .sll_ifindex = (int)if_nametoindex(interface)};
	uint64_t total = 0;
	FILE *out;
	sigset_t set;
	struct pollfd ready;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	ready = (struct pollfd){.fd = signals, .events = POLLIN};
	/* Packets are not wanted, only their number; and those before the filter are none. */
	set_filter(fd, plan);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		die(interface);
	out = fopen(path, "we");
	if (!out)
		die(path);
	do {
		total += counted(fd);
		rewind(out);
		fprintf(out, "%llu\n", (unsigned long long)total);
		fflush(out);
	} while (poll(&ready, 1, 100) == 0);
	total += counted(fd);
	rewind(out);
	fprintf(out, "%llu\n", (unsigned long long)total);
	return fclose(out) ? 1 : 0;
}

static void stay(int number)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET((size_t)number, &cpus);
	if (number >= 0 && sched_setaffinity(0, sizeof(cpus), &cpus) < 0)
		die("cpu");
}

int main(int argc, char **argv)
{
	bool counts = argc >= 4 && !strcmp(argv[1], "count");
	struct plan plan;

	if (argc < 3 || (!counts && strcmp(argv[1], "send") != 0)) {
		fputs("usage: flood send IF [KEY=VALUE...] | flood count IF FILE [KEY=VALUE...]\n",
		      stderr);
		return 2;
	}
	plan = read_plan(argv + (counts ? 4 : 3));
	stay(plan.cpu);
	return counts ? count_all(argv[2], argv[3], &plan) : send_all(argv[2], &plan);
}
