// SPDX-License-Identifier: MIT
#include "daemon/fwd/transaction/saved/set_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/config/sets/input/byte_source.h"
#include "daemon/fwd/transaction/saved/file_look.h"

/* A set's file when it was compared. */
struct seen_file {
	char *path; /* NULL: it never was */
	struct set_file_stamp stamp;
	struct file_look look;
	int differs; /* as byte_source_differs */
};

struct set_files {
	size_t count;
	struct seen_file *seen; /* by the set's index in the config */
};

static void forget(struct seen_file *seen)
{
	free(seen->path);
	*seen = (struct seen_file){0};
}

struct set_files *set_files_free(struct set_files *files)
{
	if (!files)
		return NULL;
	for (size_t i = 0; i < files->count; i++)
		forget(&files->seen[i]);
	free(files->seen);
	free(files);
	return NULL;
}

static int grow(struct set_files **files, size_t count)
{
	struct seen_file *seen;

	if (!*files)
		*files = calloc(1, sizeof(**files));
	if (!*files)
		return -ENOMEM;
	if (count <= (*files)->count)
		return 0;
	seen = realloc((*files)->seen, count * sizeof(*seen));
	if (!seen)
		return -ENOMEM;
	memset(seen + (*files)->count, 0, (count - (*files)->count) * sizeof(*seen));
	(*files)->seen = seen;
	(*files)->count = count;
	return 0;
}

static bool is_known(const struct seen_file *seen, const struct config_set *set,
		     const struct file_look *look)
{
	return seen->path && strcmp(seen->path, set->file) == 0 &&
	       seen->stamp.size == set->stamp.size && seen->stamp.checksum == set->stamp.checksum &&
	       file_looks_same(&seen->look, look);
}

/* As byte_source_differs, but 0 while a process writes the file: only then will it have changed. */
static int compare(struct seen_file *seen, const struct config_set *set)
{
	/* Before it is read: what changes from now on shows in the next look. */
	struct file_look look = file_look(set->file);
	int differs;

	if (is_known(seen, set, &look))
		return seen->differs;
	forget(seen);
	differs = byte_source_differs(set->file, &set->stamp);
	if (differs == -ETXTBSY || differs == -EAGAIN)
		return 0;
	*seen = (struct seen_file){strdup(set->file), set->stamp, look, differs};
	return differs;
}

static void add_problem(cJSON *list, const struct config_set *set, int differs)
{
	cleanup_free char *text = NULL;
	int length =
		differs > 0
			? asprintf(&text,
				   "the file of set \"%s\", %s, has changed since it was read, and "
				   "is not loaded: fwctl set reload reads it",
				   set->name, set->file)
			: asprintf(&text, "the file of set \"%s\", %s, cannot be read any more: %s",
				   set->name, set->file, strerror(-differs));

	if (length < 0)
		text = NULL;
	cJSON_AddItemToArray(list, cJSON_CreateString(text ? text : set->name));
}

void set_files_add_problems(struct set_files **files, const struct config *config, cJSON *list)
{
	if (grow(files, config->set_count) < 0)
		return;
	for (size_t i = 0; i < config->set_count; i++) {
		const struct config_set *set = &config->sets[i];
		int differs = 0;

		if (set->kind == SET_FILE && !set->is_kept && set->stamp.is_known)
			differs = compare(&(*files)->seen[i], set);
		if (differs)
			add_problem(list, set, differs);
	}
}
