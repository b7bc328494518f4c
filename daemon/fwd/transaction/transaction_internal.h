/* SPDX-License-Identifier: MIT */
/* Inside: what is remembered of the policy's changes, and what the files here share. */
#ifndef FWD_TRANSACTION_INTERNAL_H
#define FWD_TRANSACTION_INTERNAL_H

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/units.h"
#include "common/records/types/policy.h"
#include "daemon/fwd/transaction/apply.h"
#include "daemon/fwd/transaction/boot.h"
#include "daemon/fwd/transaction/pending/marker.h"
#include "daemon/fwd/transaction/transaction.h"

struct saved_file;
struct saved_text;
struct set_files;

/* What waits for its confirmation. */
struct pending {
	struct marker marker; /* of what waits, or of the last one */
	bool has_marker;      /* it is in the state folder */
	struct marker former; /* what it said before, if that was that a policy was taken back */
	bool has_former;
	enum transaction_state state;
	/* How the last one ended, CONFIRMED (marker.why has by whom) or REVERTED; IDLE: there was none. */
	enum transaction_state last;
	bool has_warned;
	bool is_settling;
	uint64_t settled_ns; /* when the last one was settled; 0: before this fwd */
	sd_event_source *timer;
};

/* What is wrong with the config file. */
struct boot {
	bool is_due;	       /* something else than the file is to run */
	bool is_state_unknown; /* and the state folder cannot be read */
	enum boot_runs runs;
	cJSON *errors;		      /* of the file as it was last tried; NULL: none */
	char *first;		      /* the first of them as one line; NULL: nothing is wrong */
	char *why_passed;	      /* it is not what runs; or NULL */
	char time[CLOCK_TEXT];	      /* of that try */
	char remembered[DIGEST_TEXT]; /* of what boot.json holds; "": not known */
};

struct transaction {
	struct transaction_options options; /* borrowed texts */
	struct transaction_hooks hooks;
	struct datapath *dp;	  /* borrowed, as the next three */
	struct history *history;  /* NULL: before it is open */
	struct event_hub *events; /* NULL: before it is open */
	struct model *model;	  /* NULL: before it is made */
	struct pending pending;
	struct boot boot;
	struct saved_file *saved;      /* what the config file was when it was read */
	struct saved_text *saved_text; /* what it said when a client asked */
	struct set_files *set_files;   /* how the files of sets looked when they were compared */
	struct change start;	       /* the first one */
	bool is_provisional; /* starting: if it fails, the earlier fwd's policy is active again */
	bool running;	     /* every part of fwd has started */
};

/* ---- transaction.c ---- */

/* Report the status line, by its hook. */
void transaction_report_status(struct transaction *transaction);

/* ---- states.c ---- */

/* Take a step of the table in transaction.h; the clock of what waits follows. */
void transaction_enter(struct transaction *transaction, enum transaction_state state);

/* ---- clock.c ---- */

/* A time as text, in whole seconds, rounded up: "12s", "4m58s". */
const char *pending_time_text(uint64_t ns, char buffer[UNITS_TEXT]);

/* Set the timer for what the marker has; it is settled. For transaction_enter. */
void clock_arm(struct transaction *transaction);
void clock_disarm(struct transaction *transaction);

/* ---- confirm.c ---- */

/* Log what an event of the policy says. Returns the text, malloced; NULL: no memory. */
char *pending_log(enum log_level level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * A model_guard (userdata is the transaction): refuse what cuts somebody off, and write down that a
 * policy is about to become active with a deadline; it does not, if that fails.
 */
int transaction_guard(void *userdata, const struct model_change *next, struct errors *errs);

void pending_drop_marker(struct transaction *transaction);

/* Write the marker as it is now; an error is logged. */
void pending_write_marker(struct transaction *transaction);

/* The config file holds a policy that was taken back: report it until the file or the policy changes. */
void pending_pass_over_file(struct transaction *transaction, const struct marker *marker);

void pending_record_return(struct transaction *transaction, const char *cause,
			   const struct actor *actor);

/* A policy is confirmed, other than at the start: what was taken back before is forgotten. */
void pending_forget(struct transaction *transaction);

/* The revision that waits, or that was taken back last, as far as the state folder knows; or 0. */
uint64_t pending_unconfirmed(const struct transaction *transaction);

/* ---- policy_digest.c ---- */

/* The digest of a document without its spelling. */
void pending_digest(const struct document *document, char digest[DIGEST_TEXT]);

/* The same of the policy that the config file holds now. On failure "", and why in errs. */
int pending_file_digest(const struct transaction *transaction, char digest[DIGEST_TEXT],
			struct errors *errs);

/* ---- restart.c ---- */

/*
 * Load the policy at the start, and record it: the config file's, or what a policy that waits, or
 * one that was taken back, asks for instead. As model_reload.
 */
int pending_load(struct transaction *transaction, struct errors *errs);

/* ---- record.c ---- */

/* All parts have started: what was recorded since history_hold is a revision now. */
void transaction_record_start(struct transaction *transaction);

/* The config file's policy runs now: that is a revision, and the saved one. */
void transaction_record_file(struct transaction *transaction, const struct change *change,
			     const char *cause);

/* As transaction_record, if what runs now is a revision: its text, byte for byte. */
void transaction_record_revision(struct transaction *transaction,
				 const struct history_change *record, uint64_t number);

/* ---- boot.c, fault.c: what is wrong with the config file ---- */

/* Free what boot remembers. */
void boot_clear(struct boot *boot);

/*
 * Run what is to run instead of the config file, and record it. -EBADMSG with errs: nothing can be
 * used; what an earlier fwd left attached filters on.
 */
int boot_load(struct transaction *transaction, struct errors *errs);

/*
 * Apply a revision (0: none); if it cannot be used, the newest confirmed one that can be.
 * *ret_number is which. -ENOENT: none can be used, as logged.
 */
int boot_apply_confirmed(struct transaction *transaction, uint64_t first, uint64_t *ret_number,
			 struct errors *errs);

/* A policy that waited, or the one before it, runs: if the config file cannot be used, report that. */
void boot_passed_by(struct transaction *transaction);

/* The running policy is confirmed: remember what the next start needs if its config fails. */
void boot_settled(struct transaction *transaction);

/* A whole policy has been applied in place of the one that boot_load has found. */
void boot_replaced(struct transaction *transaction);

/* What runs instead of the config file; FILE: nothing does. */
enum boot_runs boot_runs(const struct transaction *transaction);

/* Take over what is wrong with the file. */
void boot_note_errors(struct boot *boot, const struct errors *errs);

/* Log what runs instead, and report it as an event. */
void boot_report(struct transaction *transaction);

/* The file was loaded or written: nothing is wrong with it any more. */
void boot_file_good(struct transaction *transaction);

/* It could not be loaded, for what errs has; the running policy goes on. */
void boot_file_refused(struct transaction *transaction, const struct errors *errs);

/* It is not what runs, nor will be at the next start, and why: a sentence. NULL: that is over. */
void boot_file_passed_over(struct transaction *transaction, const char *why);

#endif
