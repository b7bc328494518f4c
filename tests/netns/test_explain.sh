#!/bin/bash
# SPDX-License-Identifier: MIT
# Explain says what the datapath would do, and leaves no trace.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

lab_open
lab_router
lab_still # counters are compared

# config ENFORCE INTERFACES
config() {
	fwd_config <<-JSON
	{
	  "enforce": $1,
	  "interfaces": $2,
	  "management": {"allow": [{"src": "192.0.2.9", "proto": "tcp", "dport": 22}]},
	  "defaults": {"action": "drop"},
	  "limits": {"few": {"rate": "1/h", "burst": 1, "per": "src/32"}},
	  "sets": {"banned": {"live": true}},
	  "rules": [
	    {"id": "banned", "match": {"src": "@banned"}, "action": "drop"},
	    {"id": "canary", "match": {"dport": 9}, "action": "pass", "enforce": false},
	    {"id": "lan", "match": {"zone": "lan"}, "action": "pass"},
	    {"id": "scan", "match": {"proto": "tcp", "tcp_flags": "syn,fin/syn,fin"}, "action": "drop"},
	    {"id": "web", "match": {"proto": "tcp", "dport": [80, 443]}, "action": "pass"},
	    {"id": "tagged", "match": {"vlan": 100}, "action": "pass"},
	    {"id": "parts", "match": {"fragment": "later"}, "action": "pass"},
	    {"id": "ping", "match": {"proto": "icmp", "icmp_type": 8}, "action": "pass"},
	    {"id": "ping6", "match": {"proto": "icmpv6", "icmp_type": 128}, "action": "pass"},
	    {"id": "voice", "match": {"dscp": 46}, "action": "pass"},
	    {"id": "long", "match": {"length": "1000-65535"}, "action": "pass"},
	    {"id": "near", "match": {"ttl": 255}, "action": "pass"},
	    {"id": "sctp", "match": {"proto": "sctp", "sport": 7}, "action": "pass"},
	    {"id": "gre", "match": {"proto": "gre"}, "action": "pass"},
	    {"id": "dns", "match": {"proto": "udp", "dport": 53}, "limit": "few"}
	  ]
	}
	JSON
}

# explained NAME EXPECTED ARGS...: verdict, enforced, reason, rule, limit
explained() {
	check_equal "$1" "$2" "$(ctl -j explain "${@:3}" | jq -r '.result | [.verdict,
		(if .enforced then "enforced" else "not" end), .reason, .rule, .limit] |
		map(select(.)) | join(" ")')"
}

section "rows"
config true '{"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}}'
fwd_up || test_end
FWD_SOCKET=$lab_dir/sock /usr/bin/python3 "$here/explain.py" | tee "$lab_dir/rows"
test_passed=$(grep -c '^ok ' "$lab_dir/rows") test_failed=$(grep -c '^FAIL ' "$lab_dir/rows")
check "all rows ran" grep -qx "done" "$lab_dir/rows"

section "by fwctl"
from="192.0.2.2:4000 > 198.51.100.2"
explained "in words" "pass enforced rule web" "in eth0 tcp $from:443 syn"
explained "--interface" "pass enforced rule lan" "tcp $from:8080" --interface eth1
explained "--hex" "drop enforced truncated_arp" \
	--hex "FF:FF:FF:FF:FF:FF 02:00:00:00:00:C0 08:06" -i eth0
check_exit "what is wrong" 2 ctl explain "in eth0 tpc $from:443"
check_match "is reported with its place" 'packet:1:9: error: "tpc" is not a protocol' "$output"
check_match "and a caret" '^ +\^' "$output"
check_exit "nothing said" 2 ctl explain

explained "words as rules have them" "pass enforced rule web" "in eth0 tcp $from:443 vlan untagged dscp ef"
explained "no source port" "pass enforced rule web" "in eth0 tcp 192.0.2.2 > 198.51.100.2:443"
check_equal "the one taken is in the answer" 49152 \
	"$(ctl -j explain "in eth0 tcp 192.0.2.2 > 198.51.100.2:443" | jq .result.chosen_sport)"
check_match "and shown" "source port: none was given; 49152" \
	"$(ctl explain "in eth0 tcp 192.0.2.2 > 198.51.100.2:443")"

section "MAC addresses and flow labels"
# frame PACKET...: what the answer says of it
frame() {
	ctl -j explain "$@" | jq -rc '.result | [.packet.src_mac, .packet.dst_mac, .packet.flow_label,
		.chosen_src_mac, .chosen_dst_mac, .chosen_flow_label, .frame_rules]'
}
client=02:00:00:00:00:c0 router=02:00:00:00:00:e0 made1=02:00:00:00:00:01 made2=02:00:00:00:00:02
check_equal "chosen" "[\"$made2\",\"$made1\",null,\"$made2\",\"$made1\",null,false]" "$(frame "in eth0 tcp $from:443")"
check_equal "of IPv6" "[\"$made2\",\"$made1\",0,\"$made2\",\"$made1\",0,false]" \
	"$(frame "in eth0 tcp 2001:db8::1 > [2001:db8::2]:443")"
check_equal "given" "[\"$client\",\"$router\",7,null,null,null,false]" \
	"$(frame "in eth0 tcp 2001:db8::1 > [2001:db8::2]:443 src_mac $client dst_mac $router flow_label 7")"
check_equal "to a group" '"33:33:00:00:00:05"' "$(frame "in eth0 udp [fe80::1]:1 > [ff02::5]:2" | jq -c '.[4]')"
check_equal "in hex" "[\"$client\",\"ff:ff:ff:ff:ff:ff\",null,null,null,null,false]" \
	"$(frame --hex "FF:FF:FF:FF:FF:FF 02:00:00:00:00:C0 08:06" -i eth0)"
check_equal "no rule asks for them" "" "$(ctl explain "in eth0 tcp $from:443" | grep frame:)"
ctl rule add "{\"id\": \"label\", \"match\": {\"flow_label\": 7}, \"action\": \"pass\"}" --before web >/dev/null
ctl rule add "{\"id\": \"mac\", \"match\": {\"src_mac\": \"$client\"}, \"action\": \"pass\"}" --before web >/dev/null
check_equal "if one does, they are shown" "  frame:  from $client to $made1 (chosen), flow label 0 (chosen); rules ask for this" \
	"$(ctl explain "in eth0 tcp 2001:db8::1 > [2001:db8::2]:443 src_mac $client" | grep frame:)"
check_equal "and in the answer" true "$(ctl -j explain "in eth0 tcp $from:443" | jq .result.frame_rules)"
ctl rule disable mac >/dev/null
ctl rule delete label >/dev/null
check_equal "not if it is off" false "$(ctl -j explain "in eth0 tcp $from:443" | jq .result.frame_rules)"
ctl rule delete mac >/dev/null

section "what is in force now"
explained "within a limit" "pass enforced within_limit dns few" "in eth0 udp $from:53"
check_equal "a real packet takes the token" 1 "$(probe 192.0.2.2,53)"
explained "over it" "drop enforced over_limit dns few" "in eth0 udp $from:53"
explained "another source is not" "pass enforced within_limit dns few" \
	"in eth0 udp 192.0.2.3:1 > 198.51.100.2:53"
check "a live set" ctl set add banned 192.0.2.2
explained "counts" "drop enforced rule banned" "in eth0 tcp $from:443"
check "and flushed" ctl set flush banned
check "a block" ctl block 192.0.2.2 --for 1m
explained "counts" "drop enforced blocked" "in eth0 tcp $from:443"
check "not for management" ctl block 192.0.2.9
explained "which outranks it" "pass enforced management management/0" \
	"in eth0 tcp 192.0.2.9:1 > 198.51.100.2:22"
check "and unblocked" ctl unblock 192.0.2.2

section "without a trace"
before=$(ctl -j stats | jq -cS '.result | {interfaces, rules, limits, events}')
for _ in 1 2 3 4 5; do
	ctl explain "in eth0 udp 192.0.2.33:1 > 198.51.100.2:53" >/dev/null
	ctl explain "in eth0 udp $from:99" >/dev/null
done
check_equal "no counter, no bucket, no event" "$before" \
	"$(ctl -j stats | jq -cS '.result | {interfaces, rules, limits, events}')"
explained "the token is there" "pass enforced within_limit dns few" \
	"in eth0 udp 192.0.2.33:1 > 198.51.100.2:53"

section "under load"
lab_start client ping -q -f -w 2 198.51.100.2 >/dev/null 2>&1
failed=0
for _ in $(seq 10); do
	[ "$(ctl -j explain "in eth0 tcp $from:443" | jq -r .result.rule)" = web ] ||
		failed=$((failed + 1))
done
check_equal "all of 10 are answered" 0 $failed

section "one interface, monitor mode"
config false '{"eth0": {"zone": "wan"}}'
fwd_config <<<"$(jq '.rules |= map(select(.id != "lan"))' "$fwd_file")"
check "reload" ctl reload
explained "needs no name, and nothing is enforced" "drop not default" "udp $from:1"
explained "what passes is no exception" "pass enforced rule web" "tcp $from:443"

fwd_clear
test_end
