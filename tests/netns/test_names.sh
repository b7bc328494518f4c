#!/bin/bash
# SPDX-License-Identifier: MIT
# A device is its ifindex, a name is how the config speaks of it: renames, swaps, altnames, devices
# that move away, come back and are made again, against all that loads a config. While names change
# no packet may get past a drop rule of its zone.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

good=192.0.2.2,1000
bad=203.0.113.7,1000

lab_open
lab_router

# config INTERFACES: only the wan is filtered
config() {
	fwd_config <<-JSON
	{
	  "enforce": true,
	  "interfaces": $1,
	  "rules": [{"id": "bad", "match": {"zone": "wan", "src": "203.0.113.0/24"}, "action": "drop"}]
	}
	JSON
}

wan='{"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}}'
renamed='{"wan0": {"zone": "wan"}, "eth1": {"zone": "lan"}}'

# rename OLD NEW: as it is up where the kernel allows that
rename() {
	lab_in router ip link set "$1" name "$2" 2>/dev/null && return
	lab_in router ip link set "$1" down
	lab_in router ip link set "$1" name "$2"
	lab_in router ip link set "$2" up
	lab_in router ip route replace 203.0.113.0/24 via 192.0.2.2
}

# Not within check, which runs what it checks in a shell of its own.
restart() {
	fwd_down KILL
	fwd_up
}

# Puts the lab's own name back, without fwd.
name_back() {
	fwd_clear
	rename wan0 eth0
}

filters() {
	check_equal "$1" "5 0" "$(probe $good $bad)"
}

program() {
	lab_in router ip -j link show "$1" | jq '.[0].xdp.prog.id // 0'
}

is_called() {
	[ "$(iface "$1" .current_name)" = "$2" ]
}

# drops NUMBER: the rule has dropped as many packets since fwd came
drops() {
	[ "$(stat_rule bad)" -ge "$1" ]
}

names_of_ours() {
	ctl -j iface list | jq -r '[.result.items[] | "\(.name):\(.current_name):\(.zone)"] | sort | join(" ")'
}

# Everything that loads a config whose key is the new name. Each takes over from $wan with the
# device renamed already, and ends with $renamed.
by_reload() {
	config "$renamed"
	ctl reload
}
by_apply() {
	config "$renamed"
	ctl apply "$fwd_file"
}
by_confirm() {
	config "$renamed"
	ctl apply "$fwd_file" --confirm 60s && ctl confirm
}
by_abort() {
	config "$renamed"
	ctl apply "$fwd_file" --confirm 60s && ctl abort && ctl apply "$fwd_file"
}
by_hand() {
	ctl iface attach wan0 --zone wan && ctl iface detach eth0
}

section "a device is renamed, and the config follows"
for way in reload apply confirm abort restart hand; do
	config "$wan"
	fwd_up || test_end
	before=$(program eth0)
	stream_start 3000 $good $bad
	check_soon "$way: there are packets to drop" 2 drops 50
	rename eth0 wan0
	check_soon "$way: the new name is known" 1 is_called eth0 wan0
	check_exit "$way: health says that the config's name is no longer right" 7 ctl health
	check_match "$way: and which" '"eth0" of the config is called wan0 now' "$output"
	if [ $way = restart ]; then
		config "$renamed"
		restart || test_end
	else
		check "$way" by_$way
	fi
	check_soon "$way: and they go on" 2 drops $(($(stat_rule bad) + 50))
	stream_stop
	check_equal "$way: no packet got past the drop rule" 0 "${streamed[2]}"
	check_equal "$way: the policy" "eth1:eth1:lan wan0:wan0:wan" "$(names_of_ours)"
	check_equal "$way: it is the same program all the while" "$before" "$(program wan0)"
	check "$way: health" ctl health
	filters "$way: it filters"
	check_equal "$way: nobody else is blamed" "" "$(grep 'removed by somebody' "$fwd_log")"
	name_back
done

section "again and again, under traffic"
config "$wan"
fwd_up || test_end
stream_start 3000 $good $bad
for ((i = 0; i < 10; i++)); do
	rename eth0 wan0
	config "$renamed"
	check "reload $i with the new name" ctl reload
	rename wan0 eth0
	config "$wan"
	check "and with the old one" ctl reload
done
stream_stop
check_equal "20 renames and reloads: no packet got past the drop rule" 0 "${streamed[2]}"
echo "      ${streamed[0]} probes of each flow, ${streamed[1]} of the good one arrived"
fwd_clear

section "not in the config: it is followed, by all alike"
config "$wan"
fwd_up || test_end
rename eth0 wan0
check_soon "the new name is known" 1 is_called eth0 wan0
check "a reload of the same file" ctl reload
check_equal "means the same device" "eth0:wan0:wan eth1:eth1:lan" "$(names_of_ours)"
filters "it filters"
restart || test_end
check_equal "and so does a restart" "eth0:wan0:wan eth1:eth1:lan" "$(names_of_ours)"
filters "it filters"
check_exit "health says so" 7 ctl health
name_back

section "a transaction that is taken back after a restart"
config "$wan"
fwd_up || test_end
rename eth0 wan0
config "$renamed"
check "apply with the new name" ctl apply "$fwd_file" --confirm 60s
stream_start 3000 $good $bad
restart || test_end
check "abort after a restart" ctl abort
check_equal "the old config means the same device" "eth0:wan0:wan eth1:eth1:lan" \
	"$(names_of_ours)"
stream_stop
check_equal "no packet got past the drop rule" 0 "${streamed[2]}"
filters "it filters"
name_back

section "two devices swap their names"
swap() {
	rename eth0 spare
	rename eth1 eth0
	rename spare eth1
}
is_swapped() {
	is_called eth0 eth1 && is_called eth1 eth0
}
for way in reload restart; do
	config "$wan"
	fwd_up || test_end
	swap
	check_soon "$way: known" 1 is_swapped
	check_exit "$way: health" 7 ctl health
	check_match "$way: says that another one has the name" 'another one is called eth0' "$output"
	filters "$way: the devices are filtered as before"
	# The client is at eth1 now, which is the lan: nothing of it is dropped.
	if [ $way = reload ]; then
		check "$way" ctl reload
	else
		restart || test_end
	fi
	check_equal "$way: names mean what the kernel calls so" "eth0:eth0:wan eth1:eth1:lan" \
		"$(names_of_ours)"
	check_equal "$way: the zones have swapped" "5 5" "$(probe $good $bad)"
	check "$way: health" ctl health
	# And with the zones swapped in the config as well, while packets come.
	stream_start 3000 $good $bad
	config '{"eth1": {"zone": "wan"}, "eth0": {"zone": "lan"}}'
	check "$way: zones" ctl reload
	filters "$way: it filters"
	stream_stop
	fwd_clear
	swap
done

section "both names and zones swap at once, under traffic"
config "$wan"
fwd_up || test_end
stream_start 3000 $good $bad
swap
config '{"eth1": {"zone": "wan"}, "eth0": {"zone": "lan"}}'
check "reload" ctl reload
stream_stop
check_equal "no packet got past the drop rule" 0 "${streamed[2]}"
check_equal "the policy" "eth0:eth0:lan eth1:eth1:wan" "$(names_of_ours)"
fwd_clear
swap

section "altnames"
lab_in router ip link property add dev eth0 altname uplink
config "$wan"
fwd_up || test_end
before=$(program eth0)
stream_start 3000 $good $bad
config '{"uplink": {"zone": "wan"}, "eth1": {"zone": "lan"}}'
check "a reload that uses the altname" ctl reload
stream_stop
check_equal "no packet got past the drop rule" 0 "${streamed[2]}"
check_equal "the same program" "$before" "$(program eth0)"
check "an altname is a name: health" ctl health
filters "it filters"
config '{"eth0": {"zone": "wan"}, "uplink": {"zone": "lan"}}'
check_exit "two names of one device" 3 ctl reload
check_match "are an error with its place" 'fwd.json:[0-9]+:[0-9]+.*"eth0" and "uplink" are names of the same interface' "$output"
check_exit "by hand, too" 3 ctl iface attach eth0
check_match "for the same reason" 'names of the same interface' "$output"
filters "nothing has changed"
fwd_down TERM
check_exit "nor can fwd start with it" 1 fwd_run --strict-config
check_match "for the same reason" 'names of the same interface' "$output"
filters "what was there filters on"
fwd_clear
lab_in router ip link property del dev eth0 altname uplink

section "moved to another namespace, and back"
config "$wan"
fwd_up || test_end
move() {
	lab_in "$1" ip link set eth0 netns "$lab_id-$2"
}
is_missing() {
	[ "$(iface "$1" .state)" = missing ]
}
is_attached() {
	[ "$(iface "$1" .attached)" = true ]
}
move router server
check_soon "it is missing" 1 is_missing eth0
check_match "the log says that it vanished" ': eth0 vanished$' "$(cat "$fwd_log")"
check_equal "and of no other that would be there" "" "$(grep 'another eth0' "$fwd_log")"
check_exit "health" 7 ctl health
move server router
lab_in router ip link set eth0 up
lab_address router eth0 192.0.2.1/24
lab_in router ip route replace 203.0.113.0/24 via 192.0.2.2
check_soon "and filtered when it is back" 1 is_attached eth0
filters "as before"

section "made again with the same name, while the old device lives under another"
lab_in router ip link set eth0 name old0 2>/dev/null || rename eth0 old0
lab_in router ip link add eth0 type veth peer name peer0
check_soon "the old one is followed" 1 is_called eth0 old0
check_exit "health" 7 ctl health
check "reload" ctl reload
check_equal "the name means the new one" "eth0:eth0:wan eth1:eth1:lan" "$(names_of_ours)"
check_equal "which is filtered" true "$(iface eth0 .attached)"
check_equal "the other one is not in the config, and free" 0 "$(program old0)"
lab_in router ip link delete eth0
check_soon "it is gone" 1 is_missing eth0
fwd_clear
rename old0 eth0
lab_in router ip route replace 203.0.113.0/24 via 192.0.2.2

section "missing at a start"
for how in config option; do
	args=()
	if [ $how = config ]; then
		config '{"eth0": {"zone": "wan"}, "late0": {"zone": "wan"}}'
	else
		config '{"eth0": {"zone": "wan"}}'
		args=(-i late0)
	fi
	fwd_up "${args[@]}" || test_end
	check_match "$how: fwd starts, and says so" 'late0' "$(grep -i 'missing' "$fwd_log")"
	filters "$how: the others are filtered"
	check_exit "$how: health" 7 ctl health
	check_match "$how: names it" 'late0 is not attached' "$output"
	lab_in router ip link add late0 type veth peer name late1
	check_soon "$how: it is filtered as soon as it is there" 1 is_attached late0
	check "$how: health" ctl health
	fwd_clear
	lab_in router ip link delete late0
done

section "it appears while fwd starts"
config '{"eth0": {"zone": "wan"}, "late0": {"zone": "wan"}}'
missed=0
moments="0 1 3 6"
[ -z "${FWD_LONG:-}" ] || moments="0 1 2 3 4 5 6 7 8 9"
for i in $moments; do
	(sleep 0.0$i; lab_in router ip link add late0 type veth peer name late1) &
	maker=$!
	fwd_up || test_end
	wait $maker
	eventually 1 is_attached late0 || missed=$((missed + 1))
	fwd_clear
	lab_in router ip link delete late0
done
check_equal "at moments $moments of the start: it is filtered each time" 0 $missed
test_end
