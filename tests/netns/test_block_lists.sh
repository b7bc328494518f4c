#!/bin/bash
# SPDX-License-Identifier: MIT
# fwctl block and unblock with several addresses and from stdin, and blocks flush: all or none, whatever
# the input is.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

unset SSH_CONNECTION
good=192.0.2.2,1000
bad=203.0.113.7,1000
many=100000
[ -z "${FWD_IN_VM:-}" ] || many=20000

lab_open
lab_router

# takes NAME CODE REGEX FILE ARGS...: fwctl with that file as its stdin
takes() {
	local code=0 text

	text=$(ctl "${@:5}" <"$4" 2>&1) || code=$?
	if [ "$code" != "$2" ]; then
		fail "$1" "exit $code, expected $2: fwctl ${*:5} <$4"$'\n'"$(head -c 2000 <<<"$text")"
	else
		check_match "$1" "$3" "$text"
	fi
}

blocks() {
	ctl -j blocks | jq .result.total
}

# The longest name that a limit can have.
long=$(printf 'x%.0s' {1..63})
fwd_config <<JSON
{"enforce": true, "interfaces": {"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}},
 "sets": {"live": {"live": true}},
 "limits": {"$long": {"rate": "1/s", "burst": 1, "per": "src/32", "over": "block",
                      "block": {"forgeable": true, "for": "1h"}},
            "short": {"rate": "1/s", "burst": 1, "per": "src/32", "over": "block",
                      "block": {"forgeable": true, "for": "1h"}}},
 "rules": [{"id": "long", "match": {"proto": "udp", "dport": 5001}, "limit": "$long"},
           {"id": "short", "match": {"proto": "udp", "dport": 5000}, "limit": "short"}]}
JSON
fwd_up || test_end

# Who speaks OSPF needs its neighbours.
lab_start router /usr/bin/python3 -c '
import socket, time
kept = socket.socket(socket.AF_INET, socket.SOCK_RAW, 89)
time.sleep(600)'
needs_ospf() {
	ctl -j check --lockout | jq -e '.result.needs[] | select(.id == "ospf" and .applies)'
}
eventually 10 needs_ospf
list=$lab_dir/list

section "several"
takes "words" 0 '^2 blocked, 0 blocked already; all for 1h$' /dev/null \
	block 203.0.113.7 203.0.113.8 --for 1h --reason list
check_equal "are in force" "5 0" "$(probe $good $bad)"
check_equal "with the time and the reason" 2 "$(ctl -j blocks |
	jq '[.result.items[] | select(.reason == "list" and .expires_in_s > 3000)] | length')"
takes "one that is wrong" 2 '"ten" is not an address' /dev/null block 203.0.113.9 ten 203.0.113.10
takes "host bits" 2 'host bits set; meant 203\.0\.113\.0/24' /dev/null unblock 203.0.113.7 203.0.113.1/24
check_equal "changes nothing" 2 "$(blocks)"
takes "one that would cut off OSPF" 1 'would cut off' /dev/null block 203.0.113.9 198.51.100.0/24
check_equal "is none of them" 2 "$(blocks)"
takes "a dry run" 0 '^1 blocked, 1 blocked already \(dry run' /dev/null block 203.0.113.7 203.0.113.9 --dry-run
takes "of unblock" 0 '^1 unblocked, 1 not blocked before \(dry run' /dev/null unblock 203.0.113.7 203.0.113.9 --dry-run
check_equal "does nothing" 2 "$(blocks)"
takes "unblock" 0 '^2 unblocked, 0 not blocked before$' /dev/null unblock 203.0.113.7 203.0.113.8
check_equal "is in force" "5 5" "$(probe $good $bad)"
takes "again" 0 '^0 unblocked, 2 not blocked before \(nothing changed' /dev/null unblock 203.0.113.7 203.0.113.8
takes "in JSON" 0 '"removed":0,"missing":2.*"changed":false' /dev/null -j unblock 203.0.113.7 203.0.113.8
check "a wide one, and one in it" ctl block 203.0.113.0/24 203.0.113.7
takes "what stays blocked is shown" 0 '^203\.0\.113\.7 is still blocked, as part of 203\.0\.113\.0/24' \
	/dev/null unblock 203.0.113.7 198.51.100.9
check "block it again" ctl block 203.0.113.7
takes "a dry run of one shows it, too" 0 '"still_blocked_by":"203.0.113.0/24"' /dev/null -j unblock 203.0.113.7 --dry-run
takes "what is only a part" 1 '203\.0\.113\.9 is not blocked by itself.*nothing was unblocked' \
	/dev/null unblock 203.0.113.7 203.0.113.9
check_equal "nothing was" 2 "$(blocks)"
check "with what it is a part of" ctl unblock 203.0.113.7 203.0.113.9 203.0.113.0/24
check_equal "it goes" 0 "$(blocks)"

section "stdin"
printf '# comment\n203.0.113.7, 203.0.113.8\r\n\n\t2001:db8:bad::7 # more\n203.0.113.7\n' >"$list"
takes "a list" 0 '^3 blocked, 0 blocked already$' "$list" block -
takes "as JSON, of one, too" 0 '"added":0,"refreshed":1.*"changed":false' <(echo 203.0.113.7) -j block -
takes "unblock" 0 '^3 unblocked' "$list" unblock -
printf '203.0.113.7\nten\n203.0.113.8/8\n' >"$list"
takes "errors have lines" 2 'stdin:2:1: error: .*ten' "$list" block -
takes "all of them" 2 'stdin:3:1: error: .*host bits' "$list" block -
takes "nothing" 2 'stdin holds no prefixes' /dev/null block -
printf '# only this\n' >"$list"
takes "a comment" 2 'stdin holds no prefixes' "$list" block -
printf '203.0.113.7\n203.0.113.8\000203.0.113.9\n' >"$list"
takes "a NUL" 2 'stdin:2:1: error: a NUL' "$list" block -
takes "in a live set, too" 2 'stdin:2:1: error: a NUL' "$list" set add live -
takes "no end of them" 2 'stdin:1:1: error: a NUL' /dev/zero block -
head -c 100000 /dev/zero | tr '\0' 1 >"$list"
takes "a line without end" 2 'stdin:1:1: error: a line above 8192 bytes' "$list" block -
takes "lines without end" 2 'stdin:1:1: error: a line above' <(yes 1 | tr -d '\n' 2>/dev/null) block -
takes "garbage without end" 2 'stdin:1:1: error: ' <(yes garbage 2>/dev/null) block -
head -c 100000 /dev/urandom >"$list"
takes "random bytes" 2 'error' "$list" block -
takes "one address without end" 0 '^1 blocked' <(yes 203.0.113.7 2>/dev/null | head -n 200000) block -
ctl unblock 203.0.113.7 >/dev/null
takes "addresses without end" 2 'more than 1000000 addresses' <(yes 203.0.113.7 2>/dev/null) block -
check_equal "nothing is blocked" 0 "$(blocks)"

section "flush"
takes "of nothing" 0 '^nothing is blocked \(nothing changed' /dev/null blocks flush
takes "in JSON" 0 '"removed":0,.*"changed":false' /dev/null -j blocks flush
check "an operator's" ctl block 203.0.113.7 2001:db8:bad::7 --reason "port scan"
check "with a time" ctl block 203.0.113.8 --for 1h --reason "port scan"
check "of another reason" ctl block 203.0.113.9 --reason "port scans"
check "without a reason" ctl block 203.0.113.10
hit() {
	probe 203.0.113.20,5000 >/dev/null
	ctl -j blocks | jq -e '.result.items[] | select(.reason == "limit short")'
}
eventually 10 hit
check_equal "a ban by a limit" 6 "$(blocks)"
check_equal "all drop" "5 0 0" "$(probe $good $bad 203.0.113.20,1000)"
takes "an unknown reason" 0 '^nothing is blocked for this reason \(nothing changed' /dev/null \
	blocks flush --reason "port sca"
takes "one that is too long" 2 'at most 63 bytes' /dev/null \
	blocks flush --reason "$(head -c 100000 /dev/zero | tr '\0' a)"
takes "text that is no pattern" 0 '^nothing is blocked for this' /dev/null blocks flush --reason '*'
takes "a second word" 2 'unexpected word' /dev/null blocks flush "port scan"
takes "a revision of before" 6 'revision' /dev/null blocks flush --if-revision 9999
check_equal "nothing was done" 6 "$(blocks)"
takes "a dry run lists" 0 '^203\.0\.113\.8 .*port scan' /dev/null blocks flush --reason "port scan" --dry-run
check_match "and counts" '^3 blocks removed \(dry run: nothing was done' "$(
	ctl blocks flush --reason "port scan" --dry-run)"
check_equal "in JSON" "3 3 true" "$(ctl -j blocks flush --reason "port scan" --dry-run |
	jq -r '.result | "\(.removed) \(.entries | length) \(.changed)"')"
check_equal "does nothing" "6 5 0 0" "$(blocks) $(probe $good $bad 203.0.113.20,1000)"
takes "the ban" 0 '^1 block removed$' /dev/null blocks flush --reason "limit short"
check_equal "its packets pass, others do not" "0 5" "$(probe $bad 203.0.113.20,1000)"
check "a policy that waits" ctl rule set short comment=waits --confirm 5m
takes "one reason" 0 '^3 blocks removed$' /dev/null blocks flush --reason "port scan"
check_equal "its packets pass" "5 5 0" "$(probe $bad 203.0.113.8,1000 203.0.113.9,1000)"
takes "again" 0 '^nothing is blocked for this reason \(nothing' /dev/null blocks flush --reason "port scan"
check "it still waits" ctl confirm
takes "none at all" 0 '^1 block removed$' /dev/null blocks flush --reason ''
check "a block for a moment" ctl block 203.0.113.11 --for 1s --reason ends
ended() {
	[ "$(blocks)" = 1 ]
}
eventually 10 ended
takes "what has ended" 0 '^nothing is blocked for this' /dev/null blocks flush --reason ends
check "a wide one, and one in it" ctl block 203.0.113.0/24 --reason wide
ctl block 203.0.113.7 --reason narrow >/dev/null
takes "what others go on blocking" 0 '^1 block removed; still blocked, as parts of others: 1$' \
	/dev/null blocks flush --reason narrow
check_equal "is blocked" 0 "$(probe $bad)"
takes "all" 0 '^2 blocks removed$' /dev/null blocks flush
check_equal "all pass" "0 5 5 5" "$(blocks) $(probe $good $bad 203.0.113.9,1000)"
takes "again" 0 '^nothing is blocked \(nothing changed' /dev/null blocks flush
check_match "is in the audit" 'ok +blocks flush --reason limit short' "$(ctl history --audit)"

hit_long() {
	probe 203.0.113.21,5001 >/dev/null
	[ "$(blocks)" = 1 ]
}
eventually 10 hit_long
takes "a ban by a limit with a long name" 2 'first 57 bytes of a long name' /dev/null \
	blocks flush --reason "limit $long"
takes "is found by what is recorded" 0 '^1 block removed$' /dev/null blocks flush --reason "limit ${long:0:57}"

section "flush, by those who mean harm"
# A mebibyte is the most that a frame holds: fwctl cannot send as much in a word.
hostile() {
	FWD_SOCKET=$lab_dir/sock python3 - "$1" <<'PYTHON'
import json, os, socket, struct, sys
body = json.dumps({"op": "blocks.flush", "args": {"reason": "\x01%n\n" * 10}}).encode()
body = body.replace(b"%n", b"%n" * ((int(sys.argv[1]) - len(body)) // 20))
peer = socket.socket(socket.AF_UNIX)
peer.settimeout(60)
peer.connect(os.environ["FWD_SOCKET"])
try:
    peer.sendall(struct.pack("!III", 0x46574431, 1, len(body)) + body)
    head = peer.recv(12, socket.MSG_WAITALL)
    print(peer.recv(struct.unpack("!III", head)[2], socket.MSG_WAITALL).decode())
except (BrokenPipeError, ConnectionResetError):
    print("closed")
PYTHON
}
check "a block" ctl block 203.0.113.7 --reason stays
check_match "a reason of nearly 1 MiB" '"bad_request".*at most 63 bytes' "$(hostile 1048000)"
check_match "a frame of more" 'closed|bad_request|too l' "$(hostile 1200000)"
check_equal "nothing was removed" "1 0" "$(blocks) $(probe $bad)"
check_equal "a line of the audit stays short" "" "$(awk 'length > 2000 { print "line " NR ": " length }' \
	"$lab_dir"/state/audit* 2>&1)"
ctl blocks flush --reason stays >/dev/null

section "flush, after a restart"
check "a block with a reason" ctl block 203.0.113.7 --reason "port scan"
fwd_down KILL
fwd_up || test_end
takes "reasons are forgotten" 0 '^nothing is blocked for this' /dev/null blocks flush --reason "port scan"
check_equal "blocks are not" 0 "$(probe $bad)"
takes "they have none" 0 '^1 block removed$' /dev/null blocks flush --reason ''
check_equal "and pass" 5 "$(probe $bad)"

section "a long list"
awk -v n=$many 'BEGIN { for (i = 0; i < n; i++) printf "10.%d.%d.%d\n", i / 65536, i / 256 % 256, i % 256 }' >"$list"
echo 203.0.113.7 >>"$list"
since=$(now_ms)
takes "$many at once" 0 'blocked, 0 blocked already; all for 1h' "$list" --wait 5m block - --for 1h
echo "      $many addresses: $(($(now_ms) - since)) ms"
check_equal "all are there" $((many + 1)) "$(blocks)"
check_equal "and in force" "5 0" "$(probe $good $bad)"
cp "$list" "$list.bad"
echo 198.51.100.0/24 >>"$list.bad"
takes "one of them would cut off" 1 'would cut off' "$list.bad" --wait 5m block -
check_equal "nothing has changed" $((many + 1)) "$(blocks)"
since=$(now_ms)
takes "flush them" 0 'blocks removed$' /dev/null --wait 5m blocks flush
echo "      $(($(now_ms) - since)) ms"
check_equal "none is left" 0 "$(blocks)"
check "again" ctl --wait 5m block - --for 1h --reason many <"$list"
since=$(now_ms)
takes "flush them by their reason" 0 'blocks removed$' /dev/null --wait 5m blocks flush --reason many
echo "      $(($(now_ms) - since)) ms"
check_equal "none is left of these, either" 0 "$(blocks)"
check "and again" ctl --wait 5m block - <"$list"
takes "unblock them" 0 'unblocked, 0 not blocked before$' "$list" --wait 5m unblock -
check_equal "none is left" 0 "$(blocks)"

fwd_clear
test_end
