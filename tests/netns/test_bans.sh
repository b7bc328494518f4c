#!/bin/bash
# SPDX-License-Identifier: MIT
# Limits that block: bans, their levels, their bounds, and who is never shut out.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

flood=$fwd_build/tests/flood
# The first ban of limit "short", in seconds.
first=2
lab_open
lab_router
lab_in router ip route add 10.0.0.0/8 via 192.0.2.2
lab_in client ip address add 192.0.2.9/32 dev c0
lab_in client ip address add 192.0.2.10/32 dev c0

# config ENFORCE
config() {
	fwd_config <<-JSON
	{
	  "enforce": $1,
	  "interfaces": {"eth0": {"zone": "wan"}},
	  "events": {"rate": "10/s"},
	  "management": {"allow": [{"src": "192.0.2.9", "proto": "udp", "dport": 22}]},
	  "sets": {"small": {"live": true, "max": 3}, "victims": {"live": true}},
	  "limits": {
	    "short": {"rate": "1/s", "burst": 1, "per": "src/32", "over": "block",
	              "block": {"forgeable": true, "for": "${first}s", "max": "$((first * 5 / 2))s", "quiet": "1h"}},
	    "long": {"rate": "1/s", "burst": 1, "per": "src/32", "over": "block",
	             "block": {"forgeable": true, "for": "1h"}},
	    "net": {"rate": "1/s", "burst": 5, "per": "src/24,64", "over": "block",
	            "block": {"forgeable": true}},
	    "full": {"rate": "1/s", "burst": 1, "per": "src/32", "over": "block",
	             "block": {"forgeable": true, "for": "1h", "set": "small"}},
	    "target": {"rate": "1/s", "burst": 1, "per": "dst/32", "over": "block",
	               "block": {"for": "1h", "set": "victims"}}
	  },
	  "rules": [
	    {"id": "small", "match": {"src": "@small"}, "action": "drop"},
	    {"id": "canary", "match": {"proto": "udp", "dport": 5004}, "limit": "net", "enforce": false},
	    {"id": "short", "match": {"proto": "udp", "dport": 5000}, "limit": "short"},
	    {"id": "net", "match": {"proto": "udp", "dport": 5001}, "limit": "net"},
	    {"id": "long", "match": {"proto": "udp", "dport": 5005}, "limit": "long"},
	    {"id": "full", "match": {"proto": "udp", "dport": 5002}, "limit": "full"},
	    {"id": "target", "match": {"proto": "udp", "dport": 5003}, "limit": "target"}
	  ]
	}
	JSON
}

events_file=$lab_dir/events.jsonl
# bans LIMIT FILTER: how many events
bans() {
	jq -c "select(.limit == \"$1\" and .type == \"ban\" and $2)" "$events_file" | wc -l
}
# has_ban LIMIT FILTER [HOW MANY]
has_ban() {
	[ "$(bans "$1" "$2")" = "${3:-1}" ]
}

# send SOURCE DPORT COUNT
send() {
	lab_in client "$flood" send c0 "src=$1" "dport=$2" "count=$3" rate=10000 >/dev/null
}

is_blocked() {
	ctl -j blocks | jq -e --arg a "$1" '.result.items | any(.prefix == $a)'
}
is_free() {
	! is_blocked "$1"
}

config true
fwd_up --log-format jsonl --log-file "$events_file" || test_end

section "over the limit"
send 203.0.113.8 5005 20
check_soon "he is blocked" 2 is_blocked 203.0.113.8
check_equal "the reason is the limit" "limit long" \
	"$(ctl -j blocks | jq -r '.result.items[] | select(.prefix == "203.0.113.8") | .reason')"
check_soon "one event reports it" 2 has_ban long \
	'.address == "203.0.113.8" and .level == 1 and .seconds == 3600'
check_equal "what else he sends is dropped" 0 "$(probe 203.0.113.8,9)"
check_equal "others are served" 5 "$(probe 192.0.2.2,9)"
check "unblock" ctl unblock 203.0.113.8

# released SECONDS SINCE: no sooner than that, and then he is served
released() {
	check_soon "he is released when his time is over" $(($1 + 3)) is_free 203.0.113.7
	check_between "and not sooner, ms" $(($1 * 1000 - 20)) 1000000 $(($(now_ms) - $2))
	check_equal "and served" 5 "$(probe 203.0.113.7,9)"
}

section "for a time"
since=$(now_ms)
send 203.0.113.7 5000 20
check_soon "the event shows how long" 2 has_ban short ".level == 1 and .seconds == $first"
released $first "$since"

section "again and again"
since=$(now_ms)
send 203.0.113.7 5000 20
check_soon "twice as long" 2 has_ban short ".level == 2 and .seconds == $((first * 2))"
released $((first * 2)) "$since"
send 203.0.113.7 5000 20
check_soon "not longer than the longest" 2 has_ban short ".level == 3 and .seconds == $((first * 5 / 2))"
check_equal "three bans, three events" 3 "$(bans short true)"
check_equal "as fwctl shows" "3 0" \
	"$(ctl -j limit show short | jq -r '.result | "\(.bans) \(.bans_missed)"')"
send 203.0.113.9 5005 20
check_soon "who is blocked" 2 is_blocked 203.0.113.9
check "may be forgiven by an operator" ctl unblock 203.0.113.9
check_equal "which holds at once" 5 "$(probe 203.0.113.9,9)"
ctl unblock 203.0.113.7 >/dev/null 2>&1 # unless his time is over already

section "a network"
send 203.0.113.7 5004 50
sleep "$(scaled 1)"
check_equal "a canary bans nobody" 0 "$(bans net true)"
send 203.0.113.0/24 5001 50
check_soon "a key of /24 is a block of /24" 2 is_blocked 203.0.113.0/24
check_soon "for a minute, unless the config says otherwise" 2 has_ban net '.seconds == 60'
check "unblock" ctl unblock 203.0.113.0/24

section "management"
check_equal "before" 5 "$(probe 192.0.2.9,22)"
send 192.0.2.9 5005 20
check_soon "a management address that floods is blocked" 2 is_blocked 192.0.2.9
check_equal "and still gets in" "5 0" "$(probe 192.0.2.9,22 192.0.2.9,9)"
check "unblock" ctl unblock 192.0.2.9

section "into a set"
send 192.0.2.10 5003 20
in_victims() {
	ctl -j set show victims | jq -e '.result.items | any(.prefix == "198.51.100.2")'
}
check_soon "a key of dst goes into the set" 2 in_victims
check_soon "and the event names it" 2 has_ban target '.set == "victims" and .address == "198.51.100.2"'

section "no more than fit"
# A thousand spoofed sources, each over its limit, into a set of three.
send 10.0.0.0/24 5002 4000
small_is_full() {
	[ "$(ctl -j set show small | jq .result.total)" = 3 ]
}
check_soon "the set is full" 3 small_is_full
is_told() {
	jq -c 'select(.type == "bans_missed" and .limit == "full" and .set == "small" and
		.addresses > 0 and (.text | test("full")))' "$events_file" | grep -q .
}
check_soon "which is reported" 15 is_told
check_equal "three are banned" 3 "$(bans full '.set == "small" and .level == 1')"
check_between "and the others counted" 100 100000 \
	"$(ctl -j limit show full | jq .result.bans_missed)"
check_equal "the limit drops them all the same" true \
	"$(ctl -j limit show full | jq '.result.over.packets > 1000')"
check_equal "the block list has none of them" 0 "$(ctl -j blocks | jq .result.total)"

section "fwd is not there"
send 203.0.113.0/24 5001 50
check_soon "a ban" 2 is_blocked 203.0.113.0/24
fwd_down
check_equal "it holds" 0 "$(probe 203.0.113.7,9)"
check_between "the limit drops" 0 1 "$(probe 192.0.2.10,5005)"
send 192.0.2.10 5005 50
fwd_up --log-format jsonl --log-file "$events_file" || test_end
sleep "$(scaled 1)"
check "and is known to the next fwd" is_blocked 203.0.113.0/24
check "which can end it" ctl unblock 203.0.113.0/24
check "what was reported meanwhile is old: nobody is blocked for it" is_free 192.0.2.10
send 192.0.2.10 5005 20
check_soon "who goes on is" 3 is_blocked 192.0.2.10
send 203.0.113.7 5000 20
check_soon "whose level goes on, too" 3 has_ban short '.address == "203.0.113.7" and .level == 4'
check "unblock" ctl unblock 203.0.113.7

section "monitor mode"
config false
check "reload" ctl reload
: >"$events_file"
send 203.0.113.7 5005 20
check_soon "who would be blocked is in the list" 2 is_blocked 203.0.113.7
check_soon "the event says that he passes" 2 has_ban long '(.text | test("monitor mode"))'
check_equal "all that he sends arrives" 5 "$(probe 203.0.113.7,9)"
check_between "and is reported as blocked" 5 100 "$(stat_reason eth0 blocked would_drop)"

fwd_clear
test_end
