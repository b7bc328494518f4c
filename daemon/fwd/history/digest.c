// SPDX-License-Identifier: MIT
#include "daemon/fwd/history/digest.h"

#include <openssl/evp.h>
#include <stdio.h>

const char *digest_text(const void *data, size_t length, char hex[DIGEST_TEXT])
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned size = 0;

	hex[0] = '\0';
	if (EVP_Digest(data, length, bytes, &size, EVP_sha256(), NULL) != 1)
		return hex;
	for (unsigned i = 0; i < size; i++)
		snprintf(hex + (size_t)2 * i, 3, "%02x", bytes[i]);
	return hex;
}
