/* SPDX-License-Identifier: MIT */
/* Inside: what is remembered, and what restart.c shares with pending.c. */
#ifndef FWD_PENDING_INTERNAL_H
#define FWD_PENDING_INTERNAL_H

#include "common/base/clock.h"
#include "common/base/units.h"
#include "daemon/fwd/pending/marker.h"
#include "daemon/fwd/pending/pending.h"

struct pending {
	struct marker marker; /* of what waits, or of the last one */
	bool has_marker;      /* it is in the state folder */
	bool has_last;	      /* there was one */
	bool confirmed;	      /* the last one was; marker.why tells by whom */
	bool is_armed;	      /* the timer is set for what waits */
	bool has_warned;
	bool is_settling;
	uint64_t settled_ns; /* when the last one was settled; 0: before this fwd */
	const struct change_terms *terms;
	sd_event_source *timer;
};

/* A time as text, in whole seconds, rounded up: "12s", "4m58s". */
const char *pending_time_text(uint64_t ns, char buffer[UNITS_TEXT]);

/* Log and tell as an event. */
void pending_tell(struct app *app, enum fw_event_type type, uint64_t left_ns, const char *format,
		  ...) __attribute__((format(printf, 4, 5)));

/* The digest of a document without its spelling. */
void pending_digest(const struct document *document, char digest[DIGEST_TEXT]);

void pending_drop_marker(struct app *app);

/* Set the timer for what the marker tells; it is settled. */
void pending_arm(struct app *app);
void pending_disarm(struct app *app);

/* The config file holds the policy that was taken back: report it until the file or the policy changes. */
void pending_pass_over_file(struct app *app);

void pending_record_return(struct app *app, const char *cause, const struct actor *actor);

/* ---- same_files.c ---- */

/*
 * The datapath has what set files held when a revision was made, the model what they hold now. If
 * that is not the same, what would be reported of the policy is not what packets see.
 */
bool pending_has_same_files(const struct app *app, uint64_t number, const struct config *config);

#endif
