// SPDX-License-Identifier: MIT
#include "daemon/fwd/lockout/lockout.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/compile/slots.h"
#include "daemon/fwd/datapath/attach/attachments.h"
#include "daemon/fwd/lockout/need_probes.h"
#include "daemon/fwd/lockout/variants.h"

/* How many errors of a kind are reported: the eleventh shows nothing new. */
#define MOST_REPORTED 10

static void add_port(const struct lockout *lockout, const char *name, struct port_list *ret)
{
	struct port *port = &ret->items[ret->count];
	int slot = slots_find(lockout->slots, FW_NAME_INTERFACE, name);
	const struct attachment *attachment;

	*port = (struct port){.slot = slot > 0 ? (unsigned)slot : 0};
	snprintf(port->name, sizeof(port->name), "%s", name);
	attachment = datapath_find_attachment(lockout->dp, port->name);
	port->ifindex = attachment ? attachment->ifindex : 0;
	port->is_attached = attachment_is_attached(attachment);
	if (!port->ifindex)
		port->ifindex = (int)if_nametoindex(port->name);
	ret->count += port->ifindex != 0;
}

static bool filters(const struct config *config, const char *name)
{
	int at = config_find_interface(config, name);

	return at >= 0 && !config->interfaces[at].detached;
}

/*
 * What will be filtered: that may be more than is attached now, or less. What the next policy
 * leaves alone stays attached until it is confirmed.
 */
static void find_ports(const struct lockout *lockout, struct port_list *ret)
{
	const struct config *config = lockout->next ? lockout->next : lockout->running;
	const struct config *running = lockout->waits ? lockout->running : NULL;

	for (size_t i = 0; i < config->interface_count && ret->count < FW_MAX_INTERFACES; i++)
		if (!config->interfaces[i].detached)
			add_port(lockout, config->interfaces[i].name, ret);
	for (size_t i = 0; running && i < running->interface_count; i++) {
		const char *name = running->interfaces[i].name;

		if (!running->interfaces[i].detached && !filters(config, name) &&
		    ret->count < FW_MAX_INTERFACES)
			add_port(lockout, name, ret);
	}
}

/* ---- judging ---- */

struct judging {
	const struct lockout *lockout;
	const struct port_list *ports;
	struct errors *errs;
	struct variants variants;
	unsigned cut;	/* probes that would be cut off */
	unsigned would; /* and that would be, if the policy enforced */
	unsigned open;	/* and that may be: it depends on what is not known of them */
};

static bool is_limited(const struct fw_explanation *answer)
{
	return answer->reason == FW_REASON_OVER_LIMIT || answer->reason == FW_REASON_LIMIT_FULL;
}

static void put_why(const struct lockout *lockout, const struct fw_explanation *answer, char *text,
		    size_t size)
{
	static const char *const reasons[] = {FW_REASONS(FW_AS_NAME)};
	const char *rule = answer->rule == FW_NO_SLOT
				   ? NULL
				   : slots_name(lockout->slots, FW_NAME_RULE, answer->rule);

	if (answer->reason == FW_REASON_RULE && rule)
		snprintf(text, size, "rule \"%s\" drops it", rule);
	else if (answer->reason == FW_REASON_NOT_PERMITTED)
		snprintf(text, size, "its source is in none of permitted_cidrs");
	else if (answer->reason == FW_REASON_DEFAULT)
		snprintf(text, size, "no rule lets it in, and defaults.action is drop");
	else if (answer->reason == FW_REASON_NON_IP)
		snprintf(text, size, "defaults.non_ip is drop");
	else if (answer->reason == FW_REASON_BLOCKED)
		snprintf(text, size, "its source is blocked then");
	else
		snprintf(text, size, "it is dropped (%s)",
			 answer->reason < FW_REASON_MAX ? reasons[answer->reason] : "?");
}

/* The sentences of many interfaces and ports may be the same: each is reported once. */
static bool is_reported(const struct errors *errs, const char *text)
{
	for (size_t i = 0; i < errs->count; i++) {
		if (strcmp(errs->list[i].message, text) == 0)
			return true;
	}
	return false;
}

static void report(struct judging *judging, const struct probe *probe,
		   const struct fw_explanation *answer)
{
	bool cut = answer->outcome == FW_OUTCOME_DROP;
	unsigned *count = cut ? &judging->cut : &judging->would;
	char why[128], text[400];

	put_why(judging->lockout, answer, why, sizeof(why));
	snprintf(text, sizeof(text), "%s cut off %s, in by %s: %s",
		 cut ? "this would" : "enforcing, this would", probe->what, probe->packet.interface,
		 why);
	if (is_reported(judging->errs, text) || ++*count > MOST_REPORTED)
		return;
	errors_add(judging->errs,
		   cut && !judging->lockout->warn_only ? SEVERITY_ERROR : SEVERITY_WARNING,
		   cut ? ERROR_CUT_OFF : ERROR_WOULD_CUT_OFF, NULL, "%s", text);
}

static int explain_now(void *userdata, const struct probe *probe, const void *frame, size_t length,
		       struct fw_explanation *ret)
{
	const struct lockout *lockout = userdata;

	return datapath_explain(lockout->dp, JUDGE_RUNNING, probe->ifindex, frame, length, ret);
}

/* One variant. *ret_cut: it would be cut off, and is not already. */
static int judge_variant(const struct judging *judging, const struct probe *probe,
			 struct fw_explanation *ret, bool *ret_cut)
{
	const struct lockout *lockout = judging->lockout;
	uint8_t frame[PACKET_MAX_FRAME];
	size_t length = probe_frame(probe, frame);
	struct fw_explanation before;
	int err = lockout->judge(lockout->userdata, probe, frame, length, ret);

	*ret_cut = false;
	if (err < 0 || ret->action != FW_ACTION_DROP || is_limited(ret))
		return err;
	*ret_cut = true;
	if (!port_find(judging->ports, probe->ifindex)->is_attached)
		return 0;
	err = explain_now((void *)lockout, probe, frame, length, &before);
	if (err < 0)
		return err;
	/* What is so already is not news; from "would drop" to "drop" it is. */
	*ret_cut = before.action != FW_ACTION_DROP || is_limited(&before) ||
		   (before.outcome != FW_OUTCOME_DROP && ret->outcome != FW_OUTCOME_WOULD_DROP);
	return 0;
}

/* Whether it is dropped depends on what is not known. answer: a drop; NULL: not all was tried. */
static void note_open(const struct lockout *lockout, const struct variants *variants,
		      const struct probe *probe, const struct fw_explanation *answer,
		      struct errors *errs)
{
	char what[sizeof(probe->what) + IF_NAMESIZE + 16], reason[128] = "", why[320];

	if (answer)
		put_why(lockout, answer, reason, sizeof(reason));
	else
		snprintf(reason, sizeof(reason), "rules name more values than are tried");
	snprintf(what, sizeof(what), "%s, in by %s", probe->what, probe->packet.interface);
	snprintf(why, sizeof(why), "%s, but that depends on %s, which is not known", reason,
		 variants_unknown(variants, probe));
	making_note(errs, what, why);
}

static bool enforces(const struct lockout *lockout)
{
	const struct config *config = lockout->next ? lockout->next : lockout->running;

	return config && config->enforce;
}

static void report_open(struct judging *judging, const struct probe *probe,
			const struct fw_explanation *answer)
{
	if (enforces(judging->lockout) && ++judging->open <= MOST_REPORTED)
		note_open(judging->lockout, &judging->variants, probe, answer, judging->errs);
}

static int judge_one(struct judging *judging, const struct probe *probe)
{
	size_t count = variants_count(&judging->variants, probe), cut = 0, asked = 0;
	struct fw_explanation answer, drop = {0};

	/* Two different answers are enough. */
	while (asked < count && (cut == 0 || cut == asked)) {
		struct probe variant = variants_make(&judging->variants, probe, asked++);
		bool is_cut;
		int err = judge_variant(judging, &variant, &answer, &is_cut);

		if (err < 0)
			return err;
		if (is_cut)
			drop = answer;
		cut += is_cut;
	}
	if (cut == asked)
		report(judging, probe, &drop);
	else if (cut)
		report_open(judging, probe, &drop);
	else if (!variants_are_all(&judging->variants, probe))
		report_open(judging, probe, NULL);
	return 0;
}

/* Frames of an interface that is not attached yet come in with the slot that it will have. */
static void name_ports(const struct lockout *lockout, const struct port_list *ports, bool named)
{
	for (size_t i = 0; i < ports->count; i++) {
		const struct port *port = &ports->items[i];

		if (!port->is_attached)
			datapath_expect(lockout->dp, port->ifindex, named ? port->slot : 0);
	}
}

static int judge_all(struct judging *judging, const struct probe_list *list)
{
	int err = 0;

	for (size_t i = 0; i < list->count && err == 0; i++) {
		err = judge_one(judging, &list->items[i]);
		/* An interface that went away meanwhile lets nobody in anyway. */
		if (err == -ENODEV)
			err = 0;
	}
	return err;
}

int lockout_check(const struct lockout *lockout, struct errors *errs)
{
	cleanup_free struct port_list *ports = calloc(1, sizeof(*ports));
	struct judging judging = {.lockout = lockout, .errs = errs, .ports = ports};
	cleanup(probes_clear) struct probe_list list = {0};
	int err = -ENOMEM;

	if (ports) {
		find_ports(lockout, ports);
		err = probes_make(lockout, ports, &list, errs);
		variants_find(lockout->running, lockout->next, &judging.variants);
	}
	if (err == 0) {
		name_ports(lockout, ports, true);
		err = judge_all(&judging, &list);
		name_ports(lockout, ports, false);
	}
	if (err < 0) {
		errors_add(errs, SEVERITY_ERROR, ERROR_SYSTEM, NULL,
			   "cannot check what this would cut off: %s", strerror(-err));
		return err;
	}
	return judging.cut && !lockout->warn_only ? -EPERM : 0;
}

/* The answer to the first variant; a note, if it depends on which it is. */
static int show_one(const struct lockout *lockout, const struct variants *variants,
		    const struct probe *probe, struct fw_explanation *ret, struct errors *errs)
{
	lockout_judge judge = lockout->judge ? lockout->judge : explain_now;
	void *judged = lockout->judge ? lockout->userdata : (void *)lockout;
	size_t count = variants_count(variants, probe);

	for (size_t i = 0; i < count; i++) {
		struct probe variant = variants_make(variants, probe, i);
		uint8_t frame[PACKET_MAX_FRAME];
		size_t length = probe_frame(&variant, frame);
		struct fw_explanation answer;
		int err = judge(judged, &variant, frame, length, i ? &answer : ret);

		if (err < 0)
			return err;
		if (i == 0 || answer.action == ret->action)
			continue;
		note_open(lockout, variants, probe, answer.action == FW_ACTION_DROP ? &answer : ret,
			  errs);
		return 0;
	}
	if (!variants_are_all(variants, probe))
		note_open(lockout, variants, probe, NULL, errs);
	return 0;
}

static int show_all(const struct lockout *lockout, const struct probe_list *list, lockout_take take,
		    void *userdata, struct errors *errs)
{
	struct variants variants;

	variants_find(lockout->running, lockout->next, &variants);
	for (size_t i = 0; i < list->count; i++) {
		struct fw_explanation answer;
		char why[128] = "";
		int err = show_one(lockout, &variants, &list->items[i], &answer, errs);

		if (err == -ENODEV)
			continue;
		if (err < 0)
			return err;
		if (answer.action == FW_ACTION_DROP)
			put_why(lockout, &answer, why, sizeof(why));
		take(userdata, &list->items[i], &answer, why);
	}
	return 0;
}

int lockout_show(const struct lockout *lockout, lockout_take take, void *userdata,
		 struct errors *errs)
{
	cleanup_free struct port_list *ports = calloc(1, sizeof(*ports));
	cleanup(probes_clear) struct probe_list list = {0};
	int err;

	if (!ports)
		return -ENOMEM;
	find_ports(lockout, ports);
	err = probes_make(lockout, ports, &list, errs);
	if (err < 0)
		return err;
	name_ports(lockout, ports, true);
	err = show_all(lockout, &list, take, userdata, errs);
	name_ports(lockout, ports, false);
	return err;
}

int lockout_probes(const struct lockout *lockout, struct probe_list *ret, struct errors *errs)
{
	cleanup_free struct port_list *ports = calloc(1, sizeof(*ports));

	if (!ports)
		return -ENOMEM;
	find_ports(lockout, ports);
	return probes_make(lockout, ports, ret, errs);
}
