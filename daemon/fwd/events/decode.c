// SPDX-License-Identifier: MIT
/* From the record of the ring to a struct event: numbers become names. */
#include "daemon/fwd/events/event.h"

#include <arpa/inet.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/base/words.h"
#include "common/policy/compile/slots.h"

/* Each event anew, so that a step of the wall clock shows at once. */
static uint64_t to_realtime(uint64_t monotonic_ns)
{
	return monotonic_ns + (clock_realtime_ns() - clock_ns());
}

static const char *list_name(const char *const *names, size_t count, unsigned value)
{
	return value < count ? names[value] : "unknown";
}

static void decode_addresses(const struct fw_event *raw, struct event *ret)
{
	int family = raw->flags & FW_IS_IP6 ? AF_INET6 : AF_INET;

	if (!(raw->flags & FW_IS_IP))
		return;
	inet_ntop(family, raw->src, ret->src, sizeof(ret->src));
	inet_ntop(family, raw->dst, ret->dst, sizeof(ret->dst));
	ret->proto = word_name(words_protocols, raw->proto);
	if (!ret->proto) {
		snprintf(ret->number, sizeof(ret->number), "%u", raw->proto);
		ret->proto = ret->number;
	}
}

static const char *slot_name(const struct slots *slots, enum fw_name_kind kind, unsigned slot)
{
	const char *name = NULL;

	if (slots && slot != FW_NO_SLOT && slot < slots_capacity(kind))
		name = slots_name(slots, kind, slot);
	return name ? name : "";
}

void event_decode(const struct fw_event *raw, const struct slots *slots, struct event *ret)
{
	static const char *const reasons[] = {FW_REASONS(FW_AS_NAME)};
	static const char *const outcomes[] = {FW_OUTCOMES(FW_AS_NAME)};
	static const char *const kinds[] = {FW_KINDS(FW_AS_NAME)};

	*ret = (struct event){
		.raw = raw,
		.realtime_ns = to_realtime(raw->time),
		.interface = slot_name(slots, FW_NAME_INTERFACE, raw->interface),
		.rule = slot_name(slots, FW_NAME_RULE, raw->rule),
		.limit = slot_name(slots, FW_NAME_LIMIT, raw->limit),
		.reason = list_name(reasons, array_size(reasons), raw->reason),
		.outcome = list_name(outcomes, array_size(outcomes), raw->outcome),
		.kind = list_name(kinds, array_size(kinds), raw->kind),
		.proto = "",
	};
	decode_addresses(raw, ret);
	if (raw->flags & FW_HAS_TCP && raw->tcp_flags)
		tcp_flags_format(raw->tcp_flags, ret->tcp_flags);
}
