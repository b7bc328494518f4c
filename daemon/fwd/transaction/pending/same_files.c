// SPDX-License-Identifier: MIT
/* Do set files still hold what they held when a revision was made? */
#include "daemon/fwd/transaction/pending/same_files.h"

static const cJSON *find_by(const cJSON *list, const char *key, const cJSON *value)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, list) {
		if (cJSON_Compare(cJSON_GetObjectItemCaseSensitive(item, key), value, true))
			return item;
	}
	return NULL;
}

/* What the set files held when a revision was made. NULL: it is not known. */
static const cJSON *recorded_sets(struct history *history, uint64_t number)
{
	const cJSON *header;

	for (size_t i = 0; (header = history_header(history, i)); i++) {
		if (cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(header, "number")) ==
		    (double)number)
			return cJSON_GetObjectItemCaseSensitive(header, "sets");
	}
	return NULL;
}

bool pending_has_same_files(struct history *history, uint64_t number, const struct config *config)
{
	const cJSON *then = recorded_sets(history, number), *set;
	cJSON *now = history_sets_json(history, config);
	bool same = now;

	cJSON_ArrayForEach (set, now) {
		const cJSON *name = cJSON_GetObjectItemCaseSensitive(set, "name");
		const cJSON *before = find_by(then, "name", name);

		same &= before &&
			cJSON_Compare(cJSON_GetObjectItemCaseSensitive(before, "sha256"),
				      cJSON_GetObjectItemCaseSensitive(set, "sha256"), true);
	}
	cJSON_Delete(now);
	return same;
}
