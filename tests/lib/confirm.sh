# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: MIT
#
# Two policies, one of which waits for its confirmation, and which of them packets meet. After lab_open.

# policy PORT: what drops packets to a port of the server; 9 stays open for the probes
policy() {
	cat <<-JSON
	{
	  "enforce": true,
	  "interfaces": {"eth0": {"zone": "wan"}${2:-}},
	  "sets": {"banned$1": {"live": true}, "both": {"live": true}},
	  "rules": [
	    {"id": "live$1", "match": {"src": "@banned$1"}, "action": "drop"},
	    {"id": "port$1", "match": {"proto": "udp", "dport": $1}, "action": "drop"}
	  ]
	}
	JSON
}

# verdict PORT: of a packet to this port, by what packets see now
verdict() {
	ctl -j explain "in eth0 udp 192.0.2.2:4000 > 198.51.100.2:$1" | jq -r .result.verdict
}
pending() {
	ctl -j status | jq -r ".pending.$1"
}
# waits: a policy does
waits() {
	[ "$(pending revision)" != null ]
}
settled() {
	! waits
}
state=$lab_dir/state

# start: port 1000 is dropped; new.json would drop port 2000 instead
start() {
	fwd_clear
	rm -rf "$state"
	fwd_config < <(policy 1000)
	policy 2000 >"$lab_dir/new.json"
	fwd_up || test_end
}

# apply TIME [FILE]
apply() {
	ctl apply "${2:-$lab_dir/new.json}" --confirm "$1"
}

# wire: of 5 packets to port 1000 and to port 2000, how many arrive
wire() {
	probe 192.0.2.2,1000 192.0.2.2,2000
}
wire_is() {
	[ "$(wire)" = "$1" ]
}
old="0 5" new="5 0"

# sides NAME old|new [packets]: which policy it is, for fwd, for the programs, and on the wire
sides() {
	check_equal "$1: the model" "$([ "$2" = old ] && echo port1000 || echo port2000)" \
		"$(ctl -j rule list | jq -r '.result.items[].id | select(startswith("port"))')"
	check_equal "$1: explain" "$([ "$2" = old ] && echo "drop pass" || echo "pass drop")" \
		"$(verdict 1000) $(verdict 2000)"
	[ -z "${3:-}" ] || check_equal "$1: packets" "${!2}" "$(wire)"
}
