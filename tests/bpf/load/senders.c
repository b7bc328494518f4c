// SPDX-License-Identifier: MIT
#include "tests/bpf/load/load.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/memory.h"

#define RUNS_AT_ONCE   16
#define FRAMES_AT_ONCE 12 /* of each probe two; a veth's queue has 256 places */

/* Is this what one policy says, and the one whose generation it was? */
static bool is_explained(const struct load *load, unsigned i, const struct fw_explanation *is)
{
	unsigned p =
		__atomic_load_n(&load->owners[is->generation % LOAD_GENERATIONS], __ATOMIC_ACQUIRE);
	const struct load_rule *wanted = &load_probes[i].rules[p];

	return is->rule == load->slots[i][p] && is->outcome == wanted->outcome &&
	       is->reason == wanted->reason &&
	       is->limit == (wanted->limited ? load->limit : FW_NO_SLOT);
}

/* One explanation, which shows its generation, and some runs, which are counted. */
static void run_probe(struct load *load, struct load_lane *lane, unsigned i)
{
	const struct frame *frame = &load->frames[i];
	struct test *test = load->test;
	struct fw_explanation is;
	int err;

	pthread_mutex_lock(&load->explain);
	err = datapath_explain(test->dp, JUDGE_RUNNING, test->ifindex, frame->bytes, frame->length,
			       &is);
	pthread_mutex_unlock(&load->explain);
	if (err && err != -EPROTO) /* that one: a frame of the veth came between */
		lane->refused++;
	else if (!err && !is_explained(load, i, &is))
		lane->unexplained++;
	/* A run that repeats would wait for a grace period first. */
	for (unsigned run = 0; run < RUNS_AT_ONCE; run++) {
		if (datapath_run(test->dp, test->ifindex, frame->bytes, frame->length, 1, NULL,
				 NULL))
			lane->refused++;
		else
			lane->sent[i]++;
	}
}

static void send_frames(struct load *load, struct load_lane *lane)
{
	struct mmsghdr messages[FRAMES_AT_ONCE] = {0};
	struct iovec parts[FRAMES_AT_ONCE];
	int sent;

	for (unsigned i = 0; i < FRAMES_AT_ONCE; i++) {
		const struct frame *frame = &load->frames[i % LOAD_PROBES];

		parts[i] = (struct iovec){(void *)frame->bytes, frame->length};
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
	}
	/* What finds no room is not sent, and not counted. */
	sent = sendmmsg(load->socket, messages, FRAMES_AT_ONCE, 0);
	for (int i = 0; i < sent; i++)
		lane->sent[i % LOAD_PROBES]++;
}

void load_send(struct worker *worker)
{
	struct load *load = worker->userdata;
	struct load_lane *lane = &load->lanes[worker->number];

	if (worker->number == 1 && load->socket >= 0)
		send_frames(load, lane);
	else
		run_probe(load, lane, worker->done % LOAD_PROBES);
	worker->done++;
}

/* ---- the veth pair of the test's network namespace ---- */

static int open_socket(int ifindex)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = ifindex};
	int yes = 1;
	cleanup_fd int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&to, sizeof(to)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof(yes)))
		return -1;
	return steal_fd(&fd);
}

static int attach(struct load *load)
{
	const struct config_interface interface = {.name = "wan"};
	int slot = slots_find(load->policies[0]->slots, FW_NAME_INTERFACE, "wan");
	struct errors errs = {0};
	int err = datapath_attach(load->test->dp, &interface, (unsigned)slot, &errs);

	if (err)
		errors_print(&errs, stdout, false);
	errors_clear(&errs);
	return err;
}

bool load_open_veth(struct load *load)
{
	/* Without IPv6 of its own the kernel sends nothing here that our books do not know. */
	if (system("sysctl -qw net.ipv6.conf.all.disable_ipv6=1 && "
		   "ip link set wan up && ip link set lan up"))
		return check(load->test, false, "veth", "cannot be set up");
	if (!check(load->test, attach(load) == 0, "veth", "entry cannot be attached"))
		return false;
	load->socket = open_socket(load->test->lan);
	return check(load->test, load->socket >= 0, "veth", "no socket");
}

void load_close_veth(struct load *load)
{
	struct errors errs = {0};

	close_fd(&load->socket);
	datapath_detach(load->test->dp, "wan", &errs);
	errors_clear(&errs);
	if (system("ip link set wan down && ip link set lan down"))
		printf("      the veth pair stays up\n");
}
