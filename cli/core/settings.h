/* SPDX-License-Identifier: MIT */
/* The values of fwctl's own options; their table is cli/grammar/setting_rows.h. */
#ifndef FWCTL_SETTINGS_H
#define FWCTL_SETTINGS_H

#include <stdbool.h>

enum color_when { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct settings {
	bool json;		 /* -j */
	const char *socket_path; /* -s, FWD_SOCKET */
	enum color_when color;	 /* --color */
	int wait_ms;		 /* --wait */
	double if_revision;	 /* --if-revision; 0: any revision */
	const char *confirm;	 /* --confirm, or NULL */
	bool force;		 /* --force */
	bool dry_run;		 /* --dry-run */
	unsigned given;		 /* OP_TAKES_ bits of the options that were given */
	bool help;		 /* -h */
	bool version;		 /* -V */
};

#endif
