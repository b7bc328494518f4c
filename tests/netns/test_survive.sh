#!/bin/bash
# SPDX-License-Identifier: MIT
# The datapath outlives fwd, and the next fwd takes over: denied traffic never passes meanwhile,
# allowed traffic is never lost.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

good=192.0.2.2,1000
bad=203.0.113.7,1000
rate=200 restarts="1 2 3" delays="0.02 0.05 0.1 0.2 0.4"
# Emulated, each start takes long.
[ -z "${FWD_IN_VM:-}" ] || rate=40 restarts="1 2" delays="0.5 4"
# How it starts is fwd's and not the kernel's: there only what a kernel must do, but with FWD_LONG.
short=
[ -z "${FWD_IN_VM:-}" ] || [ "${FWD_LONG:-}" ] || short=yes

lab_open
lab_router

# config [MORE RULES]: a comma in front
config() {
	fwd_config <<-JSON
	{
	  "enforce": true,
	  "interfaces": {"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}},
	  "sets": {"guests": {"live": true, "timeout": "5h"}},
	  "limits": {"slow": {"rate": "1/h", "burst": 3, "per": "src/32"}},
	  "rules": [
	    {"id": "limited", "match": {"src": "192.0.2.2", "dport": 2000, "proto": "udp"}, "limit": "slow"},
	    {"id": "guests", "match": {"src": "@guests"}, "action": "drop"},
	    {"id": "bad", "match": {"src": "203.0.113.0/24"}, "action": "drop"}$1
	  ]
	}
	JSON
}

# stream_check WHAT: what the stream saw until now
stream_check() {
	stream_stop
	check_between "$1: nothing denied passed, of that many" 1 1000000 "${streamed[0]}"
	check_equal "$1: denied" 0 "${streamed[2]}"
	check_equal "$1: all allowed arrived" "${streamed[0]}" "${streamed[1]}"
}

section "killed"
config ""
fwd_up || test_end
check "a set gets an element" ctl set add guests 192.0.2.77
check "a block" ctl block 192.0.2.78 --for 5h
check_equal "before" "5 0 0 0 3" \
	"$(probe $good $bad 192.0.2.77,1000 192.0.2.78,1000 192.0.2.2,2000)"
generation=$(ctl -j status | jq .result.generation)
dropped=$(stat_rule bad)
stream_start $rate $good $bad
lab_stop "$fwd_pid" KILL
check_equal "fwd is dead" 137 "$lab_code"
check_exit "fwctl says so" 4 ctl status
check_equal "rules, sets, blocks and limits go on" "5 0 0 0 0" \
	"$(probe $good $bad 192.0.2.77,1000 192.0.2.78,1000 192.0.2.2,2000)"

section "taken over"
fwd_up || test_end
for name in eth0 eth1; do
	check_equal "$name is attached" true "$(iface $name .attached)"
	check_equal "$name needed no repair" 0 "$(iface $name .repairs)"
done
check_equal "rules, sets, blocks and limits go on" "5 0 0 0 0" \
	"$(probe $good $bad 192.0.2.77,1000 192.0.2.78,1000 192.0.2.2,2000)"
check_between "generations count on" $((generation + 1)) $((generation + 1)) \
	"$(ctl -j status | jq .result.generation)"
check_between "rules count on" $((dropped + 11)) 1000000 "$(stat_rule bad)"
check_match "the set has its element" '192\.0\.2\.77' "$(ctl set show guests)"
check_match "the block is listed" '192\.0\.2\.78' "$(ctl blocks)"
stream_check "killed and taken over"
[ ! "$short" ] || test_end

section "stopped and started, with other rules each time"
stream_start $rate $good $bad
for i in $restarts; do
	fwd_down
	[ "$lab_code" = 0 ] || fail "stop $i" "exit code $lab_code"
	config ",{\"id\": \"more-$i\", \"match\": {\"proto\": \"tcp\", \"dport\": $i}, \"action\": \"drop\"}"
	fwd_up || test_end
done
stream_check "restarts"
check_match "the last policy is the running one" "more-${restarts##* }" "$(ctl rule list)"

section "killed while it starts"
stream_start $rate $good $bad
for delay in $delays; do
	lab_stop "$fwd_pid" KILL
	lab_start router "$fwd_binary" -c "$fwd_file" --pin-dir "$lab_pin" --state-dir "$lab_dir/state" \
		--socket "$lab_dir/sock" >>"$fwd_log" 2>&1
	fwd_pid=$lab_pid
	sleep $delay
done
lab_stop "$fwd_pid" KILL
fwd_up || test_end
stream_check "unfinished starts"
check_equal "the end is sound" "5 0 0 0 0" \
	"$(probe $good $bad 192.0.2.77,1000 192.0.2.78,1000 192.0.2.2,2000)"

# layout_version N: what is pinned says that an fwd of that ABI version has made it
layout_version() {
	local value

	value=$(bpftool -j map dump pinned "$lab_pin/state" | jq -r --arg n "$1" \
		'.[0].value | [$n] + .[1:] | join(" ")')
	# shellcheck disable=SC2086
	bpftool map update pinned "$lab_pin/state" key 0 0 0 0 value $value
}

section "an upgrade to another layout"
check "a block" ctl block 192.0.2.79 --for 5h
dropped=$(stat_rule bad)
fwd_down
check "the maps become those of the version before" layout_version 2
stream_start $rate $good $bad
fwd_up || test_end
check_match "it is reported" 'another layout.* Buckets start full.*; the rest is kept' \
	"$(cat "$fwd_log")"
check_equal "both interfaces are ours" "true true" \
	"$(iface eth0 .attached) $(iface eth1 .attached)"
check_exit "what was old is removed" 2 ls -d "$lab_pin"/old1
stream_check "an upgrade"
check_equal "sets and blocks go on" "5 0 0 0" \
	"$(probe $good $bad 192.0.2.77,1000 192.0.2.79,1000)"
check_match "the set has its element" '192\.0\.2\.77' "$(ctl set show guests)"
check_match "the block is listed" '192\.0\.2\.79' "$(ctl blocks)"
check_between "rules count on" "$dropped" 1000000 "$(stat_rule bad)"
check "a set can be edited" ctl set delete guests 192.0.2.77
check_equal "and is" "5" "$(probe 192.0.2.77,1000)"
check "back for what follows" ctl set add guests 192.0.2.77

section "an upgrade that leaves an interface"
fwd_down
check "the maps become those of the version before" layout_version 2
sed -i 's/, "eth1": {"zone": "lan"}//' "$fwd_file"
fwd_up || test_end
check_match "it is off" 'eth1: detached' "$(cat "$fwd_log")"
check_exit "and what was old is removed" 2 ls -d "$lab_pin"/old1

section "a downgrade: a layout that is not known yet"
fwd_down
check "the maps become those of a version to come" layout_version 200
stream_start $rate $good $bad
fwd_up || test_end
check_match "it is reported what starts empty" 'empty: live sets, IPv4 blocks' "$(cat "$fwd_log")"
stream_check "a downgrade"
check_equal "it filters, with empty sets" "5 0 5" "$(probe $good $bad 192.0.2.77,1000)"

fwd_clear
test_end
