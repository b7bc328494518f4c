/* SPDX-License-Identifier: MIT */
/* Shared by the files that read limits. */
#ifndef FWD_LIMIT_FIELDS_H
#define FWD_LIMIT_FIELDS_H

#include "common/policy/config/config_fields.h"

/* Read one key: its kind and lengths. */
bool read_limit_key(struct reader *reader, const cJSON *node, struct config_level *level);

/*
 * Check several values: lists against each other, rates and bursts against the
 * algorithm; fills in missing values. node: the limit. False: errors were added.
 */
bool check_limit(struct reader *reader, const cJSON *node, struct config_limit *limit);

#endif
