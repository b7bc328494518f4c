// SPDX-License-Identifier: MIT
/* The states of a change, and the steps between them (transaction.h). */
#include "daemon/fwd/transaction/transaction_internal.h"

#include "common/base/log.h"

static const char *const names[] = {
	[TRANSACTION_IDLE] = "idle",	       [TRANSACTION_CANDIDATE] = "candidate",
	[TRANSACTION_GUARDED] = "guarded",     [TRANSACTION_ACTIVE] = "active",
	[TRANSACTION_CONFIRMED] = "confirmed", [TRANSACTION_REVERTED] = "reverted",
};

/* From the row to the column. */
static const bool steps[TRANSACTION_STATE_MAX][TRANSACTION_STATE_MAX] = {
	[TRANSACTION_IDLE] =
		{
			[TRANSACTION_CANDIDATE] = true,
			[TRANSACTION_ACTIVE] = true,   /* taken up after a restart */
			[TRANSACTION_REVERTED] = true, /* it ended while there was no fwd */
		},
	[TRANSACTION_CANDIDATE] = {[TRANSACTION_GUARDED] = true, [TRANSACTION_IDLE] = true},
	[TRANSACTION_GUARDED] =
		{
			[TRANSACTION_GUARDED] = true, /* a change in two steps */
			[TRANSACTION_ACTIVE] = true,
			[TRANSACTION_IDLE] = true,
		},
	[TRANSACTION_ACTIVE] = {[TRANSACTION_CONFIRMED] = true, [TRANSACTION_REVERTED] = true},
	[TRANSACTION_CONFIRMED] = {[TRANSACTION_CANDIDATE] = true},
	[TRANSACTION_REVERTED] =
		{
			[TRANSACTION_CANDIDATE] = true,
			[TRANSACTION_REVERTED] = true, /* a start that loads twice */
		},
};

enum transaction_state transaction_state(const struct transaction *transaction)
{
	return transaction->pending.state;
}

void transaction_enter(struct transaction *transaction, enum transaction_state state)
{
	struct pending *pending = &transaction->pending;
	enum transaction_state before = pending->state;

	/* What packets see is decided already: the record must follow it in any case. */
	if (!steps[before][state])
		log_error("policy: a change went from %s to %s, which is a fault of fwd",
			  names[before], names[state]);
	pending->state = state;
	if (state == TRANSACTION_CONFIRMED || state == TRANSACTION_REVERTED)
		pending->last = state;
	if (state == TRANSACTION_ACTIVE)
		clock_arm(transaction);
	else if (before == TRANSACTION_ACTIVE)
		clock_disarm(transaction);
}
