/* SPDX-License-Identifier: MIT */
/* Do set files still hold what they held when a revision was made? */
#ifndef FWD_SAME_FILES_H
#define FWD_SAME_FILES_H

#include "common/policy/config/config.h"
#include "daemon/fwd/history/history.h"

/*
 * The datapath has what set files held when a revision was made, the model what they hold now. If
 * that is not the same, what would be reported of the policy is not what packets see.
 */
bool pending_has_same_files(struct history *history, uint64_t number, const struct config *config);

#endif
