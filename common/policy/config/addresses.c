// SPDX-License-Identifier: MIT
/* src and dst of a match: prefixes and sets, each with or without "!". */
#include "common/policy/config/config_fields.h"

#include <string.h>

#include "common/base/memory.h"

#define WANTED "an address, a prefix or a set such as \"@name\", or a list of them"

static bool add_set(struct reader *reader, size_t set, size_t **list, size_t *count)
{
	size_t *slot;

	for (size_t i = 0; i < *count; i++) {
		if ((*list)[i] == set)
			return true;
	}
	slot = array_grow(list, *count, sizeof(*slot));
	if (!slot)
		return reader_no_memory(reader);
	*slot = set;
	(*count)++;
	return true;
}

static bool report_set(struct reader *reader, const cJSON *node, const char *name)
{
	struct suggestion suggestion = {.written = name};
	char text[SUGGESTION_TEXT];

	/* It may be in the part with errors. */
	if (reader->guess)
		return false;
	for (size_t i = 0; i < reader->config->set_count; i++)
		suggestion_offer(&suggestion, reader->config->sets[i].name, NULL);
	reader_error(reader, ERROR_NO_SET, node, "there is no set \"%.63s\"%s", name,
		     suggestion_text(&suggestion, text));
	return false;
}

static bool read_set_name(struct reader *reader, const cJSON *node, const char *name, bool negated,
			  struct address_match *match)
{
	int set = config_find_set(reader->config, name);

	if (set < 0)
		return report_set(reader, node, name);
	return negated ? add_set(reader, (size_t)set, &match->not_sets, &match->not_set_count)
		       : add_set(reader, (size_t)set, &match->any_sets, &match->any_set_count);
}

static bool read_address(struct reader *reader, const cJSON *node, void *target)
{
	const char *text = read_text(reader, node, WANTED);
	struct address_match *match = target;
	struct prefix prefix;
	bool negated;

	if (!text)
		return false;
	negated = *text == '!';
	text += negated;
	if (*text == '!') {
		reader_error(reader, ERROR_NEGATION, node,
			     "\"!!\" is not a negation; leave both out");
		return false;
	}
	if (*text == '@')
		return read_set_name(reader, node, text + 1, negated, match);
	if (!read_prefix_text(reader, node, text, &prefix))
		return false;
	return prefix_list_add(negated ? &match->not_prefixes : &match->any_prefixes, &prefix) ==
		       0 ||
	       reader_no_memory(reader);
}

bool read_addresses(struct reader *reader, const cJSON *node, void *target)
{
	return read_one_or_more(reader, node, target, read_address);
}
