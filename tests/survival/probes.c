// SPDX-License-Identifier: MIT
/*
 * Probes through the lab's router, as fast as they come out behind it, with exact books.
 *
 *	probes FROM-NETNS IF TO-NETNS IF COUNT RATE pass|drop:SOURCE:PORT...
 *
 * Sends COUNT UDP packets, the flows in turns, at most RATE a second (0: no limit), and sees which
 * of them arrive. Never more of those that must pass are on their way than queues between here and
 * there hold, so one that does not arrive was dropped by somebody, and not for lack of room.
 * SIGTERM ends it before COUNT.
 *
 * Prints what was sent, lost (must pass, did not arrive), misjudged (must not pass, arrived),
 * doubled (arrived more than once), how many a second; then for each flow sent and arrived.
 * Exit code 0: nothing was lost, misjudged or doubled; 1: something was; 2: it could not try.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_FLOWS   16
#define BATCH	    32
#define WINDOW	    64	      /* that must pass, on their way at once; queues have room for 256 */
#define PATIENCE_NS 200000000 /* without one of them: they are lost, and sending goes on */
#define LAST_NS	    500000000 /* at the end, for what may still come */
#define MAGIC	    0x46574470
#define NS_PER_SEC  1000000000ULL

struct probe {
	struct ether_header ether;
	struct ip ip;
	struct udphdr udp;
	uint32_t magic;
	uint32_t flow;
	uint64_t number;
} __attribute__((packed));

struct flow {
	struct probe probe;
	bool must_pass;
	uint64_t sent, arrived;
	uint64_t next; /* number of the next one that may arrive: frames keep their order */
};

struct probes {
	int out, in;
	struct flow flows[MAX_FLOWS];
	unsigned flow_count, turn;
	uint64_t limit, rate, sent, doubled, start;
	int64_t on_their_way;
};

static volatile sig_atomic_t stop;

static void on_term(int signal)
{
	(void)signal;
	stop = 1;
}

static void die(const char *what)
{
	fprintf(stderr, "probes: %s: %s\n", what, strerror(errno));
	exit(2);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_SEC + (uint64_t)now.tv_nsec;
}

/* ---- sockets ---- */

static int open_in(const char *namespace, const char *interface, int protocol)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET,
				      .sll_protocol = htons((uint16_t)protocol)};
	int there = open(namespace, O_RDONLY | O_CLOEXEC), fd, room = 64 << 20;

	if (there < 0 || setns(there, CLONE_NEWNET))
		die(namespace);
	close(there);
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	address.sll_ifindex = (int)if_nametoindex(interface);
	if (fd < 0 || !address.sll_ifindex)
		die(interface);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (protocol) {
		struct sock_filter code[] = {
			BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct probe, magic)),
			BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MAGIC, 0, 1),
			BPF_STMT(BPF_RET | BPF_K, sizeof(struct probe)),
			BPF_STMT(BPF_RET | BPF_K, 0),
		};
		struct sock_fprog program = {sizeof(code) / sizeof(*code), code};

		if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)))
			die("filter");
	}
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)))
		die(interface);
	return fd;
}

/* ---- flows ---- */

static uint16_t header_sum(const void *header, size_t size)
{
	const uint16_t *words = header;
	uint32_t sum = 0;

	for (size_t i = 0; i < size / 2; i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t) ~((sum & 0xffff) + (sum >> 16));
}

/* From the lab's client, by its router, to its server (tests/lib/lab.sh). */
static void make_probe(struct probe *probe, unsigned flow, struct in_addr source, unsigned port)
{
	static const struct ether_header ether = {.ether_dhost = {2, 0, 0, 0, 0, 0xe0},
						  .ether_shost = {2, 0, 0, 0, 0, 0xc0}};

	*probe = (struct probe){.ether = ether, .magic = htonl(MAGIC), .flow = flow};
	probe->ether.ether_type = htons(ETHERTYPE_IP);
	probe->ip = (struct ip){.ip_v = 4,
				.ip_hl = 5,
				.ip_ttl = 64,
				.ip_p = IPPROTO_UDP,
				.ip_len = htons(sizeof(*probe) - sizeof(probe->ether)),
				.ip_src = source,
				.ip_dst.s_addr = inet_addr("198.51.100.2")};
	probe->ip.ip_sum = header_sum(&probe->ip, sizeof(probe->ip));
	probe->udp.uh_sport = htons(40000);
	probe->udp.uh_dport = htons((uint16_t)port);
	probe->udp.uh_ulen = htons(sizeof(*probe) - offsetof(struct probe, udp));
}

static void add_flow(struct probes *probes, const char *text)
{
	struct flow *flow = &probes->flows[probes->flow_count];
	char verdict[8], address[INET_ADDRSTRLEN];
	struct in_addr source;
	unsigned port;

	if (probes->flow_count == MAX_FLOWS ||
	    sscanf(text, "%7[a-z]:%15[0-9.]:%u", verdict, address, &port) != 3 ||
	    inet_pton(AF_INET, address, &source) != 1 ||
	    (strcmp(verdict, "pass") != 0 && strcmp(verdict, "drop") != 0)) {
		fprintf(stderr, "probes: cannot read %s\n", text);
		exit(2);
	}
	flow->must_pass = strcmp(verdict, "pass") == 0;
	make_probe(&flow->probe, probes->flow_count++, source, port);
}

/* ---- sending and receiving ---- */

/* How many are due by now, at that rate. */
static unsigned due(const struct probes *probes)
{
	uint64_t left = probes->limit - probes->sent, allowed = BATCH;

	if (probes->rate) {
		uint64_t all = (now_ns() - probes->start) / 1000 * probes->rate / 1000000;

		allowed = all > probes->sent ? all - probes->sent : 0;
	}
	if (probes->on_their_way >= WINDOW)
		return 0;
	allowed = allowed < left ? allowed : left;
	return allowed < BATCH ? (unsigned)allowed : BATCH;
}

static void send_some(struct probes *probes)
{
	struct probe frames[BATCH];
	struct iovec parts[BATCH];
	struct mmsghdr messages[BATCH] = {0};
	unsigned count = due(probes);
	int done;

	for (unsigned i = 0; i < count; i++) {
		const struct flow *flow = &probes->flows[(probes->turn + i) % probes->flow_count];

		frames[i] = flow->probe;
		frames[i].number = flow->sent + i / probes->flow_count;
		parts[i] = (struct iovec){&frames[i], sizeof(frames[i])};
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
	}
	done = count ? sendmmsg(probes->out, messages, count, 0) : 0;
	if (done < 0 && errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
		die("send");
	for (int i = 0; i < done; i++) {
		struct flow *flow = &probes->flows[frames[i].flow];

		flow->sent++;
		probes->on_their_way += flow->must_pass;
	}
	probes->turn = (probes->turn + (done > 0 ? (unsigned)done : 0)) % probes->flow_count;
	probes->sent += done > 0 ? (uint64_t)done : 0;
}

static void take(struct probes *probes, const struct probe *probe)
{
	struct flow *flow = &probes->flows[probe->flow % probes->flow_count];

	flow->arrived++;
	if (probe->number < flow->next)
		probes->doubled++;
	else
		flow->next = probe->number + 1;
	if (flow->must_pass && probes->on_their_way > 0)
		probes->on_their_way--;
}

/* Take what is there. Returns how many that was. */
static int receive_some(struct probes *probes)
{
	struct probe frames[BATCH];
	struct iovec parts[BATCH];
	struct mmsghdr messages[BATCH] = {0};
	int count;

	for (unsigned i = 0; i < BATCH; i++) {
		parts[i] = (struct iovec){&frames[i], sizeof(frames[i])};
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
	}
	count = recvmmsg(probes->in, messages, BATCH, MSG_DONTWAIT, NULL);
	if (count < 0 && errno != EAGAIN && errno != EINTR)
		die("receive");
	for (int i = 0; i < count; i++)
		if (messages[i].msg_len == sizeof(struct probe))
			take(probes, &frames[i]);
	return count < 0 ? 0 : count;
}

static void run(struct probes *probes)
{
	struct pollfd ready = {.fd = probes->in, .events = POLLIN};
	uint64_t last = now_ns();

	probes->start = last;
	while (!stop && probes->sent < probes->limit) {
		send_some(probes);
		if (receive_some(probes) || !probes->on_their_way)
			last = now_ns();
		else if (now_ns() - last > PATIENCE_NS)
			probes->on_their_way = 0;
		if (!due(probes))
			poll(&ready, 1, 1);
	}
	/* Until nothing has come for a while. */
	for (last = now_ns(); now_ns() - last < LAST_NS;) {
		poll(&ready, 1, 50);
		if (receive_some(probes))
			last = now_ns();
	}
}

static int report(const struct probes *probes, uint64_t ns)
{
	uint64_t lost = 0, misjudged = 0;

	for (unsigned i = 0; i < probes->flow_count; i++) {
		const struct flow *flow = &probes->flows[i];

		if (!flow->must_pass)
			misjudged += flow->arrived;
		else if (flow->arrived < flow->sent)
			lost += flow->sent - flow->arrived;
	}
	printf("%llu %llu %llu %llu %llu", (unsigned long long)probes->sent,
	       (unsigned long long)lost, (unsigned long long)misjudged,
	       (unsigned long long)probes->doubled,
	       (unsigned long long)(probes->sent * 1000 / (ns / 1000000 + 1)));
	for (unsigned i = 0; i < probes->flow_count; i++)
		printf(" %llu %llu", (unsigned long long)probes->flows[i].sent,
		       (unsigned long long)probes->flows[i].arrived);
	putchar('\n');
	return lost || misjudged || probes->doubled;
}

/* On one CPU frames keep their order. */
static void stay_here(void)
{
	cpu_set_t cpus, one;

	CPU_ZERO(&one);
	if (sched_getaffinity(0, sizeof(cpus), &cpus))
		die("affinity");
	for (size_t i = 0; i < CPU_SETSIZE && !CPU_COUNT(&one); i++)
		if (CPU_ISSET(i, &cpus))
			CPU_SET(i, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		die("affinity");
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = on_term};
	static struct probes probes;
	uint64_t begin;

	if (argc < 8) {
		fputs("usage: probes FROM-NETNS IF TO-NETNS IF COUNT RATE "
		      "pass|drop:SOURCE:PORT...\n",
		      stderr);
		return 2;
	}
	probes.limit = strtoull(argv[5], NULL, 10);
	probes.rate = strtoull(argv[6], NULL, 10);
	for (int i = 7; i < argc; i++)
		add_flow(&probes, argv[i]);
	sigaction(SIGTERM, &action, NULL);
	stay_here();
	probes.in = open_in(argv[3], argv[4], ETH_P_IP);
	probes.out = open_in(argv[1], argv[2], 0);
	begin = now_ns();
	run(&probes);
	return report(&probes, now_ns() - begin);
}
