// SPDX-License-Identifier: MIT
#include "cli/explain/tally.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

#define TEXT 64

struct row {
	char outcome[TEXT];
	char reason[TEXT];
	char rule[TEXT];
	char limit[TEXT];
	unsigned long long packets;
};

struct tally {
	struct row *rows;
	size_t count;
	unsigned long long packets, pass, drop, would_drop, answered, errors;
};

struct tally *tally_new(void)
{
	return calloc(1, sizeof(struct tally));
}

struct tally *tally_free(struct tally *tally)
{
	if (tally)
		free(tally->rows);
	free(tally);
	return NULL;
}

const char *item_outcome(const cJSON *item)
{
	const char *verdict = field_text(item, "verdict");
	bool would = field_false(item, "enforced");

	if (strcmp(verdict, "drop") == 0)
		return would ? "would_drop" : "drop";
	if (strcmp(verdict, "answer") == 0)
		return would ? "would_answer" : "answer";
	return "pass";
}

static bool is_row(const struct row *row, const char *outcome, const cJSON *item)
{
	return strcmp(row->outcome, outcome) == 0 &&
	       strncmp(row->rule, field_text(item, "rule"), TEXT - 1) == 0 &&
	       strncmp(row->reason, field_text(item, "reason"), TEXT - 1) == 0 &&
	       strncmp(row->limit, field_text(item, "limit"), TEXT - 1) == 0;
}

/* A linear search: rows are few, and the frequent ones come first. */
static struct row *find_row(struct tally *tally, const char *outcome, const cJSON *item)
{
	struct row *row;

	for (size_t i = 0; i < tally->count; i++) {
		row = &tally->rows[i];
		if (!is_row(row, outcome, item))
			continue;
		if (i && row->packets > row[-1].packets) {
			struct row better = *row;

			*row = row[-1];
			*--row = better;
		}
		return row;
	}
	row = array_grow(&tally->rows, tally->count, sizeof(*row));
	if (!row)
		return NULL;
	tally->count++;
	*row = (struct row){0};
	snprintf(row->outcome, TEXT, "%s", outcome);
	snprintf(row->reason, TEXT, "%s", field_text(item, "reason"));
	snprintf(row->rule, TEXT, "%s", field_text(item, "rule"));
	snprintf(row->limit, TEXT, "%s", field_text(item, "limit"));
	return row;
}

int tally_add(struct tally *tally, const cJSON *item)
{
	const char *outcome = item_outcome(item);
	struct row *row;

	tally->packets++;
	if (field(item, "error")) {
		tally->errors++;
		return 0;
	}
	row = find_row(tally, outcome, item);
	if (!row)
		return -ENOMEM;
	row->packets++;
	if (strcmp(outcome, "pass") == 0)
		tally->pass++;
	else if (strcmp(outcome, "drop") == 0)
		tally->drop++;
	else if (strcmp(outcome, "would_drop") == 0)
		tally->would_drop++;
	else
		tally->answered++;
	return 0;
}

static int by_packets(const void *a, const void *b)
{
	const struct row *one = a, *two = b;

	return (one->packets < two->packets) - (one->packets > two->packets);
}

cJSON *tally_json(struct tally *tally)
{
	cJSON *summary = cJSON_CreateObject(), *by;

	if (tally->count)
		qsort(tally->rows, tally->count, sizeof(*tally->rows), by_packets);
	cJSON_AddNumberToObject(summary, "packets", (double)tally->packets);
	cJSON_AddNumberToObject(summary, "pass", (double)tally->pass);
	cJSON_AddNumberToObject(summary, "drop", (double)tally->drop);
	cJSON_AddNumberToObject(summary, "would_drop", (double)tally->would_drop);
	cJSON_AddNumberToObject(summary, "answered", (double)tally->answered);
	cJSON_AddNumberToObject(summary, "errors", (double)tally->errors);
	by = cJSON_AddArrayToObject(summary, "by");
	for (size_t i = 0; i < tally->count; i++) {
		const struct row *row = &tally->rows[i];
		cJSON *item = cJSON_CreateObject();

		cJSON_AddItemToArray(by, item);
		cJSON_AddStringToObject(item, "outcome", row->outcome);
		cJSON_AddStringToObject(item, "reason", row->reason);
		if (*row->rule)
			cJSON_AddStringToObject(item, "rule", row->rule);
		if (*row->limit)
			cJSON_AddStringToObject(item, "limit", row->limit);
		cJSON_AddNumberToObject(item, "packets", (double)row->packets);
	}
	return summary;
}

void tally_print(const cJSON *summary, FILE *out, bool colour)
{
	static const struct column columns[] = {{"PACKETS", true}, {"OUTCOME", false},
						{"REASON", false}, {"RULE", false},
						{"LIMIT", false},  {NULL, false}};
	struct table *table = table_new(columns);
	char text[HUMAN_TEXT];
	const cJSON *item;

	cJSON_ArrayForEach (item, field(summary, "by")) {
		table_putf(table, "%.0f", field_number(item, "packets"));
		table_put(table, human_name(field_text(item, "outcome"), text));
		table_put(table, field_text(item, "reason"));
		table_put(table, field_text(item, "rule"));
		table_put(table, field_text(item, "limit"));
	}
	fprintf(out, "%.0f packets: %.0f pass, %.0f are dropped, %.0f would be\n",
		field_number(summary, "packets"), field_number(summary, "pass"),
		field_number(summary, "drop"), field_number(summary, "would_drop"));
	if (field_number(summary, "answered") > 0)
		fprintf(out, "%.0f are SYNs over a limit that answers them\n",
			field_number(summary, "answered"));
	if (field_number(summary, "errors") > 0)
		fprintf(out, "%.0f are shorter than an Ethernet header\n",
			field_number(summary, "errors"));
	if (table_rows(table))
		table_print(table, out, colour, 2);
	table_free(table);
}
