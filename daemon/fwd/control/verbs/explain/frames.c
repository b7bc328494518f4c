// SPDX-License-Identifier: MIT
/*
 * Many frames in one request, as a capture has them: an item each, in their
 * order. A frame is text: hex digits, and behind a slash how long it was on the
 * wire; what is not there is zeros. That is all that matters of most payloads.
 */
#include "daemon/fwd/control/verbs/explain/subject.h"

#include <errno.h>
#include <limits.h>
#include <linux/if_ether.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FRAMES 1000 /* a request: replies have at most 1 MiB */

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The length of the frame; negative: the text is not one. */
static int read_frame(const char *text, struct subject *subject)
{
	size_t digits = strspn(text, "0123456789abcdef"), length = digits / 2;
	const char *rest = text + digits;
	unsigned long whole = length;

	if (digits % 2 || length > sizeof(subject->frame))
		return -EINVAL;
	if (*rest == '/' && rest[1] && strspn(rest + 1, "0123456789") == strlen(rest + 1))
		whole = strlen(rest) <= 6 ? strtoul(rest + 1, NULL, 10) : ULONG_MAX;
	else if (*rest)
		return -EINVAL;
	if (whole < length || whole > sizeof(subject->frame))
		return -EINVAL;
	for (size_t i = 0; i < length; i++)
		subject->frame[i] = (uint8_t)(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
	memset(subject->frame + length, 0, whole - length);
	return (int)whole;
}

/* What cannot come in by a link is not judged. */
static int explain_frame(struct ctl_request *request, struct subject *subject, const char *text,
			 cJSON *item)
{
	struct fw_explanation answer;
	int r = read_frame(text, subject);

	if (r < 0)
		return ctl_fail(
			request, WIRE_ERROR_BAD_REQUEST,
			"\"%.32s\" is no frame: hex digits (in small letters), \"/\" and its "
			"length, at most %d",
			text, PACKET_MAX_FRAME);
	subject->length = (size_t)r;
	if (subject->length < ETH_HLEN) {
		cJSON_AddStringToObject(item, "error", "shorter than an Ethernet header");
		return 0;
	}
	r = explain_run(request, subject, &answer);
	if (r == 0)
		explain_answer(&answer, subject, item);
	return r;
}

int explain_frames(struct ctl_request *request, struct subject *subject)
{
	const cJSON *frames = cJSON_GetObjectItemCaseSensitive(request->args, "frames"), *frame;
	cJSON *items;

	if (cJSON_GetArraySize(frames) > MAX_FRAMES)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST, "at most %d frames a request",
				MAX_FRAMES);
	request->result = cJSON_CreateObject();
	cJSON_AddStringToObject(request->result, "interface", subject->interface);
	items = cJSON_AddArrayToObject(request->result, "items");
	cJSON_ArrayForEach (frame, frames) {
		cJSON *item = cJSON_CreateObject();
		int r;

		cJSON_AddItemToArray(items, item);
		r = explain_frame(request, subject, frame->valuestring, item);
		if (r < 0)
			return r;
	}
	return 0;
}
