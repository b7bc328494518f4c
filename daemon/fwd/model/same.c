// SPDX-License-Identifier: MIT
/* Is a policy the running one? Then a change to it is none. */
#include "daemon/fwd/model/model_internal.h"

#include <string.h>

static bool same_prefixes(const struct config_set *a, const struct config_set *b)
{
	if (a->content == b->content)
		return true;
	return a->prefixes.count == b->prefixes.count &&
	       memcmp(a->prefixes.items, b->prefixes.items,
		      a->prefixes.count * sizeof(*a->prefixes.items)) == 0;
}

/* The documents are the same, so are the sets; but files may hold something else now. */
static bool same_files(const struct config *a, const struct config *b)
{
	for (size_t i = 0; i < a->set_count && i < b->set_count; i++) {
		if (a->sets[i].kind == SET_FILE && !same_prefixes(&a->sets[i], &b->sets[i]))
			return false;
	}
	return a->set_count == b->set_count;
}

bool model_is_same(const struct model *model, struct document *document,
		   const struct config *config)
{
	if (!model->document || !model->config)
		return false;
	if (!cJSON_Compare(document_root(document), document_root(model->document), true))
		return false;
	return !config || same_files(config, model->config);
}
