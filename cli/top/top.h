/* SPDX-License-Identifier: MIT */
/*
 * fwctl top: rates, from what fwd's counters gained between two looks.
 *
 *	sample   what fwd said at one moment: its replies to a few requests
 *	rates    two samples -> one JSON document: what -j prints
 *	view     that document as lines that fit a terminal
 *	screen   the terminal: its size, its second screen
 */
#ifndef FWCTL_TOP_H
#define FWCTL_TOP_H

#include <stdbool.h>
#include <stdio.h>

#include "cli.h"

/* What fwd said. All 0: nothing yet. */
struct sample {
	double at;     /* CLOCK_MONOTONIC, in s */
	cJSON *status; /* results of the ops of the same name */
	cJSON *stats;
	cJSON *keys; /* {"NAME": result of limit.show with top}, of limits that are limiting */
};

/* Ask fwd. previous tells which limits are limiting, and may be empty. -1 after cli_fail. */
int sample_take(struct cli *cli, const struct sample *previous, struct sample *ret);
void sample_clear(struct sample *sample);

/*
 * What was gained between two samples, by the second; most first. A counter that
 * is smaller than before was cleared in between, and counts from 0.
 */
cJSON *rates_between(const struct sample *before, const struct sample *now);

/* How a view may look. rows 0: as many as there are, at most VIEW_ROWS of each kind. */
struct view {
	unsigned columns;
	unsigned rows;
	bool colour;
};
#define VIEW_ROWS 10

/* Print the lines, each with a newline and none longer than the columns. */
void view_print(FILE *out, const cJSON *rates, const struct view *view);

/* ---- the terminal ---- */

struct screen;

/* Takes over the terminal if out is one and the output is text; else all it does is print. */
struct screen *screen_open(struct cli *cli);
/* Show rates, in place of those before. */
void screen_show(struct screen *screen, const cJSON *rates);
/* Give the terminal back. NULL is allowed; returns NULL. */
struct screen *screen_close(struct screen *screen);

#endif
