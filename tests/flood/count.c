// SPDX-License-Identifier: MIT
/* Counting what arrives. */
#include "tests/flood/flood.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

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

int count_all(const char *interface, const char *path, const struct plan *plan)
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
