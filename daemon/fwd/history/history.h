/* SPDX-License-Identifier: MIT */
/*
 * The history: numbered revisions of the running policy, 50 of them on disk (thin.c: which).
 *
 * A revision is a whole policy text (what was included is merged into it) with who made it
 * the running policy, when, how and why. The number of the running one goes up with each
 * change and never down, also over restarts; --if-revision compares with it.
 *
 * The state folder may be missing, read-only or full: then revisions are numbered all the
 * same, the current one is kept in memory, and history_trouble says what is wrong.
 * How a revision looks as a file is told in revision.h.
 */
#ifndef FWD_HISTORY_H
#define FWD_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/errors/errors.h"
#include "common/policy/config/config.h"
#include "daemon/fwd/history/actor.h"

struct history;

/* A change of the running policy; all is copied. */
struct history_change {
	const char *cause;   /* "start", "reload", "apply", "edit", "rollback", "reverted" */
	const char *command; /* what was asked for, shortened; or NULL */
	const char *message; /* -m; or NULL */
	const struct actor *actor;
	bool unconfirmed; /* it waits for its confirmation, or is no policy of the operator's */
};

struct revision {
	uint64_t number;
	/*
	 * {"number", "time", "cause", "command", "message", "who": {...}, "bytes", "sha256",
	 *  "confirmed", "sets": [{"name", "file", "entries", "sha256"}]}: the sets that come from
	 * files. confirmed is false, or absent: the revision was in force for good.
	 */
	cJSON *header;
	char *text; /* with a final NUL that length does not count */
	size_t length;
};

/*
 * Open the history in a state folder, which is made if it is missing. What is wrong with the
 * folder, or with single revisions, goes to errs as warnings: fwd runs without, too. -ENOMEM.
 */
int history_open(const char *state_folder, struct history **ret, struct errors *errs);
struct history *history_close(struct history *history);

/* The state folder as a descriptor, for others' files in it; -1 if there is none. */
int history_folder(const struct history *history);

/* Number of the running policy; 0: none yet, or history is NULL. */
uint64_t history_revision(const struct history *history);

/* The running policy's text; NULL before the first. Borrowed until the next change. */
const char *history_text(const struct history *history, size_t *ret_length);

/*
 * The running policy is now this text (taken) as config describes it. Makes a revision, unless
 * text and set files are those of the current one. Never fails: what cannot be written is only
 * kept in memory, and is trouble.
 */
void history_record(struct history *history, const struct history_change *change, char *text,
		    size_t length, const struct config *config);

/*
 * From now on nothing is written, until it is known that the policy is in force for good: what
 * is recorded meanwhile is written then, or never if fwd ends before.
 */
void history_hold(struct history *history);
void history_release(struct history *history);

/* The newest revision, which was recorded as unconfirmed, is in force for good. */
void history_confirm(struct history *history);

/* Can a start use a revision by its header: is it whole, as far as is known, and was it confirmed? */
bool history_is_usable(const cJSON *header);

/* The saved file holds the running policy now. */
void history_mark_saved(struct history *history);
/* The saved file holds this text (as a revision has it), which may be the running policy's. */
void history_note_saved(struct history *history, const char *text, size_t length);
/* Is the running policy's text the one that was saved? */
bool history_is_saved(const struct history *history);
/* The revision that the saved file holds; 0: none that is known. */
uint64_t history_saved(const struct history *history);

/*
 * Headers, newest first: index 0 is the running policy's. NULL after the last. A damaged file's
 * header is {"number", "damaged": why}. Borrowed until the next change.
 */
const cJSON *history_header(const struct history *history, size_t index);

/*
 * Read a revision; borrowed until the next one is read or made. -ENOENT: there is none of this number; -EBADMSG: its file is damaged, *ret_why
 * (static) says how; or what the system said.
 */
int history_load(struct history *history, uint64_t number, const struct revision **ret,
		 const char **ret_why);
void revision_clear(struct revision *revision);

/*
 * If there is trouble: open the state folder if it is there by now, and write the running
 * policy's revision. If the folder has revisions of before, it gets a number above theirs. errs: as
 * history_open. 0: there is no trouble (any more); or a negative errno, and it is as it was.
 */
int history_retry(struct history *history, struct errors *errs);

/* Why revisions are not kept on disk now, or NULL. Borrowed until the next change. */
const char *history_trouble(const struct history *history);

/* "sets" of a header: what the set files of a config hold. */
cJSON *history_sets_json(struct history *history, const struct config *config);

#endif
