// SPDX-License-Identifier: MIT
/* "cookies": the options of limits of algorithm syn_cookie. */
#include "common/policy/config/config_fields.h"

#include <stddef.h>

#include "common/base/memory.h"

#define IN(member) offsetof(struct config_cookies, member)

/* Below this, hosts need not accept it (RFC 9293); IPv6 has 20 less. */
#define MIN_MSS	   536
#define MAX_MSS	   65495
#define MAX_WSCALE 14

static const struct word words_for[] = {
	{"local", FW_COOKIE_LOCAL, "router"}, {"synproxy", FW_COOKIE_SYNPROXY, "behind"}, {0}};

static const struct field fields_cookies[] = {
	{"for", FIELD_WORD, .offset = IN(kind), .words = words_for},
	{"mss", FIELD_NUMBER, .offset = IN(mss), .low = MIN_MSS, .high = MAX_MSS},
	{"wscale", FIELD_NUMBER, .offset = IN(wscale), .low = 0, .high = MAX_WSCALE},
};
const struct section section_cookies = {"cookies", fields_cookies, array_size(fields_cookies), NULL,
					0};

void cookies_default(struct config_cookies *cookies)
{
	cookies->mss = FW_COOKIE_MSS4;
	cookies->wscale = FW_COOKIE_WSCALE;
}

bool check_cookies(struct reader *reader, const cJSON *node, struct config_limit *limit)
{
	const cJSON *cookies = cJSON_GetObjectItemCaseSensitive(node, "cookies");
	const cJSON *wscale = cJSON_GetObjectItemCaseSensitive(cookies, "wscale");

	if (limit->algorithm != FW_ALGORITHM_SYN_COOKIE) {
		limit->cookies.kind = FW_COOKIE_NONE;
		if (cookies)
			reader_key_error(reader, ERROR_COOKIES, cookies,
					 "\"cookies\" goes with algorithm \"syn_cookie\" only");
		return !cookies;
	}
	if (limit->cookies.kind == FW_COOKIE_NONE)
		limit->cookies.kind = FW_COOKIE_LOCAL;
	if (limit->levels[0].rate.unit == RATE_BYTES) {
		reader_error(reader, ERROR_COOKIES, cJSON_GetObjectItemCaseSensitive(node, "rate"),
			     "a limit that answers SYNs counts packets, not bytes");
		return false;
	}
	if (wscale && limit->cookies.kind == FW_COOKIE_LOCAL)
		reader_key_error(reader, ERROR_COOKIES, wscale,
				 "\"wscale\" is for \"synproxy\"; for local sockets, the kernel's "
				 "own is used");
	return !wscale || limit->cookies.kind != FW_COOKIE_LOCAL;
}
