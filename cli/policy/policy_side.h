/* SPDX-License-Identifier: MIT */
/* Policies to compare: the running one, the saved one, revisions, files. */
#ifndef FWCTL_POLICY_SIDE_H
#define FWCTL_POLICY_SIDE_H

#include "cli/core/cli.h"
#include "common/policy/diff/diff.h"

struct policy_side {
	cJSON *root;   /* paths of set files are absolute */
	cJSON *header; /* of a revision; NULL: it is not a revision */
	char *text;
	size_t length;
};

/* "running", "saved", a number, "@TIME" (moment.h) or a file. */
bool policy_side_is_file(const char *word);

/* Read the policy that a word names. -1 after cli_fail. */
int policy_side_get(struct cli *cli, const char *word, struct policy_side *ret);

/* Only the text of a revision (0: the running one); root stays NULL. -1 after cli_fail. */
int policy_side_fetch(struct cli *cli, double revision, struct policy_side *ret);
void policy_side_clear(struct policy_side *side);

#endif
