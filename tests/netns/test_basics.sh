#!/bin/bash
# SPDX-License-Identifier: MIT
# Monitor, then enforce: permitted_cidrs, rules, real connections, and explain agrees.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

lab_open
lab_router

config() {
	fwd_config <<-JSON
	{
	  "enforce": $1,
	  "interfaces": {"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}},
	  "permitted_cidrs": ["192.0.2.0/24", "198.51.100.0/24", "2001:db8:1::/48", "2001:db8:2::/48"],
	  "rules": [
	    {"id": "no-telnet", "match": {"proto": "tcp", "dport": 23}, "action": "drop"}
	  ]
	}
	JSON
}

explain() {
	ctl -j explain "$1" | jq -r '.result.verdict + " " + .result.reason'
}

section "monitor"
config false
fwd_up || test_end
check "the configuration passes fwctl check" "$fwctl_binary" check "$fwd_file"
check_match "status says monitor" '"mode": ?"monitor"' "$(ctl -j status)"
check_match "status in words" 'monitor' "$(ctl status)"
for name in eth0 eth1; do
	check_equal "$name is attached in native mode" "true native" \
		"$(iface $name '"\(.attached) \(.mode)"')"
done
check_equal "a permitted source passes" 5 "$(pings 198.51.100.2)"
check_equal "a permitted IPv6 source passes" 5 "$(pings 2001:db8:2::2)"
check_equal "one that is not permitted passes, too" 5 "$(pings -I 203.0.113.7 198.51.100.2)"
check_between "and is counted as would_drop" 5 5 "$(stat_reason eth0 not_permitted would_drop)"
check_equal "nothing was dropped" 0 "$(ctl -j stats | jq .result.totals.dropped.packets)"
check_soon "and it is reported" 3 grep -q 'would.drop.*203\.0\.113\.7.*not_permitted' "$fwd_log"

section "the same with --drop-packets"
fwd_down
check_equal "stopped by SIGTERM" 0 "$lab_code"
fwd_up --drop-packets || test_end
check_match "status says enforce" '"mode": ?"enforce"' "$(ctl -j status)"
check_equal "a permitted source passes" 5 "$(pings 198.51.100.2)"
check_equal "a permitted IPv6 source passes" 5 "$(pings 2001:db8:2::2)"
check_equal "one that is not permitted is dropped" 0 "$(pings -I 203.0.113.7 198.51.100.2)"
check_equal "also in IPv6" 0 "$(pings -I 2001:db8:bad::7 2001:db8:2::2)"
check_between "and is counted" 10 10 "$(stat_reason eth0 not_permitted drop)"
check_soon "and it is reported" 3 grep -q 'drop.*203\.0\.113\.7.*not_permitted' "$fwd_log"

section "connections"
# listens PORT: somebody does, on the server
listens() {
	[ -n "$(lab_in server ss -Hltn "sport = :$1")" ]
}
lab_start server iperf3 -s -1 -p 5201 >"$lab_dir/iperf-server" 2>&1
eventually 10 listens 5201
lab_in client timeout "$(scaled 60)" iperf3 -J -c 198.51.100.2 -n 20M >"$lab_dir/iperf.json" 2>&1
check "iperf3 moves data through the router" \
	jq -e '.end.sum_received.bytes > 1000000' "$lab_dir/iperf.json"
check_between "and the router counted both directions" 100 1000000000 \
	"$(stat_reason eth1 permitted pass)"
lab_start server timeout "$(scaled 120)" nc -l -p 23 >/dev/null
lab_start server timeout "$(scaled 120)" nc -l -p 24 >"$lab_dir/nc" </dev/null
eventually 10 listens 23
eventually 10 listens 24
check_exit "a dropped port times out" 1 lab_in client nc -z -w "$(scaled 1)" 198.51.100.2 23
check_between "as the rule counts" 1 10 "$(stat_rule no-telnet)"
echo hello | lab_in client timeout "$(scaled 20)" nc -N -w "$(scaled 10)" 198.51.100.2 24
check_soon "another port connects" 5 grep -qx hello "$lab_dir/nc"

section "explain"
check_equal "a packet of the rule" "drop rule" \
	"$(explain 'in eth0 tcp 192.0.2.2:40000 > 198.51.100.2:23 syn')"
check_equal "a permitted one" "pass permitted" \
	"$(explain 'in eth0 udp 192.0.2.2:40000 > 198.51.100.2:53')"
check_equal "one that is not" "drop not_permitted" \
	"$(explain 'in eth0 udp 203.0.113.7:40000 > 198.51.100.2:53')"
before=$(ctl -j stats | jq -c '.result.rules, .result.totals.dropped')
explain 'in eth0 tcp 192.0.2.2:40000 > 198.51.100.2:23 syn' >/dev/null
check_equal "explaining counts nothing" "$before" \
	"$(ctl -j stats | jq -c '.result.rules, .result.totals.dropped')"

fwd_clear
test_end
