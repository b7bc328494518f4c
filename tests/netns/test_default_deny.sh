#!/bin/bash
# SPDX-License-Identifier: MIT
# The shipped examples against the ordinary packets of an uplink and of a LAN.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

lab_open
lab_router

# hold NAME AT-LEAST KINDS NAME=ADDRESS...: the running policy against so many rows or more
hold() {
	local rows count

	rows=$(FWD_SOCKET=$lab_dir/sock /usr/bin/python3 "$here/ordinary_packets.py" "${@:3}" 2>&1)
	count=$(sed -n 's/ rows asked$//p' <<<"$rows")
	check_between "$1: rows" "$2" 1000 "${count:-0}"
	check_equal "$1: none is judged otherwise" "" "$(grep -v ' rows asked$' <<<"$rows")"
}

# example FILE [ARGS of fwd]
example() {
	fwd_file=$fwd_source/configs/$1
	fwd_up "${@:2}" || test_end
}

section "default.json"
example default.json -i eth0 -i eth1
hold default.json 170 error,reply,dhcp,link,lan,tcp,noise host=192.168.1.5 host6=fd00::5 \
	router=192.168.1.1 router6=fd00::1
fwd_clear

section "strict.json"
example strict.json -i eth0 -i eth1
hold strict.json 170 error,reply,dhcp,link,lan,tcp,noise host=192.0.2.5 host6=2001:db8:2::5 \
	router=192.0.2.1 router6=2001:db8:2::1
fwd_clear

section "edge-router.json"
example edge-router.json
hold edge-router.json 160 error,reply,call,dhcp,link,lan,tcp,spoofed host=198.51.100.5 \
	host6=2001:db8:2::5 router=198.51.100.1 router6=2001:db8:2::1
fwd_clear
test_end
