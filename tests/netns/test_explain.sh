#!/bin/bash
# SPDX-License-Identifier: MIT
# Explain says what the datapath would do: packets in words and in hex, without any trace.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

lab_open
lab_router

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

# says NAME EXPECTED ARGS...: verdict, enforced, reason, rule, limit
says() {
	check_equal "$1" "$2" "$(ctl -j explain "${@:3}" | jq -r '.result | [.verdict,
		(if .enforced then "enforced" else "not" end), .reason, .rule, .limit] |
		map(select(.)) | join(" ")')"
}

# wrong NAME COLUMN REGEX PACKET
wrong() {
	check_exit "$1" 2 ctl explain "$4"
	check_match "$1: where and what" "packet:1:$2: error: .*$3" "$output"
}

section "in words"
config true '{"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}}'
fwd_up || test_end
from="192.0.2.2:4000 > 198.51.100.2"
says "a rule by port" "pass enforced rule web" "in eth0 tcp $from:443 syn"
says "flags" "drop enforced rule scan" "in eth0 tcp $from:443 syn fin"
says "flags with a comma" "drop enforced rule scan" "in eth0 tcp $from:443 fin,syn,ack"
says "the default" "drop enforced default" "in eth0 tcp $from:8080"
says "a canary decides nothing" "drop enforced default" "in eth0 udp $from:9"
says "another interface" "pass enforced rule lan" "in eth1 tcp $from:8080"
says "--interface" "pass enforced rule lan" "tcp $from:8080" --interface eth1
says "management" "pass enforced management management/0" \
	"in eth0 tcp 192.0.2.9:1 > 198.51.100.2:22"
says "one VLAN" "pass enforced rule tagged" "in eth0 udp $from:1 vlan 100"
says "another" "drop enforced default" "in eth0 udp $from:1 vlan 101"
says "the outer of two" "pass enforced rule tagged" "in eth0 udp $from:1 vlan 100 vlan 7"
says "not the inner" "drop enforced default" "in eth0 udp $from:1 vlan 7 vlan 100"
says "a later fragment" "pass enforced rule parts" \
	"in eth0 udp 192.0.2.2 > 198.51.100.2 frag later"
says "in IPv6" "pass enforced rule parts" \
	"in eth0 udp 2001:db8:1::2 > 2001:db8:2::2 frag later"
says "a first one has ports" "pass enforced rule web" "in eth0 tcp $from:80 frag first"
says "ICMP" "pass enforced rule ping" "in eth0 icmp 192.0.2.2 > 198.51.100.2"
says "another type" "drop enforced default" "in eth0 icmp 192.0.2.2 > 198.51.100.2 type 5"
says "ICMPv6" "pass enforced rule ping6" "in eth0 icmpv6 2001:db8:1::2 > 2001:db8:2::2"
says "neighbour discovery" "pass enforced link" "in eth0 icmpv6 fe80::1 > ff02::1 type 135"
says "from beyond the link" "drop enforced default" \
	"in eth0 icmpv6 fe80::1 > ff02::1 type 135 ttl 64"
says "DSCP" "pass enforced rule voice" "in eth0 udp $from:1 dscp 46"
says "length" "pass enforced rule long" "in eth0 udp $from:1 len 1000"
says "one less" "drop enforced default" "in eth0 udp $from:1 len 999"
says "the longest" "pass enforced rule long" "in eth0 udp $from:1 len 3386"
says "TTL" "pass enforced rule near" "in eth0 udp $from:1 ttl 255"
says "SCTP" "pass enforced rule sctp" "in eth0 sctp 192.0.2.2:7 > 198.51.100.2:8"
says "a number" "pass enforced rule gre" "in eth0 47 192.0.2.2 > 198.51.100.2"
says "IPv6 with ports" "pass enforced rule web" \
	"in eth0 tcp [2001:db8:1::2]:4000 > [2001:db8:2::2]:443"

section "what is in force now"
says "within a limit" "pass enforced within_limit dns few" "in eth0 udp $from:53"
check_equal "a real packet takes the token" 1 "$(probe 192.0.2.2,53)"
says "over it" "drop enforced over_limit dns few" "in eth0 udp $from:53"
says "another source is not" "pass enforced within_limit dns few" \
	"in eth0 udp 192.0.2.3:1 > 198.51.100.2:53"
check "a live set" ctl set add banned 192.0.2.2
says "counts" "drop enforced rule banned" "in eth0 tcp $from:443"
check "and flushed" ctl set flush banned
check "a block" ctl block 192.0.2.2 --for 1m
says "counts" "drop enforced blocked" "in eth0 tcp $from:443"
check "not for management" ctl block 192.0.2.9
says "which outranks it" "pass enforced management management/0" \
	"in eth0 tcp 192.0.2.9:1 > 198.51.100.2:22"
check "and unblocked" ctl unblock 192.0.2.2

section "what it saw"
packet() {
	ctl -j explain "$1" | jq -c .result.packet
}
check_equal "TCP" '{"kind":"ipv4","proto":"tcp","src":"192.0.2.2","sport":4000,"dst":"198.51.100.2","dport":443,"vlan":5,"inner_vlan":6,"length":62,"tcp_flags":"syn,ack","ip_length":40}' \
	"$(packet "in eth0 tcp $from:443 syn ack vlan 5 vlan 6")"
check_equal "a fragment" '{"kind":"ipv6","proto":"udp","src":"2001:db8:1::2","dst":"2001:db8:2::2","length":70,"fragment":"later","ip_length":56}' \
	"$(packet "in eth0 udp 2001:db8:1::2 > 2001:db8:2::2 frag later")"
check_equal "ICMP" '{"kind":"ipv4","proto":"icmp","src":"192.0.2.2","dst":"198.51.100.2","length":42,"icmp_type":3,"icmp_code":4,"ip_length":28}' \
	"$(packet "in eth0 icmp 192.0.2.2 > 198.51.100.2 type 3 code 4")"

section "in hex"
arp="ffffffffffff 0200000000c0 0806 0001 0800 06 04 0001 0200000000c0 c0000202 000000000000 c0000201"
says "ARP" "pass enforced link" --hex "$arp" --interface eth0
says "cut" "drop enforced truncated_arp" --hex "ffffffffffff0200000000c00806" -i eth0
says "colons and capitals" "drop enforced truncated_arp" \
	--hex "FF:FF:FF:FF:FF:FF 02:00:00:00:00:C0 08:06" -i eth0
says "IHL below 5" "drop enforced ipv4_bad_ihl" -i eth0 --hex \
	"0200000000e00200000000c00800 44000028667700004006 1648c0000207cb007109 9c4001bb00000000000000005002000000000000"
says "LLDP" "pass enforced non_ip" -i eth0 --hex "0180c200000e0200000000c088cc00000000"
check_exit "half a byte" 2 ctl explain -i eth0 --hex "0180c200000e0200000000c088c"
check_match "is told with its place" 'packet:1:27: error' "$output"
check_exit "not even Ethernet" 2 ctl explain -i eth0 --hex "0180"

section "what is wrong is named"
wrong "protocol" 9 '"tpc" is not a protocol' "in eth0 tpc $from:443"
wrong "address" 13 '"192.0.2:1" is not an address' "in eth0 tcp 192.0.2:1 > 1.2.3.4:5"
wrong "port" 13 'port of 192.0.2.2 is missing' "in eth0 tcp 192.0.2.2 > 1.2.3.4:5"
wrong "flag" 47 '"sny" is neither' "in eth0 tcp $from:443 sny"
wrong "the end" 8 'protocol is missing' "in eth0"
check_match "with a caret" '^ +\^' "$output"
check_exit "no such interface" 1 ctl explain "in eth7 udp $from:1"
check_match "those that there are" 'eth7 is no interface.*eth0, eth1' "$output"
check_exit "no interface said" 2 ctl explain "udp $from:1"
check_match "is asked for" 'Say "in eth0"' "$output"
check_exit "two that differ" 2 ctl explain "in eth0 udp $from:1" -i eth1
check_exit "nothing said" 2 ctl explain

section "without a trace"
before=$(ctl -j stats | jq -cS '.result | {interfaces, rules, limits, events}')
for _ in $(seq 20); do
	ctl explain "in eth0 udp 192.0.2.33:1 > 198.51.100.2:53" >/dev/null
	ctl explain "in eth0 udp $from:99" >/dev/null
done
check_equal "no counter, no bucket, no event" "$before" \
	"$(ctl -j stats | jq -cS '.result | {interfaces, rules, limits, events}')"
says "the token is there" "pass enforced within_limit dns few" \
	"in eth0 udp 192.0.2.33:1 > 198.51.100.2:53"

section "under load"
lab_in client ping -q -f -w 2 198.51.100.2 >/dev/null 2>&1 &
lab_pids+=($!)
failed=0
for _ in $(seq 30); do
	[ "$(ctl -j explain "in eth0 tcp $from:443" | jq -r .result.rule)" = web ] ||
		failed=$((failed + 1))
done
check_equal "all of 30 are answered" 0 $failed

section "one interface, monitor mode"
config false '{"eth0": {"zone": "wan"}}'
fwd_config <<<"$(jq '.rules |= map(select(.id != "lan"))' "$fwd_file")"
check "reload" ctl reload
says "needs no name, and nothing is enforced" "drop not default" "udp $from:1"
says "what passes is no exception" "pass enforced rule web" "tcp $from:443"

fwd_clear
test_end
