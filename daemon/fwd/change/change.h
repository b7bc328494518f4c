/* SPDX-License-Identifier: MIT */
/*
 * Changes of the running policy as a whole, and their record: every change, by whatever way,
 * ends in change_record.
 */
#ifndef FWD_CHANGE_H
#define FWD_CHANGE_H

#include "daemon/fwd/app.h"

/* A policy text from a client. Relative paths of set files start from folder; includes are refused. */
struct policy_text {
	const char *name;   /* shown in places: the file's name */
	const char *folder; /* absolute; NULL: the config file's */
	const char *text;
	size_t length;
	/*
	 * Set files are opened by fwd, so who could not open them himself may only name those that
	 * the running policy has: then true.
	 */
	bool known_files_only;
};

/*
 * Read a text as the document that it would be as the running policy: set files resolved, so that
 * relative paths start from the config file's folder. 0; -EBADMSG, -EACCES (a set file that may
 * not be named), -ENOMEM, with errs.
 */
int change_read(const struct app *app, const struct policy_text *text, struct document **ret,
		struct errors *errs);

/* The same of a revision. What the history says of one that cannot be read is logged. */
int change_read_revision(const struct app *app, uint64_t number, struct document **ret,
			 struct errors *errs);

/*
 * Make a text the running policy, at once: a new generation and a new revision, and interfaces as
 * it says. As app_reload: 0, or -EBADMSG, -EACCES, ... with errs, and the old policy stays;
 * with *ret_applied true it runs, but errs tells of interfaces that could not be attached.
 */
int change_apply(struct app *app, const struct policy_text *text,
		 const struct history_change *change, bool *ret_applied, struct errors *errs);

/*
 * The running policy has changed: make it a revision, and note whether the saved file has it.
 * fresh: the model's document was read from a text of its own (a start, a reload, an apply);
 * false: it was edited, and the text of the revision before is kept where it did not change.
 */
void change_record(struct app *app, const struct history_change *change, bool fresh);

/* The same, if what runs now is a revision: its text, byte for byte. */
void change_record_revision(struct app *app, const struct history_change *change, uint64_t number);

/*
 * Before a write: if revisions could not be kept, because the state folder was not there or had no
 * room, see whether they can now.
 */
void change_retry_history(struct app *app);

/* All parts have started: what was recorded since history_hold is a revision now. */
void change_record_start(struct app *app);

/* The config file's policy runs now: that is a revision, and the saved one. */
void change_record_file(struct app *app, const char *cause, const struct actor *actor);

#endif
