/* SPDX-License-Identifier: MIT */
/*
 * Strict JSON (RFC 8259) into cJSON's tree.
 *
 * cJSON's own parser takes much that is not JSON, keeps duplicate keys and
 * forgets where things stood; here the tree is built with its nodes instead.
 * What does not hide what comes after it (a bad escape, a duplicate key, a
 * trailing comma) is reported and read on; the rest of the grammar is over at
 * the first mistake.
 */
#ifndef FWD_JSON_READER_H
#define FWD_JSON_READER_H

#include "common/policy/document/config_sources.h"

/*
 * Read a text of sources, of at most so many values, marking each node's position.
 * Returns the tree, which is only sound if no error was added, or NULL if nothing
 * could be read on.
 */
cJSON *json_read(struct sources *sources, unsigned source, size_t max_values, struct errors *errs);

#endif
