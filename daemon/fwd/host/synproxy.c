// SPDX-License-Identifier: MIT
/*
 * The kernel's answer is read by libnl, which fwd links anyway. (libnftnl knows rules as such, but is
 * under the GPL alone.)
 */
#include "daemon/fwd/host/synproxy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nf_synproxy.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "common/base/memory.h"

#define TIMEOUT_SECONDS 2

/* ---- attributes ---- */

static const struct nlattr *find(const struct nlattr *list, int wanted)
{
	return nla_find(nla_data(list), nla_len(list), wanted);
}

/* A number in network order, of whatever size; 0 if it is not there. */
static uint32_t number_in(const struct nlattr *list, int wanted)
{
	const struct nlattr *value = find(list, wanted);

	switch (value ? nla_len(value) : 0) {
	case sizeof(uint32_t):
		return ntohl(nla_get_u32(value));
	case sizeof(uint16_t):
		return ntohs(nla_get_u16(value));
	case sizeof(uint8_t):
		return nla_get_u8(value);
	default:
		return 0;
	}
}

static bool is_text(const struct nlattr *value, const char *text)
{
	return value && nla_strcmp(value, text) == 0;
}

/* ---- rules ---- */

static void add(struct synproxy_rules *rules, const struct synproxy_rule *rule)
{
	if (rules->count < SYNPROXY_MAX)
		rules->list[rules->count++] = *rule;
}

static void add_statement(struct synproxy_rules *rules, const struct nlattr *data)
{
	uint32_t flags = number_in(data, NFTA_SYNPROXY_FLAGS);
	const struct synproxy_rule rule = {
		.known = true,
		.mss = (uint16_t)number_in(data, NFTA_SYNPROXY_MSS),
		.wscale = (uint8_t)number_in(data, NFTA_SYNPROXY_WSCALE),
		.timestamp = flags & NF_SYNPROXY_OPT_TIMESTAMP,
		.sack = flags & NF_SYNPROXY_OPT_SACK_PERM,
		.has_wscale = flags & NF_SYNPROXY_OPT_WSCALE,
	};

	add(rules, &rule);
}

static void add_expression(struct synproxy_rules *rules, const struct nlattr *expression)
{
	const struct nlattr *name = find(expression, NFTA_EXPR_NAME);
	const struct nlattr *data = find(expression, NFTA_EXPR_DATA);
	const struct synproxy_rule unknown = {0};

	if (!name || !data)
		return;
	if (is_text(name, "synproxy"))
		add_statement(rules, data);
	else if (is_text(name, "objref") &&
		 number_in(data, NFTA_OBJREF_IMM_TYPE) == NFT_OBJECT_SYNPROXY)
		add(rules, &unknown);
	else if (is_text(name, "target") && is_text(find(data, NFTA_TARGET_NAME), "SYNPROXY"))
		add(rules, &unknown);
}

void synproxy_add_rule(struct synproxy_rules *rules, const void *bytes, size_t length)
{
	struct nlattr *list = nla_find(bytes, (int)length, NFTA_RULE_EXPRESSIONS), *expression;
	int left;

	if (!list)
		return;
	nla_for_each_nested(expression, list, left)
	{
		if (nla_type(expression) == NFTA_LIST_ELEM)
			add_expression(rules, expression);
	}
}

/* ---- the dump ---- */

static void free_socket(struct nl_sock **sock)
{
	nl_socket_free(*sock);
}

static int take_rule(struct nl_msg *message, void *userdata)
{
	const struct nlmsghdr *header = nlmsg_hdr(message);
	const int family = sizeof(struct nfgenmsg);

	if (nlmsg_valid_hdr(header, family))
		synproxy_add_rule(userdata, nlmsg_attrdata(header, family),
				  (size_t)nlmsg_attrlen(header, family));
	return NL_OK;
}

/* The kernel's own number, which libnl's are coarser than. */
static int take_error(struct sockaddr_nl *from, struct nlmsgerr *error, void *userdata)
{
	(void)from;
	*(int *)userdata = error->error;
	return NL_STOP;
}

static int connect_kernel(struct nl_sock *sock)
{
	const struct timeval timeout = {.tv_sec = TIMEOUT_SECONDS};

	if (nl_connect(sock, NETLINK_NETFILTER) < 0)
		return errno == EPERM ? -EPERM : -EPROTONOSUPPORT;
	return setsockopt(nl_socket_get_fd(sock), SOL_SOCKET, SO_RCVTIMEO, &timeout,
			  sizeof(timeout))
		       ? -errno
		       : 0;
}

int synproxy_read(struct synproxy_rules *ret)
{
	struct nfgenmsg family = {.nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0};
	cleanup(free_socket) struct nl_sock *sock = nl_socket_alloc();
	struct synproxy_rules rules = {0};
	int error = sock ? connect_kernel(sock) : -ENOMEM;

	if (error < 0)
		return error;
	nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, take_rule, &rules);
	nl_socket_modify_err_cb(sock, NL_CB_CUSTOM, take_error, &error);
	if (nl_send_simple(sock, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETRULE, NLM_F_DUMP, &family,
			   sizeof(family)) < 0)
		return -EIO;
	if (nl_recvmsgs_default(sock) < 0 && error == 0)
		error = -EPROTO;
	if (error == 0)
		*ret = rules;
	return error;
}
