/* SPDX-License-Identifier: MIT */
/*
 * A line on the terminal that shows the progress of a long operation. It appears
 * after half a second, and is erased when the operation is done.
 */
#ifndef FWCTL_PROGRESS_LINE_H
#define FWCTL_PROGRESS_LINE_H

#include "cli/core/cli.h"
#include "common/base/progress.h"

struct progress_line {
	FILE *out;	 /* NULL: no terminal */
	int64_t show_at; /* ms of CLOCK_MONOTONIC */
	bool shown;
	char text[80];
};

/* Is there a terminal to show it on? stderr is one, and the output is not JSON (-j). */
bool progress_wanted(const struct cli *cli);

void progress_line_begin(struct progress_line *line, const struct cli *cli);

/* For struct progress, with a struct progress_line. */
void progress_line_report(void *userdata, const struct progress_report *report);

/* Take the values from the object of a frame {"progress": {...}}. */
void progress_line_take(struct progress_line *line, const cJSON *progress);

/* Show the line if it is time. Returns the ms until then, or -1: there is nothing to wait for. */
int progress_line_show(struct progress_line *line);

void progress_line_end(struct progress_line *line);

#endif
