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
 *	atleast=0	send so many even when SIGTERM says to end, which it does otherwise
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
#include "tests/flood/flood.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void die(const char *what)
{
	fprintf(stderr, "flood: %s: %s\n", what, strerror(errno));
	exit(1);
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
