// SPDX-License-Identifier: MIT
#include "daemon/fwd/summary/summary.h"

#include <stdlib.h>

#include "daemon/fwd/summary/interface_summary.h"
#include "daemon/fwd/summary/rule_summary.h"

struct summary {
	const struct datapath *dp;
	const struct model *model;
	struct interface_summary *interfaces;
	struct rule_summary *rules;
};

static struct rule_summary_source rule_source(const struct summary *summary)
{
	return (struct rule_summary_source){
		.dp = summary->dp,
		.config = model_config(summary->model),
		.slots = model_slots(summary->model),
	};
}

struct summary *summary_new(const struct datapath *dp, const struct model *model)
{
	struct summary *summary = calloc(1, sizeof(*summary));
	struct rule_summary_source source;

	if (!summary)
		return NULL;
	summary->dp = dp;
	summary->model = model;
	source = rule_source(summary);
	summary->interfaces = interface_summary_new(dp);
	summary->rules = rule_summary_new(&source);
	if (!summary->interfaces || !summary->rules)
		return summary_free(summary);
	return summary;
}

struct summary *summary_free(struct summary *summary)
{
	if (!summary)
		return NULL;
	interface_summary_free(summary->interfaces);
	rule_summary_free(summary->rules);
	free(summary);
	return NULL;
}

void summary_write(struct summary *summary, FILE *out)
{
	const struct rule_summary_source source = rule_source(summary);
	unsigned seconds = interface_summary_write(summary->interfaces, summary->dp, out);

	rule_summary_write(summary->rules, &source, seconds, out);
}
