/* SPDX-License-Identifier: MIT */
/* Internal to the history: its state, and its files. */
#ifndef FWD_HISTORY_INTERNAL_H
#define FWD_HISTORY_INTERNAL_H

#include "common/base/prefix/prefix_content.h"
#include "daemon/fwd/history/digest.h"
#include "daemon/fwd/history/history.h"

/* The digest of a set file's content; edits share contents, so few are ever new. */
struct known_content {
	struct prefix_content *content;
	char digest[DIGEST_TEXT];
};

struct history {
	char *path;	 /* of the state folder */
	int folder;	 /* the state folder, locked; or -1 */
	int revisions;	 /* the folder in it, or -1 */
	uint64_t number; /* of the running policy; before the first, the highest on disk */
	uint64_t saved;
	char saved_digest[DIGEST_TEXT]; /* of its text */
	char *text;			/* of the running policy, or NULL */
	size_t length;
	struct revision loaded; /* the one read last */
	struct known_content *known;
	size_t known_count;
	cJSON *headers; /* oldest first */
	char *trouble;
	bool is_held; /* revisions are not written for now */
	bool is_due;  /* the newest one was not written yet */
};

/* Write a revision; records the error, or the end of an earlier one. */
void store_write(struct history *history, const cJSON *header, const char *text, size_t length);

/*
 * The index of the header (oldest first) that is removed first: the oldest edit that was only a
 * step, because the same user continued to edit the same kind of object soon after; if there is
 * none, the oldest edit if edits are more than half of the revisions; else the oldest. Never one of
 * the newest two, if there are more.
 */
int history_superfluous(const cJSON *headers);

/* Remove revisions beyond the maximum, from memory and disk. */
void store_prune(struct history *history);

#endif
