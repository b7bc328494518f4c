// SPDX-License-Identifier: MIT
/*
 * Explain: the loaded programs run on a frame that the client described, without
 * side effects, with the running policy or with one that the client sent.
 */
#include "daemon/fwd/control/server.h"
#include "daemon/fwd/control/verbs.h"
#include "daemon/fwd/control/verbs/explain/subject.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/config/config.h"
#include "daemon/fwd/datapath/attach/attachments.h"
#include "daemon/fwd/datapath/datapath.h"
#include "daemon/fwd/datapath/explain/explain.h"
#include "daemon/fwd/history/history.h"
#include "daemon/fwd/model/model.h"
#include "daemon/fwd/transaction/apply.h"

/* Stands for an interface that is not there; the kernel counts from 1. */
#define NO_IFINDEX INT_MAX

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

/*
 * Names that can be said: of the policy that judges; of the running one, what fwd holds and what is
 * detached.
 */
static const char *name_at(const struct ctl_request *request, const struct subject *subject,
			   size_t index)
{
	const struct config *config = subject->config;
	const struct attachment *attachments;
	size_t count;

	if (subject->judge == JUDGE_CANDIDATE)
		return index < config->interface_count ? config->interfaces[index].name : NULL;
	count = datapath_attachments(request->core->dp, &attachments);
	if (index < count)
		return attachments[index].name;
	for (size_t i = 0; i < config->interface_count; i++)
		if (config->interfaces[i].detached &&
		    !datapath_find_attachment(request->core->dp, config->interfaces[i].name) &&
		    index-- == count)
			return config->interfaces[i].name;
	return NULL;
}

/* Which one is meant: that which is named, or the only one. */
static int choose_interface(struct ctl_request *request, struct subject *subject)
{
	bool is_named = subject->interface[0], is_known = false;
	char names[256] = "";
	const char *name;
	size_t count = 0;

	for (; (name = name_at(request, subject, count)); count++) {
		size_t used = strlen(names);

		snprintf(names + used, sizeof(names) - used, "%s%s", count ? ", " : "", name);
		is_known |= strcmp(name, subject->interface) == 0;
	}
	if (!is_named && count == 1) {
		snprintf(subject->interface, sizeof(subject->interface), "%s",
			 name_at(request, subject, 0));
		return 0;
	}
	if (!is_named)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
				"on which interface? Say \"in %s\"; there are: %s",
				count ? name_at(request, subject, 0) : "NAME", names);
	if (!is_known && !datapath_find_attachment(request->core->dp, subject->interface))
		return ctl_fail(request, WIRE_ERROR_NOT_FOUND,
				"%s is no interface of %s; it has: %s", subject->interface,
				subject->judge == JUDGE_CANDIDATE ? "that policy's" : "fwd's",
				names);
	return 0;
}

/* Another policy may be about interfaces that fwd does not hold, or that are still to come. */
static void find_unattached(struct subject *subject)
{
	int slot = slots_find(subject->slots, FW_NAME_INTERFACE, subject->interface);

	subject->expected_slot = slot > 0 ? (unsigned)slot : 0;
	if (!subject->ifindex)
		subject->ifindex = (int)if_nametoindex(subject->interface);
	if (!subject->ifindex)
		subject->ifindex = NO_IFINDEX;
}

/* Until a detaching is confirmed, or as long as the kernel refuses it, it is filtered all the same. */
static bool is_detached(const struct subject *subject, bool is_attached)
{
	int at = config_find_interface(subject->config, subject->interface);

	return at >= 0 && subject->config->interfaces[at].detached &&
	       (subject->judge == JUDGE_CANDIDATE || !is_attached);
}

static int find_interface(struct ctl_request *request, struct subject *subject)
{
	const struct attachment *found;
	int r = choose_interface(request, subject);
	bool is_attached;

	if (r < 0)
		return r;
	found = datapath_find_attachment(request->core->dp, subject->interface);
	is_attached = attachment_is_attached(found);
	subject->ifindex = found ? found->ifindex : 0;
	subject->is_detached = is_detached(subject, is_attached);
	if (!is_attached && (subject->is_detached || subject->judge == JUDGE_CANDIDATE))
		find_unattached(subject);
	if (subject->ifindex == 0)
		return ctl_fail(request, WIRE_ERROR_CONFLICT,
				"interface %s is missing now, so nothing can come in there",
				subject->interface);
	return 0;
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
	r = transaction_read(request->core->transaction, &text, &document, &errs);
	if (r == 0)
		r = candidate_new(request->core->model, document, FW_IMAGE_CANDIDATE,
				  request->change.progress, &client->candidate, &errs);
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
	const struct model *model = request->core->model;
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

/* Who judges, and on which interface: what is known of it may depend on who does. */
static int choose_subject(struct ctl_request *request, struct subject *subject)
{
	int r = take_interface(request, subject);

	if (r == 0)
		r = choose_judge(request, subject);
	return r < 0 ? r : find_interface(request, subject);
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
		.proto = four ? packet->proto : 0, /* as ebpf/lib/fragment.h has it */
		.family = packet->src.family,
	};
	int r;

	if (!packet->from_state)
		return 0;
	memcpy(key.src, packet->src.addr, four ? 4 : sizeof(key.src));
	memcpy(key.dst, packet->dst.addr, four ? 4 : sizeof(key.dst));
	r = datapath_find_fragment(request->core->dp, &key);
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
	subject->chosen.sport = packet.has_chosen_port ? packet.sport : 0;
	subject->chosen.src_mac = !packet.has_src_mac;
	subject->chosen.dst_mac = !packet.has_dst_mac;
	subject->chosen.flow_label = !packet.has_flow_label;
	r = choose_subject(request, subject);
	if (r == 0)
		r = find_state(request, subject, &packet);
	if (r == 0)
		subject->length = packet_build(&packet, subject->frame);
	return r;
}

static int read_frame(struct ctl_request *request, const char *text, struct subject *subject)
{
	struct errors errs = {0};
	int length = packet_parse_hex(text, subject->frame, &errs);

	if (length < 0)
		return fail_text(request, &errs);
	subject->length = (size_t)length;
	return choose_subject(request, subject);
}

/* How it was parsed is all that holds where no program is. */
static void forget_verdict(struct fw_explanation *answer)
{
	answer->action = FW_ACTION_PASS;
	answer->outcome = FW_OUTCOME_PASS;
	answer->rule = FW_NO_SLOT;
	answer->limit = FW_NO_SLOT;
	answer->has_bucket = 0;
	answer->way_count = 0;
}

int explain_run(struct ctl_request *request, const struct subject *subject,
		struct fw_explanation *ret)
{
	struct datapath *dp = request->core->dp;
	int r;

	if (subject->expected_slot)
		datapath_expect(dp, subject->ifindex, subject->expected_slot);
	r = datapath_explain(dp, subject->judge, subject->ifindex, subject->frame, subject->length,
			     ret);
	if (subject->expected_slot)
		datapath_expect(dp, subject->ifindex, 0);
	if (r == -EPROTO)
		return ctl_fail(request, WIRE_ERROR_FAILED,
				"no answer: real packets came between; try again");
	if (r < 0)
		return ctl_fail(request, WIRE_ERROR_FAILED, "cannot run the programs: %s",
				strerror(-r));
	if (subject->is_detached)
		forget_verdict(ret);
	return 0;
}

static int explain_one(struct ctl_request *request, struct subject *subject)
{
	const char *packet = ctl_string(request, "packet"), *frame = ctl_string(request, "frame");
	struct fw_explanation answer;
	int r = packet ? read_packet(request, packet, subject)
		       : read_frame(request, frame, subject);

	if (r == 0)
		r = explain_run(request, subject, &answer);
	if (r < 0)
		return r;
	request->result = cJSON_CreateObject();
	explain_answer(&answer, subject, request->result);
	explain_chosen(&answer, subject, request->result);
	cJSON_AddNumberToObject(request->result, "generation", answer.generation);
	if (subject->judge == JUDGE_RUNNING && history_revision(request->core->history) &&
	    answer.generation == datapath_generation(request->core->dp))
		cJSON_AddNumberToObject(request->result, "revision",
					(double)history_revision(request->core->history));
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
	r = choose_subject(request, subject);
	return r < 0 ? r : explain_frames(request, subject);
}
