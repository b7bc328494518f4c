// SPDX-License-Identifier: MIT
/*
 * The earlier entries of a set from a file: in the running config, or in the state directory's
 * copy.
 */
#include "common/policy/config/sets/kept.h"
#include "common/policy/config/sets/set_reader.h"

#include <errno.h>
#include <string.h>

#include "common/base/clock.h"

const struct config_set *set_find_last(const struct reader *reader, const struct config_set *set)
{
	int index = reader->last ? config_find_set(reader->last, set->name) : -ENOENT;
	const struct config_set *last = index >= 0 ? &reader->last->sets[index] : NULL;

	return last && last->kind == SET_FILE && last->content ? last : NULL;
}

/* The set's earlier entries, with a reference for the caller, or NULL. */
static struct prefix_content *last_content(struct set_reader *in)
{
	const struct config_set *last = set_find_last(in->reader, in->set);
	int err;

	if (last)
		return prefix_content_share(last->content);
	if (!in->reader->state_dir || in->copy)
		return prefix_content_share(in->copy);
	err = kept_read(in->reader->state_dir, in->set->name, &in->copy, &in->copy_time);
	if (err && err != -ENOENT)
		reader_warning(in->reader, ERROR_SET_KEPT, in->node,
			       "the copy of set \"%s\" in %s/sets is not used: %s", in->set->name,
			       in->reader->state_dir,
			       err == -EBADMSG ? "it is damaged" : strerror(-err));
	return prefix_content_share(in->copy);
}

size_t set_count_last(struct set_reader *in)
{
	struct prefix_content *last = last_content(in);
	size_t count = last ? last->list.count : 0;

	prefix_content_drop(last);
	return count;
}

static void warn_kept(struct set_reader *in, const struct prefix_content *content)
{
	uint64_t now = clock_realtime_ns() / NS_PER_SECOND;
	char age[UNITS_TEXT];

	if (content != in->copy)
		reader_warning(in->reader, ERROR_SET_KEPT, in->node,
			       "set \"%s\" keeps its last %zu entries", in->set->name,
			       content->list.count);
	else if (now < in->copy_time || now - in->copy_time > UINT64_MAX / NS_PER_SECOND)
		reader_warning(in->reader, ERROR_SET_KEPT, in->node,
			       "set \"%s\" has the %zu entries of its copy in %s/sets",
			       in->set->name, content->list.count, in->reader->state_dir);
	else
		reader_warning(in->reader, ERROR_SET_KEPT, in->node,
			       "set \"%s\" has the %zu entries of its copy in %s/sets, %s old",
			       in->set->name, content->list.count, in->reader->state_dir,
			       duration_format((now - in->copy_time) * NS_PER_SECOND, age));
}

bool set_keep_last(struct set_reader *in)
{
	const struct config_set *last = set_find_last(in->reader, in->set);
	struct prefix_content *content = last_content(in);
	struct prefix_list none = {0};

	in->set->is_kept = true;
	/* The counts so far are of the file that is not used. */
	in->set->reserved_count = last ? last->reserved_count : 0;
	if (last)
		in->set->reserved_first = last->reserved_first;
	if (content) {
		warn_kept(in, content);
		in->set->content = content;
		in->set->prefixes = content->list;
		return true;
	}
	if (in->set->on_error == SET_ERROR_FAIL && in->reader->use_copies) {
		reader_error(in->reader, ERROR_FILE, in->node,
			     "the file of set \"%s\" cannot be used, and there is no copy of it",
			     in->set->name);
		return false;
	}
	reader_warning(in->reader, ERROR_SET_KEPT, in->node,
		       "set \"%s\" is empty: it never had entries that could be kept",
		       in->set->name);
	if (!set_hold(in->set, &none))
		return reader_no_memory(in->reader);
	/* A set that is empty because it had nothing to keep needs no copy. */
	in->set->content->stored = true;
	return true;
}

bool set_take_last(struct set_reader *in)
{
	struct prefix_content *content = last_content(in);

	if (!content)
		return false;
	in->set->content = content;
	in->set->prefixes = content->list;
	return true;
}
