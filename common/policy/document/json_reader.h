/* SPDX-License-Identifier: MIT */
/*
 * Strict JSON (RFC 8259) into cJSON's tree.
 *
 * cJSON's own parser accepts invalid JSON, keeps duplicate keys and does not
 * record places; here the tree is built with its nodes instead. After an error
 * that does not affect the following text (a bad escape, a duplicate key, a
 * trailing comma) reading continues; any other error ends it.
 */
#ifndef FWD_JSON_READER_H
#define FWD_JSON_READER_H

#include "common/policy/document/config_sources.h"

/*
 * Read a text of sources, of at most so many values, marking each node's position.
 * Returns the tree, which is valid only if no error was added, or NULL if reading
 * ended early.
 */
cJSON *json_read(struct sources *sources, unsigned source, size_t max_values, struct errors *errs);

#endif
