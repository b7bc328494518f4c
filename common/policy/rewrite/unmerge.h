/* SPDX-License-Identifier: MIT */
/*
 * A policy that was read from several files, taken apart again: what of it is the main file's,
 * if the included files stay as they are.
 */
#ifndef FWD_UNMERGE_H
#define FWD_UNMERGE_H

#include <stddef.h>

#include <cjson/cJSON.h>

/*
 * The main file's new tree ("include" and all), the caller's. whole: the merged policy that is
 * wanted; main: the main file's tree as it is; included: those of the files that it includes, in
 * their order. -EXDEV: something of an included file is changed, or the order is one that these
 * files cannot give; *ret_file is its index, *ret_what (malloced) names it. -ENOMEM.
 */
int unmerge_main(const cJSON *whole, const cJSON *main, cJSON *const *included, size_t count,
		 cJSON **ret, size_t *ret_file, char **ret_what);

#endif
