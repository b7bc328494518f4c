/* SPDX-License-Identifier: MIT */
/* The maps behind live sets, stood in for by nothing: the book is what is asked. */
#ifndef FWD_FAKE_LIVE_H
#define FWD_FAKE_LIVE_H

#include "daemon/fwd/live/live.h"

/* An empty book whose time is the real one. Never NULL: without memory the test fails. */
struct live *fake_live_new(void);

#endif
