// SPDX-License-Identifier: MIT
#include "cli/explain/replay.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <string.h>

#include "cli/core/client.h"
#include "cli/explain/capture.h"
#include "cli/explain/tally.h"
#include "cli/output/output.h"
#include "cli/policy/policy_file.h"
#include "common/base/memory.h"

/* Limits of one request: fwd takes at most 1000 frames, and a body of at most 1 MiB. */
#define MAX_FRAMES 1000
#define MAX_BYTES  (600 * 1024)

/* Of a long packet only the first bytes are sent: enough for all headers but IPv6 extensions. */
#define FRONT 512

struct replay {
	struct cli *cli;
	const struct call *call;
	const struct policy_file *with; /* still to be sent; or NULL */
	bool candidate;
	struct capture *capture;
	struct tally *tally;
	struct listing *listing; /* -j */
	cJSON *frames;
	size_t bytes; /* of them */
	unsigned long long number;
};

static size_t front_of(const struct capture_frame *frame)
{
	bool ip6 = false;

	for (size_t at = 12; at + 2 <= frame->captured && at <= 20; at += 4)
		ip6 |= frame->bytes[at] == 0x86 && frame->bytes[at + 1] == 0xdd;
	return ip6 || frame->captured < FRONT ? frame->captured : FRONT;
}

/* "HEX/LENGTH" */
static char *frame_text(const struct capture_frame *frame)
{
	static const char digits[] = "0123456789abcdef";
	size_t front = front_of(frame);
	char *text = malloc(2 * front + 16);

	if (!text)
		return NULL;
	for (size_t i = 0; i < front; i++) {
		text[2 * i] = digits[frame->bytes[i] >> 4];
		text[2 * i + 1] = digits[frame->bytes[i] & 15];
	}
	sprintf(text + 2 * front, "/%zu", frame->length);
	return text;
}

static void print_item(struct replay *replay, const cJSON *item)
{
	const char *outcome = item_outcome(item);
	FILE *out = replay->cli->out;
	char text[HUMAN_TEXT];

	fprintf(out, "%6llu  ", replay->number);
	if (field(item, "error")) {
		text_put_line(out, field_text(item, "error"));
		fputc('\n', out);
		return;
	}
	text_put_colour(out, replay->cli->colour, outcome_colour(outcome),
			human_name(outcome, text));
	fprintf(out, "%*s", (int)(12 - strlen(text)), "");
	text_put_line(out, field_text(item, "reason"));
	if (field(item, "rule")) {
		fputc(' ', out);
		text_put_line(out, field_text(item, "rule"));
	}
	fputs("  ", out);
	print_packet(out, field(item, "packet"));
	fputc('\n', out);
}

static int take_items(struct replay *replay, cJSON *result)
{
	const cJSON *item;
	int r = 0;

	cJSON_ArrayForEach (item, field(result, "items")) {
		replay->number++;
		if (tally_add(replay->tally, item) < 0)
			r = cli_fail_errno(replay->cli, -ENOMEM, "capture");
		if (!replay->listing)
			print_item(replay, item);
	}
	if (replay->listing)
		replay->cli->output->page(replay->listing, result);
	else
		cJSON_Delete(result);
	return r;
}

/* Request the verdicts of the frames that were gathered. */
static int flush(struct replay *replay)
{
	const char *interface = call_value(replay->call, "interface");
	cJSON *args, *result = NULL;

	if (cJSON_GetArraySize(replay->frames) == 0 && replay->number)
		return 0;
	args = cJSON_CreateObject();
	cJSON_AddItemToObject(args, "frames", steal(&replay->frames));
	replay->frames = cJSON_CreateArray();
	replay->bytes = 0;
	if (interface)
		cJSON_AddStringToObject(args, "interface", interface);
	if (replay->candidate)
		cJSON_AddTrueToObject(args, "candidate");
	if (replay->with && policy_file_send(replay->cli, steal(&replay->with), args) < 0) {
		cJSON_Delete(args);
		return -1;
	}
	if (client_request(replay->cli, OP_EXPLAIN, args, &result) < 0)
		return -1;
	return take_items(replay, result);
}

static int add_frame(struct replay *replay, const struct capture_frame *frame)
{
	cleanup_free char *text = frame_text(frame);

	if (!text)
		return cli_fail_errno(replay->cli, -ENOMEM, "capture");
	cJSON_AddItemToArray(replay->frames, cJSON_CreateString(text));
	replay->bytes += strlen(text) + 3;
	if (cJSON_GetArraySize(replay->frames) < MAX_FRAMES && replay->bytes < MAX_BYTES)
		return 0;
	return flush(replay);
}

/* If a capture is broken at its end, the packets before that are still reported. */
static int read_all(struct replay *replay)
{
	struct capture_frame frame;
	int r;

	while ((r = capture_next(replay->cli, replay->capture, &frame)) > 0)
		if (add_frame(replay, &frame) < 0)
			return -1;
	if (flush(replay) < 0)
		return -1;
	return r;
}

static void finish(struct replay *replay)
{
	cJSON *summary = tally_json(replay->tally);

	if (replay->listing) {
		cJSON_AddItemToObject(replay->listing->head, "summary", summary);
		replay->cli->output->list(replay->cli, replay->listing);
		return;
	}
	tally_print(summary, replay->cli->out, replay->cli->colour);
	cJSON_Delete(summary);
}

int replay_run(struct cli *cli, const struct call *call, const struct policy_file *with)
{
	struct replay replay = {.cli = cli, .call = call, .with = with, .candidate = with};
	int r = capture_open(cli, call_value(call, "pcap"), &replay.capture);

	if (r < 0)
		return r;
	replay.tally = tally_new();
	replay.frames = cJSON_CreateArray();
	replay.listing = cli->settings.json ? listing_new(call) : NULL;
	r = replay.tally ? read_all(&replay) : cli_fail_errno(cli, -ENOMEM, "capture");
	if (r == 0)
		finish(&replay);
	listing_free(replay.listing);
	tally_free(replay.tally);
	cJSON_Delete(replay.frames);
	capture_close(replay.capture);
	return r;
}
