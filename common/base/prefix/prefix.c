// SPDX-License-Identifier: MIT
#include "common/base/prefix/prefix.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/base/prefix/notation.h"

static unsigned family_bits(unsigned family)
{
	return family == 4 ? 32 : 128;
}

/* Clear the bits beyond the prefix's length; true if one was set. */
static bool clear_host_bits(struct prefix *prefix)
{
	unsigned bytes = family_bits(prefix->family) / 8;
	bool had = false;

	for (unsigned i = prefix->length / 8; i < bytes; i++) {
		unsigned kept = i == prefix->length / 8 ? prefix->length % 8 : 0;
		uint8_t mask = (uint8_t)(0xff00 >> kept);

		had |= prefix->addr[i] & ~mask;
		prefix->addr[i] &= mask;
	}
	return had;
}

static int length_parse(const char *text, unsigned max, uint8_t *ret)
{
	unsigned value = 0;

	if (!*text || strlen(text) > 3 || (text[0] == '0' && text[1]))
		return -EINVAL;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return -EINVAL;
		value = value * 10 + (unsigned)(*text - '0');
	}
	if (value > max)
		return -ERANGE;
	*ret = (uint8_t)value;
	return 0;
}

/*
 * Four numbers from 0 to 255 without leading zeros, as inet_pton reads them, up to a "/" or the
 * end of the text. Lists have millions of them, and inet_pton needs a copy of each.
 */
static const char *take_ipv4(const char *text, uint8_t *addr)
{
	for (int part = 0; part < 4; part++) {
		const char *start = text;
		unsigned value = 0;

		for (; *text >= '0' && *text <= '9' && text - start < 4; text++)
			value = value * 10 + (unsigned)(*text - '0');
		if (text == start || value > 255 || (*start == '0' && text - start > 1))
			return NULL;
		addr[part] = (uint8_t)value;
		if (part < 3 && *text++ != '.')
			return NULL;
	}
	return *text == '\0' || *text == '/' ? text : NULL;
}

/* The address before the "/" or the end of the text; *ret_slash: the "/", or NULL. */
static bool take_address(const char *text, struct prefix *ret, const char **ret_slash)
{
	const char *end = take_ipv4(text, ret->addr);
	char address[INET6_ADDRSTRLEN];
	size_t length;

	if (end) {
		ret->family = 4;
		*ret_slash = *end ? end : NULL;
		return true;
	}
	*ret_slash = strchr(text, '/');
	length = *ret_slash ? (size_t)(*ret_slash - text) : strlen(text);
	if (length >= sizeof(address))
		return false;
	memcpy(address, text, length);
	address[length] = '\0';
	ret->family = 6;
	/* It refuses zone ids, as documented. */
	return inet_pton(AF_INET6, address, ret->addr) == 1;
}

int prefix_parse(const char *text, struct prefix *ret)
{
	struct prefix prefix = {0};
	const char *slash;

	if (!take_address(text, &prefix, &slash))
		return -EINVAL;
	prefix.length = (uint8_t)family_bits(prefix.family);
	if (slash) {
		int err = length_parse(slash + 1, prefix.length, &prefix.length);

		if (err < 0)
			return err;
	}
	/* "::ffff:192.0.2.0/24": the length is one of IPv4. */
	if (prefix.family == 6 && prefix.length <= 32 && notation_is_mapped(prefix.addr)) {
		prefix.length += 96;
		notation_unmap(&prefix);
		clear_host_bits(&prefix);
		*ret = prefix;
		return -EDOM;
	}
	bool host_bits = clear_host_bits(&prefix);

	notation_unmap(&prefix);
	*ret = prefix;
	return host_bits ? -EDOM : 0;
}

const char *prefix_format(const struct prefix *prefix, char *buffer)
{
	size_t used;

	if (!inet_ntop(prefix->family == 4 ? AF_INET : AF_INET6, prefix->addr, buffer, PREFIX_TEXT))
		buffer[0] = '\0';
	used = strlen(buffer);
	if (prefix->length < family_bits(prefix->family))
		snprintf(buffer + used, PREFIX_TEXT - used, "/%u", prefix->length);
	return buffer;
}

bool prefix_contains(const struct prefix *outer, const struct prefix *inner)
{
	unsigned bytes = outer->length / 8, bits = outer->length % 8;

	if (outer->family != inner->family || outer->length > inner->length)
		return false;
	if (memcmp(outer->addr, inner->addr, bytes) != 0)
		return false;
	return bits == 0 ||
	       ((outer->addr[bytes] ^ inner->addr[bytes]) & (0xff00 >> bits) & 0xff) == 0;
}

/* Half an address as a number. */
static uint64_t half(const struct prefix *prefix, unsigned which)
{
	uint64_t number;

	memcpy(&number, prefix->addr + which * sizeof(number), sizeof(number));
	return be64toh(number);
}

/* No memcmp, as millions of prefixes are sorted. */
int prefix_compare(const void *a, const void *b)
{
	const struct prefix *left = a, *right = b;

	if (left->family != right->family)
		return left->family < right->family ? -1 : 1;
	for (unsigned i = 0; i < 2; i++)
		if (half(left, i) != half(right, i))
			return half(left, i) < half(right, i) ? -1 : 1;
	return (left->length > right->length) - (left->length < right->length);
}

struct prefix prefix_host(int family, const void *addr)
{
	struct prefix prefix = {.family = family == 4 ? 4 : 6};

	prefix.length = (uint8_t)family_bits(prefix.family);
	memcpy(prefix.addr, addr, prefix.length / 8);
	return prefix;
}

/* The last address of a prefix, as a host prefix. */
static struct prefix last_host(const struct prefix *prefix)
{
	struct prefix host = prefix_host(prefix->family, prefix->addr);

	for (unsigned i = prefix->length; i < host.length; i++)
		host.addr[i / 8] |= 0x80 >> i % 8;
	return host;
}

bool prefix_cut_range(struct prefix *first, const struct prefix *last, struct prefix *ret)
{
	struct prefix cut = *first, end = cut;

	/* Shorten by a bit while that bit is 0 and the end is not beyond `last`. */
	while (cut.length > 0) {
		unsigned bit = cut.length - 1u;
		struct prefix wider = cut;

		if (cut.addr[bit / 8] & 0x80 >> bit % 8)
			break;
		wider.length--;
		wider = last_host(&wider);
		if (memcmp(wider.addr, last->addr, sizeof(wider.addr)) > 0)
			break;
		cut.length--;
		end = wider;
	}
	*ret = cut;
	if (memcmp(end.addr, last->addr, sizeof(end.addr)) >= 0)
		return false;
	*first = end;
	for (unsigned i = first->length / 8; i-- > 0;)
		if (++first->addr[i])
			break;
	return true;
}

int prefix_list_add(struct prefix_list *list, const struct prefix *prefix)
{
	struct prefix *item = array_grow(&list->items, list->count, sizeof(*item));

	if (!item)
		return -ENOMEM;
	*item = *prefix;
	list->count++;
	return 0;
}

void prefix_list_clear(struct prefix_list *list)
{
	free(list->items);
	*list = (struct prefix_list){0};
}

void prefix_list_normalize(struct prefix_list *list)
{
	size_t kept = 0;

	if (list->count == 0)
		return;
	qsort(list->items, list->count, sizeof(*list->items), prefix_compare);
	for (size_t i = 1; i < list->count; i++) {
		/* Sorted, so if a prefix contains the item, it is the last one kept. */
		if (!prefix_contains(&list->items[kept], &list->items[i]))
			list->items[++kept] = list->items[i];
	}
	list->count = kept + 1;
}
