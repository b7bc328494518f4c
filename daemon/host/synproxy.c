// SPDX-License-Identifier: MIT
#include "synproxy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nf_synproxy.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "memory.h"

#define BUFFER_BYTES	32768 /* what the kernel puts into one message of a dump, at most */
#define TIMEOUT_SECONDS 2

/* ---- attributes: a header of 4 bytes, a value, padding to 4 bytes ---- */

struct attributes {
	const char *at;
	size_t left;
};

/* The next one: its type, or -1 at the end. value and length are of its content. */
static int next_attribute(struct attributes *list, struct attributes *ret)
{
	struct nlattr header;
	size_t step;

	if (list->left < sizeof(header))
		return -1;
	memcpy(&header, list->at, sizeof(header));
	if (header.nla_len < NLA_HDRLEN || header.nla_len > list->left)
		return -1;
	*ret = (struct attributes){list->at + NLA_HDRLEN, header.nla_len - NLA_HDRLEN};
	step = NLA_ALIGN(header.nla_len);
	if (step > list->left)
		step = list->left;
	list->at += step;
	list->left -= step;
	return header.nla_type & NLA_TYPE_MASK;
}

static bool find_attribute(struct attributes list, int wanted, struct attributes *ret)
{
	int type;

	while ((type = next_attribute(&list, ret)) >= 0) {
		if (type == wanted)
			return true;
	}
	return false;
}

static uint32_t number_of(const struct attributes *value)
{
	uint32_t four = 0;
	uint16_t two = 0;

	if (value->left == sizeof(four)) {
		memcpy(&four, value->at, sizeof(four));
		return ntohl(four);
	}
	if (value->left == sizeof(two)) {
		memcpy(&two, value->at, sizeof(two));
		return ntohs(two);
	}
	return value->left == 1 ? *(const uint8_t *)value->at : 0;
}

static uint32_t number_in(struct attributes list, int wanted)
{
	struct attributes value;

	return find_attribute(list, wanted, &value) ? number_of(&value) : 0;
}

static bool is_text(const struct attributes *value, const char *text)
{
	size_t length = strnlen(value->at, value->left);

	return length == strlen(text) && !memcmp(value->at, text, length);
}

/* ---- rules ---- */

static void add(struct synproxy_rules *rules, const struct synproxy_rule *rule)
{
	if (rules->count < SYNPROXY_MAX)
		rules->list[rules->count++] = *rule;
}

static void add_statement(struct synproxy_rules *rules, struct attributes data)
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

static void add_expression(struct synproxy_rules *rules, struct attributes expression)
{
	struct attributes name, data, target;
	const struct synproxy_rule unknown = {0};

	if (!find_attribute(expression, NFTA_EXPR_NAME, &name) ||
	    !find_attribute(expression, NFTA_EXPR_DATA, &data))
		return;
	if (is_text(&name, "synproxy"))
		add_statement(rules, data);
	else if (is_text(&name, "objref") &&
		 number_in(data, NFTA_OBJREF_IMM_TYPE) == NFT_OBJECT_SYNPROXY)
		add(rules, &unknown);
	else if (is_text(&name, "target") && find_attribute(data, NFTA_TARGET_NAME, &target) &&
		 is_text(&target, "SYNPROXY"))
		add(rules, &unknown);
}

void synproxy_add_rule(struct synproxy_rules *rules, const void *bytes, size_t length)
{
	struct attributes rule = {bytes, length}, list, expression;
	int type;

	if (!find_attribute(rule, NFTA_RULE_EXPRESSIONS, &list))
		return;
	while ((type = next_attribute(&list, &expression)) >= 0) {
		if (type == NFTA_LIST_ELEM)
			add_expression(rules, expression);
	}
}

/* ---- the dump ---- */

static int ask(int fd)
{
	const struct {
		struct nlmsghdr header;
		struct nfgenmsg family;
	} request = {
		.header = {.nlmsg_len = sizeof(request),
			   .nlmsg_type = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETRULE,
			   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		.family = {.nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0},
	};

	return send(fd, &request, sizeof(request), 0) == sizeof(request) ? 0 : -errno;
}

/* One datagram. Returns 1: more to come; 0: that was all. */
static int take(struct synproxy_rules *rules, const char *bytes, size_t length)
{
	const size_t skip = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct nfgenmsg));
	struct nlmsghdr header;
	int32_t error = -EPROTO;

	for (; length >= sizeof(header); bytes += header.nlmsg_len, length -= header.nlmsg_len) {
		memcpy(&header, bytes, sizeof(header));
		if (header.nlmsg_len < sizeof(header) || header.nlmsg_len > length)
			return -EPROTO;
		if (header.nlmsg_type == NLMSG_DONE)
			return 0;
		if (header.nlmsg_type == NLMSG_ERROR) {
			if (header.nlmsg_len >= NLMSG_HDRLEN + sizeof(error))
				memcpy(&error, bytes + NLMSG_HDRLEN, sizeof(error));
			return error;
		}
		if (header.nlmsg_len >= skip)
			synproxy_add_rule(rules, bytes + skip, header.nlmsg_len - skip);
		header.nlmsg_len = NLMSG_ALIGN(header.nlmsg_len);
		if (header.nlmsg_len > length)
			break;
	}
	return 1;
}

int synproxy_read(struct synproxy_rules *ret)
{
	const struct timeval timeout = {.tv_sec = TIMEOUT_SECONDS};
	struct synproxy_rules rules = {0};
	cleanup_free char *buffer = malloc(BUFFER_BYTES);
	cleanup_fd int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
	int more;

	if (!buffer)
		return -ENOMEM;
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)))
		return -errno;
	more = ask(fd);
	for (more = more < 0 ? more : 1; more > 0;) {
		ssize_t length = recv(fd, buffer, BUFFER_BYTES, 0);

		more = length < 0 ? -errno : take(&rules, buffer, (size_t)length);
	}
	if (!more)
		*ret = rules;
	return more;
}
