// SPDX-License-Identifier: MIT
/* What the command line adds to a config. */
#include <criterion/criterion.h>

#include <errno.h>
#include <string.h>

#include "tests/unit/config/support.h"

static struct config *overridden(const char *text, const struct config_overrides *overrides,
				 struct errors *errs)
{
	cleanup_document struct document *document = NULL;
	struct config *config = NULL;

	cr_assert_eq(document_read_text("x.json", text, strlen(text), &document, errs), 0);
	config_parse(document, overrides, &config, errs);
	return config;
}

Test(overrides, interfaces_are_added_to_those_of_the_file)
{
	static const char *const names[] = {"eth1", "eth0", "eth1"};
	struct config_overrides overrides = {.interfaces = names,
					     .interface_count = 3,
					     .has_mode = true,
					     .mode = ATTACH_GENERIC};
	struct errors errs = {0};
	cleanup_config struct config *config =
		overridden("{\"interfaces\": {\"eth0\": {\"zone\": \"wan\"}, \"eth2\": {}},"
			   "\"rules\": [{\"id\": \"r\", \"match\": {\"interface\": \"eth1\"},"
			   "\"action\": \"drop\"}]}",
			   &overrides, &errs);

	cr_assert_not_null(config, "a rule may name an interface of -i");
	cr_assert_eq(config->interface_count, 3);
	cr_expect_geq(config_find_interface(config, "eth0"), 0);
	cr_expect_geq(config_find_interface(config, "eth1"), 0);
	cr_expect_geq(config_find_interface(config, "eth2"), 0);
	cr_expect_str_eq(config->interfaces[config_find_interface(config, "eth0")].zone, "wan");
	for (size_t i = 0; i < 3; i++)
		cr_expect_eq(config->interfaces[i].mode, ATTACH_GENERIC);
	cr_expect_not(config->enforce);
}

Test(overrides, interfaces_are_attached)
{
	static const char *const names[] = {"eth0"};
	struct config_overrides overrides = {.interfaces = names, .interface_count = 1};
	struct errors errs = {0};
	cleanup_config struct config *config = overridden(
		"{\"interfaces\": {\"eth0\": {\"attach\": false}, \"eth1\": {\"attach\": "
		"false}, \"eth2\": {\"attach\": true}}}",
		&overrides, &errs);

	cr_assert_not_null(config);
	cr_expect_not(config->interfaces[0].detached, "the flag wins over the file");
	cr_expect(config->interfaces[1].detached);
	cr_expect_not(config->interfaces[2].detached);
	cr_expect_eq(config_count_detached(config), 1);
}

Test(overrides, drop_packets_enforces)
{
	struct config_overrides overrides = {.drop_packets = true};
	struct errors errs = {0};
	cleanup_config struct config *off = overridden("{\"enforce\": false}", &overrides, &errs);
	cleanup_config struct config *nothing = overridden("{}", &overrides, &errs);

	cr_expect(off->enforce);
	cr_expect(nothing->enforce);
	overrides.drop_packets = false;
	config_free(nothing);
	nothing = overridden("{\"enforce\": true}", &overrides, &errs);
	cr_expect(nothing->enforce, "without the flag the file counts");
}

Test(overrides, too_many_interfaces)
{
	char names[64][16];
	const char *list[64];
	struct config_overrides overrides = {.interfaces = list, .interface_count = 63};
	struct errors errs = {0};
	struct config *config;

	for (size_t i = 0; i < 64; i++) {
		snprintf(names[i], sizeof(names[i]), "eth%zu", i);
		list[i] = names[i];
	}
	config = overridden("{}", &overrides, &errs);
	cr_expect_not_null(config);
	config_free(config);
	overrides.interface_count = 64;
	config = overridden("{}", &overrides, &errs);
	cr_expect_null(config);
	cr_expect_eq(errs.failed, 1);
	errors_clear(&errs);
}

Test(overrides, names_that_no_interface_has)
{
	static const char *const names[] = {"", "a-name-of-16-chr", "eth 0", "../eth0", "."};

	for (size_t i = 0; i < array_size(names); i++) {
		struct config_overrides overrides = {.interfaces = &names[i], .interface_count = 1};
		struct errors errs = {0};

		cr_expect_null(overridden("{}", &overrides, &errs));
		cr_assert_eq(errs.count, 1, "%s", names[i]);
		cr_expect_eq(errs.list[0].code, ERROR_NAME, "%s", names[i]);
		errors_clear(&errs);
	}
}
