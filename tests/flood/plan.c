// SPDX-License-Identifier: MIT
/* The command line. */
#include "tests/flood/flood.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void refuse(const char *what)
{
	fprintf(stderr, "flood: cannot read %s\n", what);
	exit(2);
}

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
	else if (!strcmp(key, "atleast"))
		plan->at_least = strtoull(value, NULL, 10);
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

struct plan read_plan(char **words)
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
