// SPDX-License-Identifier: MIT
/* Events as they occur, until SIGINT. fwd sends all events; fwctl filters them. */
#include <string.h>

#include "cli/core/client.h"
#include "cli/core/signals.h"
#include "cli/grammar/input.h"
#include "cli/verbs/commands.h"
#include "common/base/memory.h"
#include "common/policy/config/config_fields.h"

/* The wanted events. */
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

/* Events name an interface as in the config, also after it was renamed. */
static int check_interface(struct cli *cli, const char *name)
{
	struct suggestion suggestion = {.written = name};
	char text[SUGGESTION_TEXT];
	const cJSON *item;
	cJSON *result;
	bool found = false;

	if (client_request(cli, OP_IFACE_LIST, NULL, &result) < 0)
		return -1;
	cJSON_ArrayForEach (item, field(result, "items")) {
		found |= strcmp(field_text(item, "name"), name) == 0;
		suggestion_offer(&suggestion, field_text(item, "name"), NULL);
		if (strcmp(field_text(item, "current_name"), name) == 0)
			suggestion.best = field_text(item, "name");
	}
	if (!found)
		cli_fail(cli, WIRE_ERROR_NOT_FOUND, "fwd has no interface \"%s\"%s", name,
			 suggestion_text(&suggestion, text));
	cJSON_Delete(result);
	return found ? 0 : -1;
}

/*
 * Events only have names of the running policy: for another name there would never be an event,
 * so it is an error.
 */
static int check_names(struct cli *cli, const struct call *call)
{
	static const struct {
		const char *option, *argument;
		enum op op;
	} rows[] = {{"rule", "id", OP_RULE_SHOW}, {"limit", "name", OP_LIMIT_SHOW}};
	const char *interface = call_value(call, "interface");

	for (size_t i = 0; i < array_size(rows); i++) {
		const char *name = call_value(call, rows[i].option);
		cJSON *args, *result;

		if (!name)
			continue;
		args = cJSON_CreateObject();
		cJSON_AddStringToObject(args, rows[i].argument, name);
		if (client_request(cli, rows[i].op, args, &result) < 0)
			return -1;
		cJSON_Delete(result);
	}
	return interface ? check_interface(cli, interface) : 0;
}

static bool has_address(const struct prefix_list *wanted, const char *text)
{
	struct prefix prefix;

	if (wanted->count == 0)
		return true;
	return prefix_parse(text, &prefix) == 0 && prefix_contains(&wanted->items[0], &prefix);
}

/* An event of a limit names all its rules. */
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
	/* A banned address was a source. */
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

/* Report events that fwd left out because this client was too slow. */
static void report_dropped(struct cli *cli, const cJSON *frame)
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
			report_dropped(cli, frame);
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
		r = check_names(cli, call);
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
