/* SPDX-License-Identifier: MIT */
/* Codes of errors.h: 00xx files and JSON, 01xx shape, 02xx values, 03xx meaning, 04xx policy, 09xx system. */
#ifndef FWD_ERROR_CODES_H
#define FWD_ERROR_CODES_H

#define FW_ERROR_CODES(X)                                                             \
	X(FILE, "E0001")     /* a file cannot be read */                              \
	X(SYNTAX, "E0002")   /* not JSON */                                           \
	X(RULES, "E0401")    /* more rules than a generation holds */                 \
	X(ROWS, "E0402")     /* more distinct combinations than a generation holds */ \
	X(SLOTS, "E0403")    /* more names than there are slots */                    \
	X(LIVE, "E0404")     /* a rule asks about too many live sets */               \
	X(ENTRIES, "E0405")  /* an address table has too many prefixes */             \
	X(SHADOWED, "W0406") /* a rule can never match */                             \
	X(SYSTEM, "E0901")   /* the kernel or a library refused */

#define FW_AS_ERROR_CODE(name, text) ERROR_##name,
enum error_code { FW_ERROR_CODES(FW_AS_ERROR_CODE) ERROR_CODE_MAX };

#endif
