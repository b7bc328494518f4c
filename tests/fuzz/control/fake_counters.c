// SPDX-License-Identifier: MIT
/* What the fake datapath counted, and what it says of a frame. */
#include "common/policy/config/config.h"
#include "daemon/fwd/datapath/buckets/limit_state.h"
#include "daemon/fwd/datapath/counters/counters.h"
#include "daemon/fwd/datapath/datapath.h"
#include "daemon/fwd/datapath/explain/explain.h"
#include "tests/fuzz/control/fake_datapath.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

int datapath_reason_stats(const struct datapath *dp, unsigned interface, enum fw_reason reason,
			  struct fw_count ret[FW_OUTCOME_MAX])
{
	(void)dp;
	memset(ret, 0, FW_OUTCOME_MAX * sizeof(*ret));
	ret[reason % FW_OUTCOME_MAX] = (struct fw_count){.packets = interface, .bytes = reason};
	return 0;
}

int datapath_rule_stats(const struct datapath *dp, unsigned slot, struct fw_rule_stats *ret)
{
	(void)dp;
	*ret = (struct fw_rule_stats){.matched.packets = slot};
	return 0;
}

int datapath_limit_stats(const struct datapath *dp, unsigned slot, struct fw_limit_stats *ret)
{
	(void)dp;
	*ret = (struct fw_limit_stats){.over.packets = slot};
	return 0;
}

int datapath_ban_stats(const struct datapath *dp, unsigned slot, struct fw_ban_stats *ret)
{
	(void)dp, (void)slot;
	*ret = (struct fw_ban_stats){0};
	return 0;
}

int datapath_event_stats(const struct datapath *dp, struct fw_event_stats *ret)
{
	(void)dp;
	*ret = (struct fw_event_stats){0};
	return 0;
}

int datapath_mark(struct datapath *dp, uint64_t time)
{
	dp->marks.time = time;
	return 0;
}

int datapath_mark_rules(struct datapath *dp, const unsigned *slots, size_t count, uint64_t time)
{
	for (size_t i = 0; i < count; i++)
		dp->marks.rules[slots[i]] = (struct fw_rule_mark){{slots[i], 0}, time};
	return 0;
}

const struct fw_marks *datapath_marks(const struct datapath *dp)
{
	return &dp->marks;
}

int datapath_bucket_counts(struct datapath *dp, uint32_t *counts)
{
	(void)dp;
	for (unsigned slot = 0; slot < FW_MAX_LIMITS; slot++)
		counts[slot] = slot;
	return 0;
}

/* Keys of each family and of none, of levels that a limit may not have. */
int datapath_each_bucket(const struct datapath *dp, unsigned slot, bucket_visit *visit,
			 void *userdata)
{
	static const uint8_t families[] = {0, 4, 6};

	(void)dp;
	for (uint32_t i = 0; i < 300; i++) {
		struct fw_bucket_owner owner = {
			.key = {.src = {htonl(i)},
				.family = families[i % 3],
				.level = i % 5 == 4,
				.proto = (uint8_t)i,
				.flags = i % 2 ? FW_HAS_PORTS : 0,
				.dport = (uint16_t)i},
			.limited = i % 7 * slot,
		};

		visit(&owner, i % 2, userdata);
	}
	return 0;
}

/* Whatever the programs may say: any reason, and a slot of any rule or limit. */
int datapath_explain(struct datapath *dp, enum datapath_judge judge, int ifindex, const void *frame,
		     size_t length, struct fw_explanation *ret)
{
	const uint8_t *bytes = frame;

	if (length < 14)
		return -EINVAL;
	if (judge == JUDGE_CANDIDATE && !dp->staged[FW_IMAGE_CANDIDATE])
		return -ENOENT;
	*ret = (struct fw_explanation){
		.generation = dp->generation,
		.reason = bytes[0] % FW_REASON_MAX,
		.action = bytes[1] % 2 ? FW_ACTION_DROP : FW_ACTION_PASS,
		.rule = bytes[2] % 2 ? bytes[3] : FW_NO_SLOT,
		.limit = bytes[4] % 2 ? bytes[5] : FW_NO_SLOT,
		.packet.kind = bytes[12] == 0x86 ? FW_KIND_IP6 : FW_KIND_IP4,
		.has_bucket = bytes[4] % 2,
		.level = bytes[6] % FW_MAX_LEVELS,
		.packet.length = (uint32_t)length,
	};
	(void)ifindex;
	memcpy(ret->packet.key.src, bytes, length < 16 ? length : 16);
	return 0;
}

int datapath_find_fragment(const struct datapath *dp, struct fw_fragment_key *key)
{
	(void)dp;
	key->id = 7;
	return key->proto % 2 ? 0 : -ENOENT;
}

void datapath_expect(struct datapath *dp, int ifindex, unsigned slot)
{
	(void)dp, (void)ifindex, (void)slot;
}

/* ---- what only whole fwds ask for ---- */

int datapath_open(const struct datapath_options *options, struct datapath **ret,
		  struct errors *errs)
{
	(void)options, (void)ret, (void)errs;
	return -ENOSYS;
}

struct datapath *datapath_close(struct datapath *dp)
{
	(void)dp;
	return NULL;
}

int datapath_unpin(struct datapath *dp, struct errors *errs)
{
	(void)dp, (void)errs;
	return -ENOSYS;
}

int datapath_sweep_buckets(struct datapath *dp)
{
	(void)dp;
	return 0;
}

int ban_source_open(const struct datapath *dp, ban_handler handler, void *userdata,
		    struct ban_source **ret)
{
	(void)dp, (void)handler, (void)userdata, (void)ret;
	return -ENOSYS;
}

int ban_source_consume(struct ban_source *source)
{
	(void)source;
	return -ENOSYS;
}

struct ban_source *ban_source_close(struct ban_source *source)
{
	(void)source;
	return NULL;
}

struct ban_store datapath_ban_store(struct datapath *dp)
{
	(void)dp;
	return (struct ban_store){0};
}
