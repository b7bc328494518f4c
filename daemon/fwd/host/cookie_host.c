// SPDX-License-Identifier: MIT
#include "daemon/fwd/host/cookie_host.h"

#include <errno.h>
#include <string.h>

#include "common/base/memory.h"
#include "daemon/fwd/host/sysctl.h"

#define MAX_WSCALE     14
#define UNSCALED_BITS  15 /* what a window has without scale: tcp_select_initial_window() */
#define SYNCOOKIES     "net/ipv4/tcp_syncookies"
#define LOOSE	       "net/netfilter/nf_conntrack_tcp_loose"
#define TIMESTAMPS_RAW 2 /* without an offset that only the kernel knows */

static long read_one(const char *path)
{
	long number;

	return sysctl_read(path, &number, 1) == 1 ? number : SETTING_ABSENT;
}

unsigned cookie_kinds(const struct config *config)
{
	unsigned kinds = 0;

	for (size_t i = 0; i < config->limit_count; i++)
		kinds |= 1U << config->limits[i].cookies.kind;
	return kinds & ~(1U << FW_COOKIE_NONE);
}

static bool has_kind(unsigned kinds, enum fw_cookie_kind kind)
{
	return kinds >> kind & 1;
}

void cookie_host_read(unsigned kinds, struct cookie_host *ret)
{
	long sizes[3] = {0}, most = read_one("net/core/rmem_max");

	*ret = (struct cookie_host){
		.cookies = read_one(SYNCOOKIES),
		.timestamps = read_one("net/ipv4/tcp_timestamps"),
		.sack = read_one("net/ipv4/tcp_sack"),
		.window_scaling = read_one("net/ipv4/tcp_window_scaling"),
		.loose = read_one(LOOSE),
	};
	sysctl_read("net/ipv4/tcp_rmem", sizes, array_size(sizes));
	ret->receive_bytes = sizes[2] > most ? sizes[2] : most;
	if (has_kind(kinds, FW_COOKIE_SYNPROXY))
		ret->proxy_error = synproxy_read(&ret->proxy);
}

static long set_one(const char *path, const char *name, long number, long old, struct errors *errs)
{
	int err = sysctl_write(path, number);

	if (!err)
		return number;
	errors_add(errs, SEVERITY_WARNING, ERROR_COOKIE_HOST, NULL, "cannot set %s to %ld: %s",
		   name, number, strerror(-err));
	return old;
}

void cookie_host_set(unsigned kinds, struct cookie_host *host, struct errors *errs)
{
	if (has_kind(kinds, FW_COOKIE_LOCAL) && host->cookies == FW_COOKIES_NEVER)
		host->cookies = set_one(SYNCOOKIES, "net.ipv4.tcp_syncookies", FW_COOKIES_WHEN_FULL,
					host->cookies, errs);
	if (has_kind(kinds, FW_COOKIE_SYNPROXY) && host->loose > 0)
		host->loose = set_one(LOOSE, "net.netfilter.nf_conntrack_tcp_loose", 0, host->loose,
				      errs);
}

/* ---- what is lacking ---- */

static void lacks(struct errors *errs, const struct config_limit *limit, const char *what)
{
	errors_add(errs, SEVERITY_WARNING, ERROR_COOKIE_HOST, &limit->place,
		   "limit \"%s\" answers SYNs, but %s", limit->name, what);
}

static void check_local(const struct cookie_host *host, const struct config_limit *limit,
			struct errors *errs)
{
	if (host->cookies == SETTING_ABSENT)
		lacks(errs, limit, "this kernel has no SYN cookies (CONFIG_SYN_COOKIES)");
	else if (host->cookies == FW_COOKIES_NEVER)
		lacks(errs, limit,
		      "the kernel takes no cookies: what is over it is dropped until "
		      "net.ipv4.tcp_syncookies is 1 (fwd --set-sysctls sets it)");
}

/* Does a rule of nftables complete the handshakes that this limit starts? */
static bool suits(const struct synproxy_rule *rule, const struct config_cookies *cookies)
{
	return !rule->known || (rule->timestamp && rule->sack && rule->has_wscale &&
				rule->wscale == cookies->wscale);
}

static void check_rules(const struct cookie_host *host, const struct config_limit *limit,
			struct errors *errs)
{
	const struct synproxy_rules *proxy = &host->proxy;
	char text[160];

	if (host->proxy_error == -EPERM) {
		lacks(errs, limit, "fwd may not read nftables' rules to look for SYNPROXY");
		return;
	}
	for (size_t i = 0; !host->proxy_error && i < proxy->count; i++) {
		if (suits(&proxy->list[i], &limit->cookies))
			return;
	}
	snprintf(text, sizeof(text),
		 "no rule of nftables %s \"synproxy mss %d wscale %d timestamp "
		 "sack-perm\": nobody completes these handshakes",
		 proxy->count ? "is the same as" : "has", (int)limit->cookies.mss,
		 (int)limit->cookies.wscale);
	lacks(errs, limit, text);
}

static void check_synproxy(const struct cookie_host *host, const struct config_limit *limit,
			   struct errors *errs)
{
	check_rules(host, limit, errs);
	if (host->loose == SETTING_ABSENT)
		lacks(errs, limit, "there is no connection tracking (nf_conntrack)");
	else if (host->loose)
		lacks(errs, limit,
		      "connection tracking takes any ACK for a connection's, and SYNPROXY never "
		      "sees it, until net.netfilter.nf_conntrack_tcp_loose is 0 "
		      "(fwd --set-sysctls sets it)");
}

void cookie_host_check(const struct cookie_host *host, const struct config *config,
		       struct errors *errs)
{
	for (size_t i = 0; i < config->limit_count; i++) {
		const struct config_limit *limit = &config->limits[i];

		switch (limit->cookies.kind) {
		case FW_COOKIE_NONE:
			break;
		case FW_COOKIE_LOCAL:
			check_local(host, limit, errs);
			break;
		case FW_COOKIE_SYNPROXY:
			check_synproxy(host, limit, errs);
			break;
		}
	}
}

/* ---- what packets need to know ---- */

unsigned cookie_host_options(const struct cookie_host *host)
{
	unsigned options = FW_SYN_TIMESTAMP;

	/* 1 is with an offset for each pair of hosts that only the kernel knows; 0 is without any. */
	if (host->timestamps != TIMESTAMPS_RAW)
		return 0;
	if (host->sack > 0)
		options |= FW_SYN_SACK;
	if (host->window_scaling > 0)
		options |= FW_SYN_WSCALE;
	return options;
}

unsigned cookie_host_wscale(const struct cookie_host *host)
{
	unsigned scale = 0;

	while (scale < MAX_WSCALE && host->receive_bytes >> (scale + UNSCALED_BITS + 1))
		scale++;
	return scale;
}
