/* SPDX-License-Identifier: MIT */
/* The policy that edits are tried on: rules "a", "b" and "c". */
#ifndef FWD_TEST_MODEL_EDITS_H
#define FWD_TEST_MODEL_EDITS_H

#include "tests/unit/model/bench.h"

/* One rule more. */
#define DROP_D "{\"id\": \"d\", \"match\": {\"src\": \"10.0.0.0/8\"}, \"action\": \"drop\"}"

static const char basic[] =
	"{\"interfaces\": {\"eth0\": {\"zone\": \"wan\"}},\n"
	" \"sets\": {\"friends\": {\"elements\": [\"192.0.2.0/24\"]},\n"
	"          \"banned\": {\"live\": true}},\n"
	" \"limits\": {\"slow\": {\"rate\": \"10/s\", \"within\": \"continue\"}},\n"
	" \"rules\": [{\"id\": \"a\", \"match\": {\"src\": \"@friends\"}, \"action\": \"pass\"},\n"
	"           {\"id\": \"b\", \"match\": {\"src\": \"@banned\"}, \"action\": \"drop\"},\n"
	"           {\"id\": \"c\", \"match\": {\"proto\": \"icmp\"}, \"limit\": \"slow\"}]}\n";

static inline void edits_start(struct bench *bench, const struct config_overrides *overrides)
{
	bench_start(bench, basic, overrides);
}

#endif
