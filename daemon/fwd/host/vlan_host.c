// SPDX-License-Identifier: MIT
#include "daemon/fwd/host/vlan_host.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "common/base/memory.h"

/* ---- who asks for VLANs ---- */

static bool limit_asks(const struct config *config, size_t limit)
{
	if (limit == CONFIG_NO_LIMIT)
		return false;
	for (unsigned i = 0; i < config->limits[limit].level_count; i++) {
		if (config->limits[limit].levels[i].key == FW_KEY_VLAN)
			return true;
	}
	return false;
}

/* The interfaces on which a rule depends on VLANs. */
static uint64_t asks_on(const struct config *config, const struct config_rule *rule)
{
	if (rule->disabled ||
	    (!rule->match.fields[FW_FIELD_VLAN].count && !limit_asks(config, rule->limit)))
		return 0;
	return rule->match.by_interface ? rule->match.interfaces : UINT64_MAX;
}

/* The first rule that does so on an interface; NULL: none. */
static const struct config_rule *who_asks(const struct config *config, size_t interface)
{
	if (config->interfaces[interface].detached)
		return NULL;
	for (size_t i = 0; i < config->management_count; i++) {
		if (asks_on(config, &config->management[i]) >> interface & 1)
			return &config->management[i];
	}
	for (size_t i = 0; i < config->rule_count; i++) {
		if (asks_on(config, &config->rules[i]) >> interface & 1)
			return &config->rules[i];
	}
	return NULL;
}

/* ---- what drivers do ---- */

static bool takes_tags_off(int fd, const char *name)
{
	struct ethtool_value flags = {.cmd = ETHTOOL_GFLAGS};
	struct ifreq request = {.ifr_data = (char *)&flags};

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	return ioctl(fd, SIOCETHTOOL, &request) == 0 && flags.data & ETH_FLAG_RXVLAN;
}

uint64_t vlan_host_read(const struct config *config)
{
	cleanup_fd int fd = -1;
	uint64_t found = 0;

	for (size_t i = 0; i < config->interface_count; i++) {
		if (!who_asks(config, i))
			continue;
		if (fd < 0)
			fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		if (fd >= 0 && takes_tags_off(fd, config->interfaces[i].name))
			found |= UINT64_C(1) << i;
	}
	return found;
}

void vlan_host_check(uint64_t interfaces, const struct config *config, struct errors *errs)
{
	for (size_t i = 0; i < config->interface_count; i++) {
		const struct config_rule *rule = who_asks(config, i);
		const char *name = config->interfaces[i].name;

		if (!rule || !(interfaces >> i & 1))
			continue;
		errors_add(errs, SEVERITY_WARNING, ERROR_VLAN_HOST, &rule->place,
			   "rule \"%s\" depends on VLANs, but the driver of %s may take the tags "
			   "off before fwd sees the frames, which then look untagged: ethtool -K "
			   "%s rxvlan off (at the other end of a veth: txvlan off)",
			   rule->id, name, name);
	}
}
