/* SPDX-License-Identifier: MIT */
/*
 * A model to test, of one file, and a kernel that stands in for the real one: it notes what it was
 * given, and fails on request. What an edit does to real packets is tested in
 * tests/netns/test_live.sh.
 */
#ifndef FWD_TEST_MODEL_BENCH_H
#define FWD_TEST_MODEL_BENCH_H

#include "common/abi/fw_limits.h"
#include "common/base/memory.h"
#include "daemon/fwd/model/model_internal.h"

/* What the model takes for its datapath. */
struct kernel {
	unsigned applied; /* policies for good; the last one is the generation */
	int apply_result;
	bool answers;		/* SYNs, with cookies */
	unsigned reported;	/* of cookies: how often */
	uint64_t waiting_until; /* of a policy that waits; 0: none does */
	int confirm_result;
};

struct bench {
	char path[64]; /* of the config */
	struct kernel kernel;
	struct live *live;
	struct model *model;
	struct change change; /* that all edits here ask for */
	struct errors errs;
};

/* A model of a file with that text, loaded. overrides may be NULL. */
void bench_start(struct bench *bench, const char *text, const struct config_overrides *overrides);
/* The same of a file that is there already: bench->path is set. */
void bench_open(struct bench *bench, const struct config_overrides *overrides);
/* The file is removed, too. */
void bench_stop(struct bench *bench);

void write_text(const char *path, const char *text);

/* The ids of the running rules, disabled ones in brackets, and the number of unsaved edits. */
void expect_state(const struct bench *bench, const char *rules, unsigned unsaved);

/* That many errors, the first of that code, which are then forgotten. */
void expect_errors(struct bench *bench, size_t count, enum error_code code);

#endif
