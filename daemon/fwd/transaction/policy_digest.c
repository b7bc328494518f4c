// SPDX-License-Identifier: MIT
/* By which a policy that was taken back is recognised, whatever its spelling. */
#include "daemon/fwd/transaction/transaction_internal.h"

#include <string.h>

#include "common/base/memory.h"

void pending_digest(const struct document *document, char digest[DIGEST_TEXT])
{
	cleanup_free char *text =
		cJSON_PrintUnformatted(document_root((struct document *)document));

	digest[0] = '\0';
	if (text)
		digest_text(text, strlen(text), digest);
}

int pending_file_digest(const struct transaction *transaction, char digest[DIGEST_TEXT],
			struct errors *errs)
{
	struct document *document = NULL;
	int r = document_read_file(transaction->options.config_path, &document, errs);

	digest[0] = '\0';
	if (r < 0)
		return r;
	pending_digest(document, digest);
	document_free(document);
	return 0;
}
