// SPDX-License-Identifier: MIT
#include "tests/unit/model/bench.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/lib/fake_live.h"

/* ---- the kernel ---- */

static struct kernel *kernel_of(const struct datapath *dp)
{
	return (struct kernel *)dp;
}

int policy_apply(struct datapath *dp, const struct policy *policy, struct errors *errs)
{
	struct kernel *kernel = kernel_of(dp);

	cr_assert(policy->slots);
	if (kernel->apply_result < 0) {
		errors_add(errs, SEVERITY_ERROR, ERROR_SYSTEM, NULL, "no room");
		return kernel->apply_result;
	}
	kernel->applied++;
	return 0;
}

uint32_t datapath_generation(const struct datapath *dp)
{
	return kernel_of(dp)->applied;
}

int datapath_bind(const struct datapath *dp, const struct config *config, const struct slots *slots,
		  struct slots **ret, struct errors *errs)
{
	(void)dp, (void)config, (void)slots, (void)errs;
	*ret = NULL;
	return 0;
}

int datapath_check_leave(struct datapath *dp, const struct config *config,
			 const struct slots *slots, struct errors *errs)
{
	(void)dp, (void)config, (void)slots, (void)errs;
	return 0;
}

const struct slots *datapath_slots(const struct datapath *dp)
{
	(void)dp;
	return NULL;
}

bool datapath_can_answer(const struct datapath *dp)
{
	return kernel_of(dp)->answers;
}

void datapath_set_cookies(struct datapath *dp, unsigned cookies, unsigned options, unsigned wscale)
{
	cr_expect(cookies <= FW_COOKIES_ALWAYS && wscale <= 14 && options < 16);
	kernel_of(dp)->reported++;
}

int policy_apply_until(struct datapath *dp, const struct policy *policy, uint64_t deadline,
		       struct errors *errs)
{
	(void)errs;
	cr_assert(policy->slots);
	cr_assert_eq(kernel_of(dp)->waiting_until, 0);
	kernel_of(dp)->waiting_until = deadline;
	return 0;
}

int datapath_confirm(struct datapath *dp)
{
	if (kernel_of(dp)->confirm_result == 0)
		kernel_of(dp)->waiting_until = 0;
	return kernel_of(dp)->confirm_result;
}

int datapath_revert(struct datapath *dp)
{
	kernel_of(dp)->waiting_until = 0;
	return 0;
}

/* ---- a model of one file ---- */

void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	cr_assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

void bench_open(struct bench *bench, const struct config_overrides *overrides)
{
	struct datapath *dp = (struct datapath *)&bench->kernel;

	bench->kernel = (struct kernel){.answers = true};
	bench->live = fake_live_new();
	cr_assert(model_new(dp, bench->live, bench->path, overrides, &bench->model) == 0);
	cr_assert(model_reload(bench->model, &bench->change, &bench->errs) == 0);
	bench->kernel.applied = 0;
}

void bench_start(struct bench *bench, const char *text, const struct config_overrides *overrides)
{
	*bench = (struct bench){.path = "/tmp/fwd-model.XXXXXX"};
	close(mkstemp(bench->path));
	write_text(bench->path, text);
	bench_open(bench, overrides);
}

void bench_stop(struct bench *bench)
{
	errors_clear(&bench->errs);
	model_free(bench->model);
	live_close(bench->live);
	unlink(bench->path);
}

/* ---- what became of it ---- */

static const char *ids(const struct bench *bench)
{
	const struct config *config = model_config(bench->model);
	static char text[1024];

	text[0] = '\0';
	for (size_t i = 0; i < config->rule_count; i++) {
		const struct config_rule *rule = &config->rules[i];

		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 rule->disabled ? "[%s]" : "%s", rule->id);
	}
	return text;
}

void expect_state(const struct bench *bench, const char *rules, unsigned unsaved)
{
	cr_expect_str_eq(ids(bench), rules);
	cr_expect(model_unsaved(bench->model) == unsaved, "%u unsaved",
		  model_unsaved(bench->model));
}

void expect_errors(struct bench *bench, size_t count, enum error_code code)
{
	cr_assert(bench->errs.failed == count, "%zu errors", bench->errs.failed);
	cr_expect(bench->errs.list[0].code == code, "%s: %s",
		  error_code_name(bench->errs.list[0].code), bench->errs.list[0].message);
	errors_clear(&bench->errs);
}
