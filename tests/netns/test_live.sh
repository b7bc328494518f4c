#!/bin/bash
# SPDX-License-Identifier: MIT
# Edits of the running policy, under traffic that they must not touch.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

good=192.0.2.2,1000
bad=203.0.113.7,1000
bad6=2001:db8:bad::7,1000
rate=200
[ -z "${FWD_IN_VM:-}" ] || rate=40

lab_open
lab_router
echo 192.0.2.99 >"$lab_dir/list.netset"
fwd_config <<JSON
{
  "enforce": true,
  "interfaces": {"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}},
  "sets": {
    "friends": {"elements": ["192.0.2.50"]},
    "banned": {"live": true, "timeout": "10m", "max": 3},
    "listed": {"file": "list.netset"}
  },
  "rules": [
    {"id": "friends", "match": {"src": "@friends"}, "action": "pass"},
    {"id": "banned", "match": {"src": "@banned"}, "action": "drop"},
    {"id": "listed", "match": {"src": "@listed"}, "action": "drop"}
  ]
}
JSON
fwd_up || test_end

value() {
	ctl -j status | jq ".result.$1"
}

ids() {
	ctl -j rule list | jq -r '[.result.items[].id] | join(" ")'
}

# edit NAME EXPECTED COMMAND...: it works, makes one generation, and that is what passes at once
edit() {
	local before after

	before=$(value generation)
	check "$1" ctl "${@:3}"
	check_match "$1: says whether it is saved" "${said:-not saved}" "$output"
	after=$(value generation)
	check_equal "$1: is one generation" $((before + 1)) "$after"
	check_equal "$1: is in force" "$2" "$(probe $good $bad)"
}

# refused NAME CODE REGEX COMMAND...: and nothing has changed
refused() {
	local before

	before=$(value generation)
	check_exit "$1: exit code $2" "$2" ctl "${@:4}"
	check_match "$1: says why" "$3" "$output"
	check_equal "$1: nothing changed" "$before" "$(value generation)"
}

# Another port than the edits are about: nothing of it may be lost.
stream_start $rate 192.0.2.2,1001

section "rules"
check_equal "at the start" "5 5" "$(probe $good $bad)"
edit "rule add" "5 0" rule add '{"id": "no", "match": {"src": "203.0.113.0/24"}, "action": "drop"}'
check_equal "it counts" 5 "$(stat_rule no)"
edit "rule disable" "5 5" rule disable no
check_match "a disabled rule is listed as such" 'false' \
	"$(ctl -j rule show no | jq .result.enabled)"
edit "rule enable" "5 0" rule enable no
check_equal "its counter goes on" 10 "$(stat_rule no)"
edit "rule add --before" "5 5" rule add --before no \
	'{"id": "but", "match": {"src": "203.0.113.7"}, "action": "pass"}'
check_equal "rules stand in order" "friends banned listed but no" "$(ids)"
edit "rule delete" "5 0" rule delete but
edit "a canary" "5 0" rule add --before no \
	'{"id": "canary", "match": {"src": "203.0.113.7"}, "action": "pass", "enforce": false}'
edit "rule delete of a canary" "5 0" rule delete canary
check_equal "edits are counted" 7 "$(value unsaved)"
said='is deleted' edit "rule delete of the last" "5 5" rule delete no
check_equal "what the file has is saved, however it came there" 0 "$(value unsaved)"
check "to enable what is enabled is no edit" ctl rule enable friends
check_equal "and is not counted" 0 "$(value unsaved)"

section "warnings"
check_match "the start reported the policy" 'W0312' "$(cat "$fwd_log")"
check "an edit" ctl rule add '{"id": "all", "action": "pass"}'
check_equal "does not repeat the old one" "" "$(grep W0312 <<<"$output")"
check "an edit that brings one" ctl rule add '{"id": "never", "match": {"proto": "tcp"}, "action": "drop"}'
check_match "shows it" 'never.*W0406' "$output"
check "the next edit" ctl rule delete never
check_equal "does not" "" "$(grep W0406 <<<"$output")"
check "and back" ctl rule delete all
check_match "a reload shows all" 'W0312' "$(ctl reload 2>&1)"

section "rules that are refused"
refused "the same id" 6 'already' \
	rule add '{"id": "friends", "action": "drop"}'
refused "before what is not there" 1 'no rule "nosuch"' \
	rule add --before nosuch '{"id": "x", "action": "drop"}'
refused "half JSON" 3 'argument:1:[0-9]+: error' rule add '{"id": "x", "action": "drop"'
refused "an unknown key" 3 'argument:1:.*"acton".*"action"' \
	rule add '{"id": "x", "acton": "drop"}'
refused "an unknown set" 3 'nosuch' \
	rule add '{"id": "x", "match": {"src": "@nosuch"}, "action": "drop"}'
refused "two errors at once" 3 'no set "nosuch" \[E0301\]' \
	rule add '{"id": "x", "match": {"src": "@nosuch"}, "limit": "nosuch"}'
check_match "the other one, too" 'no limit "nosuch" \[E0302\]' "$output"
refused "a list" 3 'argument:1:1|object' rule add '[]'
refused "to delete what is not there" 1 'no rule "nosuch"' rule delete nosuch
refused "to enable what is not there" 1 'no rule "nosuch"' rule enable nosuch

section "inline sets"
edit "block everything else" "0 0" rule add '{"id": "last", "match": {"proto": "udp", "dport": 1000}, "action": "drop"}'
edit "set add" "5 0" set add friends 192.0.2.2 192.0.2.3 192.0.2.50
check_match "says how many were new" '2' "$output"
edit "set add of a prefix" "5 5" set add friends 203.0.113.0/24
edit "set delete" "5 0" set delete friends 203.0.113.0/24 203.0.113.1
check_match "set test" '192\.0\.2\.2' "$(ctl set test friends 192.0.2.2)"
edit "rule delete" "5 5" rule delete last
refused "host bits" 2 'meant 203\.0\.113\.0/24' set add friends 203.0.113.7/24
check_match "none of these" 'nothing changed' "$(ctl set delete friends 203.0.113.0/24)"
refused "a set from a file" 6 'list\.netset' set add listed 203.0.113.7
refused "a timeout in an inline set" 2 'only live sets' set add friends 10.0.0.1 --timeout 10m
refused "no such set" 1 'no set "nosuch"' set add nosuch 10.0.0.1

section "live sets"
generation=$(value generation)
unsaved=$(value unsaved)
check "set add" ctl set add banned 203.0.113.0/24
check_equal "is in force" "5 0" "$(probe $good $bad)"
check "a second entry" ctl set add banned 2001:db8:bad::/48 --timeout 1h
check_equal "is in force, in IPv6" "5 0 0" "$(probe $good $bad $bad6)"
check "set delete" ctl set delete banned 203.0.113.0/24
check_equal "it passes again" "5 5 0" "$(probe $good $bad $bad6)"
check "entries up to max" ctl set add banned 203.0.113.0/25 203.0.113.128/25
check_exit "one too many" 6 ctl set add banned 10.9.9.9
check_equal "all are in force" "5 0 0" "$(probe $good $bad $bad6)"
check "set flush" ctl set flush banned
check_equal "is in force" "5 5 5" "$(probe $good $bad $bad6)"
check_equal "none of this made a generation" "$generation" "$(value generation)"
check_equal "or an unsaved edit" "$unsaved" "$(value unsaved)"

section "limits"
edit "limit add" "5 5" limit add few '{"rate": "1/h", "burst": 3, "per": "src/32"}'
edit "a rule that uses it" "5 3" rule add \
	'{"id": "few", "match": {"src": "203.0.113.0/24"}, "limit": "few"}'
explain="in eth0 udp 203.0.113.7:4000 > 198.51.100.2:1000"
check_equal "explain names it" "drop over_limit few few" "$(ctl -j explain "$explain" |
	jq -r '.result | "\(.verdict) \(.reason) \(.rule) \(.limit)"')"
check_equal "it counts" "3 2" "$(stat_limit few passed) $(stat_limit few over)"
refused "a limit that is used" 6 'used by rule "few"' limit delete few
refused "the same name" 6 'already' limit add few '{"rate": "1/s"}'
refused "a broken one" 3 'argument:1:' limit add more '{"rate": "fast"}'
edit "rule delete" "5 5" rule delete few
edit "limit delete" "5 5" limit delete few

section "explain costs nothing"
edit "limit add" "5 5" limit add two '{"rate": "1/h", "burst": 2, "per": "rule"}'
check "a rule" ctl rule add '{"id": "two", "match": {"src": "203.0.113.0/24"}, "limit": "two"}'
for _ in 1 2 3 4; do
	answer=$(ctl -j explain "$explain" | jq -r '.result | "\(.verdict) \(.reason)"')
done
check_equal "the fourth is within the limit as the first" "pass within_limit" "$answer"
check_equal "two tokens are still there" 2 "$(probe $bad)"
check "rule delete" ctl rule delete two

section "blocks"
FWD_LAB=$lab_id background "$fwd_source/tests/lib/timeline.py" $rate "$lab_dir/times" $bad
times_pid=$lab_pid
check_soon "probes arrive" 5 test -s "$lab_dir/times"
before=$(now_ms)
check "block --for 3s" ctl block 203.0.113.7 --for 3s --reason "test of time"
after=$(($(now_ms) + 10)) # which counts in hundredths of a second
check_match "it is listed with its reason" '203\.0\.113\.7.*test of time' "$(ctl blocks)"
arrives_again() {
	awk -v after=$after '$1 > after {found = 1} END {exit !found}' "$lab_dir/times"
}
check_soon "it ends" 6 arrives_again
lab_stop "$times_pid"
# The first that was sent when the block was in force: its own time shows it, at any later time.
read -r sent arrived < <(awk -v after=$after '$1 > after {print; exit}' "$lab_dir/times")
check_between "nothing passed for 3 s: ms from the block to the first that arrived" \
	2990 1000000 $((arrived - before))
check_between "it passed soon then: ms to when that was sent" 0 $((4000 + 3000 * test_scale)) $((sent - after))
check_equal "the list is empty" 0 "$(ctl -j blocks | jq .result.total)"

check "a block without end" ctl block 203.0.113.0/24
check "one of IPv6" ctl block 2001:db8:bad::7 --for 1h
check_equal "both are in force" "5 0 0" "$(probe $good $bad $bad6)"
check "a reload" ctl reload --discard
check_equal "they outlive it" "5 0 0" "$(probe $good $bad $bad6)"
check_exit "a part of a block cannot be unblocked" 1 ctl unblock 203.0.113.7
check_match "and what holds it is reported" '203\.0\.113\.0/24' "$output"
check "unblock" ctl unblock 203.0.113.0/24
check "unblock" ctl unblock 2001:db8:bad::7
check_equal "they are free" "5 5 5" "$(probe $good $bad $bad6)"
check "again, as if its time had ended" ctl unblock 203.0.113.0/24
check_match "nothing changed" 'was not blocked' "$output"
check_exit "not an address" 2 ctl block example.org
check_exit "not a time" 2 ctl block 203.0.113.7 --for soon

section "short blocks, many at once"
for i in $(seq 1 $((rate / 4))); do
	ctl block "10.1.0.$i" --for 1s >/dev/null || fail "block $i"
done
check_soon "all are gone within a second of their end" 2 \
	sh -c "'$fwctl_binary' -s '$lab_dir/sock' -j blocks | jq -e '.result.total == 0'"

section "reload"
check "an edit" ctl rule add '{"id": "gone-soon", "match": {"src": "203.0.113.0/24"}, "action": "drop"}'
check_equal "is in force" "5 0" "$(probe $good $bad)"
check "a reload" ctl reload --discard
check_match "says that it discarded it" '1 .*(discard|drop|unsaved|edit)' "$output"
check_equal "the file rules" "friends banned listed" "$(ids)"
check_equal "and is in force" "5 5" "$(probe $good $bad)"
check_equal "nothing is unsaved" 0 "$(value unsaved)"

section "four editors at once"
generation=$(value generation)
edits=$((rate / 20))
editors=()
for editor in 1 2 3 4; do
	(
		for i in $(seq 1 $edits); do
			ctl rule add '{"id": "e'$editor-$i'", "match": {"src": "203.0.113.'$((editor * 10 + i))'"}, "action": "drop"}' ||
				exit 1
		done
	) >/dev/null &
	editors+=($!)
	lab_pids+=($!)
done
failed=0
for pid in "${editors[@]}"; do
	wait "$pid" || failed=$((failed + 1))
done
check_equal "none failed" 0 $failed
check_equal "all rules are there" $((3 + 4 * edits)) "$(ids | wc -w)"
check_equal "each was one generation" $((generation + 4 * edits)) "$(value generation)"

section "and meanwhile"
stream_stop
check_between "many probes were sent" $((rate * 3)) 1000000 "${streamed[0]}"
check_equal "all of them arrived" "${streamed[0]}" "${streamed[1]}"

fwd_clear
test_end
