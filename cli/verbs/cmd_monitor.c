// SPDX-License-Identifier: MIT
/* Events as they come, until SIGINT. fwd sends all of them: the filters are here. */
#include <string.h>

#include "client.h"
#include "commands.h"
#include "input.h"
#include "memory.h"
#include "signals.h"

/* Which events are wanted. */
struct filter {
	const struct call *call;
	struct prefix_list src, dst; /* one prefix, or none */
};

static void filter_clear(struct filter *filter)
{
	prefix_list_clear(&filter->src);
	prefix_list_clear(&filter->dst);
}

static int read_filter(struct cli *cli, const struct call *call, struct filter *filter)
{
	const char *src = call_value(call, "src"), *dst = call_value(call, "dst");

	filter->call = call;
	if (input_prefix_words(cli, &src, src ? 1 : 0, &filter->src) < 0)
		return -1;
	return input_prefix_words(cli, &dst, dst ? 1 : 0, &filter->dst);
}

static bool has_address(const struct prefix_list *wanted, const char *text)
{
	struct prefix prefix;

	if (wanted->count == 0)
		return true;
	return prefix_parse(text, &prefix) == 0 && prefix_contains(&wanted->items[0], &prefix);
}

/* Of a limit, an event names all rules. */
static bool has_rule(const cJSON *event, const char *wanted)
{
	const cJSON *rule;

	cJSON_ArrayForEach (rule, field(event, "rules")) {
		if (cJSON_IsString(rule) && strcmp(rule->valuestring, wanted) == 0)
			return true;
	}
	return strcmp(wanted, field_text(event, "rule")) == 0;
}

static bool matches(const struct filter *filter, const cJSON *event)
{
	static const char *const texts[] = {"type", "outcome", "reason", "limit", "interface"};
	const char *rule = call_value(filter->call, "rule");
	/* Who is banned was a source. */
	const char *source = field(event, "address") ? "address" : "src";

	for (size_t i = 0; i < array_size(texts); i++) {
		const char *wanted = call_value(filter->call, texts[i]);

		if (wanted && strcmp(wanted, field_text(event, texts[i])) != 0)
			return false;
	}
	return (!rule || has_rule(event, rule)) &&
	       has_address(&filter->src, field_text(event, source)) &&
	       has_address(&filter->dst, field_text(event, "dst"));
}

/* Events that fwd had to leave out, because we were too slow. */
static void tell_dropped(struct cli *cli, const cJSON *frame)
{
	if (cli->settings.json)
		cli->output->event(cli, frame);
	else
		cli_note(cli, "%.0f events were left out here", field_number(frame, "dropped"));
}

/* Returns 0 when interrupted or when all wanted events were shown. */
static int follow(struct cli *cli, const struct filter *filter, int signals)
{
	const char *count = call_value(filter->call, "count");
	unsigned long long left = count ? strtoull(count, NULL, 10) : ~0ULL;
	int r = 1;

	while (left > 0 && !ferror(cli->out)) {
		cJSON *frame = NULL;
		const cJSON *event;

		r = client_next(cli, signals, &frame);
		if (r <= 0)
			return r;
		event = field(frame, "event");
		if (event && matches(filter, event)) {
			cli->output->event(cli, event);
			fflush(cli->out);
			left--;
		} else if (field(frame, "dropped")) {
			tell_dropped(cli, frame);
		}
		cJSON_Delete(frame);
	}
	return 0;
}

int run_monitor(struct cli *cli, const struct call *call)
{
	struct filter filter = {0};
	cleanup_fd int signals = -1;
	cJSON *result = NULL;
	int r;

	r = read_filter(cli, call, &filter);
	if (r == 0)
		r = client_request(cli, call->verb->op, NULL, &result);
	if (r == 0) {
		signals = signals_open(false);
		r = signals < 0 ? cli_fail_errno(cli, signals, "signals")
				: follow(cli, &filter, signals);
	}
	cJSON_Delete(result);
	filter_clear(&filter);
	return r;
}
