// SPDX-License-Identifier: MIT
/*
 * Packets a second over a veth pair, native XDP, on one CPU.
 *
 *	bench_veth [--json] [--quick] [--only TEXT]
 *
 * Frames are sent into fwa by BPF_PROG_TEST_RUN with live frames and XDP_REDIRECT,
 * and arrive at fwb, where the subject stands; sender and receiver share the
 * CPU, so the sender's price is in all figures. What counts is what fwb
 * received. All runs in a network and a mount namespace of its own, with a
 * bpffs of its own, and vanishes with the process.
 */
#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include <bpf/libbpf.h>

#include "common/base/memory.h"
#include "tests/bench/lib/measure.h"
#include "tests/bench/lib/policies.h"
#include "tests/bench/lib/ruleset.h"
#include "tests/bench/lib/runner.h"
#include "tests/bench/lib/traffic/chain.h"

#define KEYS  65536
#define BATCH 262144
#define CPU   1

/* SLOW: takes seconds to load, so it is measured in two rounds, and not with --quick. */
enum kind { KIND_DROP, KIND_PASS, KIND_FWD, KIND_NFT, KIND_NFT_IP, KIND_NFT_SLOW, KIND_XDP_FILTER };

struct subject {
	const char *name;
	enum kind kind;
	void (*policy)(struct work *work); /* FWD and NFT: the text */
	enum meet meet;
	unsigned count;
};

static void nft_drop(struct work *work)
{
	policy_empty(work);
	rewind(work->config);
	fputs("table netdev bench {\n chain in {\n  type filter hook ingress device \"fwb\" "
	      "priority "
	      "0;\n"
	      "  drop\n }\n}\n",
	      work->config);
}

/* Access lists as bench_rules has them; every packet is in a random rule. */
static struct ruleset *make_rules(struct work *work)
{
	struct ruleset *set = ruleset_make(PROFILE_ACL, work->count, 20240601);

	for (uint32_t i = 0; set && i < work->key_count; i++)
		work->keys[i] = ruleset_key(set);
	return set;
}

static void acl_fwd(struct work *work)
{
	struct ruleset *set = make_rules(work);

	if (set)
		ruleset_config(set, NULL, work->config);
	ruleset_free(set);
}

static void acl_ingress(struct work *work)
{
	struct ruleset *set = make_rules(work);

	if (set)
		ruleset_nft(set, work->config);
	ruleset_free(set);
}

static const struct subject subjects[] = {
	{"XDP_DROP", KIND_DROP, policy_empty, MEET_NOTHING, 0},
	{"fwd, drops: not permitted", KIND_FWD, policy_permitted, MEET_NOTHING, 0},
	{"fwd, drops: 100 rules", KIND_FWD, policy_rules, MEET_ANY, 100},
	{"fwd, drops: 1000 rules", KIND_FWD, policy_rules, MEET_ANY, 1000},
	{"fwd, drops: set of 10k", KIND_FWD, policy_set, MEET_ANY, 10000},
	{"fwd, drops: set of 100k", KIND_FWD, policy_set, MEET_ANY, 100000},
	{"fwd, drops: set of 1M", KIND_FWD, policy_set, MEET_ANY, 1000000},
	{"fwd, drops: acl 100", KIND_FWD, acl_fwd, MEET_ANY, 100},
	{"fwd, drops: acl 1000", KIND_FWD, acl_fwd, MEET_ANY, 1000},
	{"fwd, drops: acl 10000", KIND_FWD, acl_fwd, MEET_ANY, 10000},
	{"fwd, drops: over a limit", KIND_FWD, policy_limit_over, MEET_SOURCES, 1000},
	{"xdp-filter, drops: default deny", KIND_XDP_FILTER, policy_empty, MEET_NOTHING, 0},
	{"nftables ingress, drops: all", KIND_NFT, nft_drop, MEET_NOTHING, 0},
	{"nftables ingress, drops: set of 10k", KIND_NFT, policy_set_nft, MEET_ANY, 10000},
	{"nftables ingress, drops: set of 100k", KIND_NFT, policy_set_nft, MEET_ANY, 100000},
	{"nftables ingress, drops: set of 1M", KIND_NFT_SLOW, policy_set_nft, MEET_ANY, 1000000},
	{"nftables ingress, drops: acl 100", KIND_NFT, acl_ingress, MEET_ANY, 100},
	{"nftables ingress, drops: acl 1000", KIND_NFT, acl_ingress, MEET_ANY, 1000},
	{"nftables prerouting, drops: all", KIND_NFT_IP, nft_drop, MEET_NOTHING, 0},
	{"nftables prerouting, drops: set of 10k", KIND_NFT_IP, policy_set_nft, MEET_ANY, 10000},
	{"nftables prerouting, drops: set of 100k", KIND_NFT_IP, policy_set_nft, MEET_ANY, 100000},
	{"nftables prerouting, drops: acl 100", KIND_NFT_IP, acl_ingress, MEET_ANY, 100},
	{"nftables prerouting, drops: acl 1000", KIND_NFT_IP, acl_ingress, MEET_ANY, 1000},
	{"XDP_PASS", KIND_PASS, policy_empty, MEET_NOTHING, 0},
	{"fwd, passes: empty policy", KIND_FWD, policy_empty, MEET_NOTHING, 0},
	{"fwd, passes: permitted", KIND_FWD, policy_permitted, MEET_ANY, 0},
};

struct state {
	struct runner runner;
	struct chain chain; /* FWD */
	char *text;	    /* of the policy */
	struct series rates;
	bool open, skipped;
};

struct bench {
	struct bench_options options;
	struct frame frame;
	struct busy_clock clock;
	int a, b; /* ifindex */
	struct state states[array_size(subjects)];
};

/* ---- the namespace ---- */

static int run(const char *command)
{
	int status = system(command);

	if (status)
		fprintf(stderr, "bench: failed: %s\n", command);
	return status ? -1 : 0;
}

static int enter(struct bench *bench)
{
	if (unshare(CLONE_NEWNET | CLONE_NEWNS) || mount("", "/", "", MS_REC | MS_PRIVATE, NULL) ||
	    mount("bpf", "/sys/fs/bpf", "bpf", 0, NULL)) {
		perror("bench: cannot make a namespace");
		return -1;
	}
	if (run("ip link add fwa type veth peer name fwb && "
		"ip link set fwa addrgenmode none && ip link set fwb addrgenmode none && "
		"ip link set fwb address 02:00:00:00:00:02 && ip link set fwa up && ip link set "
		"fwb up"))
		return -1;
	bench->a = (int)if_nametoindex("fwa");
	bench->b = (int)if_nametoindex("fwb");
	return 0;
}

/* Packets that fwb received; XDP's drops included. */
static uint64_t received(void)
{
	FILE *in = fopen("/proc/thread-self/net/dev", "r");
	char line[512], *colon;
	unsigned long long packets = 0;

	while (in && fgets(line, sizeof(line), in)) {
		colon = strchr(line, ':');
		if (colon && colon - line >= 3 && !strncmp(colon - 3, "fwb", 3))
			sscanf(colon + 1, "%*u %llu", &packets);
	}
	if (in)
		fclose(in);
	return packets;
}

/* ---- subjects ---- */

static int prepare(struct bench *bench, const struct subject *subject, struct state *state)
{
	struct work work = {
		.family = 4,
		.count = subject->count,
		.meet = subject->meet,
		.key_count = KEYS,
		.random = {0x9e3779b97f4a7c15ULL},
	};
	size_t size;
	int err = runner_open(&state->runner, &bench->frame, KEYS, bench->a);

	if (err)
		return err;
	state->open = true;
	work.keys = state->runner.keys;
	work.config = open_memstream(&state->text, &size);
	if (!work.config)
		return -ENOMEM;
	subject->policy(&work);
	fclose(work.config);
	if (subject->kind != KIND_FWD)
		return 0;
	err = chain_open(&state->chain);
	return err ? err : chain_apply(&state->chain, state->text);
}

static int attach(const struct bench *bench, int prog_fd)
{
	return bpf_xdp_attach(bench->b, prog_fd, XDP_FLAGS_DRV_MODE, NULL);
}

static int load_nft(const char *text)
{
	FILE *nft;

	/* Without XDP, a veth polls only if it has GRO. */
	if (run("ethtool -K fwb gro on"))
		return -1;
	nft = popen("nft -f -", "w");
	if (!nft || fputs(text, nft) < 0)
		return -1;
	return pclose(nft) ? -1 : 0;
}

/* The first `from` in a text, by something that is not longer. */
static void overwrite(char *text, const char *from, const char *to)
{
	char *at = strstr(text, from);

	if (!at)
		return;
	memset(at, ' ', strlen(from));
	memcpy(at, to, strlen(to));
}

/* The same rules at the first hook that knows IP. */
static int load_nft_ip(char *text)
{
	overwrite(text, "table netdev bench", "table ip bench");
	overwrite(text, "hook ingress device \"fwb\" priority 0", "hook prerouting priority -300");
	return load_nft(text);
}

static int put_up(const struct bench *bench, const struct subject *subject, struct state *state)
{
	switch (subject->kind) {
	case KIND_DROP:
		return attach(bench, runner_drop_fd(&state->runner));
	case KIND_PASS:
		return attach(bench, runner_pass_fd(&state->runner));
	case KIND_FWD:
		return attach(bench, chain_entry_fd(&state->chain));
	case KIND_NFT:
	case KIND_NFT_SLOW:
		return load_nft(state->text);
	case KIND_NFT_IP:
		return load_nft_ip(state->text);
	case KIND_XDP_FILTER:
		return run("xdp-filter load fwb -m native -p deny >/dev/null 2>&1");
	}
	return -1;
}

static int take_down(const struct bench *bench, const struct subject *subject)
{
	switch (subject->kind) {
	case KIND_DROP:
	case KIND_PASS:
	case KIND_FWD:
		return bpf_xdp_detach(bench->b, XDP_FLAGS_DRV_MODE, NULL);
	case KIND_NFT:
	case KIND_NFT_IP:
	case KIND_NFT_SLOW:
		return run("nft flush ruleset && ethtool -K fwb gro off");
	case KIND_XDP_FILTER:
		return run("xdp-filter unload fwb >/dev/null 2>&1");
	}
	return -1;
}

/* ---- measuring ---- */

/* Mpps over some time. */
static int measure(struct bench *bench, struct state *state, double seconds, double *ret)
{
	uint64_t before = received();
	double start = busy_clock_read(&bench->clock), end = start;

	while (end - start < seconds) {
		int err = runner_send(&state->runner, &bench->frame, bench->a, BATCH);

		if (err)
			return err;
		end = busy_clock_read(&bench->clock);
	}
	*ret = (double)(received() - before) / (end - start) / 1e6;
	return 0;
}

static int run_one(struct bench *bench, size_t i)
{
	struct state *state = &bench->states[i];
	double rate;
	int err = put_up(bench, &subjects[i], state);

	if (err) {
		fprintf(stderr, "bench: \"%s\" is left out: it cannot be set up\n",
			subjects[i].name);
		state->skipped = true;
		return 0;
	}
	err = measure(bench, state, 0.02, &rate); /* warms up */
	if (!err)
		err = measure(bench, state, bench->options.quick ? 0.1 : 0.3, &rate);
	if (!err)
		series_add(&state->rates, rate);
	return take_down(bench, &subjects[i]) || err ? -1 : 0;
}

static bool wanted(const struct bench *bench, size_t i)
{
	bool slow = subjects[i].kind == KIND_NFT_SLOW;

	return !bench->states[i].skipped &&
	       !(slow && (bench->options.quick || bench->states[i].rates.count == 2)) &&
	       (!bench->options.only || strstr(subjects[i].name, bench->options.only));
}

static void show(const struct bench *bench, size_t i)
{
	const struct series *rates = &bench->states[i].rates;
	double rate = series_median(rates), floor = series_median(&bench->states[0].rates);

	if (bench->options.json)
		printf("{\"subject\": \"%s\", \"mpps\": %.3f, \"of_xdp_drop\": %.3f, "
		       "\"spread_mpps\": %.3f, \"rounds\": %zu}\n",
		       subjects[i].name, rate, floor ? rate / floor : 0, series_spread(rates),
		       rates->count);
	else
		printf("%-36s %8.2f %8.0f%% %8.2f\n", subjects[i].name, rate,
		       floor ? 100 * rate / floor : 0, series_spread(rates));
}

static int run_all(struct bench *bench)
{
	unsigned rounds = bench->options.quick ? 5 : 7;

	for (size_t i = 0; i < array_size(subjects); i++)
		if (wanted(bench, i) && prepare(bench, &subjects[i], &bench->states[i]))
			return 1;
	for (unsigned round = 0; round < rounds; round++)
		for (size_t i = 0; i < array_size(subjects); i++)
			if (wanted(bench, i) && run_one(bench, i))
				return 1;
	if (!bench->options.json)
		printf("%-36s %8s %9s %8s\n", "Mpps over veth, one CPU", "Mpps", "of DROP", "+-");
	for (size_t i = 0; i < array_size(subjects); i++)
		if (bench->states[i].rates.count)
			show(bench, i);
	return 0;
}

int main(int argc, char **argv)
{
	struct bench bench = {
		.options = bench_options_read(argc, argv),
		.frame = frame_make(4, 0),
	};
	int failed = 1;

	bench_pin(CPU);
	busy_clock_open(&bench.clock, CPU);
	libbpf_set_print(NULL);
	if (!enter(&bench))
		failed = run_all(&bench);
	for (size_t i = 0; i < array_size(subjects); i++) {
		chain_close(&bench.states[i].chain);
		if (bench.states[i].open)
			runner_close(&bench.states[i].runner);
		free(bench.states[i].text);
	}
	return failed;
}
