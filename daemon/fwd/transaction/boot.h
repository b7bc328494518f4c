/* SPDX-License-Identifier: MIT */
/*
 * A config file that cannot be used.
 *
 * At a start, a mistake in the file must not leave the interfaces without a filter. So the
 * last confirmed revision runs instead, with the copies of its set files. If none
 * can be used, the policy in boot.json of the state folder runs (boot/known.h): closed or open, as
 * defaults.boot_fail says. Where nothing is known of an earlier policy, the start fails.
 *
 * Later, a reload that fails and a file that has changed on disk are remembered here too, so that
 * status and health can report them.
 */
#ifndef FWD_BOOT_H
#define FWD_BOOT_H

#include "daemon/fwd/transaction/transaction.h"

#define BOOT_RUNS(X)                                                         \
	X(FILE, "file")		/* the config file, or what came after it */ \
	X(REVISION, "revision") /* a revision, or what came after it */      \
	X(CLOSED, "closed") X(OPEN, "open")
#define BOOT_AS_ENUM(name, text) BOOT_RUNS_##name,
enum boot_runs { BOOT_RUNS(BOOT_AS_ENUM) BOOT_RUNS_MAX };

/*
 * At a start: the config file cannot be used, for what errs has. Returns 0: something else may
 * run, transaction_load will; errs is logged and emptied. Or error, and errs as it is:
 * --strict-config, or nothing is known of an earlier policy. -EIO, ...: the state folder cannot be read.
 */
int boot_begin(struct transaction *transaction, int error, struct errors *errs);

/* Is something else to run than the config file? */
bool boot_is_due(const struct transaction *transaction);

/* The state folder could not be read: another try can end otherwise. */
bool boot_is_state_unknown(const struct transaction *transaction);

/* For the status line of systemd: "" or what is wrong with the config file. Returns text. */
const char *boot_status_text(const struct transaction *transaction, char *text, size_t size);

/* {"config", "runs", "revision", "error", "message"}; NULL: the file, or what came after it, runs. */
cJSON *boot_fault_json(const struct transaction *transaction);

/* Add a sentence for each thing that is wrong with the config file to a list. */
void boot_add_problems(struct transaction *transaction, cJSON *list);

/* The errors of the file as it was last tried, as errors_json; NULL: there were none. */
cJSON *boot_errors_json(const struct transaction *transaction);

#endif
