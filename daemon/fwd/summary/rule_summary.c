// SPDX-License-Identifier: MIT
#include "daemon/fwd/summary/rule_summary.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/policy/config/config.h"
#include "daemon/fwd/summary/interface_summary.h"

struct rule_summary {
	struct fw_count rules[FW_MAX_RULE_SLOTS];
	struct fw_count limits[FW_MAX_LIMITS];
};

/* A line that may be written. */
struct line {
	const char *kind, *name, *what;
	struct fw_count count;
};

struct lines {
	struct line best[RULE_SUMMARY_LINES]; /* most packets first */
	size_t count;
	size_t left_out;
};

/* A counter that is smaller than before was cleared in between. */
static struct fw_count take_gain(struct fw_count *before, struct fw_count now)
{
	struct fw_count gained = now;

	if (now.packets >= before->packets) {
		gained.packets -= before->packets;
		gained.bytes -= before->bytes;
	}
	*before = now;
	return gained;
}

static void add_line(struct lines *lines, const struct line *line)
{
	size_t at = lines->count;

	if (!line->count.packets)
		return;
	if (lines->count == RULE_SUMMARY_LINES) {
		lines->left_out++;
		if (line->count.packets <= lines->best[at - 1].count.packets)
			return;
		at--;
	} else {
		lines->count++;
	}
	for (; at > 0 && lines->best[at - 1].count.packets < line->count.packets; at--)
		lines->best[at] = lines->best[at - 1];
	lines->best[at] = *line;
}

static void read_rules(struct rule_summary *summary, const struct rule_summary_source *source,
		       struct lines *lines)
{
	const struct config *config = source->config;

	for (size_t i = 0; i < config->rule_count; i++) {
		const struct config_rule *rule = &config->rules[i];
		int slot = slots_find(source->slots, FW_NAME_RULE, rule->id);
		bool enforced = config->enforce && !rule->canary;
		struct line line = {.kind = "rule",
				    .name = rule->id,
				    .what = enforced ? "dropped" : "would have dropped"};
		struct fw_rule_stats stats;

		if (rule->disabled || rule->limit != CONFIG_NO_LIMIT ||
		    rule->action != FW_ACTION_DROP || slot < 0 ||
		    datapath_rule_stats(source->dp, (unsigned)slot, &stats) < 0)
			continue;
		line.count = take_gain(&summary->rules[slot], stats.matched);
		add_line(lines, &line);
	}
}

static void read_limits(struct rule_summary *summary, const struct rule_summary_source *source,
			struct lines *lines)
{
	const struct config *config = source->config;

	for (size_t i = 0; i < config->limit_count; i++) {
		int slot = slots_find(source->slots, FW_NAME_LIMIT, config->limits[i].name);
		struct line line = {
			.kind = "limit", .name = config->limits[i].name, .what = "was exceeded by"};
		struct fw_limit_stats stats;

		if (slot < 0 || datapath_limit_stats(source->dp, (unsigned)slot, &stats) < 0)
			continue;
		line.count = take_gain(&summary->limits[slot], stats.over);
		add_line(lines, &line);
	}
}

void rule_summary_write(struct rule_summary *summary, const struct rule_summary_source *source,
			unsigned seconds, FILE *out)
{
	struct lines lines = {0};

	read_rules(summary, source, &lines);
	read_limits(summary, source, &lines);
	for (size_t i = 0; i < lines.count; i++) {
		const struct line *line = &lines.best[i];

		fprintf(out, "summary of %u s: %s %s %s %llu packets (", seconds, line->kind,
			line->name, line->what, (unsigned long long)line->count.packets);
		summary_put_bytes(out, line->count.bytes);
		fputs(")\n", out);
	}
	if (lines.left_out)
		fprintf(out, "summary of %u s: %zu more rules and limits dropped packets\n",
			seconds, lines.left_out);
}

struct rule_summary *rule_summary_new(const struct rule_summary_source *source)
{
	struct rule_summary *summary = calloc(1, sizeof(*summary));
	struct lines lines = {0};

	if (summary) {
		read_rules(summary, source, &lines);
		read_limits(summary, source, &lines);
	}
	return summary;
}

struct rule_summary *rule_summary_free(struct rule_summary *summary)
{
	free(summary);
	return NULL;
}
