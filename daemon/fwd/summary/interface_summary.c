// SPDX-License-Identifier: MIT
#include "daemon/fwd/summary/interface_summary.h"

#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "daemon/fwd/datapath/attach/attachments.h"

struct interface_summary {
	uint64_t time; /* ns */
	struct fw_count counts[FW_MAX_INTERFACES][FW_REASON_MAX][FW_OUTCOME_MAX];
	struct fw_event_stats events;
};

#define REASONS_SHOWN 4

/* A counter that is smaller than before was cleared in between. */
static uint64_t gain(uint64_t before, uint64_t now)
{
	return now >= before ? now - before : now;
}

/* Read an interface's counters: gains to `gained`, the counters to the summary. */
static void read_interface(struct interface_summary *summary, const struct datapath *dp,
			   unsigned slot, struct fw_count gained[FW_REASON_MAX][FW_OUTCOME_MAX])
{
	for (unsigned reason = 0; reason < FW_REASON_MAX; reason++) {
		struct fw_count *before = summary->counts[slot][reason];
		struct fw_count now[FW_OUTCOME_MAX] = {0};

		if (datapath_reason_stats(dp, slot, reason, now) < 0)
			continue;
		for (unsigned i = 0; i < FW_OUTCOME_MAX; i++) {
			gained[reason][i].packets = gain(before[i].packets, now[i].packets);
			gained[reason][i].bytes = gain(before[i].bytes, now[i].bytes);
			before[i] = now[i];
		}
	}
}

void summary_put_bytes(FILE *out, uint64_t bytes)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
	double amount = (double)bytes;
	size_t unit = 0;

	for (; amount >= 1000 && unit + 1 < array_size(units); unit++)
		amount /= 1000;
	fprintf(out, "%.*f %s", unit ? 1 : 0, amount, units[unit]);
}

/* The reasons with most packets, most first. */
static void put_reasons(FILE *out, struct fw_count gained[FW_REASON_MAX][FW_OUTCOME_MAX],
			enum fw_outcome outcome)
{
	static const char *const names[] = {FW_REASONS(FW_AS_NAME)};
	bool used[FW_REASON_MAX] = {0};

	for (unsigned shown = 0; shown < REASONS_SHOWN; shown++) {
		unsigned best = FW_REASON_MAX;

		for (unsigned i = 0; i < FW_REASON_MAX; i++) {
			if (!used[i] && gained[i][outcome].packets &&
			    (best == FW_REASON_MAX ||
			     gained[i][outcome].packets > gained[best][outcome].packets))
				best = i;
		}
		if (best == FW_REASON_MAX)
			return;
		used[best] = true;
		fprintf(out, "%s%s %llu", shown ? ", " : ": ", names[best],
			(unsigned long long)gained[best][outcome].packets);
	}
}

static void put_outcome(FILE *out, const char *text,
			struct fw_count gained[FW_REASON_MAX][FW_OUTCOME_MAX],
			enum fw_outcome outcome)
{
	struct fw_count sum = {0};

	for (unsigned i = 0; i < FW_REASON_MAX; i++) {
		sum.packets += gained[i][outcome].packets;
		sum.bytes += gained[i][outcome].bytes;
	}
	if (outcome != FW_OUTCOME_PASS && !sum.packets)
		return;
	fprintf(out, "%s %llu (", text, (unsigned long long)sum.packets);
	summary_put_bytes(out, sum.bytes);
	if (outcome != FW_OUTCOME_PASS)
		put_reasons(out, gained, outcome);
	fputc(')', out);
}

static void put_events(struct interface_summary *summary, const struct datapath *dp, FILE *out,
		       unsigned seconds)
{
	struct fw_event_stats now = {0};
	uint64_t gained[FW_EVENTS_MAX];

	if (datapath_event_stats(dp, &now) < 0)
		return;
	for (unsigned i = 0; i < FW_EVENTS_MAX; i++)
		gained[i] = gain(summary->events.count[i], now.count[i]);
	summary->events = now;
	if (!gained[FW_EVENTS_RATED] && !gained[FW_EVENTS_LOST])
		return;
	fprintf(out, "summary of %u s: events written %llu, over the rate %llu, lost %llu\n",
		seconds, (unsigned long long)gained[FW_EVENTS_WRITTEN],
		(unsigned long long)gained[FW_EVENTS_RATED],
		(unsigned long long)gained[FW_EVENTS_LOST]);
}

unsigned interface_summary_write(struct interface_summary *summary, const struct datapath *dp,
				 FILE *out)
{
	uint64_t now = clock_ns();
	unsigned seconds = (unsigned)((now - summary->time + 500000000) / NS_PER_SECOND);
	const struct attachment *attachments;
	size_t count = datapath_attachments(dp, &attachments);

	summary->time = now;
	for (size_t i = 0; i < count; i++) {
		struct fw_count gained[FW_REASON_MAX][FW_OUTCOME_MAX] = {0};

		read_interface(summary, dp, attachments[i].slot, gained);
		fprintf(out, "summary of %u s: %s", seconds, attachments[i].name);
		put_outcome(out, " passed", gained, FW_OUTCOME_PASS);
		put_outcome(out, ", dropped", gained, FW_OUTCOME_DROP);
		put_outcome(out, ", would have dropped", gained, FW_OUTCOME_WOULD_DROP);
		put_outcome(out, ", answered", gained, FW_OUTCOME_TX);
		put_outcome(out, ", would have answered", gained, FW_OUTCOME_WOULD_TX);
		fputc('\n', out);
	}
	put_events(summary, dp, out, seconds);
	return seconds;
}

struct interface_summary *interface_summary_new(const struct datapath *dp)
{
	struct fw_count gained[FW_REASON_MAX][FW_OUTCOME_MAX];
	struct interface_summary *summary = calloc(1, sizeof(*summary));
	const struct attachment *attachments;
	size_t count = datapath_attachments(dp, &attachments);

	if (!summary)
		return NULL;
	summary->time = clock_ns();
	for (size_t i = 0; i < count; i++)
		read_interface(summary, dp, attachments[i].slot, gained);
	datapath_event_stats(dp, &summary->events);
	return summary;
}

struct interface_summary *interface_summary_free(struct interface_summary *summary)
{
	free(summary);
	return NULL;
}
