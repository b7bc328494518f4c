// SPDX-License-Identifier: MIT
/* Values with too large a range for an array, as prefixes of family 6 with the value first. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/policy/fields/fields.h"

#define MAC_BYTES 6

/* ---- numbers ---- */

/* The value, with all bits after it clear, or set for the last address that has it. */
static struct prefix address_of(const struct match_field *field, uint32_t value, bool last)
{
	uint64_t shifted = (uint64_t)value << (64 - field->bits);
	struct prefix prefix = {.family = 6, .length = 128};

	if (last)
		shifted |= UINT64_MAX >> field->bits;
	for (unsigned i = 0; i < 8; i++)
		prefix.addr[i] = (uint8_t)(shifted >> (56 - 8 * i));
	if (last)
		memset(prefix.addr + 8, 0xff, 8);
	return prefix;
}

static uint32_t value_of(const struct match_field *field, const struct prefix *prefix)
{
	uint32_t front = 0;

	for (unsigned i = 0; i < 4; i++)
		front = front << 8 | prefix->addr[i];
	return front >> (32 - field->bits);
}

struct prefix wide_host(const struct match_field *field, uint32_t value)
{
	struct prefix prefix = address_of(field, value, false);

	prefix.length = field->bits;
	return prefix;
}

int wide_add(const struct match_field *field, const struct range *range, struct prefix_list *list)
{
	struct prefix first = address_of(field, range->low, false);
	const struct prefix last = address_of(field, range->high, true);
	struct prefix prefix;
	bool more = true;

	while (more) {
		more = prefix_cut_range(&first, &last, &prefix);
		if (prefix_list_add(list, &prefix) < 0)
			return -ENOMEM;
	}
	return 0;
}

bool wide_next(const struct match_field *field, const struct prefix_list *list, size_t *next,
	       struct range *ret)
{
	size_t first = *next;

	for (; *next < list->count; ++*next) {
		const struct prefix *prefix = &list->items[*next];
		uint32_t low = value_of(field, prefix);

		if (*next == first)
			ret->low = low;
		else if (low != ret->high + 1)
			break;
		ret->high = low + ((1u << (field->bits - prefix->length)) - 1);
	}
	return *next > first;
}

/* ---- MAC addresses ---- */

static int hex_value(char digit)
{
	if (isdigit((unsigned char)digit))
		return digit - '0';
	return isxdigit((unsigned char)digit) ? tolower((unsigned char)digit) - 'a' + 10 : -1;
}

/* The six bytes; NULL: not a MAC address. */
static const char *take_mac(const char *text, uint8_t bytes[MAC_BYTES])
{
	for (unsigned i = 0; i < MAC_BYTES; i++) {
		int high = hex_value(text[0]), low = high < 0 ? -1 : hex_value(text[1]);

		if (low < 0)
			return NULL;
		bytes[i] = (uint8_t)(high << 4 | low);
		text += 2;
		if (i + 1 < MAC_BYTES && *text++ != ':')
			return NULL;
	}
	return text;
}

static int take_length(const char *text, uint8_t *ret)
{
	size_t digits = strspn(text, "0123456789");
	unsigned length = 0;

	if (!digits || text[digits] || (text[0] == '0' && text[1]))
		return -EINVAL;
	for (size_t i = 0; i < digits && length < 1000; i++)
		length = 10 * length + (unsigned)(text[i] - '0');
	if (length > 8 * MAC_BYTES)
		return -ERANGE;
	*ret = (uint8_t)length;
	return 0;
}

int mac_parse(const char *text, struct prefix *ret)
{
	struct prefix prefix = {.family = 6, .length = 8 * MAC_BYTES};
	const char *rest = take_mac(text, prefix.addr);
	bool beyond = false;
	int err;

	if (!rest || (*rest && *rest != '/'))
		return -EINVAL;
	err = *rest ? take_length(rest + 1, &prefix.length) : 0;
	if (err < 0)
		return err;
	for (unsigned bit = prefix.length; bit < 8 * MAC_BYTES; bit++) {
		uint8_t mask = (uint8_t)(0x80u >> bit % 8);

		beyond |= prefix.addr[bit / 8] & mask;
		prefix.addr[bit / 8] &= (uint8_t)~mask;
	}
	*ret = prefix;
	return beyond ? -EDOM : 0;
}

const char *mac_format(const struct prefix *prefix, char *buffer)
{
	const uint8_t *at = prefix->addr;
	int used = snprintf(buffer, PREFIX_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", at[0], at[1],
			    at[2], at[3], at[4], at[5]);

	if (prefix->length < 8 * MAC_BYTES)
		snprintf(buffer + used, (size_t)(PREFIX_TEXT - used), "/%u", prefix->length);
	return buffer;
}
