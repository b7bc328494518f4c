/* SPDX-License-Identifier: MIT */
/*
 * The types of events: X(NAME, name), in the order of the documents. The descriptor of each is
 * event_type_NAME in types/. All but PACKET are what fwd observed over many packets, or in itself.
 */
#ifndef FWD_RECORDS_TYPES_H
#define FWD_RECORDS_TYPES_H

#define EVENT_TYPES(X)                        \
	X(PACKET, packet)                     \
	X(LIMIT_STARTED, limit_started)       \
	X(LIMIT_STOPPED, limit_stopped)       \
	X(LIMIT_FULL, limit_full)             \
	X(BAN, ban)                           \
	X(BANS_MISSED, bans_missed)           \
	X(POLICY_PENDING, policy_pending)     \
	X(POLICY_DUE, policy_due)             \
	X(POLICY_CONFIRMED, policy_confirmed) \
	X(POLICY_REVERTED, policy_reverted)   \
	X(PANIC, panic)                       \
	X(CONFIG_UNUSABLE, config_unusable)   \
	X(CONFIG_GOOD, config_good)           \
	X(INTERFACE_CHANGED, interface_changed)

#define EVENT_AS_TYPE(name, text)      FW_EVENT_##name,
#define EVENT_AS_TYPE_NAME(name, text) #text,

enum fw_event_type { EVENT_TYPES(EVENT_AS_TYPE) FW_EVENT_TYPE_MAX };

#endif
