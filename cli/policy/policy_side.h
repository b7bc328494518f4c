/* SPDX-License-Identifier: MIT */
/* Policies that are compared: what runs, what is saved, revisions, files. */
#ifndef FWCTL_POLICY_SIDE_H
#define FWCTL_POLICY_SIDE_H

#include "cli/core/cli.h"
#include "common/policy/diff/diff.h"

struct policy_side {
	cJSON *root;   /* paths of set files are absolute */
	cJSON *header; /* of a revision; NULL: it is none */
	char *text;
	size_t length;
};

/* "running", "saved", a number, "@TIME" (moment.h) or a file. */
bool policy_side_is_file(const char *word);

/* Get one, by its word. -1 after cli_fail. */
int policy_side_get(struct cli *cli, const char *word, struct policy_side *ret);

/* The text of a revision (0: what runs) only; root stays NULL. -1 after cli_fail. */
int policy_side_fetch(struct cli *cli, double revision, struct policy_side *ret);
void policy_side_clear(struct policy_side *side);

#endif
