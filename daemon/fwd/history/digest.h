/* SPDX-License-Identifier: MIT */
/* SHA-256 (FIPS 180-4), by OpenSSL's libcrypto, as hex digits. */
#ifndef FWD_DIGEST_H
#define FWD_DIGEST_H

#include <stddef.h>

#define DIGEST_TEXT 65 /* with the final NUL */

/* Returns hex, filled in; "" if the library has no SHA-256 (which equals no digest). */
const char *digest_text(const void *data, size_t length, char hex[DIGEST_TEXT]);

#endif
