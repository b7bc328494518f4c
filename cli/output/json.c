// SPDX-License-Identifier: MIT
/* One JSON document a run, errors included; events are one object a line. */
#include <stdlib.h>

#include "cli/output/output.h"

/* The policy that waits for its confirmation, and a panic. */
static void add_pending(const struct cli *cli, cJSON *reply)
{
	if (cli->panic)
		cJSON_AddItemToObject(reply, "panic", cJSON_Duplicate(cli->panic, true));
	if (cli->config_fault)
		cJSON_AddItemToObject(reply, "config_fault",
				      cJSON_Duplicate(cli->config_fault, true));
	if (cli->pending)
		cJSON_AddItemToObject(reply, "pending", cJSON_Duplicate(cli->pending, true));
}

/* {"ok": true, "result": ...}; takes result. */
static void put_result(struct cli *cli, cJSON *result)
{
	cJSON *reply = cJSON_CreateObject();

	cJSON_AddTrueToObject(reply, "ok");
	cJSON_AddItemToObject(reply, "result", result);
	add_pending(cli, reply);
	json_put(cli->out, reply);
	cJSON_Delete(reply);
}

static void json_result(struct cli *cli, const struct call *call, const cJSON *result)
{
	(void)call;
	put_result(cli, cJSON_Duplicate(result, true));
}

static void json_page(struct listing *listing, cJSON *page)
{
	cJSON *items = cJSON_DetachItemFromObjectCaseSensitive(page, "items");
	const cJSON *item;

	if (!listing->items)
		listing->items = open_memstream(&listing->items_text, &listing->items_size);
	cJSON_ArrayForEach (item, items) {
		char *text = cJSON_PrintUnformatted(item);

		if (text && listing->items)
			fprintf(listing->items, "%s%s", listing->count++ ? "," : "", text);
		free(text);
	}
	cJSON_Delete(items);
	if (listing->head)
		cJSON_Delete(page);
	else
		listing->head = page;
}

/* The items are text already, and are inserted as raw text. */
static void json_list(struct cli *cli, struct listing *listing)
{
	char *array = NULL;

	if (listing->items && fflush(listing->items) == 0 &&
	    asprintf(&array, "[%s]", listing->items_text) < 0)
		array = NULL;
	cJSON_AddRawToObject(listing->head, "items", array ? array : "[]");
	free(array);
	put_result(cli, listing->head);
	listing->head = NULL;
}

static void json_event(struct cli *cli, const cJSON *event)
{
	json_put(cli->out, event);
}

static void json_error(struct cli *cli)
{
	cJSON *reply = cJSON_CreateObject(), *error;

	cJSON_AddFalseToObject(reply, "ok");
	error = cJSON_AddObjectToObject(reply, "error");
	cJSON_AddStringToObject(error, "code", wire_error_name(cli->error));
	cJSON_AddStringToObject(error, "message", cli->message);
	if (cli->details)
		cJSON_AddItemToObject(error, "errors", cJSON_Duplicate(cli->details, true));
	add_pending(cli, reply);
	json_put(cli->out, reply);
	cJSON_Delete(reply);
}

const struct output_ops output_json = {
	.result = json_result,
	.page = json_page,
	.list = json_list,
	.event = json_event,
	.error = json_error,
};
