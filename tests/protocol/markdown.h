/* SPDX-License-Identifier: MIT */
/* The reference part of docs/protocol.md. */
#ifndef FWD_PROTOCOL_MARKDOWN_H
#define FWD_PROTOCOL_MARKDOWN_H

#include <stdio.h>

void put_markdown(FILE *out);

#endif
