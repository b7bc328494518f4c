/* SPDX-License-Identifier: MIT */
/*
 * The app: names every part of a running fwd and owns them all.
 *
 * Parts start in the order of a table (app.c) and stop in the reverse order.
 */
#ifndef FWD_APP_H
#define FWD_APP_H

#include <systemd/sd-event.h>

#include "common/policy/config/config.h"
#include "daemon/fwd/datapath/attachments.h"
#include "daemon/fwd/datapath/counters.h"
#include "daemon/fwd/datapath/datapath.h"
#include "daemon/fwd/datapath/explain.h"
#include "daemon/fwd/datapath/generation.h"
#include "daemon/fwd/datapath/limit_state.h"
#include "daemon/fwd/datapath/panic_switch.h"
#include "daemon/fwd/datapath/trial.h"
#include "daemon/fwd/events/hub.h"
#include "daemon/fwd/history/history.h"
#include "daemon/fwd/live/live.h"
#include "daemon/fwd/model/model.h"
#include "daemon/fwd/options.h"

struct bans;
struct boot;
struct control;
struct event_source;
struct event_writer;
struct interfaces;
struct limit_notices;
struct live_expiry;
struct pending;
struct saved_file;
struct saved_text;
struct set_files;
struct summary;
struct trial;

enum app_exit {
	APP_EXIT_OK,
	APP_EXIT_FAILED,
	APP_EXIT_USAGE,
	APP_EXIT_CONFIG,
	APP_EXIT_PERMISSION = 5,
};

struct app {
	struct options options; /* not owned */
	sd_event *loop;
	struct datapath *dp;
	struct live *live;
	struct model *model;
	struct history *history;       /* revisions of the running policy */
	struct saved_file *saved;      /* what the config file was when it was read */
	struct saved_text *saved_text; /* what it said when somebody asked */
	struct set_files *set_files;   /* how the files of sets looked when they were compared */
	struct pending *pending;       /* a policy that waits for its confirmation */
	struct interfaces *interfaces; /* attachments follow the config and netlink */
	struct event_hub *events;
	struct event_source *event_source;
	struct event_writer *event_log;
	struct control *control;	     /* the control socket */
	struct bans *bans;		     /* who is over a limit is blocked */
	struct limit_notices *limit_notices; /* which limits are limiting */
	struct trial *trial;		     /* the policy that is tried, or was last; or NULL */
	struct summary *summary;	     /* what the counters were at the last summary */
	struct live_expiry *expiry;	     /* of live entries */
	struct panic_view panic;	     /* as it was last reported; end 0: none */
	char panic_by[ACTOR_TEXT];	     /* who asked this fwd for it; "" unknown */
	int audit_error;	/* why the audit log cannot be written now (errno), or 0 */
	struct config *checked; /* the config as it was before anything was touched */
	struct boot *boot;	/* what is wrong with the config file, and what runs instead */
	bool is_state_unknown;	/* the config cannot be used, and the state folder not be read */
	bool running;		/* every part has started */
	bool is_provisional; /* starting: if it fails, the earlier fwd's policy is in force again */
	bool detach;	     /* stopping, and defaults.on_stop says detach */
	uint64_t started_ns; /* CLOCK_MONOTONIC */
	int exit_code;	     /* enum app_exit */
};

/* Start all parts, run until a signal says stop, stop them. Returns the exit code. */
int app_run(const struct options *options);

/*
 * Reload the config file (SIGHUP, fwctl reload) for an actor: 0, or -EBADMSG with errs; the old policy stays.
 * Other errors: the new policy runs, but errs tells of interfaces that could not be attached.
 * discard: also if live edits are lost that the file does not have; else that is refused
 * (-ESTALE, UNSAVED).
 */
int app_reload(struct app *app, const struct actor *actor, bool discard, struct errors *errs);

/* Bring attachments in line with the running config's interfaces: attach, detach. */
int app_sync_interfaces(struct app *app, struct errors *errs);

/*
 * Which policy runs, for people: "revision 9 (generation 4)". The revision is the number that
 * history, diff and rollback know; without one "generation 4". Returns text.
 */
#define APP_POLICY_TEXT 64
const char *app_policy_name(const struct app *app, char text[APP_POLICY_TEXT]);

/* Tell systemd how things are (sd_notify STATUS=). */
void app_tell_status(const struct app *app);

#endif
