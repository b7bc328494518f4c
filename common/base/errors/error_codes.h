/* SPDX-License-Identifier: MIT */
/*
 * Codes of errors.h: 00xx files and JSON, 01xx shape, 02xx values, 03xx meaning,
 * 04xx policy, 05xx changes of it, 09xx system. W: always a warning.
 */
#ifndef FWD_ERROR_CODES_H
#define FWD_ERROR_CODES_H

#define FW_ERROR_CODES(X)                                                                   \
	X(FILE, "E0001")	   /* a file cannot be read, or is too large */             \
	X(SYNTAX, "E0002")	   /* not JSON */                                           \
	X(DEPTH, "E0003")	   /* too many lists and objects in each other */           \
	X(UTF8, "E0004")	   /* not UTF-8 */                                          \
	X(STRING, "E0005")	   /* a string with what no string may hold */              \
	X(NUMBER, "E0006")	   /* a number that JSON does not know */                   \
	X(DUPLICATE_KEY, "E0007")  /* the same key twice in an object */                    \
	X(INCLUDE, "E0008")	   /* include: what cannot be included */                   \
	X(INCLUDED_KEY, "E0009")   /* a key that only the main file may have */             \
	X(UNKNOWN_KEY, "E0101")	   /* a key that this object does not have */               \
	X(TYPE, "E0102")	   /* a number for a string, and the like */                \
	X(MISSING_KEY, "E0103")	   /* a key that must be there is not */                    \
	X(EMPTY, "E0104")	   /* a list that must not be empty is */                   \
	X(NAME, "E0105")	   /* an id or name that cannot be one */                   \
	X(RESERVED, "E0106")	   /* an id that fwd uses itself */                         \
	X(DUPLICATE_ID, "E0107")   /* the same id or name twice */                          \
	X(ACTION, "E0108")	   /* a rule with neither action nor limit, or both */      \
	X(SET_KIND, "E0109")	   /* a set of no kind, or with what its kind lacks */      \
	X(TOO_MANY, "E0110")	   /* more than fwd takes */                                \
	X(WORD, "E0201")	   /* a word that is none of those known */                 \
	X(RANGE, "E0202")	   /* a number outside its range, or not whole */           \
	X(PREFIX, "E0203")	   /* not an address or prefix */                           \
	X(HOST_BITS, "E0204")	   /* a prefix with host bits set */                        \
	X(PREFIX_LENGTH, "E0205")  /* a prefix longer than its addresses */                 \
	X(DURATION, "E0206")	   /* not a duration */                                     \
	X(RATE, "E0207")	   /* not a rate */                                         \
	X(SAMPLE, "E0208")	   /* not a sample */                                       \
	X(RANGES, "E0209")	   /* not a number, range or known name */                  \
	X(TCP_FLAGS, "E0210")	   /* not flags of TCP */                                   \
	X(LIMIT_KEY, "E0211")	   /* not a key of limits */                                \
	X(NEGATION, "E0213")	   /* "!" where it means nothing */                         \
	X(SET_FULL, "E0214")	   /* a set file with more entries than `max` */            \
	X(SET_COLUMN, "E0215")	   /* a CSV file without the set's column */                \
	X(COOKIES, "E0216")	   /* "cookies" that a limit cannot have */                 \
	X(LIMIT_LISTS, "E0217")	   /* keys, rates and bursts that do not go together */     \
	X(SET_SMALL, "E0219")	   /* a set file with fewer entries than `min` */           \
	X(SET_WIDE, "E0220")	   /* a set file that covers more than it can mean */       \
	X(NOTATION, "W0221")	   /* IPv4 in an IPv6 notation that only IPv6 has */        \
	X(NO_SET, "E0301")	   /* a set that does not exist */                          \
	X(NO_LIMIT, "E0302")	   /* a limit that does not exist */                        \
	X(NO_INTERFACE, "E0303")   /* an interface that is not among `interfaces` */        \
	X(NO_ZONE, "E0304")	   /* a zone that no interface is in */                     \
	X(PORTS, "E0305")	   /* ports of what has none */                             \
	X(ICMP_MATCH, "E0306")	   /* ICMP types of what is not ICMP */                     \
	X(TCP_MATCH, "E0307")	   /* TCP flags of what is not TCP */                       \
	X(FAMILY, "E0308")	   /* conditions that no one family can meet */             \
	X(FRAGMENT_MATCH, "E0309") /* conditions that later fragments cannot meet */        \
	X(MANAGEMENT, "E0310")	   /* a management entry that can never match */            \
	X(MANAGEMENT_ALL, "W0311") /* a management entry that lets everything in */         \
	X(LOCKOUT, "W0312")	   /* a policy that may shut the operator out */            \
	X(DEFAULT_UNUSED, "W0313") /* defaults.action under permitted_cidrs */              \
	X(SET_KEPT, "W0314")	   /* a set file failed, keep-last continues without it */  \
	X(SET_SKIPPED, "W0315")	   /* lines of a set file were skipped */                   \
	X(BAN, "E0316")		   /* a limit cannot block its sources */                   \
	X(FORGEABLE, "W0330")	   /* a limit bans nobody, as sources can be forged */      \
	X(SET_CHANGED, "W0318")	   /* a set file shrank or grew out of proportion */        \
	X(SET_RESERVED, "W0319")   /* a set that is dropped has private addresses */        \
	X(SET_NEEDED, "W0322")	   /* a set that is dropped has what the router needs */    \
	X(DETACHED, "W0323")	   /* rules whose interfaces are all detached */            \
	X(COOKIE_MATCH, "E0320")   /* SYN cookies for what is not TCP */                    \
	X(COOKIE_REACH, "W0321")   /* SYN cookies of this host, for other hosts as well */  \
	X(RULES, "E0401")	   /* more rules than a generation holds */                 \
	X(ROWS, "E0402")	   /* more distinct combinations than a generation holds */ \
	X(SLOTS, "E0403")	   /* more names than there are slots */                    \
	X(LIVE, "E0404")	   /* a rule asks about too many live sets */               \
	X(ENTRIES, "E0405")	   /* an address table has too many prefixes */             \
	X(SHADOWED, "W0406")	   /* a rule can never match */                             \
	X(LIMIT_TIME, "E0407")	   /* a limit so slow that its burst is beyond our clock */ \
	X(WAY, "E0409")		   /* more "within": "continue" than a packet can meet */   \
	X(MERGED, "W0411")	   /* a limit of packets where frames are merged */         \
	X(DOOR, "W0410")	   /* a limit passes what a rule behind it would drop */    \
	X(CANARY_LIMIT, "W0412")   /* a canary charges the limit of a real rule */          \
	X(CUT_OFF, "E0501")	   /* a policy that would cut off what must get in */       \
	X(WOULD_CUT_OFF, "W0502")  /* and that would do so, if it enforced */               \
	X(UNCHECKED, "W0503")	   /* the caller's own connection could not be checked */   \
	X(PENDING, "E0504")	   /* a policy waits for its confirmation */                \
	X(UNSAVED, "E0505")	   /* a reload that would discard live edits */             \
	X(OVERRIDDEN, "E0506")	   /* an edit that an option of fwd overrides */            \
	X(COOKIE_HOST, "W0902")	   /* what the host lacks for SYN cookies */                \
	X(VLAN_HOST, "W0903")	   /* a driver that hides VLANs that rules ask for */       \
	X(LIMIT_MEMORY, "E0408")   /* more keys of limits than there may be memory for */   \
	X(SYSTEM, "E0901")	   /* the kernel or a library refused */

#define FW_AS_ERROR_CODE(name, text) ERROR_##name,
enum error_code { FW_ERROR_CODES(FW_AS_ERROR_CODE) ERROR_CODE_MAX };

#endif
