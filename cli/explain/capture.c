// SPDX-License-Identifier: MIT
#include "cli/explain/capture.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

#define MAX_FRAME 65535

/* Link types whose packets can be converted to Ethernet frames. */
static const struct link {
	int type;
	size_t header; /* bytes before the packet */
	int proto_at;  /* where the header has the Ethernet type; -1: it has none */
	bool is_frame; /* it is Ethernet already */
} links[] = {
	{DLT_EN10MB, 0, -1, true},	{DLT_RAW, 0, -1, false},	{DLT_IPV4, 0, -1, false},
	{DLT_IPV6, 0, -1, false},	{DLT_NULL, 4, -1, false},	{DLT_LOOP, 4, -1, false},
	{DLT_LINUX_SLL, 16, 14, false}, {DLT_LINUX_SLL2, 20, 0, false},
};

struct capture {
	pcap_t *pcap;
	const char *path;
	const struct link *link;
	unsigned long long count;
	uint8_t frame[MAX_FRAME];
};

int capture_open(struct cli *cli, const char *path, struct capture **ret)
{
	struct capture *capture = calloc(1, sizeof(*capture));
	char text[PCAP_ERRBUF_SIZE] = "";
	int type;

	if (!capture)
		return cli_fail_errno(cli, -ENOMEM, path);
	capture->path = path;
	capture->pcap = pcap_open_offline(path, text);
	if (!capture->pcap) {
		capture_close(capture);
		/* Some of the library's texts begin with the name. */
		return cli_fail(cli, WIRE_ERROR_INVALID, "cannot read the capture %s%s%s",
				strncmp(text, path, strlen(path)) == 0 ? "" : path,
				strncmp(text, path, strlen(path)) == 0 ? "" : ": ", text);
	}
	type = pcap_datalink(capture->pcap);
	for (size_t i = 0; i < array_size(links); i++)
		if (links[i].type == type)
			capture->link = &links[i];
	if (!capture->link) {
		const char *name = pcap_datalink_val_to_name(type);

		capture_close(capture);
		return cli_fail(cli, WIRE_ERROR_INVALID,
				"%s: captures of link type %s are not supported", path,
				name ? name : "unknown");
	}
	*ret = capture;
	return 0;
}

struct capture *capture_close(struct capture *capture)
{
	if (!capture)
		return NULL;
	if (capture->pcap)
		pcap_close(capture->pcap);
	free(capture);
	return NULL;
}

/* The Ethernet type of a packet: from its link's header, or by its IP version. */
static unsigned type_of(const struct link *link, const uint8_t *bytes, size_t captured)
{
	if (link->proto_at >= 0 && captured >= link->header)
		return (unsigned)bytes[link->proto_at] << 8 | bytes[link->proto_at + 1];
	if (captured > link->header && bytes[link->header] >> 4 == 6)
		return ETH_P_IPV6;
	return ETH_P_IP;
}

/* Replace the link's header with an Ethernet header. */
static void reframe(struct capture *capture, const uint8_t *bytes, struct capture_frame *frame)
{
	static const uint8_t addresses[2 * ETH_ALEN] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};
	const struct link *link = capture->link;
	unsigned type = type_of(link, bytes, frame->captured);
	size_t header = frame->captured < link->header ? frame->captured : link->header;
	size_t rest = frame->captured - header;

	if (rest > MAX_FRAME - ETH_HLEN)
		rest = MAX_FRAME - ETH_HLEN;
	memcpy(capture->frame, addresses, sizeof(addresses));
	capture->frame[12] = (uint8_t)(type >> 8);
	capture->frame[13] = (uint8_t)type;
	memcpy(capture->frame + ETH_HLEN, bytes + header, rest);
	frame->bytes = capture->frame;
	frame->length = ETH_HLEN + (frame->length > header ? frame->length - header : 0);
	frame->captured = ETH_HLEN + rest;
}

int capture_next(struct cli *cli, struct capture *capture, struct capture_frame *ret)
{
	struct pcap_pkthdr *header;
	const uint8_t *bytes;
	int r = pcap_next_ex(capture->pcap, &header, &bytes);

	if (r == PCAP_ERROR_BREAK)
		return 0;
	if (r != 1)
		return cli_fail(cli, WIRE_ERROR_INVALID, "%s: after packet %llu: %s", capture->path,
				capture->count, pcap_geterr(capture->pcap));
	capture->count++;
	*ret = (struct capture_frame){
		.bytes = bytes, .captured = header->caplen, .length = header->len};
	if (!capture->link->is_frame)
		reframe(capture, bytes, ret);
	if (ret->captured > MAX_FRAME)
		ret->captured = MAX_FRAME;
	if (ret->length > MAX_FRAME)
		ret->length = MAX_FRAME;
	if (ret->length < ret->captured)
		ret->length = ret->captured;
	return 1;
}
