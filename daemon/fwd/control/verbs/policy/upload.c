// SPDX-License-Identifier: MIT
/*
 * Texts that do not fit into a frame. They come in pieces and wait at the connection, for the
 * next request on it that takes one.
 */
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/control/server.h"
#include "daemon/fwd/control/verbs.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "daemon/fwd/transaction/apply.h"

int ctl_upload(struct ctl_request *request)
{
	struct buffer *upload = &request->client->upload;
	const char *text = ctl_string(request, "text");
	uint64_t offset = ctl_count(request, "offset", 0);
	size_t length = strlen(text);

	if (offset == 0)
		buffer_clear(upload);
	if (offset != buffer_length(upload))
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
				"the text goes on at %zu, not at %llu", buffer_length(upload),
				(unsigned long long)offset);
	if (offset + length > FW_MAX_CONFIG_BYTES) {
		buffer_clear(upload);
		return ctl_fail(request, WIRE_ERROR_TOO_LARGE, "a policy has at most %u MiB",
				FW_MAX_CONFIG_BYTES >> 20);
	}
	if (buffer_append(upload, text, length) < 0)
		return ctl_fail(request, WIRE_ERROR_FAILED, "out of memory");
	request->result = cJSON_CreateObject();
	cJSON_AddNumberToObject(request->result, "bytes", (double)buffer_length(upload));
	return 0;
}

const char *ctl_uploaded(struct ctl_request *request, size_t *ret_length)
{
	struct buffer *upload = &request->client->upload;

	if (buffer_length(upload) == 0) {
		ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
			 "no text was sent on this connection: see upload");
		return NULL;
	}
	*ret_length = buffer_length(upload);
	return upload->data + upload->start;
}

int ctl_policy_text(struct ctl_request *request, struct policy_text *ret)
{
	const char *folder = ctl_string(request, "folder");
	const char *name = ctl_string(request, "name");
	uid_t uid = request->client->peer.uid;

	if (folder && *folder != '/')
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST, "folder must be an absolute path");
	*ret = (struct policy_text){.name = name ? name : "text", .folder = folder};
	ret->known_files_only = uid != 0 && uid != geteuid();
	ret->text = ctl_uploaded(request, &ret->length);
	return ret->text ? 0 : -ECANCELED;
}
