// SPDX-License-Identifier: MIT
/* The ring buffer of bans: libbpf's reader. */
#include "daemon/fwd/datapath/buckets/limit_state.h"
#include "daemon/fwd/datapath/internal.h"

#include <errno.h>

struct ban_source {
	struct ring_buffer *ring;
	ban_handler handler;
	void *userdata;
};

static int take_record(void *userdata, void *data, size_t size)
{
	struct ban_source *source = userdata;

	if (size >= sizeof(struct fw_ban))
		source->handler(source->userdata, data);
	return 0;
}

int ban_source_open(const struct datapath *dp, ban_handler handler, void *userdata,
		    struct ban_source **ret)
{
	struct ban_source *source = calloc(1, sizeof(*source));

	if (!source)
		return -ENOMEM;
	source->handler = handler;
	source->userdata = userdata;
	source->ring = ring_buffer__new(MAP_FD(dp, bans), take_record, source, NULL);
	if (!source->ring) {
		int error = -errno;

		free(source);
		return error;
	}
	*ret = source;
	return 0;
}

int ban_source_consume(struct ban_source *source)
{
	return ring_buffer__consume(source->ring);
}

struct ban_source *ban_source_close(struct ban_source *source)
{
	if (source)
		ring_buffer__free(source->ring);
	free(source);
	return NULL;
}
