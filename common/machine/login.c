// SPDX-License-Identifier: MIT
/* utmp(5), read directly: getutxent() has one state for the whole program. */
#include "common/machine/caller.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <utmp.h>

#include "common/base/memory.h"

/* More logins than there are terminals. */
#define MAX_ENTRIES 65536

static void close_file(FILE **file)
{
	if (*file)
		fclose(*file);
}

static struct prefix read_address(const struct utmp *entry)
{
	static const uint8_t zeros[12];
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	const uint8_t *bytes = (const uint8_t *)entry->ut_addr_v6;
	struct prefix address = {0};

	if (memcmp(bytes, zeros, 4) == 0 && memcmp(bytes + 4, zeros, 12) == 0)
		return address;
	if (memcmp(bytes + 4, zeros, sizeof(zeros)) == 0)
		return prefix_host(4, bytes);
	if (memcmp(bytes, mapped, sizeof(mapped)) == 0)
		return prefix_host(4, bytes + sizeof(mapped));
	return prefix_host(6, bytes);
}

/* Nothing, or an X display (":0"). */
static bool is_local(const char *host)
{
	return !*host || (host[0] == ':' && isdigit((unsigned char)host[1])) ||
	       strcmp(host, "localhost") == 0;
}

bool login_host(const char *utmp, const char *line, char *host, size_t size,
		struct prefix *ret_address)
{
	cleanup(close_file) FILE *in = fopen(utmp, "re");
	struct utmp entry;

	for (unsigned i = 0; in && i < MAX_ENTRIES && fread(&entry, sizeof(entry), 1, in) == 1;
	     i++) {
		if (entry.ut_type != USER_PROCESS ||
		    strncmp(entry.ut_line, line, sizeof(entry.ut_line)) != 0)
			continue;
		snprintf(host, size, "%.*s", (int)sizeof(entry.ut_host), entry.ut_host);
		if (is_local(host))
			host[0] = '\0';
		*ret_address = read_address(&entry);
		return true;
	}
	return false;
}

int login_addresses(const char *utmp, struct prefix_list *list)
{
	cleanup(close_file) FILE *in = fopen(utmp, "re");
	struct utmp entry;

	for (unsigned i = 0; in && i < MAX_ENTRIES && fread(&entry, sizeof(entry), 1, in) == 1;
	     i++) {
		struct prefix address = read_address(&entry);

		if (entry.ut_type == USER_PROCESS && address.family &&
		    prefix_list_add(list, &address) < 0)
			return -ENOMEM;
	}
	return 0;
}
