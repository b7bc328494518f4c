/* SPDX-License-Identifier: MIT */
/*
 * Policies as texts that become the running one, and the record: every change, by whatever way,
 * ends in transaction_record.
 */
#ifndef FWD_APPLY_H
#define FWD_APPLY_H

#include "daemon/fwd/transaction/transaction.h"

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
int transaction_read(const struct transaction *transaction, const struct policy_text *text,
		     struct document **ret, struct errors *errs);

/* The same of a revision. What the history says of one that cannot be read is logged. */
int transaction_read_revision(const struct transaction *transaction, uint64_t number,
			      struct document **ret, struct errors *errs);

/*
 * Make a text the running policy, at once: a new generation and a new revision, and interfaces as
 * it says. As transaction_reload: 0, or -EBADMSG, -EACCES, ... with errs, and the old policy stays;
 * with *ret_applied true it runs, but errs has interfaces that could not be attached.
 */
int transaction_apply(struct transaction *transaction, struct change *change,
		      const struct policy_text *text, const struct history_change *record,
		      bool *ret_applied, struct errors *errs);

/*
 * The running policy has changed: make it a revision, and note whether the saved file has it.
 * change: as it was asked for; NULL: by nobody.
 * fresh: the model's document was read from a text of its own (a start, a reload, an apply);
 * false: it was edited, and the text of the revision before is kept where it did not change.
 */
void transaction_record(struct transaction *transaction, const struct change *change,
			const struct history_change *record, bool fresh);

/*
 * Files of sets were read again, and all else is as before. If only contents of sets were taken back,
 * that is over; another policy that was taken back stays known.
 */
void transaction_sets_read(struct transaction *transaction);

/*
 * Before a write: if revisions could not be kept, because the state folder was not there or had no
 * room, see whether they can now.
 */
void transaction_retry_history(struct transaction *transaction);

/*
 * Read the config file again (SIGHUP, fwctl reload): 0, or -EBADMSG with errs; the old
 * policy stays. Other errors: the new policy runs, but errs has interfaces that could not be
 * attached. discard: also if live edits are lost that the file does not have; else that is refused
 * (-ESTALE, UNSAVED).
 */
int transaction_reload(struct transaction *transaction, struct change *change, bool discard,
		       struct errors *errs);

#endif
