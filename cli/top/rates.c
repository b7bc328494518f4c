// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/output/output.h"
#include "cli/top/top.h"
#include "common/base/memory.h"

static double gain(double before, double now)
{
	return now >= before ? now - before : now;
}

/* Per second, rounded to three decimals to keep the JSON short. */
static double by_second(double gained, double seconds)
{
	double thousandths = gained * 1000 / seconds + 0.5;

	return (double)(uint64_t)thousandths / 1000;
}

/* The rates of {"packets", "bytes"} into an object: packets and bits. */
static double add_rates(cJSON *json, const cJSON *before, const cJSON *now, double seconds)
{
	double packets = gain(field_number(before, "packets"), field_number(now, "packets"));
	double bytes = gain(field_number(before, "bytes"), field_number(now, "bytes"));

	cJSON_AddNumberToObject(json, "packets_per_s", by_second(packets, seconds));
	cJSON_AddNumberToObject(json, "bits_per_s", by_second(bytes * 8, seconds));
	return packets;
}

/* Objects with their sort keys; owned here until they are in a list. */
struct ranking {
	struct ranked {
		cJSON *json;
		double value;
		size_t order;
	} * items;
	size_t count;
};

static void rank(struct ranking *ranking, cJSON *json, double value)
{
	struct ranked *item =
		value > 0 ? array_grow(&ranking->items, ranking->count, sizeof(*ranking->items))
			  : NULL;

	if (!item) {
		cJSON_Delete(json);
		return;
	}
	*item = (struct ranked){json, value, ranking->count};
	ranking->count++;
}

static int compare(const void *a, const void *b)
{
	const struct ranked *one = a, *other = b;

	if (one->value != other->value)
		return one->value > other->value ? -1 : 1;
	return one->order < other->order ? -1 : 1;
}

static void add_ranking(cJSON *rates, const char *name, struct ranking *ranking)
{
	cJSON *list = cJSON_AddArrayToObject(rates, name);

	if (ranking->count)
		qsort(ranking->items, ranking->count, sizeof(*ranking->items), compare);
	for (size_t i = 0; i < ranking->count; i++)
		cJSON_AddItemToArray(list, ranking->items[i].json);
	free(ranking->items);
}

/*
 * The item of the earlier list that has the same texts under these keys. Lists seldom change, so
 * it is mostly where the search begins; *at advances from there.
 */
static const cJSON *find_before(const cJSON *list, const cJSON **at, const cJSON *item,
				const char *key, const char *second)
{
	const cJSON *start = *at ? *at : list ? list->child : NULL, *candidate = start;

	while (candidate) {
		if (strcmp(field_text(candidate, key), field_text(item, key)) == 0 &&
		    (!second ||
		     strcmp(field_text(candidate, second), field_text(item, second)) == 0)) {
			*at = candidate->next;
			return candidate;
		}
		candidate = candidate->next ? candidate->next : list->child;
		if (candidate == start)
			break;
	}
	return NULL;
}

static void add_totals(cJSON *rates, const struct sample *before, const struct sample *now,
		       double seconds)
{
	cJSON *totals = cJSON_AddObjectToObject(rates, "totals");
	const cJSON *total;

	cJSON_ArrayForEach (total, field(now->stats, "totals"))
		add_rates(cJSON_AddObjectToObject(totals, total->string),
			  field(field(before->stats, "totals"), total->string), total, seconds);
}

static void add_reasons(cJSON *rates, const struct sample *before, const struct sample *now,
			double seconds)
{
	const cJSON *old_list = field(before->stats, "interfaces"), *interface, *reason;
	const cJSON *at = NULL;
	struct ranking ranking = {0};

	cJSON_ArrayForEach (interface, field(now->stats, "interfaces")) {
		const cJSON *old = find_before(old_list, &at, interface, "name", NULL);
		const cJSON *old_reasons = field(old, "reasons"), *old_at = NULL;

		cJSON_ArrayForEach (reason, field(interface, "reasons")) {
			cJSON *json = cJSON_CreateObject();
			const cJSON *was =
				find_before(old_reasons, &old_at, reason, "reason", "outcome");

			cJSON_AddStringToObject(json, "outcome", field_text(reason, "outcome"));
			cJSON_AddStringToObject(json, "reason", field_text(reason, "reason"));
			cJSON_AddStringToObject(json, "interface", field_text(interface, "name"));
			rank(&ranking, json, add_rates(json, was, reason, seconds));
		}
	}
	add_ranking(rates, "reasons", &ranking);
}

static void add_rules(cJSON *rates, const struct sample *before, const struct sample *now,
		      double seconds)
{
	const cJSON *old_list = field(before->stats, "rules"), *at = NULL, *rule;
	struct ranking ranking = {0};

	cJSON_ArrayForEach (rule, field(now->stats, "rules")) {
		const cJSON *was = find_before(old_list, &at, rule, "id", NULL);
		cJSON *json;

		/* There may be thousands of rules, of which few have packets. */
		if (field_number(rule, "packets") == field_number(was, "packets"))
			continue;
		json = cJSON_CreateObject();
		cJSON_AddStringToObject(json, "id", field_text(rule, "id"));
		rank(&ranking, json, add_rates(json, was, rule, seconds));
	}
	add_ranking(rates, "rules", &ranking);
}

/* Limits with the most limited packets come first, then those with the most packets. */
static void add_limits(cJSON *rates, const struct sample *before, const struct sample *now,
		       double seconds)
{
	const cJSON *old_list = field(before->stats, "limits"), *at = NULL, *limit;
	struct ranking ranking = {0};

	cJSON_ArrayForEach (limit, field(now->stats, "limits")) {
		const cJSON *was = find_before(old_list, &at, limit, "name", NULL);
		cJSON *json = cJSON_CreateObject();
		double passed, over;

		cJSON_AddStringToObject(json, "name", field_text(limit, "name"));
		passed = add_rates(cJSON_AddObjectToObject(json, "passed"), field(was, "passed"),
				   field(limit, "passed"), seconds);
		over = add_rates(cJSON_AddObjectToObject(json, "over"), field(was, "over"),
				 field(limit, "over"), seconds);
		cJSON_AddNumberToObject(json, "keys", field_number(limit, "keys"));
		rank(&ranking, json, over * 1e9 + passed);
	}
	add_ranking(rates, "limits", &ranking);
}

static void add_keys(cJSON *rates, const struct sample *before, const struct sample *now,
		     double seconds)
{
	struct ranking ranking = {0};
	const cJSON *limit, *key;

	cJSON_ArrayForEach (limit, now->keys) {
		const cJSON *old_list = field(field(before->keys, limit->string), "top");
		const cJSON *at = NULL;

		cJSON_ArrayForEach (key, field(limit, "top")) {
			const cJSON *was = find_before(old_list, &at, key, "key", NULL);
			double limited =
				gain(field_number(was, "limited"), field_number(key, "limited"));
			cJSON *json;

			/* The counts of a key that was not in the earlier sample may be old. */
			if (!was)
				continue;
			json = cJSON_CreateObject();
			cJSON_AddStringToObject(json, "key", field_text(key, "key"));
			cJSON_AddStringToObject(json, "limit", limit->string);
			cJSON_AddNumberToObject(json, "limited_per_s", by_second(limited, seconds));
			rank(&ranking, json, limited);
		}
	}
	add_ranking(rates, "keys", &ranking);
}

static void add_events(cJSON *rates, const struct sample *before, const struct sample *now,
		       double seconds)
{
	cJSON *events = cJSON_AddObjectToObject(rates, "events");
	const cJSON *event;

	cJSON_ArrayForEach (event, field(now->stats, "events")) {
		double was = field_number(field(before->stats, "events"), event->string);

		cJSON_AddNumberToObject(events, event->string,
					by_second(gain(was, item_number(event)), seconds));
	}
}

static void add_time(cJSON *rates)
{
	time_t now = time(NULL);
	char text[32];
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	cJSON_AddStringToObject(rates, "time", text);
}

cJSON *rates_between(const struct sample *before, const struct sample *now)
{
	double seconds = now->at - before->at > 0.001 ? now->at - before->at : 0.001;
	cJSON *rates = cJSON_CreateObject();

	add_time(rates);
	cJSON_AddNumberToObject(rates, "seconds", by_second(seconds, 1));
	cJSON_AddStringToObject(rates, "mode", field_text(now->status, "mode"));
	cJSON_AddNumberToObject(rates, "revision", field_number(now->status, "revision"));
	cJSON_AddNumberToObject(rates, "generation", field_number(now->status, "generation"));
	cJSON_AddNumberToObject(rates, "uptime_s", field_number(now->status, "uptime_s"));
	cJSON_AddNumberToObject(rates, "blocks", field_number(now->status, "blocks"));
	add_totals(rates, before, now, seconds);
	add_reasons(rates, before, now, seconds);
	add_rules(rates, before, now, seconds);
	add_limits(rates, before, now, seconds);
	add_keys(rates, before, now, seconds);
	add_events(rates, before, now, seconds);
	return rates;
}
