// SPDX-License-Identifier: MIT
/* What limits that answer SYNs ask of the kernel and of the host's settings. */
#include <errno.h>

#include "daemon/fwd/host/cookie_host.h"
#include "daemon/fwd/host/feed_host.h"
#include "daemon/fwd/host/vlan_host.h"
#include "daemon/fwd/model/model_internal.h"

void model_set_sysctls(struct model *model, bool set)
{
	model->sets_sysctls = set;
}

/* Without the kernel's help there is no limit of this kind, and no policy that has one. */
static int refuse(const struct config *config, struct errors *errs)
{
	for (size_t i = 0; i < config->limit_count; i++) {
		const struct config_limit *limit = &config->limits[i];

		if (limit->cookies.kind != FW_COOKIE_NONE)
			errors_add(errs, SEVERITY_ERROR, ERROR_SYSTEM, &limit->place,
				   "limit \"%s\" cannot answer SYNs: this kernel lets XDP programs "
				   "make no cookies (bpf_tcp_raw_gen_syncookie_ipv4, since Linux "
				   "6.0)",
				   limit->name);
	}
	return -EOPNOTSUPP;
}

static void announce_host(struct model *model, const struct cookie_host *host)
{
	datapath_set_cookies(model->dp, host->cookies > 0 ? (unsigned)host->cookies : 0,
			     cookie_host_options(host), cookie_host_wscale(host));
}

static void check_reach(const struct config *config, struct errors *errs)
{
	struct cookie_reach reach = {0};

	if (cookie_host_reach(&reach) < 0)
		return;
	config_check_cookie_reach(config, &reach, errs);
	prefix_list_clear(&reach.own);
}

int model_prepare_cookies(struct model *model, const struct config *config, struct errors *errs)
{
	unsigned kinds = cookie_kinds(config);
	struct cookie_host host;

	if (!kinds)
		return 0;
	if (!datapath_can_answer(model->dp))
		return refuse(config, errs);
	cookie_host_read(kinds, &host);
	if (model->sets_sysctls)
		cookie_host_set(kinds, &host, errs);
	announce_host(model, &host);
	cookie_host_check(&host, config, errs);
	check_reach(config, errs);
	return 0;
}

void model_refresh_cookies(struct model *model)
{
	unsigned kinds = cookie_kinds(model->config) & ~(1U << FW_COOKIE_SYNPROXY);
	struct cookie_host host;

	if (!kinds)
		return;
	cookie_host_read(kinds, &host);
	announce_host(model, &host);
}

void model_check_host(const struct model *model, struct errors *errs)
{
	unsigned kinds = cookie_kinds(model->config);
	struct cookie_host host;

	vlan_host_check(vlan_host_read(model->config), model->config, errs);
	feed_host_check(model->config, errs);
	if (!kinds)
		return;
	cookie_host_read(kinds, &host);
	cookie_host_check(&host, model->config, errs);
}
