#!/bin/bash
# SPDX-License-Identifier: MIT
# Two interfaces, two zones: rules, counters and modes by interface; canaries; management.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

lab_open
lab_router

fwd_config <<JSON
{
  "enforce": true,
  "interfaces": {"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}},
  "defaults": {"action": "drop"},
  "management": {"allow": [{"src": "203.0.113.7", "proto": "udp", "dport": 22}]},
  "rules": [
    {"id": "wan-in", "match": {"zone": "wan", "proto": "udp", "dport": [7, 1000]}, "action": "pass"},
    {"id": "lan-in", "match": {"interface": "eth1", "proto": "udp", "dport": 2000}, "action": "pass"},
    {"id": "ping-out", "match": {"zone": "lan", "proto": "icmp", "icmp_type": 8}, "action": "pass"},
    {"id": "ping-back", "match": {"zone": "wan", "proto": "icmp", "icmp_type": 0}, "action": "pass"},
    {"id": "open", "match": {"zone": "wan", "proto": "udp", "dport": 3000}, "action": "pass",
     "enforce": false},
    {"id": "closed", "match": {"zone": "wan", "proto": "udp", "dport": 1000, "src": "192.0.2.9"},
     "action": "drop", "priority": -1, "enforce": false},
    {"id": "first", "match": {"proto": "udp", "dport": 1000, "src": "192.0.2.8"},
     "action": "drop", "priority": -2}
  ]
}
JSON
fwd_up || test_end

section "zones"
check_equal "wan: a port that wan may use, one that only lan may" "5 0" \
	"$(probe 192.0.2.2,1000 192.0.2.2,2000)"
check_equal "counted by the rule and by the default" "6 5" \
	"$(stat_rule wan-in) $(stat_reason eth0 default drop)"
check_equal "nothing came in by lan" 0 "$(stat_rule lan-in)"
check_equal "the server can ping the client" 3 \
	"$(lab_in server "$fwd_source/tests/lib/echo.py" 3 192.0.2.2)"
check_exit "the client cannot ping the server" 1 lab_in client ping -c 1 -W 1 198.51.100.2
check_equal "each direction in its zone" "3 3" "$(stat_rule ping-out) $(stat_rule ping-back)"
# ARP and neighbour discovery work under "action": "drop", or nothing above would have.
check_between "ARP passed on both" 1 100 "$(stat_reason eth1 link pass)"

section "priority"
check_equal "a lower number is first" "5 0" "$(probe 192.0.2.2,1000 192.0.2.8,1000)"

section "canaries"
check_equal "one that drops lets the next rule decide" "5" "$(probe 192.0.2.9,1000)"
check_equal "and counts" 5 "$(stat_rule closed)"
check_equal "one that passes opens nothing" "0" "$(probe 192.0.2.2,3000)"

section "management"
check_equal "is allowed under the default drop" "5 0" "$(probe 203.0.113.7,22 203.0.113.7,23)"
check "a block" ctl block 203.0.113.7
check_equal "does not take it away" "5" "$(probe 203.0.113.7,22)"
check_equal "counted as such" 10 "$(stat_reason eth0 management pass)"

section "monitor"
sed -i 's/"enforce": true/"enforce": false/' "$fwd_file"
check "reload" ctl reload
before=$(ctl -j stats | jq .result.totals.dropped.packets)
check_equal "everything passes" "5 5 5" "$(probe 192.0.2.2,2000 192.0.2.8,1000 203.0.113.7,23)"
check_equal "nothing more was dropped" "$before" "$(ctl -j stats | jq .result.totals.dropped.packets)"
check_between "what would have been is counted" 10 10 \
	"$(($(stat_reason eth0 default would_drop) + $(stat_reason eth0 rule would_drop)))"
check_between "blocks, too" 5 5 "$(stat_reason eth0 blocked would_drop)"

section "a zone leaves"
sed -i 's/"enforce": false,$/"enforce": true,/; s/, "eth1": {"zone": "lan"}//; /"lan-in"/d; /"ping-out"/d' \
	"$fwd_file"
check "reload without eth1" ctl reload
check_equal "eth0 filters" "5 0" "$(probe 192.0.2.2,1000 192.0.2.2,2000)"
check_equal "eth1 is free" "" "$(lab_in router ip -o link show eth1 | grep -o 'prog/xdp')"

fwd_clear
test_end
