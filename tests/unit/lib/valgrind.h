/* SPDX-License-Identifier: MIT */
/* Under valgrind all takes thirty times as long: what is done often is done less often there. */
#ifndef FWD_TEST_VALGRIND_H
#define FWD_TEST_VALGRIND_H

#include <stdbool.h>
#include <stdlib.h>

static inline bool under_valgrind(void)
{
	return getenv("FWD_VALGRIND") != NULL;
}

#endif
