/* SPDX-License-Identifier: MIT */
/*
 * Splits a policy that was read from several files: the part of the main file, if the included
 * files stay unchanged.
 */
#ifndef FWD_UNMERGE_H
#define FWD_UNMERGE_H

#include <stddef.h>

#include <cjson/cJSON.h>

/*
 * The main file's new tree ("include" and all), the caller's. whole: the merged policy that is
 * wanted; main: the main file's current tree; included: those of the files that it includes, in
 * their order. -EXDEV: a value of an included file is changed, or these files cannot give the
 * order; *ret_file is the file's index, *ret_what (malloced) names the value. -ENOMEM.
 */
int unmerge_main(const cJSON *whole, const cJSON *main, cJSON *const *included, size_t count,
		 cJSON **ret, size_t *ret_file, char **ret_what);

#endif
