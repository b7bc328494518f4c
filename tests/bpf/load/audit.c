// SPDX-License-Identifier: MIT
#include "tests/bpf/load/load.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define INTERFACES 3 /* slots of tests: none, and what policies name */

void load_read(const struct load *load, struct load_books *ret)
{
	*ret = (struct load_books){0};
	for (unsigned i = 0; i < LOAD_PROBES; i++)
		for (unsigned p = 0; p < LOAD_POLICIES; p++) {
			struct fw_rule_stats stats = {0};

			datapath_rule_stats(load->test->dp, load->slots[i][p], &stats);
			ret->matched[i][p] = stats.matched.packets;
		}
	for (unsigned slot = 0; slot < INTERFACES; slot++)
		for (unsigned reason = 0; reason < FW_REASON_MAX; reason++) {
			struct fw_count counts[FW_OUTCOME_MAX] = {0};

			datapath_reason_stats(load->test->dp, slot, reason, counts);
			for (unsigned outcome = 0; outcome < FW_OUTCOME_MAX; outcome++)
				ret->reasons[reason][outcome] += counts[outcome].packets;
		}
	for (unsigned lane = 0; lane < LOAD_LANES; lane++) {
		for (unsigned i = 0; i < LOAD_PROBES; i++)
			ret->sent[i] += load->lanes[lane].sent[i];
		ret->unexplained += load->lanes[lane].unexplained;
		ret->refused += load->lanes[lane].refused;
	}
}

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

/* A rule of the same name in all policies is one, with one counter. */
static bool is_shared(const struct load_probe *probe)
{
	return strcmp(probe->rules[0].id, probe->rules[1].id) == 0;
}

/* How often each reason and outcome must have been counted, by the rules that matched. */
static void expect_reasons(const struct load_books *from, const struct load_books *to,
			   uint64_t wanted[FW_REASON_MAX][FW_OUTCOME_MAX])
{
	for (unsigned i = 0; i < LOAD_PROBES; i++) {
		const struct load_probe *probe = &load_probes[i];

		for (unsigned p = 0; p < (is_shared(probe) ? 1 : LOAD_POLICIES); p++)
			wanted[probe->rules[p].reason][probe->rules[p].outcome] +=
				to->matched[i][p] - from->matched[i][p];
	}
}

struct load_balance load_settle(const struct load_books *from, const struct load_books *to)
{
	uint64_t wanted[FW_REASON_MAX][FW_OUTCOME_MAX] = {0};
	struct load_balance balance = {.unexplained = to->unexplained - from->unexplained,
				       .refused = to->refused - from->refused};

	for (unsigned i = 0; i < LOAD_PROBES; i++) {
		const struct load_probe *probe = &load_probes[i];
		uint64_t sent = to->sent[i] - from->sent[i], all = 0;

		for (unsigned p = 0; p < (is_shared(probe) ? 1 : LOAD_POLICIES); p++) {
			uint64_t matched = to->matched[i][p] - from->matched[i][p];

			if (!is_shared(probe))
				balance.by_policy[p] += matched;
			all += matched;
		}
		balance.sent += sent;
		balance.lost += distance(sent, all);
	}
	expect_reasons(from, to, wanted);
	for (unsigned reason = 0; reason < FW_REASON_MAX; reason++)
		for (unsigned outcome = 0; outcome < FW_OUTCOME_MAX; outcome++)
			balance.misjudged += distance(to->reasons[reason][outcome] -
							      from->reasons[reason][outcome],
						      wanted[reason][outcome]);
	return balance;
}

void load_print_misjudged(const struct load_books *from, const struct load_books *to)
{
	static const char *const reasons[] = {FW_REASONS(FW_AS_NAME)};
	static const char *const outcomes[] = {FW_OUTCOMES(FW_AS_NAME)};
	uint64_t wanted[FW_REASON_MAX][FW_OUTCOME_MAX] = {0};

	expect_reasons(from, to, wanted);
	for (unsigned reason = 0; reason < FW_REASON_MAX; reason++)
		for (unsigned outcome = 0; outcome < FW_OUTCOME_MAX; outcome++) {
			uint64_t is = to->reasons[reason][outcome] - from->reasons[reason][outcome];

			if (is != wanted[reason][outcome])
				printf("       %s, %s: %llu instead of %llu\n", reasons[reason],
				       outcomes[outcome], (unsigned long long)is,
				       (unsigned long long)wanted[reason][outcome]);
		}
}

/* ---- memory ---- */

/* A number of a file of lines "NAME: NUMBER". */
static uint64_t read_number(const char *path, const char *name)
{
	FILE *in = fopen(path, "r");
	uint64_t value = 0;
	char line[256];

	while (in && fgets(line, sizeof(line), in))
		if (!strncmp(line, name, strlen(name)))
			value = strtoull(line + strlen(name), NULL, 10);
	if (in)
		fclose(in);
	return value;
}

/* 0 for what is not a map. */
static uint64_t map_bytes(int fd)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	return read_number(path, "map_id:") ? read_number(path, "memlock:") : 0;
}

/* A map of a generation lives by the map that it is in, or by a descriptor that was forgotten. */
uint64_t load_map_bytes(const struct test *test)
{
	static const char *const outers[] = {"arenas", "pool_medium", "pool_large", "pool_huge"};
	DIR *folder = opendir("/proc/self/fd");
	uint64_t bytes = 0;

	for (struct dirent *entry; folder && (entry = readdir(folder));)
		if (entry->d_name[0] != '.')
			bytes += map_bytes(atoi(entry->d_name));
	if (folder)
		closedir(folder);
	for (size_t i = 0; i < array_size(outers); i++)
		for (uint32_t image = 0; image < 2; image++) {
			cleanup_fd int fd = -1;
			uint32_t id;

			if (bpf_map_lookup_elem(datapath_map(test->dp, outers[i]), &image, &id))
				continue;
			fd = bpf_map_get_fd_by_id(id);
			bytes += fd >= 0 ? map_bytes(fd) : 0;
		}
	return bytes;
}

unsigned load_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	unsigned count = 0;

	while (folder && readdir(folder))
		count++;
	if (folder)
		closedir(folder);
	return count;
}

uint64_t load_resident_bytes(void)
{
	return read_number("/proc/self/status", "VmRSS:") * 1024;
}
