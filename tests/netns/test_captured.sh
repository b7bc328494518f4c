#!/bin/bash
# SPDX-License-Identifier: MIT
# The shipped examples and what `fwctl init` writes against the packets of real boots: tests/boots.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

unset SSH_CONNECTION
lab_open
lab_namespace client
lab_namespace router
lab_namespace server
lab_cable client c0 02:00:00:00:00:c0 router eth0 02:00:00:00:00:e0
lab_cable router eth1 02:00:00:00:00:e1 server s0 02:00:00:00:00:50
# The addresses that the router of the captures had.
lab_ip router <<-IP
	address add 192.88.98.50/24 dev eth0 valid_lft 3600 preferred_lft 3600
	address add 2a00:2::100/64 dev eth0 valid_lft 3600 preferred_lft 3600
	address add 192.168.1.1/24 dev eth1
	address add fd00:1::1/64 dev eth1
	address add 2a00:3::1/64 dev eth1 valid_lft 3600 preferred_lft 3600
	route add default via 192.88.98.1
IP

# hold NAME DROPPED...: the running policy passes all but these
hold() {
	local rows count

	rows=$(FWD_SOCKET=$lab_dir/sock /usr/bin/python3 "$here/captured.py" "${@:2}" 2>&1)
	count=$(sed -n 's/ rows asked$//p' <<<"$rows")
	check_between "$1: packets" 80 1000 "${count:-0}"
	check_equal "$1: none is judged otherwise" "" "$(grep -v ' rows asked$' <<<"$rows")"
}

# own FILE FROM TO...: an example with one's own networks in the place of its own
own() {
	local text

	text=$(cat "$fwd_source/configs/$1")
	set -- "${@:2}"
	while [ $# -gt 0 ]; do
		text=${text//"$1"/"$2"}
		shift 2
	done
	cp "$fwd_source"/configs/*.netset "$lab_dir"
	fwd_config <<<"$text"
}

# Another router's VRRP at the uplink is nothing that this one needs.
others=wan:vrrp

section "default.json"
own default.json '"fc00::/7"' '"fc00::/7", "2a00:3::/56"'
fwd_up -i eth0 -i eth1 || test_end
hold default.json $others
fwd_clear

section "strict.json"
own strict.json 192.0.2.0/24 192.168.1.0/24 '"2001:db8:2::/64"' '"2a00:3::/56", "fd00:1::/64"'
fwd_up -i eth0 -i eth1 || test_end
hold strict.json $others 'wan:: stp$' 'lan:: stp$' # "non_ip" is "drop" there
fwd_clear

section "edge-router.json"
own edge-router.json 198.51.100.0/24 192.168.1.0/24 '"2001:db8:2::/64"' '"2a00:3::/56", "fd00:1::/64"'
fwd_up || test_end
hold edge-router.json
fwd_clear

section "fwctl init"
lab_in router setsid "$fwctl_binary" init --wan eth0 --lan eth1 --mgmt 203.0.113.0/24 \
	-o "$lab_dir/init.json" </dev/null 2>/dev/null
fwd_file=$lab_dir/init.json
fwd_up || test_end
hold "a router" $others
fwd_clear
test_end
