#!/bin/bash
# SPDX-License-Identifier: MIT
# Devices that stand on others: ports of a bridge, VLANs, macvlans. The kernel changes no program on
# a device while one above it has a program; fwd keeps the order, and never takes away what a
# program that it could not detach still needs.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

good=192.0.2.2,1000
bad=203.0.113.7,1000

lab_open
lab_router

# config INTERFACES
config() {
	fwd_config <<-JSON
	{
	  "enforce": true,
	  "interfaces": $1,
	  "defaults": {"on_stop": "detach"},
	  "management": {"allow": [{"src": "192.0.2.2"}]},
	  "rules": [{"id": "bad", "match": {"src": "203.0.113.0/24"}, "action": "drop"}]
	}
	JSON
}

filters() {
	check_equal "$1" "5 0" "$(probe $good $bad)"
}

passes() {
	check_equal "$1" "5 5" "$(probe $good $bad)"
}

program() {
	lab_in router ip -j link show "$1" | jq '.[0].xdp.prog.id // 0'
}

has_program() {
	[ "$(program "$1")" != 0 ] && echo yes || echo no
}

# all_gone NAME UPPER
all_gone() {
	check_equal "$1: a clean exit" 0 "$lab_code"
	check_equal "$1: nothing is attached" "no no" "$(has_program eth0) $(has_program "$2")"
	check_exit "$1: there are no pins" 2 ls "$lab_pin"
	passes "$1: everything passes"
}

# stack UPPER: the same for each kind of device above eth0
stack() {
	local upper=$1 above

	above="\"$upper\": {\"mode\": \"generic\"}"
	for order in "$above, \"eth0\": {}" "\"eth0\": {}, $above"; do
		config "{$order}"
		fwd_up || test_end
		check_equal "$upper: both are attached, whatever the order" "true true" \
			"$(iface eth0 .attached) $(iface "$upper" .attached)"
		filters "$upper: it filters"
		fwd_down
		all_gone "$upper: stop" "$upper"
	done

	fwd_up || test_end
	check_exit "$upper: iface detach eth0 is refused" 6 ctl iface detach eth0
	check_match "$upper: with the reason" "$upper, above eth0, has an XDP program.*detach $upper first" "$output"
	check_equal "$upper: nothing has changed" 2 "$(ctl -j iface list | jq '.result.items | length')"
	check "$upper: health" ctl health
	config "{$above}"
	check "$upper: a reload without eth0" ctl reload
	check_match "$upper: says how long the upper one was without" "$upper had no program for [0-9.]+ ms.*eth0" "$output"
	echo "      $(grep -o "$upper had no program for [0-9.]* ms" <<<"$output")"
	check_equal "$upper: eth0 is left, $upper is not" "no yes" "$(has_program eth0) $(has_program "$upper")"
	config "{$above, \"eth0\": {}}"
	check "$upper: and with it again" ctl reload
	check_equal "$upper: both are attached" "yes yes" "$(has_program eth0) $(has_program "$upper")"
	check "$upper: health" ctl health
	filters "$upper: it filters"
	config '{"eth0": {}}'
	check "$upper: a reload without the upper one" ctl reload
	check_equal "$upper: only it is left" "yes no" "$(has_program eth0) $(has_program "$upper")"
	check "$upper: both by hand, from below" ctl iface attach "$upper" --mode generic
	check "$upper: the upper one is detached" ctl iface detach "$upper"

	config "{$above}"
	check "$upper: only the upper one" ctl reload
	config "{$above, \"eth0\": {}}"
	check "$upper: eth0 for a time" ctl apply "$fwd_file" --confirm 60s
	check_equal "$upper: both are attached" "yes yes" "$(has_program eth0) $(has_program "$upper")"
	check "$upper: abort" ctl abort
	check_equal "$upper: eth0 is left again" "no yes" "$(has_program eth0) $(has_program "$upper")"
	fwd_down KILL
	fwd_up || test_end
	# The file holds what was taken back, so the start did not use it.
	check_equal "$upper: a restart keeps that" "no yes" "$(has_program eth0) $(has_program "$upper")"
	check "$upper: until the file is loaded" ctl reload
	fwd_down KILL
	fwd_up || test_end
	check_equal "$upper: a restart with both" "yes yes" "$(has_program eth0) $(has_program "$upper")"
	filters "$upper: it filters"
	fwd_down
	all_gone "$upper: stop" "$upper"

	section "$upper has a program of somebody else's"
	config '{"eth0": {}}'
	fwd_up || test_end
	lab_in router ip link set "$upper" xdpgeneric obj "${neighbour_object}plain.bpf.o" sec xdp
	check_exit "$upper: iface detach eth0 is refused" 6 ctl iface detach eth0
	check_match "$upper: and names it" "$upper, above eth0" "$output"
	config '{}'
	check_exit "$upper: a reload without eth0 cannot leave it" 1 ctl reload
	check_match "$upper: the kernel's own reason" 'cannot detach from eth0 .*upper device already has a program' "$output"
	filters "$upper: it filters on"
	check_exit "$upper: health" 7 ctl health
	check_match "$upper: says so" 'eth0 is not in the config and is filtered on' "$output"
	config '{"eth0": {}}'
	check "$upper: and back" ctl reload
	check "$upper: health" ctl health
	fwd_down
	check_equal "$upper: a stop that cannot detach says so by its exit code" 1 "$lab_code"
	check_match "$upper: and in the log" 'cannot detach from eth0 .*it is filtered on' "$(cat "$fwd_log")"
	check "$upper: the pins stay" ls "$lab_pin/state"
	filters "$upper: with its whole datapath"
	check_equal "$upper: the router answers" 5 "$(pings 192.0.2.1)"
	fwd_up || test_end
	filters "$upper: the next start takes it over"
	lab_in router ip link set "$upper" xdpgeneric off
	fwd_down
	all_gone "$upper: the next stop" "$upper"
}

section "a bridge above its port"
lab_in router ip link add br0 address 02:00:00:00:00:e0 type bridge
lab_ip router <<-COMMANDS
	link set eth0 master br0
	address del 192.0.2.1/24 dev eth0
	address add 192.0.2.1/24 dev br0
	link set br0 up
	route replace 203.0.113.0/24 via 192.0.2.2
COMMANDS
stack br0

section "a port that joins a filtered bridge later"
config '{"br0": {"mode": "generic"}, "eth0": {}, "late0": {}}'
fwd_up || test_end
lab_in router ip link add late1 type veth peer name hidden0
lab_in router ip link set late1 master br0
lab_in router ip link set late1 name late0
is_attached() {
	[ "$(iface "$1" .attached)" = true ]
}
check_soon "is filtered" 1 is_attached late0
check "and so is the bridge: health" ctl health
filters "it filters"
fwd_down
lab_in router ip link delete late0
all_gone "stop" br0

section "a port moved to another namespace keeps its program"
lab_in router ip link add port0 type veth peer name port1
config '{"br0": {"mode": "generic"}, "eth0": {}, "port0": {}}'
fwd_up || test_end
lab_in router ip link set port0 netns "$lab_id-server"
is_missing() {
	[ "$(iface "$1" .state)" = missing ]
}
check_soon "it is missing" 1 is_missing port0
fwd_down
check_equal "the stop says by its exit code that it is not all" 1 "$lab_code"
check_match "and in the log why" 'in another namespace' "$(tr '\n' ' ' <"$fwd_log" | tr -s ' ')"
check "the pins stay" ls "$lab_pin/state"
lab_in server ip link set port0 netns "$lab_id-router"
fwd_up || test_end
fwd_down
all_gone "back again: the next start and stop" br0
lab_in router ip link delete port0

lab_ip router <<-COMMANDS
	link delete br0
	address add 192.0.2.1/24 dev eth0
	route replace 203.0.113.0/24 via 192.0.2.2
COMMANDS

for kind in macvlan vlan; do
	section "a $kind above its device"
	[ $kind = vlan ] && options="id 100" || options=
	# shellcheck disable=SC2086
	if ! lab_in router ip link add link eth0 name upper0 type $kind $options 2>/dev/null; then
		skip "$kind" "this kernel has none"
		continue
	fi
	lab_in router ip link set upper0 up
	stack upper0
	lab_in router ip link delete upper0
done

section "the kernel's own reason"
config '{"lo": {}}'
check_exit "no native mode on lo" 1 fwd_run
check_match "is in the error" 'cannot attach to lo: Operation not supported: .*native' "$output"
test_end
