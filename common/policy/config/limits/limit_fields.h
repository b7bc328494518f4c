/* SPDX-License-Identifier: MIT */
/* What the files that read limits share. */
#ifndef FWD_LIMIT_FIELDS_H
#define FWD_LIMIT_FIELDS_H

#include "common/policy/config/config_fields.h"

/* Read one key: its kind and lengths. */
bool read_limit_key(struct reader *reader, const cJSON *node, struct config_level *level);

/*
 * What goes beyond one value: lists against each other, rates and bursts against
 * the algorithm; fills in what was not given. node: the limit. False: errors were added.
 */
bool check_limit(struct reader *reader, const cJSON *node, struct config_limit *limit);

#endif
