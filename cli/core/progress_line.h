/* SPDX-License-Identifier: MIT */
/*
 * A line on the terminal that says how far a long work is. It appears when the
 * work has taken half a second, and is gone when the work is done.
 */
#ifndef FWCTL_PROGRESS_LINE_H
#define FWCTL_PROGRESS_LINE_H

#include "cli/core/cli.h"
#include "common/base/progress.h"

struct progress_line {
	FILE *out;	 /* NULL: nobody looks */
	int64_t show_at; /* ms of CLOCK_MONOTONIC */
	bool shown;
	char text[80];
};

/* Does anybody look? stderr is a terminal, and it is not -j. */
bool progress_wanted(const struct cli *cli);

void progress_line_begin(struct progress_line *line, const struct cli *cli);

/* For struct progress, with a struct progress_line. */
void progress_line_tell(void *userdata, const struct progress_report *report);

/* From a frame {"progress": {...}}: what is in its object. */
void progress_line_take(struct progress_line *line, const cJSON *progress);

/* Show what there is, if it is time; how many ms until then, or -1: there is nothing to wait for. */
int progress_line_show(struct progress_line *line);

void progress_line_end(struct progress_line *line);

#endif
