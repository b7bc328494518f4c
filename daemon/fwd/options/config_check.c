// SPDX-License-Identifier: MIT
#include "daemon/fwd/options/config_check.h"

#include <errno.h>

#include "common/base/memory.h"

static void free_document(struct document **document)
{
	document_free(*document);
}

static void free_config(struct config **config)
{
	config_free(*config);
}

struct config_overrides config_overrides(const struct options *options)
{
	return (struct config_overrides){
		.interfaces = options->interfaces,
		.interface_count = options->interface_count,
		.drop_packets = options->drop_packets,
		.has_mode = options->has_mode,
		.mode = options->mode,
		/* The result of --compile depends on the file alone. */
		.state_dir = options->compile_path ? NULL : options->state_dir,
	};
}

int config_check(const struct options *options, struct config **ret_config,
		 struct policy **ret_policy, struct errors *errs)
{
	const char *path = options->compile_path ? options->compile_path : options->config_path;
	struct config_overrides overrides = config_overrides(options);
	cleanup(free_document) struct document *document = NULL;
	cleanup(free_config) struct config *config = NULL;
	int ret;

	ret = document_read_file(path, &document, errs);
	if (ret < 0)
		return ret;
	ret = config_parse(document, &overrides, &config, errs);
	if (ret < 0)
		return ret;
	ret = config_validate(config, errs);
	if (ret < 0)
		return ret;
	if (errors_failed(errs))
		return -EBADMSG;
	ret = policy_compile(config, NULL, ret_policy, errs);
	if (ret < 0)
		return ret;
	*ret_config = steal(&config);
	return 0;
}
