// SPDX-License-Identifier: MIT
#include "daemon/fwd/history/actor.h"

#include <ctype.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/memory.h"

static void close_file(FILE **file)
{
	if (*file)
		fclose(*file);
}

/* Only from the file: a name service that does not answer would stall the loop. */
static void find_user(uid_t uid, char *user, size_t size)
{
	cleanup(close_file) FILE *in = fopen("/etc/passwd", "re");
	const struct passwd *entry;

	user[0] = '\0';
	while (in && (entry = fgetpwent(in))) {
		if (entry->pw_uid == uid) {
			snprintf(user, size, "%s", entry->pw_name);
			return;
		}
	}
}

/* The user of the login above the process; sudo and su do not change it. */
static uid_t find_login(pid_t pid)
{
	cleanup(close_file) FILE *in = NULL;
	unsigned login;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/loginuid", pid);
	in = fopen(path, "re");
	return in && fscanf(in, "%u", &login) == 1 ? login : (uid_t)-1;
}

/* It is written to logs and terminals. */
static void copy_printable(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from ? from : "");
	for (; *to; to++) {
		if (!isascii((unsigned char)*to) || !isprint((unsigned char)*to))
			*to = '?';
	}
}

void actor_fill(struct actor *actor, const struct ucred *peer, const char *process,
		const char *from)
{
	*actor = (struct actor){.uid = peer->uid, .gid = peer->gid, .pid = peer->pid};
	actor->login = find_login(peer->pid);
	find_user(peer->uid, actor->user, sizeof(actor->user));
	copy_printable(actor->process, sizeof(actor->process), process);
	copy_printable(actor->from, sizeof(actor->from), from);
}

void actor_self(struct actor *actor, const char *process)
{
	const struct ucred self = {.pid = getpid(), .uid = geteuid(), .gid = getegid()};

	actor_fill(actor, &self, process, NULL);
}

cJSON *actor_json(const struct actor *actor)
{
	cJSON *json = cJSON_CreateObject();

	cJSON_AddNumberToObject(json, "uid", actor->uid);
	cJSON_AddStringToObject(json, "user", actor->user);
	cJSON_AddNumberToObject(json, "gid", actor->gid);
	cJSON_AddNumberToObject(json, "pid", actor->pid);
	cJSON_AddStringToObject(json, "process", actor->process);
	if (actor->login != (uid_t)-1)
		cJSON_AddNumberToObject(json, "login_uid", actor->login);
	if (actor->from[0])
		cJSON_AddStringToObject(json, "claimed_from", actor->from);
	return json;
}
