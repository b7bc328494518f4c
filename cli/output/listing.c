// SPDX-License-Identifier: MIT
#include "cli/output/output.h"

#include <stdlib.h>

struct listing *listing_new(const struct call *call)
{
	struct listing *listing = calloc(1, sizeof(*listing));

	if (listing)
		listing->call = call;
	return listing;
}

struct listing *listing_free(struct listing *listing)
{
	if (!listing)
		return NULL;
	cJSON_Delete(listing->head);
	table_free(listing->table);
	if (listing->items)
		fclose(listing->items);
	free(listing->items_text);
	free(listing);
	return NULL;
}
