/* SPDX-License-Identifier: MIT */
/* What a reload would take away: live edits that the config file does not have. */
#ifndef FWD_DISCARD_H
#define FWD_DISCARD_H

#include "daemon/fwd/history/history.h"
#include "daemon/fwd/model/model.h"

/*
 * Would reading the config file now lose live edits? An edit is lost if it is one since the file was
 * read or saved last, and the file on disk is otherwise there. 0: no, or the file cannot be read, which
 * reading it will report; -ESTALE: yes, and errs has each of them (UNSAVED).
 */
int discard_check(const struct model *model, struct history *history, struct errors *errs);

/* How many edits that would be; 0 also where it cannot be found. */
size_t discard_count(const struct model *model, struct history *history);

#endif
