/* SPDX-License-Identifier: MIT */
/*
 * fwctl top: rates, from what fwd's counters gained between two looks.
 *
 *	sample   what fwd said at one moment: its replies to a few requests
 *	rates    two samples -> one JSON document: what -j prints
 *	view     that document as lines that fit a terminal
 *	screen   the terminal, by ncurses: lines, keys, size
 */
#ifndef FWCTL_TOP_H
#define FWCTL_TOP_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/core/cli.h"
#include "cli/output/output.h"

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

/* A line of a view: its first bytes are in the colour. */
struct view_line {
	const char *text;
	enum colour colour;
	size_t coloured;
};

/*
 * How a view may look, and where its lines go. rows 0: as many as there are, at most VIEW_ROWS of
 * each kind.
 */
struct view {
	unsigned columns;
	unsigned rows;
	void (*put_line)(void *context, const struct view_line *line);
	void *context;
};
#define VIEW_ROWS 10

/* Put the lines, none longer than the columns: where they are few, some columns are left out. */
void view_lines(const cJSON *rates, const struct view *view);

/* ---- the terminal ---- */

struct screen;

/*
 * Takes over the terminal, by ncurses, if out is one and the output is text; else all it does is
 * print. NULL: no memory.
 */
struct screen *screen_open(struct cli *cli);
/* Show rates, in place of those before; they are the caller's. */
void screen_show(struct screen *screen, const cJSON *rates);
/* Take the terminal's size as it is now. */
void screen_resize(struct screen *screen);
/* The descriptor on which keys come; -1: none do. */
int screen_keys(const struct screen *screen);
/* Read the keys that were pressed: true if one of them is `q`, which ends it. */
bool screen_quits(struct screen *screen);
/* Give the terminal back. NULL is allowed; returns NULL. */
struct screen *screen_close(struct screen *screen);

#endif
