// SPDX-License-Identifier: MIT
#include "common/protocol/results.h"

#include <string.h>

const struct op_field *op_field(const struct op_record *record, const char *name)
{
	for (; record; record = record->also) {
		for (size_t i = 0; i < OP_MAX_FIELDS && record->fields[i].name; i++) {
			if (strcmp(record->fields[i].name, name) == 0)
				return &record->fields[i];
		}
	}
	return NULL;
}

/* clang-format off */
const struct op_record record_nothing = {"nothing", NULL, {{0}}};

const struct op_record record_problem = {"problem", NULL, {
	FIELD(TEXT, "severity", "", "error or warning"),
	MAYBE(TEXT, "file", "", "where; of an argument: argument, of a packet in words: packet"),
	MAYBE(COUNT, "line", "", "from 1"),
	MAYBE(COUNT, "column", "", "from 1"),
	FIELD(TEXT, "code", "", "as E0203"),
	FIELD(TEXT, "message", "", "a sentence"),
	MAYBE(TEXT, "excerpt", "", "the line, with a mark below the place"),
}};

const struct op_record record_count = {"count", NULL, {
	FIELD(COUNT, "packets", "packets", ""),
	FIELD(COUNT, "bytes", "bytes", ""),
}};

const struct op_record record_marked = {"marked count", &record_count, {
	MAYBE_OF(ONE, "mark", &record_count, "what it was at the mark of `stats.reset`"),
}};

/* Of stats and, without marks, of status. */
const struct op_record record_counts = {"totals", NULL, {
	FIELD_OF(ONE, "passed", &record_marked, "over all interfaces"),
	FIELD_OF(ONE, "dropped", &record_marked, ""),
	FIELD_OF(ONE, "would_drop", &record_marked, "in monitor mode, or by a canary"),
	FIELD_OF(ONE, "answered", &record_marked, "with a SYN cookie"),
	FIELD_OF(ONE, "would_answer", &record_marked, ""),
}};

static const struct op_record record_event_numbers = {"event numbers", NULL, {
	MAYBE(COUNT, "written", "events", "that were put out"),
	MAYBE(COUNT, "sampled_out", "events", "left out, as one of so many is put out"),
	MAYBE(COUNT, "over_rate", "events", "left out, as there were too many in a second"),
	MAYBE(COUNT, "lost", "events", "that fwd did not read in time"),
}};

const struct op_record record_events = {"events", &record_event_numbers, {
	MAYBE_OF(ONE, "mark", &record_event_numbers, "what they were at the mark"),
}};

const struct op_record record_edit = {"edit", NULL, {
	CHANGED,
	DRY_RUN,
	FIELD(COUNT, "generation", "", "that is active now"),
	FIELD(COUNT, "revision", "", "number of the running policy in the history"),
	FIELD(COUNT, "unsaved", "edits", "that the config file does not have"),
	FIELD(TEXT, "config", "", "path of the config file"),
	WARNINGS,
}};

const struct op_record record_entry = {"entry", NULL, {
	FIELD(TEXT, "prefix", "", ""),
	MAYBE(NUMBER, "age_s", "s", "since it was added; of live sets and blocks"),
	MAYBE(NUMBER, "expires_in_s", "s", "until it ends; without it, it stays"),
	MAYBE(TEXT, "reason", "", "of a block"),
}};

const struct op_record record_interface = {"interface", NULL, {
	FIELD(TEXT, "name", "", "in the config"),
	FIELD(TEXT, "current_name", "", "now: it may have been renamed"),
	FIELD(TEXT, "zone", "", ""),
	FIELD(COUNT, "ifindex", "", ""),
	FIELD(COUNT, "mtu", "bytes", "0 if it is missing or detached"),
	FIELD(TEXT, "state", "", "dispatcher, alone, down, missing, or detached: the config has "
	      "`\"attach\": false`, and all packets pass"),
	FIELD(BOOL, "attached", "", "true in the first two states"),
	FIELD(TEXT, "mode", "", "native or generic: what it has, else what it shall have"),
	FIELD(BOOL, "frags", "", "the chain takes jumbo frames"),
	FIELD(COUNT, "program", "", "id of the program"),
	FIELD(COUNT, "repairs", "", "how often the program was put back"),
	FIELD(TEXT, "note", "", "why not native, alone, down; or empty"),
}};

static const struct op_record record_end = {"end of packets", NULL, {
	FIELD(TEXT, "outcome", "", ""),
	FIELD(TEXT, "reason", "", ""),
	MAYBE(TEXT, "rule", "", "id"),
}};

static const struct op_record record_difference = {"difference", &record_count, {
	FIELD_OF(ONE, "running", &record_end, "by the running policy"),
	FIELD_OF(ONE, "tried", &record_end, "by the policy on trial"),
	FIELD(NUMBER, "last_s_ago", "s", "since the last such packet"),
}};

static const struct op_record record_flow = {"flow", &record_difference, {
	FIELD(OBJECT, "flow", "", "the members that events have for its packets (fwd(8))"),
}};

const struct op_record record_trial = {"trial", NULL, {
	FIELD(TEXT, "state", "", "none, running, over (its time), stopped, or overtaken (the "
	      "running policy has changed); with none, nothing else is there"),
	MAYBE(TEXT, "name", "", "of the text"),
	MAYBE(NUMBER, "started_s_ago", "s", ""),
	MAYBE(NUMBER, "ends_in_s", "s", "while it is running"),
	MAYBE_OF(ONE, "compared", &record_count, "what both policies judged"),
	MAYBE_OF(ONE, "different", &record_count, "with another outcome"),
	MAYBE_OF(ONE, "elsewhere", &record_count,
		 "with the same one for another reason or by another rule"),
	MAYBE(COUNT, "left_out", "packets", "later fragments"),
	MAYBE(COUNT, "untold", "packets", "for which there was no room below"),
	MAYBE_OF(LIST, "differences", &record_difference, "at most 100, with most packets first"),
	MAYBE(COUNT, "difference_count", "", "of all"),
	MAYBE_OF(LIST, "flows", &record_flow, "at most `flows`, up to 500"),
	MAYBE(COUNT, "flow_count", "", "of all that are known"),
	WARNINGS,
}};

const struct op_record record_pending = {"pending", NULL, {
	FIELD(COUNT, "revision", "", "that waits for its confirmation"),
	FIELD(COUNT, "generation", "", ""),
	FIELD(NUMBER, "seconds_left", "s", ""),
	FIELD(COUNT, "returns_to", "", "the revision that comes back"),
	FIELD(TEXT, "by", "", "who asked for it"),
}};

const struct op_record record_panic = {"panic", NULL, {
	FIELD(TEXT, "mode", "", "open or close"),
	FIELD(NUMBER, "seconds_left", "s", ""),
	MAYBE(TEXT, "by", "", "who asked for it, if this fwd knows"),
	CHANGED,
	WARNINGS,
}};

const struct op_record record_fault = {"config fault", NULL, {
	FIELD(TEXT, "config", "", "path of the file that could not be used"),
	FIELD(TEXT, "runs", "", "what runs instead: revision, closed or open"),
	FIELD(COUNT, "revision", "", "the running one"),
	FIELD(TEXT, "error", "", "the first error, with its place"),
	FIELD(TEXT, "message", "", "all of that in a sentence"),
}};
/* clang-format on */
