// SPDX-License-Identifier: MIT
#include "common/base/prefix/notation.h"

#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"

#define MAPPED_LENGTH 96
static const uint8_t mapped[MAPPED_LENGTH / 8] = {[10] = 0xff, [11] = 0xff};

/* Blocks whose addresses contain an IPv4 address. */
static const struct notation {
	const char *name;
	uint8_t block[12];
	uint8_t block_length;
	uint8_t offset; /* in bits, of the IPv4 address */
	bool inverted;	/* its bits are */
} notations[] = {
	{"NAT64", {0x00, 0x64, 0xff, 0x9b}, 96, 96, false}, /* RFC 6052 */
	{"6to4", {0x20, 0x02}, 16, 16, false},		    /* RFC 3056 */
	{"Teredo", {0x20, 0x01}, 32, 96, true},		    /* RFC 4380 */
	{"IPv4-compatible", {0}, 96, 96, false},	    /* RFC 4291, deprecated */
};

bool notation_is_mapped(const uint8_t addr[16])
{
	return memcmp(addr, mapped, sizeof(mapped)) == 0;
}

void notation_unmap(struct prefix *prefix)
{
	if (prefix->family == 4 || prefix->length <= MAPPED_LENGTH ||
	    !notation_is_mapped(prefix->addr))
		return;
	prefix->family = 4;
	prefix->length -= MAPPED_LENGTH;
	memcpy(prefix->addr, prefix->addr + MAPPED_LENGTH / 8, 4);
	memset(prefix->addr + 4, 0, sizeof(prefix->addr) - 4);
}

/* The IPv4 prefix inside; false: the prefix has less than one bit of it. */
static bool take_embedded(const struct notation *notation, const struct prefix *prefix,
			  struct prefix *ret)
{
	unsigned bits;

	if (prefix->length <= notation->offset ||
	    memcmp(prefix->addr, notation->block, notation->block_length / 8) != 0)
		return false;
	bits = prefix->length - notation->offset;
	*ret = (struct prefix){.family = 4, .length = (uint8_t)(bits < 32 ? bits : 32)};
	for (unsigned i = 0; i < ret->length; i++) {
		unsigned from = notation->offset + i;
		bool set = prefix->addr[from / 8] & 0x80 >> from % 8;

		if (set != notation->inverted)
			ret->addr[i / 8] |= (uint8_t)(0x80 >> i % 8);
	}
	return true;
}

const char *notation_warning(const struct prefix *prefix, char *buffer)
{
	char text[PREFIX_TEXT], inner_text[PREFIX_TEXT];
	struct prefix inner;

	if (prefix->family != 6)
		return NULL;
	prefix_format(prefix, text);
	for (size_t i = 0; i < array_size(notations); i++) {
		/* ::, ::1 and similar ones are not IPv4 addresses: 0.0.0.0/8 has no hosts. */
		if (!take_embedded(&notations[i], prefix, &inner) || !inner.addr[0])
			continue;
		snprintf(buffer, NOTATION_TEXT,
			 "%s is the %s form of %s and matches IPv6 packets only; for IPv4 packets "
			 "write %s",
			 text, notations[i].name, prefix_format(&inner, inner_text), inner_text);
		return buffer;
	}
	return NULL;
}
