/* SPDX-License-Identifier: MIT */
/*
 * Inside explain.
 *
 *	explain.c	one packet: what was meant, who judges, the programs' answer
 *	frames.c	many frames at once: a capture
 *	reply.c		the answer as JSON
 *	path.c		the way to it: block, bucket, rules that nearly matched
 */
#ifndef FWD_SUBJECT_H
#define FWD_SUBJECT_H

#include "common/policy/packet/packet_text.h"
#include "daemon/fwd/control/request.h"
#include "daemon/fwd/datapath/explain/explain.h"
#include "daemon/fwd/model/candidate.h"

/* A frame, and who judges it. */
struct subject {
	char interface[IF_NAMESIZE]; /* "" if not given */
	int ifindex;
	unsigned expected_slot; /* of an interface that fwd does not hold yet; else 0 */
	uint8_t frame[PACKET_MAX_FRAME];
	size_t length;
	bool is_detached; /* "attach": false: whatever comes in there passes */
	struct {
		uint16_t sport; /* 0: it was given */
		bool src_mac, dst_mac, flow_label;
	} chosen; /* as the packet in words did not have it */
	enum datapath_judge judge;
	const struct config *config; /* of who judges; names in answers are of these slots */
	const struct slots *slots;
};

/* Run the programs. 0, or a refusal. */
int explain_run(struct ctl_request *request, const struct subject *subject,
		struct fw_explanation *ret);

/* Many frames: an item each in the result. */
int explain_frames(struct ctl_request *request, struct subject *subject);

/* What became of it: verdict, reason, rule, limit, packet. */
void explain_answer(const struct fw_explanation *answer, const struct subject *subject,
		    cJSON *result);

/* What it had that was not given, and whether rules may depend on that. */
void explain_chosen(const struct fw_explanation *answer, const struct subject *subject,
		    cJSON *result);

/* How it came to that. */
void explain_path(const struct ctl_request *request, const struct fw_explanation *answer,
		  const struct subject *subject, cJSON *result);

#endif
