#!/bin/bash
# SPDX-License-Identifier: MIT
# The table of what a host cannot do without: each row is found when it applies, a policy that would drop
# it is refused, and check --lockout shows it.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

unset SSH_CONNECTION
lab_open
lab_router

# policy RULES
policy() {
	cat <<-JSON
	{"enforce": true, "interfaces": {"eth0": {"zone": "wan"}, "eth1": {}},
	 "management": {"allow": [{"src": "203.0.113.7", "proto": "tcp", "dport": 22}]},
	 "rules": [${1:-}]}
	JSON
}
lockout() {
	ctl -j check --lockout | jq -r '.result.needs[] | select(.applies) | .id' | tr '\n' ' '
}

fwd_config < <(policy)
fwd_up || test_end
check_equal "at first" "arp nd management " "$(lab_in router ip route add default via 192.0.2.2 &&
	lab_in router ip -6 route add default via 2001:db8:1::2 && lockout)"
check_exit "nobody who uses it is there: OSPF may be dropped" 0 \
	ctl rule add '{"id": "early", "match": {"proto": 89}, "action": "drop"}'
ctl rule delete early >/dev/null

# What a router of many trades has open.
lab_start router /usr/bin/python3 -c '
import socket, time
kept = []
for port in (3784, 3785, 4784, 6784, 646, 520, 6696):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("0.0.0.0", port))
    kept.append(sock)
for port in (521, 546):
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sock.bind(("::", port))
    kept.append(sock)
for proto in (89, 88, 103, 112):
    kept.append(socket.socket(socket.AF_INET, socket.SOCK_RAW, proto))
kept.append(socket.create_server(("192.0.2.1", 179)))
kept.append(kept[-1].accept())
time.sleep(600)'
lab_start client /usr/bin/python3 -c '
import socket, time
while True:
    try:
        kept = socket.create_connection(("192.0.2.1", 179))
        break
    except OSError:
        time.sleep(0.1)
time.sleep(600)'
cp "$(command -v sleep)" "$lab_dir/isisd"
lab_start router "$lab_dir/isisd" 600
lab_in router ip address add 192.0.2.11/24 dev eth0 valid_lft 3600 preferred_lft 3600
lab_in router ip -6 route replace default via 2001:db8:1::2 proto ra
all="arp nd bgp ra dhcp dhcpv6 bfd bfd-echo bfd-multihop bfd-lag ospf eigrp isis ldp-hello rip ripng babel pim vrrp management "
is_all() {
	[ "$(lockout)" = "$all" ]
}
check_soon "all that it does" 10 is_all
check_equal "is found" "$all" "$(lockout)"

section "each row"
# row NAME MATCH TEXT
row() {
	check_exit "$1" 1 ctl rule add "{\"id\": \"no-$1\", \"match\": $2, \"action\": \"drop\"}"
	check_match "is refused with its name" "would cut off $3" "$output"
}
row bgp '{"proto": "tcp", "dport": 179}' "the BGP session with 192.0.2.2, in by eth0: rule \"no-bgp\" drops it"
row arp '{"family": "arp"}' "ARP of the gateway 192.0.2.2"
row nd '{"proto": "icmpv6", "icmp_type": 135}' "neighbour discovery of the gateway 2001:db8:1::2"
row ra '{"proto": "icmpv6", "icmp_type": 134}' "the router advertisement of 2001:db8:1::2"
row dhcp '{"proto": "udp", "sport": 67}' "the DHCP reply of a server such as 192.0.2.2"
row dhcp-renewal '{"proto": "udp", "dst": "192.0.2.11", "dport": 68}' "the DHCP reply"
row dhcp-rebinding '{"proto": "udp", "dst": "255.255.255.255"}' "the DHCP reply"
row dhcpv6 '{"proto": "udp", "dport": 546}' "the DHCP reply of a server such as fe80:"
row bfd '{"proto": "udp", "dport": 3784}' "BFD, one hop .UDP 3784. from 192.0.2.2"
row bfd-echo '{"proto": "udp", "dport": 3785}' "BFD echo"
row bfd-multihop '{"proto": "udp", "dport": 4784}' "BFD over several hops"
row bfd-lag '{"proto": "udp", "dport": 6784}' "BFD of links in a LAG"
row ospf '{"proto": 89}' "OSPF"
row eigrp '{"proto": 88}' "EIGRP"
row pim '{"proto": 103}' "PIM"
row vrrp '{"proto": 112}' "VRRP"
row ldp '{"proto": "udp", "dport": 646}' "LDP hellos"
row rip '{"proto": "udp", "dport": 520}' "RIP"
row ripng '{"proto": "udp", "dport": 521}' "RIPng"
row babel '{"proto": "udp", "dport": 6696}' "Babel"
row arp-request '{"family": "arp", "dst_mac": "ff:ff:ff:ff:ff:ff"}' "ARP of the gateway 192.0.2.2"
row nd-group '{"proto": "icmpv6", "dst_mac": "33:33:ff:00:00:01"}' "neighbour discovery of the gateway 2001:db8:1::2"
row ra-group '{"proto": "icmpv6", "dst_mac": "33:33:00:00:00:01"}' "the router advertisement of 2001:db8:1::2"
row rebinding-mac '{"proto": "udp", "dst_mac": "ff:ff:ff:ff:ff:ff"}' "the DHCP reply"
row ospf-group '{"dst_mac": "01:00:5e:00:00:05"}' "OSPF"
row ospf6-group '{"dst_mac": "33:33:00:00:00:05"}' "OSPF"
row isis-group '{"family": "other", "dst_mac": "01:80:c2:00:00:15"}' "IS-IS"
row echo-mac '{"src_mac": "02:00:00:00:00:c0", "proto": "udp", "dport": 3785}' "BFD echo"
row gateway-mac '{"src_mac": "02:00:00:00:00:c0", "proto": "udp", "sport": 67}' "the DHCP reply"
row multicast '{"dst": "224.0.0.0/4"}' "OSPF"
row not-ip '{"family": "other"}' "IS-IS"

section "blocks"
check_exit "a network with neighbours in it" 1 ctl block 198.51.100.0/24
check_match "is refused" "cut off OSPF .protocol 89. from neighbours such as 198.51.100.2" "$output"
check "one of its addresses is nobody's in particular" ctl block 198.51.100.2
check_exit "the gateway by its link" 1 ctl block 2001:db8:1::2

ctl unblock 198.51.100.2 >/dev/null

section "check --lockout"
policy '{"id": "no-udp", "match": {"proto": "udp"}, "action": "drop"}' >"$lab_dir/bad.json"
check "what runs" ctl check --lockout
check_match "passes with its reason" "BFD, one hop .UDP 3784.: without it, the session is down in a second" "$output"
check_match "what is not there is listed with its condition" "LACP .EtherType 0x8809.: an interface is a port of a bond" "$output"
check_exit "a file that drops some" 10 ctl check --lockout "$lab_dir/bad.json"
check_match "names them and the rule" 'is dropped: BFD, one hop .UDP 3784. from 192.0.2.2, in by eth0: rule "no-udp" drops it' "$output"
check_match "and passes others" 'passes: the BGP session with 192.0.2.2' "$output"
check_exit "as apply refuses it" 1 ctl apply "$lab_dir/bad.json"
check_exit "two files" 2 ctl check --lockout "$lab_dir/bad.json" "$lab_dir/bad.json"
check_exit "no file, without it" 2 ctl check
echo '{"rules": [{"id": "x"}]}' >"$lab_dir/wrong.json"
check_exit "a file with a mistake" 3 ctl check --lockout "$lab_dir/wrong.json"
check_equal "nothing has changed" 0 "$(ctl -j rule list | jq '[.result.items[] | select(.id == "no-udp")] | length')"

fwd_clear
test_end
