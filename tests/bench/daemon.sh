#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What an operator waits for: the whole way from fwctl through a running fwd to packets, and what
# fwd and its maps hold then. Medians, in a lab of namespaces; as root.
#
#	FWD_BUILD=FOLDER tests/bench/daemon.sh [--json] [--quick] [--only TEXT]
set -uo pipefail
here=$(realpath "$(dirname "$0")")
lab_prefix=fwd-bench
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

json='' rounds=9 only=
while [ $# -gt 0 ]; do
	case $1 in
	--json) json=1 ;;
	--quick) rounds=3 ;;
	--only)
		only=${2:?--only wants a text}
		shift
		;;
	*)
		echo "usage: daemon.sh [--json] [--quick] [--only TEXT]" >&2
		exit 2
		;;
	esac
	shift
done

# row NAME UNIT <A FIGURE A LINE: their median, least and most
row() {
	sort -n | jq -cs --arg name "$1" --arg unit "$2" \
		'{name: $name, unit: $unit, median: .[length / 2 | floor], least: .[0], most: .[-1]}' |
		if [ "$json" ]; then
			cat
		else
			jq -r '[.name, .unit, .median, .least, .most] | @tsv' | awk -F'\t' \
				'{ printf "%-48s %9.1f %-4s %9.1f ... %.1f\n", $1, $3, $2, $4, $5 }'
		fi
}

# wanted NAME
wanted() {
	[ "$1" != "${1/"$only"/}" ] || [ -z "$only" ]
}

# took COMMAND...: milliseconds, to the tenth
took() {
	local start=${EPOCHREALTIME/./} end

	if ! "$@" >"$lab_dir/out" 2>&1; then
		echo "daemon.sh: $*: $(tail -n 3 "$lab_dir/out")" >&2
		failed=1
	fi
	end=${EPOCHREALTIME/./}
	echo "$(((end - start) / 1000)).$(((end - start) / 100 % 10))"
}

# config FILE RULES FEED MANAGEMENT: the first port distinguishes the texts
config() {
	jq -n --arg feed "$3" --argjson rules "$2" --argjson port $((++configs)) \
		--argjson management "$4" '{
		interfaces: {eth0: {zone: "wan"}, eth1: {zone: "lan"}},
		sets: (if $feed == "" then {} else {feed: {file: $feed}} end),
		rules: ([{id: "r0", match: {proto: "tcp", dport: $port}, action: "drop"}] +
			[range(1; $rules) | {id: "r\(.)", action: "drop", match: {proto: "tcp",
				src: "10.\(. / 256 | floor % 256).\(. % 256).0/24", dport: (. % 60000 + 1)}}] +
			if $feed == "" then [] else [{id: "feed", match: {src: "@feed"}, action: "drop"}] end)
		} + if $management then {management: {allow: [
			{src: "192.0.2.0/24", proto: "tcp", dport: 22}, {src: "2001:db8:1::/64", proto: "tcp", dport: 22},
			{interface: "eth0", src: "192.0.2.0/24", proto: "tcp", dport: 179}]}} else {} end' >"$1"
}

# apply NAME RULES FEED MANAGEMENT: two texts of a size take turns
apply() {
	local i

	wanted "$1" || return 0
	config "$lab_dir/one.json" "${@:2}"
	config "$lab_dir/two.json" "${@:2}"
	for ((i = -1; i < rounds; i++)); do
		took ctl apply "$lab_dir/$([ $((i % 2)) = 0 ] && echo one || echo two).json"
	done | tail -n "$rounds" | row "$1" ms
}

# Memory of the kernel for all maps of this fwd, in KB.
maps_kb() {
	local file sum=0 bytes

	for file in "/proc/$fwd_pid/fdinfo/"*; do
		bytes=$(awk '/^map_type:/ { map = 1 } /^memlock:/ { bytes = $2 }
			END { print map ? bytes + 0 : 0 }' "$file")
		sum=$((sum + bytes))
	done
	echo $((sum / 1024))
}

memory() {
	awk '/^VmRSS:/ {print $2 / 1000}' "/proc/$fwd_pid/status" | row "$1: fwd" MB
	awk "BEGIN { print $(maps_kb) / 1000 }" | row "$1: maps" MB
}

set_add() {
	local i

	for ((i = 0; i < rounds; i++)); do
		took add_feed "$lab_dir/feed100k.netset"
		ctl set delete live - <"$lab_dir/feed100k.netset" >/dev/null
	done | row "$1" ms
}

add_feed() {
	ctl set add live - <"$1"
}

captures() {
	local i

	/usr/bin/python3 "$here/../netns/captures.py" "$lab_dir" 1 100000
	for ((i = 0; i < rounds; i++)); do
		took ctl -j explain --pcap "$lab_dir/many.pcap" -i eth0
	done | row "$1" ms
}

failed=0 configs=0
lab_open
lab_router
"$here/../netns/make_input.py" lines 1000000 0 >"$lab_dir/feed1m.netset"
head -n 100000 "$lab_dir/feed1m.netset" >"$lab_dir/feed100k.netset"
fwd_config <<<'{"interfaces": {"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}}}'
fwd_up >&2 || exit 1

memory "memory, empty policy"
apply "apply, 1 rule" 1 "" false
apply "apply, 1 rule, lock-out checks" 1 "" true
apply "apply, 100 rules" 100 "" false
apply "apply, 100 rules, lock-out checks" 100 "" true
apply "apply, 10000 rules" 10000 "" false
apply "apply, 10000 rules, lock-out checks" 10000 "" true
apply "apply, 1M prefixes" 1 "$lab_dir/feed1m.netset" false
apply "apply, 1M prefixes, lock-out checks" 1 "$lab_dir/feed1m.netset" true
memory "memory, 1M prefixes, after all applies"
config "$lab_dir/live.json" 1 "$lab_dir/feed1m.netset" true
jq '.sets.live = {live: true, max: 200000}' "$lab_dir/live.json" >"$lab_dir/both.json"
took ctl apply "$lab_dir/both.json" >/dev/null
wanted "set add" && set_add "set add of 100k prefixes, next to 1M"
wanted "explain" && captures "explain, a capture of 100k packets"
fwd_clear
exit $failed
