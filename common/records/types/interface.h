/* SPDX-License-Identifier: MIT */
/* An interface: whether it is filtered, and what happened to it. */
#ifndef FWD_RECORDS_INTERFACE_H
#define FWD_RECORDS_INTERFACE_H

#include "common/records/record.h"

/* interface: the name in the config. text: what happened, a clause. */
#define INTERFACE_CHANGED_EVENT(MEMBER, ALSO, type)              \
	MEMBER(type, INTERFACE, ALWAYS, const char *, interface) \
	ALSO(type, const char *, text)
EVENT_RECORD(interface_changed, INTERFACE_CHANGED_EVENT);

#endif
