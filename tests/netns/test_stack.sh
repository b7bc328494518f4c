#!/bin/bash
# SPDX-License-Identifier: MIT
# Devices that stand on others: ports of a bridge or a bond, VLANs, macvlans. The kernel changes no
# program on a device while one directly above it has a program; fwd keeps the order, and never
# removes what a program that it could not detach still needs.
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

# all_gone NAME UPPER...
all_gone() {
	local device

	check_equal "$1: a clean exit" 0 "$lab_code"
	for device in eth0 "${@:2}"; do
		check_equal "$1: nothing is attached to $device" no "$(has_program "$device")"
	done
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
	check "$upper: iface detach eth0" ctl iface detach eth0
	check_match "$upper: reports how long the upper one had none" "$upper had no program for [0-9.]+ ms.*eth0" "$output"
	check_equal "$upper: eth0 is left, $upper is not" "no yes" "$(has_program eth0) $(has_program "$upper")"
	check "$upper: health" ctl health
	check "$upper: iface attach eth0" ctl iface attach eth0
	check_match "$upper: reports it, too" "$upper had no program for [0-9.]+ ms.*eth0" "$output"
	filters "$upper: it filters"
	config "{$above}"
	check "$upper: a reload without eth0" ctl reload --discard
	check_match "$upper: reports it, too" "$upper had no program for [0-9.]+ ms.*eth0" "$output"
	echo "      $(grep -o "$upper had no program for [0-9.]* ms" <<<"$output")"
	check_equal "$upper: eth0 is left, $upper is not" "no yes" "$(has_program eth0) $(has_program "$upper")"
	config "{$above, \"eth0\": {}}"
	check "$upper: and with it again" ctl reload
	check_equal "$upper: both are attached" "yes yes" "$(has_program eth0) $(has_program "$upper")"
	check "$upper: health" ctl health
	filters "$upper: it filters"
	for off in eth0 "$upper"; do
		jq --arg i "$off" '.interfaces[$i].attach = false' "$fwd_file" >"$lab_dir/off.json"
		check "$upper: $off is detached" ctl apply "$lab_dir/off.json"
		check_equal "$upper: it is left, the other is not" "no $off detached" \
			"$(has_program "$off") $(ctl -j iface list | jq -r '.result.items[] | select(.state == "detached") | "\(.name) \(.state)"')"
		check_equal "$upper: one has a program" "no yes" "$(for i in eth0 "$upper"; do has_program "$i"; done | sort | xargs)"
		check "$upper: health" ctl health
		# What is for eth0 does not come by a macvlan or VLAN above it.
		[ "$off$upper" = eth0upper0 ] || filters "$upper: it filters by the other"
		check "$upper: $off for a time" ctl iface attach "$off" --confirm 60s
		check "$upper: abort" ctl abort
		check_equal "$upper: it is left again" no "$(has_program "$off")"
		fwd_down KILL
		check "$upper: a file with $off detached" cp "$lab_dir/off.json" "$fwd_file"
		fwd_up || test_end
		check_equal "$upper: so it is after a restart" "no yes" "$(for i in eth0 "$upper"; do has_program "$i"; done | sort | xargs)"
		config "{$above, \"eth0\": {}}"
		check "$upper: both again" ctl reload
		check_equal "$upper: both are attached" "yes yes" "$(has_program eth0) $(has_program "$upper")"
	done
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

	section "$upper has a program that is not fwd's"
	config '{"eth0": {"zone": "wan"}}'
	fwd_up || test_end
	foreign_on "$upper"
	cannot_leave "$upper" "$upper above it has an XDP program"
	fwd_down
	check_equal "$upper: a stop that cannot detach reports it by its exit code" 1 "$lab_code"
	check_match "$upper: and in the log" "$kernels_reason.*: it is still filtered" "$(cat "$fwd_log")"
	still_whole "$upper"
	fwd_up || test_end
	filters "$upper: the next start takes it over"
	check "$upper: health" ctl health
	fwd_down
	check_equal "$upper: the next stop still cannot" 1 "$lab_code"
	config '{}'
	fwd_up || test_end
	check_match "$upper: a start with a config without eth0 reports it" "warning: $kernels_reason" "$(cat "$fwd_log")"
	filters "$upper: it is still filtered"
	check_exit "$upper: health" 7 ctl health
	check_match "$upper: has it" 'eth0 should not be filtered, by the config, and still is' "$output"
	check "$upper: another reload works" ctl reload
	check_match "$upper: and tries it again" "warning: $kernels_reason" "$output"
	lab_in router ip link set "$upper" xdpgeneric off
	check_soon "$upper: it is left as soon as that is possible" 10 is_gone eth0
	check "$upper: health" ctl health
	check_equal "$upper: it is gone" no "$(has_program eth0)"
	passes "$upper: everything passes"
	fwd_down
	all_gone "$upper: stop" "$upper"
	earlier_policy "$upper"
}

# earlier_policy UPPER: an upgrade finds what it can neither leave nor give its own policy
earlier_policy() {
	config '{"eth0": {"zone": "wan"}}'
	fwd_binary=$fwd_build/tests/fwd_other fwd_up || test_end
	foreign_on "$1"
	fwd_down KILL
	config '{}'
	fwd_up || test_end
	filters "$1: an upgrade cannot leave it"
	check_exit "$1: health" 7 ctl health
	check_match "$1: has what filters there" \
		'eth0 should not be filtered, by the config, and still is, by the policy of an earlier fwd: it could not be detached: ' "$output"
	lab_in router ip link set "$1" xdpgeneric off
	check_soon "$1: it is left as soon as that is possible" 10 is_gone eth0
	check "$1: health" ctl health
	check_equal "$1: nothing stays of the earlier fwd" "" "$(find "$lab_pin" -name 'old*')"
	fwd_down
	all_gone "$1: stop" "$1"
}

is_gone() {
	[ "$(has_program "$1")" = no ]
}

kernels_reason='cannot detach from eth0 .*upper device already has a program'

# foreign_on DEVICE [NAMESPACE]
foreign_on() {
	lab_in "${2:-router}" ip link set "$1" xdpgeneric obj "${neighbour_object}plain.bpf.o" sec xdp
}

# cannot_leave NAME REASON: what would leave eth0 is refused, and changes nothing
cannot_leave() {
	local before

	before=$(ctl -j status | jq .result.revision)
	check_exit "$1: iface detach eth0 is refused" 1 ctl iface detach eth0
	check_match "$1: with the reason" "eth0 cannot be detached: $2" "$output"
	check_exit "$1: so is a dry run" 1 ctl iface detach eth0 --dry-run
	config '{}'
	check_exit "$1: so is a reload without eth0" 1 ctl reload
	check_match "$1: with the reason" "eth0 cannot be detached: $2" "$output"
	check_exit "$1: so is apply with a time limit" 1 ctl apply "$fwd_file" --confirm 60s
	check_exit "$1: so is the field" 1 ctl iface set eth0 attach=false
	check_match "$1: with the reason" "eth0 cannot be detached: $2" "$output"
	config '{"eth0": {"zone": "wan"}}'
	check "$1: the file as it was" ctl reload
	check_equal "$1: nothing has changed" "wan true $before" \
		"$(iface eth0 '"\(.zone) \(.attached)"') $(ctl -j status | jq .result.revision)"
	filters "$1: it filters on"
	check "$1: health" ctl health
}

# still_whole NAME: fwd is gone, and could not detach
still_whole() {
	check "$1: the pins stay" ls "$lab_pin/state"
	filters "$1: it filters, with its whole datapath"
	check_equal "$1: the router answers" 5 "$(pings 192.0.2.1)"
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
check_match "the log has how long the bridge was not" 'br0 had no program for [0-9.]+ ms.*late0' "$(cat "$fwd_log")"
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
check_equal "the stop reports by its exit code that it is not all" 1 "$lab_code"
check_match "and in the log why" 'in another namespace' "$(tr '\n' ' ' <"$fwd_log" | tr -s ' ')"
check "the pins stay" ls "$lab_pin/state"
lab_in server ip link set port0 netns "$lab_id-router"
fwd_up || test_end
fwd_down
all_gone "back again: the next start and stop" br0
lab_in router ip link delete port0

# on_bridge NAME KIND...: three, each on the one before: eth0, br0, and a device above the bridge
on_bridge() {
	local top=$1

	if ! lab_in router ip link add link br0 name "$top" type "${@:2}" 2>/dev/null; then
		skip "${*:2}" "this kernel has none"
		return
	fi
	lab_in router ip link set "$top" up
	for order in "$top br0 eth0" "br0 eth0 $top"; do
		# shellcheck disable=SC2086
		config "$(printf '%s\n' $order | jq -nR '[inputs | {(.): {"mode": "generic"}}] | add | .eth0 = {}')"
		fwd_up || test_end
		filters "$order: it filters"
		fwd_down
		all_gone "$order: stop" br0 "$top"
	done
	fwd_up || test_end
	check "$top: iface detach eth0, two below" ctl iface detach eth0
	check_match "$top: both above are named" "$top had no program.*eth0" "$(tr '\n' ' ' <<<"$output")"
	check_equal "$top: they stay" "no yes yes" "$(has_program eth0) $(has_program br0) $(has_program "$top")"
	check "$top: health" ctl health
	filters "$top: it filters"
	check "$top: iface attach eth0" ctl iface attach eth0
	check "$top: the one between is detached" ctl iface detach br0
	check "$top: what is not directly above keeps nothing" ctl iface detach eth0
	check_equal "$top: so nothing was taken off" "" "$(grep 'had no program' <<<"$output")"
	fwd_down
	all_gone "$top: stop" br0 "$top"
	lab_in router ip link delete "$top"
}

section "three devices, each on the one before"
on_bridge top0 macvlan
on_bridge br0.7 vlan id 7

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

section "a macvlan in another namespace has a program that is not fwd's"
if lab_in router ip link add link eth0 name away0 type macvlan 2>/dev/null; then
	config '{"eth0": {"zone": "wan"}}'
	fwd_up || test_end
	lab_in router ip link set away0 netns "$lab_id-server"
	lab_in server ip link set away0 up
	foreign_on away0 server
	cannot_leave "elsewhere" 'a device \(in another namespace\?\) above it has an XDP program'
	fwd_down
	check_equal "elsewhere: the stop reports by its exit code that it cannot detach" 1 "$lab_code"
	still_whole "elsewhere"
	lab_in server ip link delete away0
	fwd_up || test_end
	fwd_down
	all_gone "elsewhere: the next start and stop"
else
	skip "macvlan" "this kernel has none"
fi

# native_bond: a bond takes no native program while a port has one, nor the other way round
native_bond() {
	config '{"bond0": {}, "eth0": {}}'
	check_exit "both native: no start" 1 fwd_run
	check_match "with the kernel's own reason" 'cannot attach to bond0: .*has XDP program' "$output"
	check_equal "nothing stays" "no no" "$(has_program eth0) $(has_program bond0)"
	config '{"bond0": {"on_unsupported": "generic"}, "eth0": {}}'
	fwd_up || test_end
	check_equal "unless the bond may be generic" "generic native" "$(iface bond0 .mode) $(iface eth0 .mode)"
	filters "it filters"
	fwd_down
	all_gone "stop" bond0
	config '{"bond0": {}}'
	fwd_up || test_end
	check_equal "only the bond" native "$(iface bond0 .mode)"
	check_exit "its port cannot be attached" 1 ctl iface attach eth0
	check_match "with the kernel's own reason" 'has XDP program' "$output"
	check_equal "the bond is filtered as before" "native true" "$(iface bond0 '"\(.mode) \(.attached)"')"
	check_equal "the port is not listed" bond0 "$(ctl -j iface list | jq -r '.result.items[].name')"
	check "health" ctl health
	filters "it filters"
	fwd_down
	all_gone "stop" bond0
}

is_up() {
	[ "$(lab_in router ip -j link show "$1" | jq -r '.[0].operstate')" = UP ]
}

section "a bond above its port"
if lab_in router ip link add bond0 type bond mode active-backup miimon 100 2>/dev/null; then
	lab_ip router <<-COMMANDS
		link set eth0 down
		link set eth0 master bond0
		link set bond0 up
		address flush dev eth0
		address add 192.0.2.1/24 dev bond0
		route replace 203.0.113.0/24 via 192.0.2.2
	COMMANDS
	eventually 10 is_up bond0
	stack bond0
	section "a bond in native mode"
	native_bond
	lab_ip router <<-COMMANDS
		link delete bond0
		link set eth0 up
		address add 192.0.2.1/24 dev eth0
		route replace 203.0.113.0/24 via 192.0.2.2
	COMMANDS
else
	skip "bond" "this kernel has none"
fi

section "the kernel's own reason"
config '{"lo": {}}'
check_exit "no native mode on lo" 1 fwd_run
check_match "is in the error" 'cannot attach to lo: Operation not supported: .*native' "$output"
test_end
