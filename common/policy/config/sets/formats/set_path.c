// SPDX-License-Identifier: MIT
#include "common/policy/config/sets/formats/set_path.h"

#include <string.h>

const char *set_path_parse(const char *text, struct set_path *ret)
{
	struct set_path path = {0};
	size_t at = 0;

	if (!*text)
		return "is empty";
	if (strlen(text) >= SET_PATH_TEXT)
		return "is longer than 127 bytes";
	strcpy(path.text, text);
	while (text[at]) {
		size_t length = strcspn(text + at, ".[");

		if (path.count == SET_PATH_STEPS)
			return "has more than 16 steps";
		if (text[at] == '[') {
			if (text[at + 1] != ']')
				return "may only have [] for all elements of a list";
			path.steps[path.count++].type = SET_STEP_ELEMENT;
			at += 2;
		} else if (length == 0) {
			return "has an empty key";
		} else {
			path.steps[path.count].type = strncmp(text + at, "*", length) == 0
							      ? SET_STEP_ANY_KEY
							      : SET_STEP_KEY;
			path.steps[path.count].start = (uint8_t)at;
			path.steps[path.count++].length = (uint8_t)length;
			at += length;
		}
		if (text[at] && text[at] != '.' && text[at] != '[')
			return "needs a \".\" between [] and a key";
		if (text[at] == '.' && (!text[++at] || text[at] == '['))
			return "has an empty key";
	}
	*ret = path;
	return NULL;
}
_Static_assert(SET_PATH_TEXT == 128 && SET_PATH_STEPS == 16, "the messages say so");

bool set_path_has_key(const struct set_path *path, unsigned depth, const char *key)
{
	if (depth >= path->count || path->steps[depth].type == SET_STEP_ELEMENT)
		return false;
	return path->steps[depth].type == SET_STEP_ANY_KEY ||
	       (strlen(key) == path->steps[depth].length &&
		memcmp(key, path->text + path->steps[depth].start, path->steps[depth].length) == 0);
}

bool set_path_has_elements(const struct set_path *path, unsigned depth)
{
	return depth < path->count && path->steps[depth].type == SET_STEP_ELEMENT;
}
