#!/bin/bash
# SPDX-License-Identifier: MIT
# Packets that firewalls get wrong, sent raw: what arrives behind fwd, and why.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

lab_open
lab_router mtu 1500
# The rows look at the router's eth0: nothing shall answer or forward.
lab_in router sysctl -qw net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0
fwd_config <<JSON
{
  "enforce": true,
  "interfaces": {"eth0": {"zone": "wan"}},
  "defaults": {"action": "drop", "malformed": "drop", "non_ip": "drop"},
  "events": {"rate": "100000/s"},
  "rules": [
    {"id": "vlan-7", "match": {"vlan": 7, "proto": "udp", "dport": 1000}, "action": "pass"},
    {"id": "untagged", "match": {"vlan": 0, "proto": "udp", "dport": 1000}, "action": "pass"},
    {"id": "no-protocol", "match": {"src": "192.0.2.99"}, "action": "drop"},
    {"id": "tcp", "match": {"proto": "tcp", "dport": 1000}, "action": "pass"},
    {"id": "sctp", "match": {"proto": "sctp", "dport": 1000}, "action": "pass"},
    {"id": "echo", "match": {"proto": "icmp", "icmp_type": 8}, "action": "pass"},
    {"id": "echo6", "match": {"proto": "icmpv6", "icmp_type": 128}, "action": "pass"},
    {"id": "gre", "match": {"proto": "gre"}, "action": "pass"},
    {"id": "esp", "match": {"proto": "esp"}, "action": "pass"}
  ]
}
JSON
fwd_up || test_end
FWD_LAB=$lab_id FWD_SOCKET=$lab_dir/sock /usr/bin/python3 "$here/packets.py" | tee "$lab_dir/rows"
test_passed=$(grep -c '^ok ' "$lab_dir/rows") test_failed=$(grep -c '^FAIL ' "$lab_dir/rows")
check "all rows ran" grep -qx "done" "$lab_dir/rows"
fwd_clear
test_end
