/* SPDX-License-Identifier: MIT */
/* JSON Merge Patch (RFC 7396): what `rule set`, `limit set` and the like do to an object. */
#ifndef FWD_MODEL_MERGE_H
#define FWD_MODEL_MERGE_H

#include <cjson/cJSON.h>

/*
 * Change the members of target that patch (taken, both objects) names: null removes one, an object
 * is merged into the one that is there, and all else takes the place of what was there. Nodes
 * move, so what comes from the patch keeps its place in the text. Members that stay keep their order.
 */
void merge_patch(cJSON *target, cJSON *patch);

#endif
