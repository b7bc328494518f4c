/* SPDX-License-Identifier: MIT */
/* The command line and the FWD_... environment: defaults < file < environment < flags. */
#ifndef FWD_OPTIONS_H
#define FWD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/policy/config/config.h"

struct options {
	const char *config_path; /* -c, FWD_CONFIG; /etc/fwd/fwd.json */
	const char **interfaces; /* -i, any number */
	size_t interface_count;
	bool drop_packets; /* --drop-packets */
	bool has_mode;	   /* --mode */
	enum attach_mode mode;
	const char *log_format;	    /* --log-format, FWD_LOG_FORMAT; console */
	const char *log_file;	    /* --log-file, FWD_LOG_FILE; NULL: stdout */
	uint64_t log_buffer_size;   /* --log-buffer-size */
	uint64_t log_max_size;	    /* --log-max-size, FWD_LOG_MAX_SIZE; 0: no rotation */
	uint64_t log_keep;	    /* --log-keep, FWD_LOG_KEEP */
	uint64_t stats_interval_ns; /* --stats-interval; a minute; 0: never */
	const char *socket_path;    /* --socket, FWD_SOCKET */
	const char *pin_dir;	    /* --pin-dir, FWD_PIN_DIR; /sys/fs/bpf/fwd */
	const char *state_dir;	    /* --state-dir, FWD_STATE_DIR; /var/lib/fwd */
	const char *compile_path;   /* --compile FILE: print the policy and exit */
	const char *panic;	    /* --panic: set or end a panic, and exit; NULL: no */
	bool panic_end;		    /* of panic: end it */
	enum fw_panic panic_mode;   /* of panic */
	uint64_t panic_ns;	    /* of panic: how long */
	bool set_sysctls;	    /* --set-sysctls */
	bool strict_config;	    /* --strict-config */
	bool verbose;		    /* -v */
};

/* Returns 0; 1: done, exit 0 (--help, --version, printed); -EINVAL: usage, already explained. */
int options_parse(int argc, char **argv, struct options *ret);
void options_clear(struct options *options);

#endif
