// SPDX-License-Identifier: MIT
/*
 * A closed policy without management.allow: clients logged in by SSH now must not be cut off. Those
 * are the TCP connections that sshd has, wherever it listens, and all to port 22.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/machine/process.h"
#include "common/machine/sockets.h"
#include "daemon/fwd/transaction/boot/known.h"

#define SSH_PORT 22
#define MAX_SSH	 64

static bool has_management(const cJSON *policy)
{
	const cJSON *management = cJSON_GetObjectItemCaseSensitive(policy, "management");

	return cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(management, "allow")) > 0;
}

/* "sshd", or "sshd-session" of newer ones. What cannot be read is left to the port. */
static int take_process(void *userdata, const struct process *process)
{
	if (strncmp(process->name, "sshd", 4) == 0)
		process_sockets("/proc", process->pid, userdata);
	return 0;
}

static bool is_ssh(const struct socket_info *socket, const struct inode_list *inodes)
{
	if (socket->protocol != IPPROTO_TCP || socket->state != SOCKET_ESTABLISHED)
		return false;
	for (size_t i = 0; socket->inode && i < inodes->count; i++) {
		if (inodes->items[i] == socket->inode)
			return true;
	}
	return socket->local_port == SSH_PORT;
}

static void add_rule(cJSON *rules, const struct socket_info *socket, unsigned number)
{
	cJSON *rule = cJSON_CreateObject(), *match;
	char text[PREFIX_TEXT];

	snprintf(text, sizeof(text), "boot/ssh-%u", number);
	cJSON_AddStringToObject(rule, "id", text);
	match = cJSON_AddObjectToObject(rule, "match");
	cJSON_AddStringToObject(match, "proto", "tcp");
	cJSON_AddStringToObject(match, "src", prefix_format(&socket->remote, text));
	cJSON_AddNumberToObject(match, "sport", socket->remote_port);
	cJSON_AddStringToObject(match, "dst", prefix_format(&socket->local, text));
	cJSON_AddNumberToObject(match, "dport", socket->local_port);
	cJSON_AddStringToObject(rule, "action", "pass");
	cJSON_AddItemToArray(rules, rule);
}

unsigned known_keep_ssh(cJSON *policy)
{
	cJSON *rules = cJSON_GetObjectItemCaseSensitive(policy, "rules");
	struct inode_list inodes = {0};
	struct socket_list list = {0};
	unsigned count = 0;

	if (has_management(policy) || !rules || sockets_read(&list) < 0)
		return 0;
	process_each("/proc", take_process, &inodes);
	for (size_t i = 0; i < list.count && count < MAX_SSH; i++) {
		if (is_ssh(&list.items[i], &inodes))
			add_rule(rules, &list.items[i], ++count);
	}
	free(inodes.items);
	sockets_clear(&list);
	return count;
}
