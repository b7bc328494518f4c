/* SPDX-License-Identifier: MIT */
/*
 * The running policy as the config file.
 *
 * Only the main file is ever written, whole or not at all. What came from an included file stays
 * there: a policy that would need another included file is refused, or flattened into one.
 */
#ifndef FWD_SAVE_H
#define FWD_SAVE_H

#include "daemon/fwd/transaction/transaction.h"

struct save_options {
	bool force;		   /* even if the file has changed on disk since it was read */
	bool flatten;		   /* one file without "include" */
	struct progress *progress; /* or NULL */
};

/*
 * Write the running policy to the config file: it is the old or the new one at any moment, keeps
 * its owner and mode, and its text where nothing changed. 0; -ESTALE: it changed on disk since it
 * was read; -EXDEV: an included file would have to change; or what the system said. All explained
 * in errs; the file is as it was then.
 */
int transaction_save(struct transaction *transaction, const struct save_options *options,
		     struct errors *errs);

/* The config file's policy as it is on disk now (saved/saved_text.h). As transaction_reload. */
int transaction_saved_text(struct transaction *transaction, const char **ret_text,
			   size_t *ret_length, struct errors *errs);

/* Add a sentence for each set whose file holds something else by now (saved/set_files.h). */
void transaction_add_set_problems(struct transaction *transaction, cJSON *list);

#endif
