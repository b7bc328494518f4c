/* SPDX-License-Identifier: MIT */
#ifndef FWD_TEST_ATTEMPTS_H
#define FWD_TEST_ATTEMPTS_H

/* Try what a program without rights must not be able to do: a line with the result of each. */
void attempt_all(void *userdata);

#endif
