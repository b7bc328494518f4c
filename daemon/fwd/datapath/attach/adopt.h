/* SPDX-License-Identifier: MIT */
/* For datapath_open. */
#ifndef FWD_ADOPT_H
#define FWD_ADOPT_H

struct datapath;

/* Find what an earlier fwd left attached. */
int attachments_adopt(struct datapath *dp);

#endif
