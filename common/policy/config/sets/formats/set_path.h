/* SPDX-License-Identifier: MIT */
/* Paths into JSON: "prefixes[].ip_prefix", "values[].properties.addressPrefixes[]", "*[].ioc". */
#ifndef FWD_SET_PATH_H
#define FWD_SET_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SET_PATH_TEXT  128
#define SET_PATH_STEPS 16
#define SET_PATHS      8 /* of one set */

enum set_step { SET_STEP_KEY, SET_STEP_ANY_KEY, SET_STEP_ELEMENT };

struct set_path {
	char text[SET_PATH_TEXT];
	struct {
		uint8_t type;	       /* enum set_step */
		uint8_t start, length; /* of a key, in text */
	} steps[SET_PATH_STEPS];
	unsigned count;
};

/*
 * Read a path: keys with "." between them, "*" for any key, "[]" for each element of a list.
 * Returns NULL, or a static text that describes the error.
 */
const char *set_path_parse(const char *text, struct set_path *ret);

/* Does step number depth (from 0) lead to this key? */
bool set_path_has_key(const struct set_path *path, unsigned depth, const char *key);

/* Does it lead to the elements of a list? */
bool set_path_has_elements(const struct set_path *path, unsigned depth);

#endif
