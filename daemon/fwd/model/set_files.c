// SPDX-License-Identifier: MIT
/*
 * Files of sets that are read again while the rest of the policy is as it runs: unsaved edits stay, and
 * other sets keep what they have.
 */
#include "daemon/fwd/model/model_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

void set_reload_clear(struct set_reload *reload)
{
	free(reload->items);
	*reload = (struct set_reload){0};
}

/* ---- what has changed ---- */

/* How many of a sorted list are not in another one; what is there twice counts once. */
static size_t count_missing(const struct prefix_list *list, const struct prefix_list *other)
{
	size_t missing = 0, at = 0;

	for (size_t i = 0; i < list->count; i++) {
		const struct prefix *prefix = &list->items[i];

		if (i > 0 && prefix_compare(prefix - 1, prefix) == 0)
			continue;
		while (at < other->count && prefix_compare(&other->items[at], prefix) < 0)
			at++;
		missing += at == other->count || prefix_compare(&other->items[at], prefix) != 0;
	}
	return missing;
}

void set_reload_compare(struct set_reload *reload, const struct config *before,
			const struct config *now)
{
	for (size_t i = 0; i < reload->count; i++) {
		struct set_change *change = &reload->items[i];
		int old = config_find_set(before, change->name);
		int new = config_find_set(now, change->name);

		if (old < 0 || new < 0)
			continue;
		change->before = before->sets[old].prefixes.count;
		change->entries = now->sets[new].prefixes.count;
		change->is_kept = now->sets[new].is_kept;
		if (before->sets[old].content == now->sets[new].content)
			continue;
		change->added =
			count_missing(&now->sets[new].prefixes, &before->sets[old].prefixes);
		change->removed =
			count_missing(&before->sets[old].prefixes, &now->sets[new].prefixes);
	}
}

/*
 * All content is the same, so packets see no new generation. What was found out about a file is taken
 * over, and the copy of one that was good is as new as that.
 */
void set_reload_keep(struct model *model, const struct edit *edit, struct config *config,
		     struct errors *errs)
{
	for (size_t i = 0; i < config->set_count && !edit->change->dry; i++) {
		struct config_set *from = &config->sets[i], *to = &model->config->sets[i];
		char *problem = to->problem;

		if (from->kind != SET_FILE)
			continue;
		to->problem = from->problem;
		from->problem = problem;
		to->is_kept = from->is_kept;
		to->stamp = from->stamp;
		to->reserved_count = from->reserved_count;
		to->reserved_first = from->reserved_first;
		if (from->content != to->content && !from->is_kept)
			to->content->stored = false;
	}
	if (!edit->change->dry)
		copies_write(model, errs);
}

/* ---- which sets ---- */

static bool is_listed(const struct set_reload *reload, const char *name)
{
	for (size_t i = 0; i < reload->count; i++) {
		if (strcmp(reload->items[i].name, name) == 0)
			return true;
	}
	return false;
}

static void list_set(struct set_reload *reload, const char **names, const struct config_set *set)
{
	if (is_listed(reload, set->name))
		return;
	strcpy(reload->items[reload->count].name, set->name);
	names[reload->count++] = set->name;
}

/* In the order of the names; all that come from files, if there are none. */
static int list_sets(const struct config *config, const char *const *wanted, size_t count,
		     struct set_reload *reload, const char **names)
{
	for (size_t i = 0; i < count; i++) {
		int index = config_find_set(config, wanted[i]);

		if (index < 0)
			return -ENOENT;
		if (config->sets[index].kind != SET_FILE)
			return -EINVAL;
		list_set(reload, names, &config->sets[index]);
	}
	for (size_t i = 0; !count && i < config->set_count; i++) {
		if (config->sets[i].kind == SET_FILE)
			list_set(reload, names, &config->sets[i]);
	}
	return 0;
}

int model_set_reload(struct model *model, struct change *change, const char *const *wanted,
		     size_t count, struct set_reload *ret, struct errors *errs)
{
	const struct config *config = model->config;
	cleanup_free const char **names = calloc(config->set_count + 1, sizeof(*names));
	struct set_reload reload = {.items = calloc(config->set_count + 1, sizeof(*reload.items))};
	int r = names && reload.items ? list_sets(config, wanted, count, &reload, names) : -ENOMEM;

	change->changed = false;
	change->sets_only = true;
	if (r == 0 && reload.count) {
		const struct edit edit = {
			.change = change, .set_reload = &reload, .read_again = names};

		r = model_install_sets(model, &edit, errs);
	}
	if (r < 0)
		set_reload_clear(&reload);
	else
		*ret = reload;
	return r;
}
