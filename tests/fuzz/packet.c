// SPDX-License-Identifier: MIT
/* What anybody may ask explain about: a packet in words, or in hex digits. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/errors/errors.h"
#include "common/policy/packet/packet_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Refused with an error, or taken without one. */
static void expect(int r, struct errors *errs)
{
	if ((r < 0) != errors_failed(errs))
		abort();
	free(errors_text(errs));
	errors_clear(errs);
}

/* Exactly as much room as was promised, so that a byte more is seen. */
static void build(const struct packet_text *packet)
{
	size_t size = packet_link_header(packet) + packet->length;
	uint8_t *frame = malloc(size);

	if (!frame || packet_build(packet, frame) != size || size > PACKET_MAX_FRAME)
		abort();
	free(frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t frame[PACKET_MAX_FRAME];
	struct packet_text packet;
	struct errors errs = {0};
	char *text = strndup((const char *)data, size);
	int r;

	if (!text)
		abort();
	r = packet_parse(text, &packet, &errs);
	if (r == 0)
		build(&packet);
	expect(r, &errs);
	r = packet_parse_hex(text, frame, &errs);
	if (r > PACKET_MAX_FRAME)
		abort();
	expect(r, &errs);
	free(text);
	return 0;
}
