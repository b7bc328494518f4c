// SPDX-License-Identifier: MIT
/*
 * Explain: the loaded programs run on a frame that the client described, without
 * side effects, with the running policy or with one that the client sent.
 */
#include "server.h"
#include "subject.h"
#include "verbs.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "change.h"
#include "memory.h"

/* A real packet may come between on the same CPU: then there is no answer (ebpf/packet.h). */
#define TRIES 20

/* What is wrong with the text is the client's error, not one of a config. */
static int fail_text(struct ctl_request *request, struct errors *errs)
{
	ctl_fail_errors(request, errs);
	request->error = WIRE_ERROR_BAD_REQUEST;
	return -ECANCELED;
}

/* ---- where it comes in ---- */

/* The interface of the text and that of the arguments are one, or one of them is missing. */
static int take_interface(struct ctl_request *request, struct subject *subject)
{
	const char *name = ctl_string(request, "interface");

	if (!name)
		return 0;
	if (subject->interface[0] && strcmp(subject->interface, name) != 0)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST, "is it interface %s or %.64s?",
				subject->interface, name);
	snprintf(subject->interface, sizeof(subject->interface), "%s", name);
	return 0;
}

static int find_interface(struct ctl_request *request, struct subject *subject)
{
	const struct attachment *attachments, *found = NULL;
	size_t count = datapath_attachments(request->app->dp, &attachments);
	char names[256] = "";

	for (size_t i = 0; i < count; i++) {
		size_t used = strlen(names);

		snprintf(names + used, sizeof(names) - used, "%s%s", i ? ", " : "",
			 attachments[i].name);
		if (strcmp(attachments[i].name, subject->interface) == 0 ||
		    (count == 1 && !subject->interface[0]))
			found = &attachments[i];
	}
	if (!found && subject->interface[0])
		return ctl_fail(request, WIRE_ERROR_NOT_FOUND,
				"%s is no interface of fwd's; it has: %s", subject->interface,
				names);
	if (!found)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
				"on which interface? Say \"in %s\"; there are: %s",
				count ? attachments[0].name : "NAME", names);
	if (found->ifindex == 0)
		return ctl_fail(request, WIRE_ERROR_CONFLICT,
				"interface %s is missing now, so nothing can come in there",
				found->name);
	strcpy(subject->interface, found->name);
	subject->ifindex = found->ifindex;
	return 0;
}

/* ---- the packet ---- */

/* Later fragments can be asked about as those of a datagram that has begun. */
static int find_state(struct ctl_request *request, const struct subject *subject,
		      struct packet_text *packet)
{
	bool four = packet->src.family == 4;
	struct fw_fragment_key key = {
		.ifindex = (uint32_t)subject->ifindex,
		.vlan = packet->vlan_count ? packet->vlans[0] : 0,
		.inner_vlan = packet->vlan_count > 1 ? packet->vlans[1] : 0,
		.proto = four ? packet->proto : 0, /* as ebpf/fragment.h has it */
		.family = packet->src.family,
	};
	int r;

	if (!packet->from_state)
		return 0;
	memcpy(key.src, packet->src.addr, four ? 4 : sizeof(key.src));
	memcpy(key.dst, packet->dst.addr, four ? 4 : sizeof(key.dst));
	r = datapath_find_fragment(request->app->dp, &key);
	if (r == -ENOENT)
		return ctl_fail(request, WIRE_ERROR_NOT_FOUND,
				"no first fragment of such a datagram was seen on %s in the last "
				"%llu s",
				subject->interface, FW_FRAGMENT_NS / 1000000000);
	if (r < 0)
		return ctl_fail(request, WIRE_ERROR_FAILED, "cannot look for fragments: %s",
				strerror(-r));
	packet->number = four ? (key.id & 0xffff) : key.id;
	return 0;
}

static int read_packet(struct ctl_request *request, const char *text, struct subject *subject)
{
	struct packet_text packet;
	struct errors errs = {0};
	int r;

	if (packet_parse(text, &packet, &errs) < 0)
		return fail_text(request, &errs);
	strcpy(subject->interface, packet.interface);
	r = take_interface(request, subject);
	if (r == 0)
		r = find_interface(request, subject);
	if (r == 0)
		r = find_state(request, subject, &packet);
	if (r == 0)
		subject->length = packet_build(&packet, subject->frame);
	return r;
}

static int read_frame(struct ctl_request *request, const char *text, struct subject *subject)
{
	struct errors errs = {0};
	int length = packet_parse_hex(text, subject->frame, &errs), r;

	if (length < 0)
		return fail_text(request, &errs);
	subject->length = (size_t)length;
	r = take_interface(request, subject);
	return r < 0 ? r : find_interface(request, subject);
}

/* ---- who judges ---- */

/*
 * The policy that came with this request, or with an earlier one on the same connection: a
 * capture takes several.
 */
static int take_candidate(struct ctl_request *request)
{
	struct ctl_client *client = request->client;
	struct document *document;
	struct policy_text text;
	struct errors errs = {0};
	int r;

	if (buffer_length(&client->upload) == 0) {
		if (client->candidate && candidate_is_staged(client->candidate))
			return 0;
		return ctl_fail(request, WIRE_ERROR_CONFLICT,
				"the policy that was sent is not there any more; send it again");
	}
	r = ctl_policy_text(request, &text);
	if (r < 0)
		return r;
	client->candidate = candidate_free(client->candidate);
	r = change_read(request->app, &text, &document, &errs);
	if (r == 0)
		r = candidate_new(request->app->model, document, FW_IMAGE_CANDIDATE,
				  &client->candidate, &errs);
	buffer_clear(&client->upload);
	if (r < 0 && !errors_failed(&errs)) {
		errors_clear(&errs);
		return ctl_fail(request, WIRE_ERROR_FAILED, "explain: %s", strerror(-r));
	}
	if (r < 0)
		return ctl_fail_errors(request, &errs);
	errors_clear(&errs);
	return 0;
}

static int choose_judge(struct ctl_request *request, struct subject *subject)
{
	const struct model *model = request->app->model;
	int r;

	subject->judge = JUDGE_RUNNING;
	subject->config = model_config(model);
	subject->slots = model_slots(model);
	if (!ctl_bool(request, "candidate"))
		return 0;
	/* Set files are opened by fwd, and compiling takes its time: not for readers. */
	if (request->client->access < ACCESS_WRITE)
		return ctl_fail(request, WIRE_ERROR_PERMISSION,
				"explaining with another policy is for root and members of group "
				"fwd-admin");
	r = take_candidate(request);
	if (r < 0)
		return r;
	subject->judge = JUDGE_CANDIDATE;
	subject->config = candidate_config(request->client->candidate);
	subject->slots = candidate_slots(request->client->candidate);
	return 0;
}

int explain_run(struct ctl_request *request, const struct subject *subject,
		struct fw_explanation *ret)
{
	int r = -EPROTO;

	for (int i = 0; i < TRIES && r == -EPROTO; i++)
		r = datapath_explain(request->app->dp, subject->judge, subject->ifindex,
				     subject->frame, subject->length, ret);
	if (r == -EPROTO)
		return ctl_fail(request, WIRE_ERROR_FAILED,
				"no answer: real packets came between; try again");
	if (r < 0)
		return ctl_fail(request, WIRE_ERROR_FAILED, "cannot run the programs: %s",
				strerror(-r));
	return 0;
}

static int explain_one(struct ctl_request *request, struct subject *subject)
{
	const char *packet = ctl_string(request, "packet"), *frame = ctl_string(request, "frame");
	struct fw_explanation answer;
	int r = packet ? read_packet(request, packet, subject)
		       : read_frame(request, frame, subject);

	if (r == 0)
		r = choose_judge(request, subject);
	if (r == 0)
		r = explain_run(request, subject, &answer);
	if (r < 0)
		return r;
	request->result = cJSON_CreateObject();
	explain_answer(&answer, subject, request->result);
	cJSON_AddNumberToObject(request->result, "generation", answer.generation);
	cJSON_AddStringToObject(request->result, "interface", subject->interface);
	explain_path(request, &answer, subject, request->result);
	return 0;
}

int ctl_explain(struct ctl_request *request)
{
	bool packet = ctl_string(request, "packet"), frame = ctl_string(request, "frame");
	bool frames = cJSON_GetObjectItemCaseSensitive(request->args, "frames");
	cleanup_free struct subject *subject = calloc(1, sizeof(*subject));
	int r;

	if (!subject)
		return -ENOMEM;
	if (packet + frame + frames != 1)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
				"explain needs either \"packet\", \"frame\" or \"frames\"");
	if (!frames)
		return explain_one(request, subject);
	r = take_interface(request, subject);
	if (r == 0)
		r = find_interface(request, subject);
	if (r == 0)
		r = choose_judge(request, subject);
	return r < 0 ? r : explain_frames(request, subject);
}
