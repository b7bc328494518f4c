/* SPDX-License-Identifier: MIT */
/* When something that failed is tried again: after 1 s, 2 s, 4 s and so on, up to a minute. */
#ifndef FWD_RETRY_H
#define FWD_RETRY_H

#include <stdbool.h>

#define RETRY_MOST 60 /* seconds */

/* {0}: nothing has failed. */
struct retry {
	unsigned delay; /* of the last failure, in seconds */
	unsigned left;	/* of it */
};

/* Once a second: is it to be tried now? */
static inline bool retry_is_due(struct retry *retry)
{
	if (retry->left)
		retry->left--;
	return retry->left == 0;
}

static inline void retry_failed(struct retry *retry)
{
	unsigned delay = retry->delay ? retry->delay * 2 : 1;

	retry->delay = delay < RETRY_MOST ? delay : RETRY_MOST;
	retry->left = retry->delay;
}

#endif
