/* SPDX-License-Identifier: MIT */
/* Arguments and options that rows of several families have. */
#ifndef FWCTL_ROW_ARGUMENTS_H
#define FWCTL_ROW_ARGUMENTS_H

/* clang-format off */
#define NAME	   {.key = "name", .label = "NAME"}
#define MISSING_OK {.key = "missing_ok", .name = "missing-ok"}
#define FIELDS                                                          \
	{                                                               \
		.key = "fields", .label = "FIELD=VALUE", .flags = VALUE_MANY, \
		.hint = ", as match.dport=443; without value it goes; or JSON, \"-\", \"@FILE\"", \
	}
/* clang-format on */
#define FIELDS_DETAILS                                                                          \
	"A dot leads into an object. VALUE is JSON if it can be read as such, else a string.\n" \
	"JSON is merged into what is there (RFC 7396): null removes a field."

#endif
