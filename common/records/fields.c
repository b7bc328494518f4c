// SPDX-License-Identifier: MIT
#include "common/records/fields.h"

#include "common/abi/fw_lists.h"
#include "common/base/memory.h"

/* ---- the lists of kind WORD ---- */

static const char *const outcome_names[] = {FW_OUTCOMES(FW_AS_NAME)};
static const char *const reason_names[] = {FW_REASONS(FW_AS_NAME)};
static const char *const kind_names[] = {FW_KINDS(FW_AS_NAME)};
static const char *const fragment_names[] = {FW_FRAGMENTS(FW_AS_NAME)};

static const struct event_words none = {NULL, 0};
static const struct event_words outcomes = {outcome_names, array_size(outcome_names)};
static const struct event_words reasons = {reason_names, array_size(reason_names)};
static const struct event_words kinds = {kind_names, array_size(kind_names)};
static const struct event_words fragments = {fragment_names, array_size(fragment_names)};

#define AS_INFO(name, text, kind, words, help) {text, EVENT_KIND_##kind, &(words), help},

const struct event_field_info event_fields[EVENT_FIELD_MAX] = {EVENT_FIELDS(AS_INFO)};
