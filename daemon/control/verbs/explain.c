// SPDX-License-Identifier: MIT
/*
 * Explain: the loaded programs run on a frame that the client described, without
 * side effects. What they say is an event that nobody wrote, so it is decoded
 * and named as one.
 */
#include "packet_text.h"
#include "request.h"
#include "verbs.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <string.h>

/* A real packet may come between on the same CPU: then there is no answer (ebpf/packet.h). */
#define TRIES 20

struct subject {
	char interface[IF_NAMESIZE]; /* "" if not given */
	int ifindex;
	uint8_t frame[PACKET_MAX_FRAME];
	size_t length;
	bool has_icmp;
	uint8_t icmp_type;
	uint8_t icmp_code;
};

/* What is wrong with the text is the client's error, not one of a config. */
static int fail_text(struct ctl_request *request, struct errors *errs)
{
	ctl_fail_errors(request, errs);
	request->error = WIRE_ERROR_BAD_REQUEST;
	return -ECANCELED;
}

static int read_packet(struct ctl_request *request, const char *text, struct subject *subject)
{
	struct packet_text packet;
	struct errors errs = {0};

	if (packet_parse(text, &packet, &errs) < 0)
		return fail_text(request, &errs);
	strcpy(subject->interface, packet.interface);
	subject->length = packet_build(&packet, subject->frame);
	subject->has_icmp = true;
	subject->icmp_type = packet.icmp_type;
	subject->icmp_code = packet.icmp_code;
	return 0;
}

static int read_frame(struct ctl_request *request, const char *text, struct subject *subject)
{
	struct errors errs = {0};
	int length = packet_parse_hex(text, subject->frame, &errs);

	if (length < 0)
		return fail_text(request, &errs);
	subject->length = (size_t)length;
	return 0;
}

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

static int run(struct ctl_request *request, const struct subject *subject,
	       struct fw_explanation *ret)
{
	int r = -EPROTO;

	for (int i = 0; i < TRIES && r == -EPROTO; i++)
		r = datapath_explain(request->app->dp, JUDGE_RUNNING, subject->ifindex,
				     subject->frame, subject->length, ret);
	if (r == -EPROTO)
		return ctl_fail(request, WIRE_ERROR_FAILED,
				"no answer: real packets came between; try again");
	if (r < 0)
		return ctl_fail(request, WIRE_ERROR_FAILED, "cannot run the programs: %s",
				strerror(-r));
	return 0;
}

/* The addresses are where the programs found them: behind Ethernet and the tags. */
static void copy_addresses(const struct subject *subject, struct fw_event *event)
{
	size_t at = ETH_HLEN, size = event->flags & FW_IS_IP6 ? 16 : 4;

	for (unsigned tags = 0; tags < FW_MAX_VLANS && at + 4 <= subject->length; tags++) {
		unsigned type = (unsigned)subject->frame[at - 2] << 8 | subject->frame[at - 1];

		if (type != ETH_P_8021Q && type != ETH_P_8021AD)
			break;
		at += 4;
	}
	at += event->flags & FW_IS_IP6 ? 8 : 12;
	if (at + 2 * size > subject->length)
		return;
	memcpy(event->src, subject->frame + at, size);
	memcpy(event->dst, subject->frame + at + size, size);
}

static void to_event(const struct fw_explanation *answer, const struct subject *subject,
		     struct fw_event *ret)
{
	*ret = (struct fw_event){
		.generation = answer->generation,
		.length = (uint32_t)subject->length,
		.sport = answer->sport,
		.dport = answer->dport,
		.vlan = answer->vlan,
		.inner_vlan = answer->inner_vlan,
		.ethertype = answer->ethertype,
		.rule = answer->rule,
		.limit = answer->limit,
		.kind = answer->kind,
		.proto = answer->proto,
		.fragment = answer->fragment,
		.flags = answer->flags,
		.tcp_flags = answer->tcp_flags,
		.icmp_type = subject->icmp_type,
		.icmp_code = subject->icmp_code,
		.reason = answer->reason,
		.outcome = answer->outcome,
	};
	if (!subject->has_icmp)
		ret->flags &= (uint8_t)~FW_HAS_ICMP;
	if (ret->flags & FW_IS_IP)
		copy_addresses(subject, ret);
}

/* What was decided, enforced or not. */
static const char *verdict_of(const struct fw_explanation *answer)
{
	static const char *const names[] = {FW_ACTIONS(FW_AS_NAME)};

	return answer->action < FW_ACTION_MAX ? names[answer->action] : "unknown";
}

static void reply(struct ctl_request *request, const struct fw_explanation *answer,
		  const struct subject *subject)
{
	cJSON *result = request->result = cJSON_CreateObject(), *packet;
	struct fw_event raw;
	struct event event;

	to_event(answer, subject, &raw);
	event_decode(&raw, model_slots(request->app->model), &event);
	cJSON_AddStringToObject(result, "verdict", verdict_of(answer));
	cJSON_AddBoolToObject(result, "enforced",
			      answer->outcome != FW_OUTCOME_WOULD_DROP &&
				      answer->outcome != FW_OUTCOME_WOULD_TX);
	cJSON_AddStringToObject(result, "reason", event.reason);
	if (event.rule[0])
		cJSON_AddStringToObject(result, "rule", event.rule);
	if (event.limit[0])
		cJSON_AddStringToObject(result, "limit", event.limit);
	cJSON_AddNumberToObject(result, "generation", answer->generation);
	cJSON_AddStringToObject(result, "interface", subject->interface);
	packet = event_packet_json(&event);
	if (packet && raw.flags & FW_IS_IP)
		cJSON_AddNumberToObject(packet, "ip_length", answer->ip_length);
	cJSON_AddItemToObject(result, "packet", packet);
}

int ctl_explain(struct ctl_request *request)
{
	const char *packet = ctl_string(request, "packet"), *frame = ctl_string(request, "frame");
	struct fw_explanation answer;
	struct subject subject = {0};
	int r;

	if (!packet == !frame)
		return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
				"explain needs either \"packet\" or \"frame\"");
	r = packet ? read_packet(request, packet, &subject) : read_frame(request, frame, &subject);
	if (r == 0)
		r = take_interface(request, &subject);
	if (r == 0)
		r = find_interface(request, &subject);
	if (r == 0)
		r = run(request, &subject, &answer);
	if (r == 0)
		reply(request, &answer, &subject);
	return r;
}
