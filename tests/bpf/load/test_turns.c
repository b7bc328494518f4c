// SPDX-License-Identifier: MIT
/*
 * A thousand switches between complete policies under full load on both CPUs: no
 * packet is judged by two policies, none is lost, and no memory stays behind. The
 * same books are then kept while policies are put in place wrongly, as they would be
 * without care: they must not balance.
 */
#include "tests/bpf/groups.h"
#include "tests/bpf/load/load.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#define MEMORY_SLACK (300 << 20) /* it keeps what is freed for a while */
#else
#define MEMORY_SLACK (4 << 20)
#endif
#define MISTAKES     40
#define SETTLE_TRIES 1000 /* where they must settle */
#define WRONG_TRIES  10

static void print_balance(const struct load_balance *balance)
{
	printf("       %llu packets, by one policy alone", (unsigned long long)balance->sent);
	for (unsigned p = 0; p < LOAD_POLICIES; p++)
		printf(" %llu", (unsigned long long)balance->by_policy[p]);
	printf("; %llu lost, %llu misjudged, %llu not explained\n",
	       (unsigned long long)balance->lost, (unsigned long long)balance->misjudged,
	       (unsigned long long)balance->unexplained);
}

/* Frames that were sent may still be on their way. */
static struct load_balance settle(const struct load *load, const struct load_books *from, int tries,
				  struct load_books *ret_now)
{
	struct load_balance balance = {0};
	struct load_books now;

	for (int i = 0; i < tries; i++) {
		load_read(load, &now);
		balance = load_settle(from, &now);
		if (!balance.lost && !balance.misjudged)
			break;
		usleep(10000);
	}
	*ret_now = now;
	return balance;
}

/* ---- the right way ---- */

struct memory {
	uint64_t maps, resident;
	unsigned descriptors;
};

static struct memory look(const struct load *load)
{
	return (struct memory){load_map_bytes(load->test), load_resident_bytes(),
			       load_descriptors()};
}

/*
 * An odd number of turns, so that policies come into both images. Most are of policies
 * without maps of their own: to put such a map into its place waits for a grace period,
 * as to take it away does, and that is what an apply takes long for.
 */
static const uint8_t order[] = {0, 1, 0, 2, 1, 0, 3, 0, 1};

/* At memory: after a tenth, where the order and the images are as they are after all. */
static unsigned first_look(unsigned count)
{
	unsigned period = 2 * array_size(order);

	return count % period + count / 10 / period * period;
}

static struct memory switch_often(struct load *load, struct memory *ret_first)
{
	unsigned count = load->test->switches;

	for (unsigned i = 0; i < count; i++) {
		if (!load_apply(load, order[i % array_size(order)]))
			break;
		if (i + 1 == first_look(count))
			*ret_first = look(load);
	}
	return look(load);
}

static void check_memory(struct test *test, const struct memory *first, const struct memory *last)
{
	printf("       after %u and %u switches: maps %llu and %llu KiB, resident %llu and %llu "
	       "KiB\n",
	       first_look(test->switches), test->switches, (unsigned long long)first->maps / 1024,
	       (unsigned long long)last->maps / 1024, (unsigned long long)first->resident / 1024,
	       (unsigned long long)last->resident / 1024);
	check_equal(test, last->maps, first->maps, "maps are as large as before");
	check_equal(test, last->descriptors, first->descriptors, "no descriptor is left open");
	check(test, last->resident <= first->resident + MEMORY_SLACK, "so is the process",
	      "%llu KiB more", (unsigned long long)(last->resident - first->resident) / 1024);
}

static void test_right(struct load *load)
{
	struct test *test = load->test;
	struct memory first = {0}, last;
	struct load_books before, after;
	struct load_balance balance;
	struct crew crew;

	load_read(load, &before);
	if (!check(test, crew_start(&crew, load_send, load) == 0, "two senders", "did not start"))
		return;
	last = switch_often(load, &first);
	crew_stop(&crew);
	balance = settle(load, &before, SETTLE_TRIES, &after);
	print_balance(&balance);
	load_print_misjudged(&before, &after);
	check_equal(test, balance.lost, 0, "each packet is counted by the rule for it");
	check_equal(test, balance.misjudged, 0, "and leaves as that rule says");
	check_equal(test, balance.unexplained, 0, "each is explained by the policy in force");
	check_equal(test, balance.refused, 0, "no run fails");
	for (unsigned p = 0; p < LOAD_POLICIES; p++)
		check(test, balance.by_policy[p] > 0, "each had its turn", "it judged none of %llu",
		      (unsigned long long)balance.sent);
	for (unsigned i = 0; i < LOAD_LANES; i++)
		check(test, load->lanes[i].sent[0] > test->switches, "both CPUs were busy",
		      "%llu packets", (unsigned long long)load->lanes[i].sent[0]);
	check_memory(test, &first, &last);
}

/* ---- wrong ways, which must be found out ---- */

/* The image that packets see is written over, by another complete one. */
static void write_in_place(struct load *load)
{
	static struct fw_image saved[2];
	struct fw_image *images = load->images;
	unsigned active = FW_ACTIVE_IMAGE(load->test->state->active);

	memcpy(saved, images, sizeof(saved));
	for (unsigned i = 1; i < 8 * MISTAKES; i++) {
		memcpy(&images[active], &saved[(active + i) % 2], sizeof(saved[0]));
		usleep(1000);
	}
	memcpy(&images[active], &saved[active], sizeof(saved[0]));
}

/* Makes packets see what is to be next before it is complete. */
static void be_hasty(struct worker *worker)
{
	struct fw_state *state = worker->userdata;
	uint64_t seen = state->active;

	usleep(500 + worker->done++ % 16 * 1000);
	__atomic_compare_exchange_n(&state->active, &seen, seen ^ 1, false, __ATOMIC_SEQ_CST,
				    __ATOMIC_SEQ_CST);
}

/* The generation is chosen first, then written. */
static void choose_first(struct load *load)
{
	struct crew crew;

	if (!check(load->test, crew_start(&crew, be_hasty, load->test->state) == 0, "hasty threads",
		   "did not start"))
		return;
	for (unsigned i = 0; i < MISTAKES; i++)
		load_apply(load, order[i % array_size(order)]);
	crew_stop(&crew);
}

/* What the books say of it, once. Returns false if that cannot be reported. */
static bool do_wrong(struct load *load, void (*wrongly)(struct load *load),
		     struct load_balance *ret)
{
	struct load_books before, after;
	struct crew crew;

	load_read(load, &before);
	if (!check(load->test, crew_start(&crew, load_send, load) == 0, "two senders",
		   "did not start"))
		return false;
	wrongly(load);
	crew_stop(&crew);
	*ret = settle(load, &before, SETTLE_TRIES / 10, &after);
	print_balance(ret);
	return true;
}

/* Whether a packet comes at the wrong moment is up to the machine: until one did. */
static void test_wrong(struct load *load, void (*wrongly)(struct load *load), const char *name)
{
	struct load_balance balance = {0};
	bool misjudged = false, unexplained = false;

	printf("       %s:\n", name);
	for (int i = 0; i < WRONG_TRIES && !(misjudged && unexplained); i++) {
		if (!do_wrong(load, wrongly, &balance))
			return;
		misjudged |= balance.lost + balance.misjudged > 0;
		unexplained |= balance.unexplained > 0;
	}
	check(load->test, misjudged, name, "the books balance all the same");
	check(load->test, unexplained, name, "every packet is explained all the same");
}

void test_turns(struct test *test)
{
	struct load load;

	if (sysconf(_SC_NPROCESSORS_ONLN) < CREW_MAX) {
		skip_test(test, "a thousand switches", "there is one CPU");
		return;
	}
	if (load_open(&load, test, false)) {
		if (load_open_veth(&load))
			test_right(&load);
		test_wrong(&load, choose_first, "a generation that is chosen before it is written");
		load_close_veth(&load);
	}
	load_close(&load);
	if (load_open(&load, test, true))
		test_wrong(&load, write_in_place, "an image that is written in place");
	load_close(&load);
}
