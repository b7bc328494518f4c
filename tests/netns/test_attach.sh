#!/bin/bash
# SPDX-License-Identifier: MIT
# Attaching: which way, in which mode, next to whom; and interfaces that change under fwd.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

good=192.0.2.2,1000
bad=203.0.113.7,1000

lab_open
lab_router

# config INTERFACES [DEFAULTS]
config() {
	fwd_config <<-JSON
	{
	  "enforce": true,
	  "interfaces": $1,
	  "defaults": ${2:-"{}"},
	  "rules": [{"id": "bad", "match": {"src": ["203.0.113.0/24", "2001:db8:bad::/48"]}, "action": "drop"}]
	}
	JSON
}

# What the kernel, not fwd, says of an interface: native, generic or none.
kernel_mode() {
	case $(lab_in router ip -o link show "$1") in
	*xdpgeneric*) echo generic ;;
	*prog/xdp* | *" xdp"*) echo native ;;
	*) echo none ;;
	esac
}

filters() {
	check_equal "$1" "5 0" "$(probe $good $bad)"
}

section "the way"
state=$(expected_state)
echo "      this kernel: $state"
if [ -n "${FWD_IN_VM:-}" ]; then
	check_equal "the stock kernel has the dispatcher" dispatcher "$state"
fi
config '{"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}}'
fwd_up || test_end
for name in eth0 eth1; do
	check_equal "$name: $state, native, jumbo frames" "$state native true" \
		"$(iface $name '"\(.state) \(.mode) \(.frags)"')"
	check_equal "$name: the kernel says native" native "$(kernel_mode $name)"
done
if [ "$state" = alone ]; then
	check_match "it says why it is alone" 'freplace' "$(iface eth0 .note)"
fi
filters "it filters"
check_match "fwctl iface list shows the same" "eth0.*$state" "$(ctl iface list)"

section "one fwd at a time"
check_exit "a second one on the same pins gives up" 1 fwd_run --socket "$lab_dir/sock2"
check_match "and says who runs" "another fwd \(pid $fwd_pid\)" "$output"
filters "the first one filters on"

section "xdp off"
repairs=$(iface eth0 .repairs)
lab_in router ip link set eth0 xdp off
repaired() {
	[ "$(iface eth0 .repairs)" = $((repairs + 1)) ]
}
check_soon "somebody's 'xdp off' is repaired at once" 1 repaired
check_equal "the kernel says so, too" native "$(kernel_mode eth0)"
check_soon "and it is logged" 1 grep -q 'eth0 was removed by somebody; put back' "$fwd_log"
filters "it filters again"

section "rename"
rename() {
	lab_in router ip link set "$1" down
	lab_in router ip link set "$1" name "$2"
	lab_in router ip link set "$2" up
	lab_in router ip route replace 203.0.113.0/24 via 192.0.2.2
}
is_called() {
	[ "$(iface eth0 .current_name)" = "$1" ]
}
rename eth0 uplink
check_soon "the new name is known" 1 is_called uplink
check_equal "it is still attached" true "$(iface eth0 .attached)"
filters "it filters under the new name"
rename uplink eth0
check_soon "and the old name again" 1 is_called eth0

section "renamed while no fwd runs"
fwd_down
rename eth0 old0
lab_in router ip link add eth0 type veth peer name peer0
fwd_up || test_end
check_equal "the interface that has the name now is attached" native "$(kernel_mode eth0)"
check_equal "the one that had it is free" none "$(kernel_mode old0)"
fwd_down
lab_in router ip link delete eth0
rename old0 eth0
fwd_up || test_end
filters "and all is as before"

section "vanish and appear"
lab_in router ip link delete eth0
is_missing() {
	[ "$(iface eth0 .state)" = missing ]
}
check_soon "an interface that is gone is missing" 1 is_missing
check_equal "the other one stays" true "$(iface eth1 .attached)"
lab_cable client c0 02:00:00:00:00:c0 router eth0 02:00:00:00:00:e0
lab_address client c0 192.0.2.2/24 203.0.113.7/32
lab_address router eth0 192.0.2.1/24
lab_in router ip route add 203.0.113.0/24 via 192.0.2.2
lab_in client ip route add default via 192.0.2.1 src 192.0.2.2
is_attached() {
	[ "$(iface "$1" .attached)" = true ]
}
check_soon "it is attached as soon as it is there again" 1 is_attached eth0
check_equal "as before" "$state native" "$(iface eth0 '"\(.state) \(.mode)"')"
filters "and it filters"

section "jumbo frames"
for end in "client c0" "router eth0" "router eth1" "server s0"; do
	read -r namespace name <<<"$end"
	lab_in "$namespace" ip link set "$name" mtu 9000
done
has_mtu() {
	[ "$(iface eth0 .mtu)" = 9000 ]
}
check_soon "a changed MTU is known" 1 has_mtu
check_equal "frames of 8000 bytes pass" 5 "$(pings -s 8000 198.51.100.2)"
filters "and it filters"
fwd_clear
fwd_up || test_end
check_equal "attached at MTU 9000: native, jumbo frames" "native true" \
	"$(iface eth0 '"\(.mode) \(.frags)"')"
check_equal "frames of 8000 bytes pass" 5 "$(pings -s 8000 198.51.100.2)"
fwd_clear

section "generic mode"
config '{"eth0": {"mode": "generic"}}'
fwd_up || test_end
check_equal "generic, as the config wants" "$state generic" \
	"$(iface eth0 '"\(.state) \(.mode)"')"
check_equal "the kernel says generic" generic "$(kernel_mode eth0)"
filters "it filters"
sed -i 's/generic/native/' "$fwd_file"
check "reload with native" ctl reload
check_equal "the mode is changed" native "$(kernel_mode eth0)"
filters "it filters"
fwd_clear

section "a driver without native mode: lo"
config '{"lo": {"mode": "native"}}'
check_exit "refused" 1 fwd_run
check_match "with a reason" 'lo.*(not supported|native)' "$output"
check_equal "nothing is attached" none "$(kernel_mode lo)"
config '{"lo": {"mode": "native", "on_unsupported": "generic"}}'
fwd_up || test_end
check_equal "generic if that is allowed" "true generic" \
	"$(iface lo '"\(.attached) \(.mode)"')"
check_match "and it says why" 'native mode refused' "$(iface lo .note)"
fwd_clear

section "an interface without Ethernet headers: tun"
# Its packets begin with their IP header, and would be read as no IP at all.
if lab_in router ip tuntap add dev tun0 mode tun 2>/dev/null; then
	config '{"tun0": {"mode": "generic"}}'
	check_exit "refused" 1 fwd_run
	check_match "with a reason" 'tun0 has no Ethernet headers' "$output"
	check_equal "nothing is attached" none "$(kernel_mode tun0)"
	config '{"eth0": {}}'
	fwd_up || test_end
	check_exit "refused later, too" 1 ctl iface attach tun0
	check_match "with the reason" 'tun0 has no Ethernet headers' "$output"
	check_equal "no trace is left" 1 "$(ctl -j iface list | jq '.result.items | length')"
	filters "eth0 filters on"
	fwd_clear
	lab_in router ip link delete tun0
else
	skip "an interface without Ethernet headers" "this kernel has no tun"
fi

section "a driver that takes VLAN tags off"
fwd_config <<-JSON
	{"interfaces": {"eth0": {}}, "rules": [{"id": "v7", "match": {"vlan": 7}, "action": "drop"}]}
JSON
lab_in router ethtool -K eth0 rxvlan on
fwd_up || test_end
check_match "rules about VLANs are warned of" 'v7.*VLANs.*ethtool -K eth0 rxvlan off' \
	"$(cat "$fwd_log")"
check_match "and status says so" 'ethtool -K eth0 rxvlan off' "$(ctl status)"
lab_in router ethtool -K eth0 rxvlan off
check_equal "until it does not" 0 "$(ctl -j status | jq '.result.problems | length')"
check_match "a reload does not report it either" 'revision' "$(ctl reload 2>&1)"
check_equal "of anything" 0 "$(ctl -j reload | jq '.result.warnings // [] | length')"
lab_in router ethtool -K eth0 rxvlan on
fwd_clear

section "a program of somebody else's"
for end in "router eth1" "server s0"; do
	read -r namespace name <<<"$end"
	lab_in "$namespace" ip link set "$name" mtu 1500
done
lab_in router ip link set eth1 xdp obj "${neighbour_object}plain.bpf.o" sec xdp
check_equal "is there" native "$(kernel_mode eth1)"
config '{"eth0": {}, "eth1": {}}'
check_exit "fwd refuses to start" 1 fwd_run
check_match "and names the program" 'eth1 has the XDP program neighbour_plain' "$output"
check_equal "it is still there" neighbour_plain "$(lab_in router "$neighbour" list eth1)"
check_equal "nothing of fwd's stays behind" none "$(kernel_mode eth0)"
config '{"eth0": {}}'
fwd_up || test_end
config '{"eth0": {}, "eth1": {}}'
check_exit "a reload that wants the interface fails" 1 ctl reload
check_match "for the same reason" 'neighbour_plain' "$output"
check_equal "it is still there" neighbour_plain "$(lab_in router "$neighbour" list eth1)"
filters "fwd filters on"
lab_in router ip link set eth1 xdp off

section "by hand"
config '{"eth0": {}}' '{"on_stop": "keep"}'
check "without it, a reload" ctl reload
check "fwctl iface attach" ctl iface attach eth1
check_equal "eth1 is attached" native "$(kernel_mode eth1)"
check "fwctl iface detach" ctl iface detach eth1
check_equal "eth1 is not" none "$(kernel_mode eth1)"
check_exit "an interface that does not exist" 1 ctl iface attach nosuch0
check_match "is reported" 'nosuch0' "$output"
filters "eth0 filters all the while"

section "on_stop"
fwd_down
check_equal "keep: a clean exit" 0 "$lab_code"
check_equal "it stays attached" native "$(kernel_mode eth0)"
filters "it filters without fwd"
config '{"eth0": {}}' '{"on_stop": "detach"}'
fwd_up || test_end
fwd_down
check_equal "detach: a clean exit" 0 "$lab_code"
check_equal "it is gone" none "$(kernel_mode eth0)"
check_exit "and so are its pins" 2 ls "$lab_pin"
check_equal "everything passes" "5 5" "$(probe $good $bad)"
test_end
