/* SPDX-License-Identifier: MIT */
/*
 * What this host makes of SYN cookies. A cookie is the kernel's: whether it is
 * taken when it comes back, and which options of TCP it can bring back with it,
 * is for settings outside of fwd to say.
 */
#ifndef FWD_HOST_COOKIE_HOST_H
#define FWD_HOST_COOKIE_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "common/policy/config/config.h"
#include "daemon/fwd/host/synproxy.h"

#define SETTING_ABSENT (-1)

struct cookie_host {
	long cookies;	     /* net.ipv4.tcp_syncookies, or SETTING_ABSENT */
	long timestamps;     /* net.ipv4.tcp_timestamps */
	long sack;	     /* net.ipv4.tcp_sack */
	long window_scaling; /* net.ipv4.tcp_window_scaling */
	long receive_bytes;  /* the largest of net.ipv4.tcp_rmem[2] and net.core.rmem_max */
	long loose;	     /* net.netfilter.nf_conntrack_tcp_loose, or SETTING_ABSENT */
	int proxy_error;     /* nftables' rules could not be read; or 0 */
	struct synproxy_rules proxy;
};

/* Limits of a config that answer SYNs: bit per enum fw_cookie_kind. */
unsigned cookie_kinds(const struct config *config);

/* Look at the host; at nftables only if kinds has FW_COOKIE_SYNPROXY. */
void cookie_host_read(unsigned kinds, struct cookie_host *ret);

/*
 * Set what can be set without harm (fwd --set-sysctls): tcp_syncookies from 0 to 1, and
 * for SYNPROXY nf_conntrack_tcp_loose to 0. What fails is a warning. Then host is as it is now.
 */
void cookie_host_set(unsigned kinds, struct cookie_host *host, struct errors *errs);

/* A warning, with its place, for each thing that a limit needs and the host lacks. */
void cookie_host_check(const struct cookie_host *host, const struct config *config,
		       struct errors *errs);

/* For config_check_cookie_reach; `own` is the caller's to clear. 0 or a negative errno. */
int cookie_host_reach(struct cookie_reach *ret);

/* FW_SYN_*: the options that a socket of this host takes from the time stamp of an ACK. */
unsigned cookie_host_options(const struct cookie_host *host);

/* The window scale that the kernel gives a socket of the usual size. */
unsigned cookie_host_wscale(const struct cookie_host *host);

#endif
