/* SPDX-License-Identifier: MIT */
/* What handlers share, beyond control.h: paged lists, replies to edits. */
#ifndef FWD_CONTROL_REQUEST_H
#define FWD_CONTROL_REQUEST_H

#include "daemon/fwd/control/control.h"

#define PAGE_ITEMS 10000	/* at most so many a page */
#define PAGE_BYTES (512 * 1024) /* and about so many bytes */

/*
 * One page of a list. The arguments are "offset" and "limit"; the result gets
 * "total", "offset" and "items". A page may be shorter than asked for: who
 * wants all goes on at offset + number of items, until that is total.
 */
struct ctl_page {
	cJSON *items;
	size_t offset; /* index of the first item */
	size_t end;    /* index after the last that may be added */
	size_t limit;
	size_t count;
	size_t bytes;
};

void ctl_page_begin(struct ctl_request *request, size_t total, struct ctl_page *page);
/* Takes item. False: the page is full, and item was freed. */
bool ctl_page_add(struct ctl_page *page, cJSON *item);

/*
 * A text that the client has sent before, in pieces (upload.c), which is for one use: NULL, after
 * ctl_fail, if there is none. Borrowed until the client's next upload.
 */
const char *ctl_uploaded(struct ctl_request *request, size_t *ret_length);

/* The same as a policy text, with the arguments "name" and "folder". 0, or a refusal. */
struct policy_text;
int ctl_policy_text(struct ctl_request *request, struct policy_text *ret);

/* Make the running policy, as an edit has left it, a revision; not of a dry run, or of no change. */
void ctl_record(struct ctl_request *request);

/*
 * The reply to an apply or rollback that failed with r. applied: the policy runs, but not all that
 * it asks for could be done. Clears errs.
 */
int ctl_fail_apply(struct ctl_request *request, int r, bool applied, struct errors *errs);

/* Is the message for the history of a reasonable length? 0 (also if there is none), or a refusal. */
int ctl_check_message(struct ctl_request *request);

/* Before a change of the policy: "force" needs "confirm". 0, or a refusal. */
int ctl_check_force(struct ctl_request *request);

/*
 * A change with "confirm" went well, and nothing waits: what was asked for was so already, which is
 * a warning in the result. Returns 0, or a refusal if the revision is not the one before.
 */
int ctl_nothing_waits(struct ctl_request *request, uint64_t revision_before);

/* Is it only asked what would happen? Then the model changes nothing, nor may the handler. */
bool ctl_is_dry(const struct ctl_request *request);

/* "changed", and "dry_run" if it is one, for the result. */
void ctl_add_change(struct ctl_request *request, bool changed);

/* What is to be deleted is not there, and with "missing_ok" that is as well. */
bool ctl_is_gone(const struct ctl_request *request, int r, const struct errors *errs);

/* The reply to a change that was recorded: revision, and what ctl_changed says. Returns 0. */
int ctl_recorded(struct ctl_request *request, struct errors *errs);

/* The reply to an edit that worked, recorded here: generation, unsaved, config, warnings. Clears errs; returns 0. */
int ctl_changed(struct ctl_request *request, struct errors *errs);

/* Refuse: there is no rule, set, limit or interface (`kind`) of this name; but maybe one like it. */
int ctl_no_such(struct ctl_request *request, const char *kind, const char *name);

/* The reply to an edit of a kind ("rule") that failed with r. Clears errs. */
int ctl_fail_edit(struct ctl_request *request, int r, struct errors *errs, const char *kind,
		  const char *name);

/* "name": {"packets": N, "bytes": N}; returns that, borrowed. */
cJSON *ctl_add_count(cJSON *object, const char *name, const struct fw_count *count);

/* Since a time of CLOCK_MONOTONIC in ns; negative if it is yet to come. */
double ctl_seconds_since(uint64_t time);

/* The panic that is active: {"mode", "seconds_left", "by"}; NULL: none is. */
cJSON *ctl_panic_json(const struct core *core);

/* {"revision", "generation", "seconds_left", "returns_to", "by"} */
cJSON *ctl_pending_json(const struct pending_view *view);

#endif
