// SPDX-License-Identifier: MIT
/* Connections of this machine, from the tables of its TCP sockets. */
#include "network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

#define ESTABLISHED 1

/* More sockets than any router has of its own; what is behind them is not looked at. */
#define MAX_LINES 100000

static void close_file(FILE **file)
{
	if (*file)
		fclose(*file);
}

/* Addresses are words of 32 bits in the machine's order, in hex. */
static bool read_address(const char *text, struct prefix *ret)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	size_t words = strlen(text) / 8;
	uint32_t address[4];

	if (strlen(text) != 8 && strlen(text) != 32)
		return false;
	for (size_t i = 0; i < words; i++) {
		char word[9] = "";

		memcpy(word, text + i * 8, 8);
		address[i] = (uint32_t)strtoul(word, NULL, 16);
	}
	if (words == 1)
		*ret = prefix_host(4, address);
	else if (memcmp(address, mapped, sizeof(mapped)) == 0)
		*ret = prefix_host(4, &address[3]);
	else
		*ret = prefix_host(6, address);
	return true;
}

static bool read_line(const char *line, struct connection *ret)
{
	unsigned local_port, remote_port, state;
	char local[33], remote[33];

	if (sscanf(line, " %*[^:]: %32[0-9A-Fa-f]:%4x %32[0-9A-Fa-f]:%4x %2x", local, &local_port,
		   remote, &remote_port, &state) != 5 ||
	    state != ESTABLISHED)
		return false;
	ret->local_port = (uint16_t)local_port;
	ret->remote_port = (uint16_t)remote_port;
	return read_address(local, &ret->local) && read_address(remote, &ret->remote);
}

int connections_parse(FILE *table, struct connection_list *list)
{
	char line[512];

	for (unsigned i = 0; i < MAX_LINES && fgets(line, sizeof(line), table); i++) {
		struct connection connection = {0}, *item;

		if (!read_line(line, &connection))
			continue;
		item = array_grow(&list->items, list->count, sizeof(*item));
		if (!item)
			return -ENOMEM;
		*item = connection;
		list->count++;
	}
	return ferror(table) ? -EIO : 0;
}

int connections_read(struct connection_list *ret)
{
	static const char *const tables[] = {"/proc/self/net/tcp", "/proc/self/net/tcp6"};
	struct connection_list list = {0};
	int err = 0;

	for (size_t i = 0; i < array_size(tables) && err == 0; i++) {
		cleanup(close_file) FILE *table = fopen(tables[i], "re");

		/* Without IPv6 there is no second one. */
		if (table)
			err = connections_parse(table, &list);
		else if (errno != ENOENT)
			err = -errno;
	}
	if (err < 0)
		connections_clear(&list);
	else
		*ret = list;
	return err;
}

void connections_clear(struct connection_list *list)
{
	free(list->items);
	*list = (struct connection_list){0};
}

bool connection_equal(const struct connection *a, const struct connection *b)
{
	return a->local_port == b->local_port && a->remote_port == b->remote_port &&
	       prefix_compare(&a->local, &b->local) == 0 &&
	       prefix_compare(&a->remote, &b->remote) == 0;
}

static bool read_host(char *text, struct prefix *ret)
{
	char *scope = strchr(text, '%');

	if (scope)
		*scope = '\0';
	return !strchr(text, '/') && prefix_parse(text, ret) == 0;
}

static bool read_port(const char *text, uint16_t *ret)
{
	char *end;
	unsigned long port = strtoul(text, &end, 10);

	*ret = (uint16_t)port;
	return *text >= '0' && *text <= '9' && *end == '\0' && port > 0 && port <= UINT16_MAX;
}

bool connection_from_ssh(const char *text, struct connection *ret)
{
	char remote[80], remote_port[8], local[80], local_port[8], rest;
	struct connection connection = {0};

	if (sscanf(text, "%79s %7s %79s %7s %c", remote, remote_port, local, local_port, &rest) !=
		    4 ||
	    !read_host(remote, &connection.remote) || !read_host(local, &connection.local) ||
	    !read_port(remote_port, &connection.remote_port) ||
	    !read_port(local_port, &connection.local_port) ||
	    connection.local.family != connection.remote.family)
		return false;
	*ret = connection;
	return true;
}
