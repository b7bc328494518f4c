/* SPDX-License-Identifier: MIT */
/* Requirements of the machine: capabilities, a bpffs, the lock of the pin folder. */
#ifndef FWD_DATAPATH_HOST_H
#define FWD_DATAPATH_HOST_H

struct errors;

int host_check_capabilities(struct errors *errs);

/* Make the pin folder if needed and lock it; gives its file descriptor. */
int host_lock(const char *pin_dir, int *ret, struct errors *errs);

#endif
