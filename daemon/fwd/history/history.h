/* SPDX-License-Identifier: MIT */
/*
 * The history: numbered revisions of the running policy, 50 of them on disk (thin.c: which).
 *
 * A revision is a whole policy text (with included files merged into it), with the author, time,
 * command and reason of the change. The number of the running one goes up with each
 * change and never down, also across restarts; --if-revision compares with it.
 *
 * The state folder may be missing, read-only or full: then revisions are still numbered, the
 * current one is kept in memory, and history_trouble returns the error.
 * revision.h describes the file of a revision.
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
	const char *command; /* the request, shortened; or NULL */
	const char *message; /* -m; or NULL */
	const struct actor *actor;
	bool unconfirmed; /* it waits for its confirmation, or is not a policy of the operator */
};

struct revision {
	uint64_t number;
	/*
	 * {"number", "time", "cause", "command", "message", "who": {...}, "bytes", "sha256",
	 *  "confirmed", "sets": [{"name", "file", "entries", "sha256"}]}: the sets that come from
	 * files. confirmed is false, or absent: the revision was confirmed.
	 */
	cJSON *header;
	char *text; /* with a final NUL that length does not count */
	size_t length;
};

/*
 * Open the history in a state folder, which is created if missing. Errors of the folder, or of
 * single revisions, go to errs as warnings: fwd also runs without. -ENOMEM.
 */
int history_open(const char *state_folder, struct history **ret, struct errors *errs);
struct history *history_close(struct history *history);

/* The state folder as a descriptor, for files of other modules; -1 if there is none. */
int history_folder(const struct history *history);

/* Number of the running policy; 0: none yet, or history is NULL. */
uint64_t history_revision(const struct history *history);

/* The running policy's text; NULL before the first. Borrowed until the next change. */
const char *history_text(const struct history *history, size_t *ret_length);

/*
 * The running policy is now this text (taken) as config describes it. Makes a revision, unless text
 * and set files are those of the current one. Never fails: a revision that cannot be written is
 * only kept in memory, and the error is kept for history_trouble.
 */
void history_record(struct history *history, const struct history_change *change, char *text,
		    size_t length, const struct config *config);

/*
 * Begin to write nothing, until the policy is confirmed: revisions recorded meanwhile are written
 * then, or never if fwd ends before.
 */
void history_hold(struct history *history);
void history_release(struct history *history);

/* The newest revision, which was recorded as unconfirmed, is confirmed. */
void history_confirm(struct history *history);

/* Can a start use a revision, by its header: is it complete, as far as known, and confirmed? */
bool history_is_usable(const cJSON *header);

/* Record that the saved file has the running policy now. */
void history_mark_saved(struct history *history);
/*
 * Record that the saved file has this text (as in a revision), which may be the running policy's.
 */
void history_note_saved(struct history *history, const char *text, size_t length);
/* Is the running policy's text the one that was saved? */
bool history_is_saved(const struct history *history);
/* The revision that the saved file has; 0: unknown. */
uint64_t history_saved(const struct history *history);

/*
 * Headers, newest first: index 0 is the running policy's. NULL after the last. A damaged file's
 * header is {"number", "damaged": the error}. Borrowed until the next change.
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
 * After an error: open the state folder if it exists by now, and write the running policy's
 * revision. If the folder has earlier revisions, it gets a number above theirs. errs: as
 * history_open. 0: no error (any more); or a negative errno: the error remains.
 */
int history_retry(struct history *history, struct errors *errs);

/* The error that keeps revisions from the disk now, or NULL. Borrowed until the next change. */
const char *history_trouble(const struct history *history);

/* "sets" of a header: the contents of a config's set files. */
cJSON *history_sets_json(struct history *history, const struct config *config);

#endif
