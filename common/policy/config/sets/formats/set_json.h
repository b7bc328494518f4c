/* SPDX-License-Identifier: MIT */
/*
 * Set files that are one JSON value (the format "json"), as clouds publish their ranges: read as a
 * stream, in little memory, however large they are. The grammar is that of RFC 8259.
 */
#ifndef FWD_SET_JSON_H
#define FWD_SET_JSON_H

#include "common/policy/config/sets/formats/set_format.h"
#include "common/policy/config/sets/formats/set_path.h"
#include "common/policy/config/sets/input/byte_source.h"

struct set_json_place {
	unsigned line, column; /* from 1; columns in characters */
};

/* Called with each text at the end of a path; false: stop. */
typedef bool set_json_visit(void *userdata, const char *text, const struct set_json_place *place);

/*
 * Read all of a source by the set's paths and conditions. Returns 0; -EINVAL: it is not JSON; -ENOENT: nothing is at one of the paths,
 * or no address has the key of a condition; -ENOMSG: what is there is no text (numbers, lists, objects). Then why is a sentence about that, and
 * *ret_place where it is. Or a negative errno of byte_source_read.
 */
int set_json_read(struct byte_source *source, const struct config_set *set, set_json_visit *visit,
		  void *userdata, struct set_json_place *ret_place, char why[SET_WHY]);

#endif
