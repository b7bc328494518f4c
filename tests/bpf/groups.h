/* SPDX-License-Identifier: MIT */
/* The groups of tests; each is a file. */
#ifndef FWD_TEST_GROUPS_H
#define FWD_TEST_GROUPS_H

struct test;
struct cookie_check_bpf;

void test_no_policy(struct test *test);
void test_ethernet(struct test *test);
void test_parsed(struct test *test);
void test_ip4(struct test *test);
void test_ip6(struct test *test);
void test_ports(struct test *test);
void test_cuts(struct test *test);
void test_fragments(struct test *test);
void test_match(struct test *test);
void test_order(struct test *test);
void test_live(struct test *test);
void test_limits(struct test *test);
void test_way(struct test *test);
void test_way_over(struct test *test);
void test_way_once(struct test *test);
void test_way_canary(struct test *test);
void test_algorithms(struct test *test);
void test_limit_ends(struct test *test);
void test_bans(struct test *test);
void test_cookies(struct test *test);
/* A part of cookies; kernel is asked about the answers. */
void test_cookie_sockets(struct test *test, const struct cookie_check_bpf *kernel);
void test_events(struct test *test);
void test_generations(struct test *test);
void test_deadline(struct test *test);
void test_panic(struct test *test);
void test_candidate(struct test *test);
void test_try(struct test *test);
void test_why(struct test *test);
void test_tables(struct test *test);
void test_table_edits(struct test *test);
void test_jumbo(struct test *test);
void test_random(struct test *test);
void test_parallel(struct test *test);
void test_switch(struct test *test);
void test_turns(struct test *test);
void test_adopt(struct test *test);
void test_missed(struct test *test);

#endif
