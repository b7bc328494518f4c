/* SPDX-License-Identifier: MIT */
/*
 * A config file that cannot be used.
 *
 * At a start, a mistake in the file must not leave the interfaces without a filter. So the
 * last revision that was in force for good runs instead, with the copies of its set files. If none
 * can be used, the policy in boot.json of the state folder runs (known.h): closed or open, as
 * defaults.boot_fail says. Where nothing is known of an earlier policy, the start fails.
 *
 * Later, a reload that fails and a file that has changed on disk are remembered here too, so that
 * status and health can report them.
 */
#ifndef FWD_BOOT_H
#define FWD_BOOT_H

#include "daemon/fwd/app.h"

struct boot;

#define BOOT_RUNS(X)                                                         \
	X(FILE, "file")		/* the config file, or what came after it */ \
	X(REVISION, "revision") /* a revision, or what came after it */      \
	X(CLOSED, "closed") X(OPEN, "open")
#define BOOT_AS_ENUM(name, text) BOOT_RUNS_##name,
enum boot_runs { BOOT_RUNS(BOOT_AS_ENUM) BOOT_RUNS_MAX };

/* NULL: no memory. And free; NULL is allowed; returns NULL. */
struct boot *boot_new(void);
struct boot *boot_free(struct boot *boot);

/*
 * At a start: the config file cannot be used, for what errs has. Returns 0: something else may
 * run, boot_load is to be called; errs is logged and emptied. Or error, and errs as it is:
 * --strict-config, or nothing is known of an earlier policy. -EIO, ...: the state folder cannot be read.
 */
int boot_begin(struct app *app, int error, struct errors *errs);

/* Is something else to run than the config file? */
bool boot_is_due(const struct app *app);

/*
 * Run it, and record it. -EBADMSG with errs: nothing can be used; what an earlier fwd left
 * attached filters on.
 */
int boot_load(struct app *app, struct errors *errs);

/* A policy that waited, or the one before it, runs: if the config file cannot be used, report that. */
void boot_passed_by(struct app *app);

/* The running policy is in force for good: remember what the next start needs if its config fails. */
void boot_settled(struct app *app);

/* A whole policy has been applied in place of the one that boot_load has found. */
void boot_replaced(struct app *app);

/* What runs instead of the config file; FILE: nothing does. */
enum boot_runs boot_runs(const struct app *app);

/* ---- what is wrong with the file: fault.c ---- */

/* The file was loaded or written: nothing is wrong with it any more. */
void boot_file_good(struct app *app);

/* It could not be loaded, for what errs has; the running policy goes on. */
void boot_file_refused(struct app *app, const struct errors *errs);

/* It is not what runs, nor will be at the next start, and why: a sentence. NULL: that is over. */
void boot_file_passed_over(struct app *app, const char *why);

/* For the status line of systemd: "" or what runs instead. Returns text. */
const char *boot_status_text(const struct app *app, char *text, size_t size);

/* {"config", "runs", "revision", "error", "message"}; NULL: the file, or what came after it, runs. */
cJSON *boot_fault_json(const struct app *app);

/* Add a sentence for each thing that is wrong with the config file to a list. */
void boot_add_problems(struct app *app, cJSON *list);

/* The errors of the file as it was last tried, as errors_json; NULL: there were none. */
cJSON *boot_errors_json(const struct app *app);

#endif
