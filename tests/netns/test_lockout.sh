#!/bin/bash
# SPDX-License-Identifier: MIT
# What would cut off the operator, gateways or BGP sessions is refused, with the rule that would do it.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

unset SSH_CONNECTION
lab_open
lab_router

# session PORT LOCAL REMOTE SPORT: a TCP session from the client that stays
session() {
	lab_start router /usr/bin/python3 -c '
import socket, sys, time
family = socket.AF_INET6 if ":" in sys.argv[2] else socket.AF_INET
server = socket.socket(family)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind((sys.argv[2], int(sys.argv[1])))
server.listen()
kept, _ = server.accept()
time.sleep(600)' "$1" "$2"
	lab_start client /usr/bin/python3 -c '
import socket, sys, time
family = socket.AF_INET6 if ":" in sys.argv[2] else socket.AF_INET
for _ in range(100):
    try:
        peer = socket.socket(family)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        peer.bind((sys.argv[3], int(sys.argv[4])))
        peer.connect((sys.argv[2], int(sys.argv[1])))
        break
    except OSError:
        peer.close()
        time.sleep(0.1)
time.sleep(600)' "$1" "$2" "$3" "$4"
	eventually 10 established "$1" || echo "no session on port $1" >&2
}
established() {
	lab_in router cat /proc/net/tcp /proc/net/tcp6 | grep -qE "$(printf ':%04X [0-9A-F]*:[0-9A-F]{4} 01' "$1")"
}
# as SSH_CONNECTION COMMAND...
as() {
	SSH_CONNECTION=$1 "$fwctl_binary" -s "$lab_dir/sock" "${@:2}"
}
me="192.0.2.2 40022 192.0.2.1 22"

# policy ENFORCE RULES [MORE]
policy() {
	cat <<-JSON
	{"enforce": $1, "interfaces": {"eth0": {"zone": "wan"}},
	 "management": {"allow": [${3:-{\"src\": \"203.0.113.7\", \"proto\": \"tcp\", \"dport\": 22\}}]},
	 "sets": {"live": {"live": true}, "inline": {"elements": ["198.18.0.0/15"]}},
	 "rules": [{"id": "live", "match": {"src": "@live"}, "action": "drop"},
	           {"id": "inline", "match": {"src": "@inline"}, "action": "drop"}${2:+, $2}]}
	JSON
}
drop_tcp='{"id": "no-tcp", "match": {"proto": "tcp"}, "action": "drop"}'

session 22 192.0.2.1 192.0.2.2 40022
session 179 192.0.2.1 192.0.2.2 40179
session 2222 2001:db8:1::1 2001:db8:1::2 40022
fwd_config < <(policy true "")
fwd_up || test_end

section "the caller"
generation=$(ctl -j status | jq .result.generation)
check_exit "a rule against him" 1 as "$me" rule add '{"id": "no-ssh", "match": {"proto": "tcp", "dport": 22}, "action": "drop"}'
check_match "is refused with its name" 'this would cut off your SSH connection from 192.0.2.2, in by eth0: rule "no-ssh" drops it' "$output"
check_match "and what can be done" 'management.allow passes is never cut off.*--force applies' "$output"
check_exit "as JSON" 1 as "$me" -j rule add '{"id": "no-ssh", "match": {"proto": "tcp", "dport": 22}, "action": "drop"}'
check_equal "it is an error with a code" "failed E0501" "$(jq -r '.error | "\(.code) \(.errors[0].code)"' <<<"$output")"
check_equal "nothing has changed" "$generation" "$(ctl -j status | jq .result.generation)"
check_exit "not by force alone" 2 as "$me" rule add "$drop_tcp" --force
check_match "but for a time" "--force needs --confirm TIME" "$output"
check "by force, if it ends" as "$me" rule add "$drop_tcp" --force --confirm 10m
check_match "which is warned of" "would cut off your SSH connection" "$output"
ctl abort >/dev/null
check_exit "an inline set" 1 as "$me" set add inline 192.0.2.0/24
check_exit "not by force alone" 2 as "$me" set add inline 192.0.2.0/24 --force
check "by force, if it ends" as "$me" set add inline 192.0.2.0/24 --force --confirm 20s
check_match "it waits" "waits for its confirmation" "$output"
check_equal "it is in" true "$(ctl -j set test inline 192.0.2.2 | jq .result.contained)"
ctl abort >/dev/null
check_equal "and out again" false "$(ctl -j set test inline 192.0.2.2 | jq .result.contained)"
check "what is there already" ctl set add inline 198.18.0.0/15 --confirm 20s
check_match "does not wait" "nothing has changed, so nothing waits" "$output"
check_exit "so there is nothing to confirm" 6 ctl confirm
check_exit "more than one request" 2 ctl set add inline - --confirm 20s \
	< <(/usr/bin/python3 -c 'for i in range(90000): print(f"10.{i >> 16}.{i >> 8 & 255}.{i & 255}")')
check_match "is refused before the first" "the prefixes of one request.*nothing was done" "$output"
policy true '{"id": "all", "action": "drop"}' >"$lab_dir/all.json"
check_exit "an apply" 1 as "$me" apply "$lab_dir/all.json"
fwd_config < <(policy true "$drop_tcp")
check_exit "a reload" 1 as "$me" reload
check_exit "over IPv6" 1 as "2001:db8:1::2 40022 2001:db8:1::1 2222" rule add \
	'{"id": "no6", "match": {"family": "ipv6", "proto": "tcp"}, "action": "drop"}'
check "what does not concern him" as "$me" rule add '{"id": "other", "match": {"proto": "tcp", "dport": 23}, "action": "drop"}'
check_exit "a block" 1 as "$me" block 192.0.2.0/24
check_match "with the reason" "your SSH connection from 192.0.2.2, in by eth0: its source is blocked then" "$output"
check_exit "is not forced for ever" 2 as "$me" block 192.0.2.2 --force
check_exit "a live set" 1 as "$me" set add live 192.0.2.2
check_match "with the rule" 'rule "live" drops it' "$output"
check "others in it" as "$me" set add live 192.0.2.99
check "a block of others" as "$me" block 192.0.2.98

section "who is not who he says"
check "no such connection" as "192.0.2.2 40023 192.0.2.1 22" block 192.0.2.77
check "a claim of nonsense" as "what 1 2 3" rule add '{"id": "x", "match": {"dport": 77}, "action": "drop"}'
check_match "is reported" "it was not checked whether this cuts off your SSH connection" "$output"

section "others"
check_exit "BGP, for any client" 1 ctl rule add '{"id": "no-bgp", "match": {"proto": "tcp", "dport": 179}, "action": "drop"}'
check_match "is protected" 'the BGP session with 192.0.2.2, in by eth0: rule "no-bgp" drops it' "$output"
lab_in router ip route add default via 192.0.2.2
check_exit "ARP of the gateway" 1 ctl rule add '{"id": "no-arp", "match": {"family": "arp"}, "action": "drop"}'
check_match "is named" 'ARP of the gateway 192.0.2.2, in by eth0: rule "no-arp" drops it' "$output"
lab_in router ip -6 route add default via 2001:db8:1::2
check_exit "neighbour discovery" 1 ctl rule add '{"id": "no-nd", "match": {"proto": "icmpv6", "icmp_type": [135, 136]}, "action": "drop"}'
check_match "of the gateway" 'neighbour discovery of the gateway 2001:db8:1::2' "$output"
policy true "$drop_tcp" '{"src": "203.0.113.8", "proto": "tcp", "dport": 22}' >"$lab_dir/less.json"
check_exit "management that is no more" 1 ctl apply "$lab_dir/less.json"
check_match "is reported" 'management access from 203.0.113.7 to port 22, in by eth0: rule "no-tcp" drops it' "$output"

section "MAC addresses"
# rule MATCH [ACTION]: asked for over SSH, and not kept
rule() {
	as "$me" rule add --dry-run "{\"id\": \"mac\", \"match\": $1, \"action\": \"${2:-drop}\"}"
}
client=02:00:00:00:00:c0 router=02:00:00:00:00:e0
fwd_config < <(policy true "" '{"src": "192.0.2.2", "proto": "tcp", "dport": 2200}')
check "nothing on MAC addresses yet" ctl reload --discard
lab_in client ping -qc 1 192.0.2.1 >/dev/null
lab_in client ping -qc 1 2001:db8:1::1 >/dev/null
check_exit "his own" 1 rule "{\"src_mac\": \"$client\"}"
check_match "is refused" 'cut off your SSH connection from 192.0.2.2, in by eth0: rule "mac" drops it' "$output"
check_exit "a prefix of it" 1 rule '{"src_mac": "02:00:00:00:00:00/40"}'
check_exit "all but another" 1 rule '{"src_mac": "!02:00:00:00:99:99"}'
check_exit "ours" 1 rule "{\"dst_mac\": \"$router\"}"
check "another one's" rule '{"src_mac": "02:00:00:00:99:99"}'
check_equal "without a warning" "" "$(grep W0503 <<<"$output")"
check "all but his" rule "{\"src_mac\": \"!$client\"}"
check "to others" rule "{\"dst_mac\": \"!$router\", \"proto\": \"tcp\"}"
check_exit "ARP by broadcast" 1 rule '{"family": "arp", "dst_mac": "ff:ff:ff:ff:ff:ff"}'
check_match "which is how the gateway asks" "ARP of the gateway 192.0.2.2" "$output"
check_exit "ARP to us" 1 rule "{\"family\": \"arp\", \"dst_mac\": \"$router\"}"
check_exit "neighbour discovery by multicast" 1 rule '{"proto": "icmpv6", "dst_mac": "33:33:ff:00:00:00/24"}'
check_match "to the group of our address" "neighbour discovery of the gateway 2001:db8:1::2" "$output"
policy true "{\"id\": \"he\", \"match\": {\"src_mac\": \"$client\"}, \"action\": \"pass\"}, {\"id\": \"all\", \"action\": \"drop\"}" \
	'{"src": "192.0.2.2", "proto": "tcp", "dport": 2200}' >"$lab_dir/mine.json"
check "only he gets in" as "$me" apply "$lab_dir/mine.json" --dry-run
check_equal "as it is known to be he" "" "$(grep W0503 <<<"$output")"

section "a MAC address that is not known"
lab_in router ip neigh del 192.0.2.2 dev eth0
check "one that may be his" rule '{"src_mac": "02:00:00:00:00:00/24"}'
check_match "is warned of" 'not checked whether this cuts off your SSH connection from 192.0.2.2, in by eth0: rule "mac" drops it, but that depends on the MAC address that it comes from, which is not known .W0503' "$output"
check "all but one" rule '{"src_mac": "!02:00:00:00:99:99"}'
check_match "are warned of" 'your SSH connection from 192.0.2.2.*W0503' "$output"
check "a way in for one, which may be he" as "$me" apply "$lab_dir/mine.json" --dry-run
check_match "is warned of as well" 'your SSH connection from 192.0.2.2, in by eth0: rule "all" drops it, but that depends.*W0503' "$output"
check_exit "any, by two rules" 1 as "$me" apply --dry-run - < <(
	policy true '{"id": "a", "match": {"src_mac": "02:00:00:00:00:00/24"}, "action": "drop"}, {"id": "b", "match": {"src_mac": "!02:00:00:00:00:00/24"}, "action": "drop"}')
check_match "is refused" 'this would cut off your SSH connection' "$output"
check "what does not matter to it" rule '{"src_mac": "02:00:00:00:99:99", "proto": "udp"}'
check_equal "is not warned of" "" "$(grep "SSH connection" <<<"$output")"
check_exit "check --lockout" 10 ctl check --lockout "$lab_dir/mine.json"
check_match "warns of it" 'the BGP session with 192.0.2.2, in by eth0: rule "all" drops it, but that depends on the MAC' "$output"
lab_in client ping -qc 1 192.0.2.1 >/dev/null

section "flow labels"
me6="2001:db8:1::2 40022 2001:db8:1::1 2222"
# label VALUES
label() {
	as "$me6" rule add --dry-run "{\"id\": \"label\", \"match\": {\"flow_label\": $1}, \"action\": \"drop\"}"
}
check "one, which a connection may have" label 74565
check_match "is warned of" 'your SSH connection from 2001:db8:1::2, in by eth0: rule "label" drops it, but that depends on its flow label, which is not known .W0503' "$output"
check_exit "any" 1 label '["0-99999", "100000-1048575"]'
check "over IPv4" as "$me" rule add --dry-run '{"id": "label", "match": {"flow_label": 7}, "action": "drop"}'
check_equal "there is none" "" "$(grep "SSH connection" <<<"$output")"

section "a port of a bridge"
# Its packets are for the bridge, which has the address and the neighbours.
bridge=02:00:00:00:00:b0
fwd_config < <(policy true "")
check "a policy without MAC addresses" ctl reload --discard
lab_ip router <<-EOF
link add br0 address $bridge type bridge
address del 192.0.2.1/24 dev eth0
link set eth0 master br0
link set br0 up
address add 192.0.2.1/24 dev br0
EOF
check_soon "it forwards" 30 lab_in client ping -qc 1 -W 1 192.0.2.1
check "what is for the port" rule "{\"dst_mac\": \"$router\", \"family\": \"ipv4\"}"
check_exit "what is for the bridge" 1 rule "{\"dst_mac\": \"$bridge\"}"
check_match "is his session, and comes in by the port" 'your SSH connection from 192.0.2.2, in by eth0' "$output"
check_exit "and from him" 1 rule "{\"src_mac\": \"$client\"}"
lab_ip router <<-EOF
link del br0
address add 192.0.2.1/24 dev eth0
EOF

section "each value of management.allow"
# entry ENTRY DROP [NEXT]: may what the entry lets in be dropped, and is it let in by NEXT?
entry() {
	fwd_config < <(policy true "" "$1")
	ctl reload --discard >/dev/null || fail "the entry $1"
	policy true "{\"id\": \"no\", \"match\": $2, \"action\": \"drop\"}" "${3:-$1}" >"$lab_dir/next.json"
	ctl apply --dry-run "$lab_dir/next.json"
}
check_exit "the second MAC address" 1 entry '{"src_mac": ["02:00:00:00:77:01", "02:00:00:00:77:02"], "proto": "tcp", "dport": 2200}' \
	'{"proto": "tcp", "dport": 2200}' '{"src_mac": "02:00:00:00:77:01", "proto": "tcp", "dport": 2200}'
check_match "is named" 'management access from 198.51.100.1 at 02:00:00:00:77:02 to port 2200, in by eth0: rule "no" drops it' "$output"
check_exit "one that is not excluded" 1 entry '{"src_mac": "!02:00:00:00:00:00/24", "proto": "tcp", "dport": 2200}' \
	'{"proto": "tcp", "dport": 2200}' '{"src": "192.0.2.2"}'
check_exit "the second destination" 1 entry '{"dst": ["192.0.2.1", "198.51.100.1"], "proto": "tcp", "dport": 2200}' \
	'{"dst": "198.51.100.1"}' '{"dst": "192.0.2.1", "proto": "tcp", "dport": 2200}'
check_exit "the second protocol" 1 entry '{"proto": ["tcp", "udp"], "dport": 5353}' \
	'{"dport": 5353}' '{"proto": "tcp", "dport": 5353}'
check_exit "the second VLAN" 1 entry '{"vlan": [10, 20], "proto": "tcp", "dport": 2200}' \
	'{"vlan": 20}' '{"vlan": 10, "proto": "tcp", "dport": 2200}'
check_exit "the second type" 1 entry '{"proto": "icmp", "icmp_type": [8, 13]}' \
	'{"proto": "icmp", "icmp_type": 13}' '{"proto": "icmp", "icmp_type": 8}'
check_exit "the second flow label" 1 entry '{"flow_label": [7, 9], "proto": "tcp", "dport": 2200}' \
	'{"proto": "tcp", "dport": 2200}' '{"flow_label": 7, "proto": "tcp", "dport": 2200}'
check_equal "of IPv6 alone" "" "$(grep "from 198" <<<"$output")"
check "a flow label is nothing of IPv4" entry '{"flow_label": 7, "proto": "tcp", "dport": 2200}' \
	'{"family": "ipv4", "proto": "tcp", "dport": 2200}' '{"src": "192.0.2.2"}'
check "ICMP is nothing of IPv6" entry '{"proto": "icmp", "icmp_type": 8}' \
	'{"family": "ipv6"}' '{"src": "192.0.2.2"}'

section "monitor mode"
fwd_config < <(policy false "")
check "a policy that drops nothing" ctl reload --discard
check "only warns" as "$me" rule add "$drop_tcp"
check_match "of what it would do" "enforcing, this would cut off your SSH connection" "$output"
check "once" as "$me" rule add '{"id": "y", "match": {"dport": 78}, "action": "drop"}'
check_equal "and not with each edit" "" "$(grep "SSH connection" <<<"$output")"
fwd_config < <(policy true "$drop_tcp")
check_exit "enforcing what was watched" 1 as "$me" reload --discard

fwd_clear
test_end
