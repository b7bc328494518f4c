/* SPDX-License-Identifier: MIT */
/*
 * Is this a build with AddressSanitizer? It opens files, starts a thread that traces the process to
 * find leaks, and maps terabytes: such a build can be neither undumpable nor limited in its system
 * calls, and says so in its log. It is for tests.
 */
#ifndef FWD_PROGRAM_SANITIZER_H
#define FWD_PROGRAM_SANITIZER_H

#ifdef __has_feature /* of clang */
#define BUILT_WITH_SANITIZER __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define BUILT_WITH_SANITIZER 1
#else
#define BUILT_WITH_SANITIZER 0
#endif

#endif
