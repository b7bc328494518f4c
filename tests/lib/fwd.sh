# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: MIT
#
# Start and stop fwd in the lab's router, and talk to it.
#
# FWD_BUILD is the build folder whose fwd and fwctl are tested.

fwd_source=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
fwd_build=${FWD_BUILD:-${FWD_BUILD_DIR:-$fwd_source/build}/check/release}
fwd_binary=$fwd_build/daemon/fwd
fwctl_binary=$fwd_build/cli/fwctl
fwd_pid=

# fwd_for_others: other users reach the two programs, too, wherever the build folder is
fwd_for_others() {
	mkdir -p "$lab_dir/bin"
	install -m 755 "$fwd_binary" "$fwctl_binary" "$lab_dir/bin"
	fwd_binary=$lab_dir/bin/${fwd_binary##*/} fwctl_binary=$lab_dir/bin/${fwctl_binary##*/}
}

# fwd_config [FILE] <JSON: the config of the next fwd_up, and what reload reads
fwd_config() {
	fwd_file=${1:-$lab_dir/fwd.json}
	cat >"$fwd_file"
}

# fwd_run ARGS...: in the foreground, with the lab's config, pins and socket; expected to give up
fwd_run() {
	lab_in router timeout -k 5 "$(scaled 60)" "$fwd_binary" -c "$fwd_file" --pin-dir "$lab_pin" --socket "$lab_dir/sock" \
		--state-dir "$lab_dir/state" \
		"$@"
}

# fwd_up [ARGS]: in the background, and wait until it is ready; log in $fwd_log
fwd_up() {
	fwd_log=$lab_dir/fwd.log
	: >"$fwd_log"
	lab_start router "$fwd_binary" -c "$fwd_file" --pin-dir "$lab_pin" \
		--socket "$lab_dir/sock" --state-dir "$lab_dir/state" "$@" >"$fwd_log" 2>&1
	fwd_pid=$lab_pid
	if ! eventually 30 fwd_ready; then
		fail "fwd starts" "$(tail -n 20 "$fwd_log")"
		return 1
	fi
}

fwd_ready() {
	[ -d "/proc/$fwd_pid" ] && ctl version
}

# fwd_down [SIGNAL]: stop it; its exit code is in $lab_code
fwd_down() {
	lab_stop "$fwd_pid" "${1:-TERM}"
	fwd_pid=
}

# Also remove what it leaves in the kernel, so that the next one starts afresh.
fwd_clear() {
	[ -z "$fwd_pid" ] || fwd_down TERM
	local name

	for name in $(lab_in router ip -o link show | awk -F'[:@ ]+' '/ xdp|prog\/xdp/ {print $2}')
	do
		lab_in router ip link set "$name" xdp off 2>/dev/null || true
		lab_in router ip link set "$name" xdpgeneric off 2>/dev/null || true
	done
	rm -rf "$lab_pin"
}

ctl() {
	"$fwctl_binary" -s "$lab_dir/sock" "$@"
}

# Counters. reason INTERFACE REASON OUTCOME; rule ID; limit NAME passed|over; 0 if it never was.
stat_reason() {
	ctl -j stats | jq --arg i "$1" --arg r "$2" --arg o "$3" '[.result.interfaces[] |
		select(.name == $i) | .reasons[] | select(.reason == $r and .outcome == $o) |
		.packets] | add // 0'
}

stat_rule() {
	ctl -j stats | jq --arg r "$1" '[.result.rules[] | select(.id == $r) | .packets] | add // 0'
}

stat_limit() {
	ctl -j stats | jq --arg l "$1" --arg w "$2" '[.result.limits[] | select(.name == $l) |
		.[$w].packets] | add // 0'
}

# iface INTERFACE JQ-FILTER: a field of an interface's status
iface() {
	ctl -j iface list | jq -r --arg i "$1" ".result.items[] | select(.name == \$i) | $2"
}

# ---- next to others ----

neighbour=$fwd_build/tests/neighbour
neighbour_object=$fwd_build/tests/neighbour_ # before.bpf.o, after.bpf.o, plain.bpf.o

# What an attachment is on this kernel, asked without fwd: does a second program find room?
expected_state() {
	local names

	lab_in router ip link add probe0 type veth peer name probe1
	lab_in router "$neighbour" load probe0 "${neighbour_object}before.bpf.o" 2>/dev/null
	lab_in router "$neighbour" load probe0 "${neighbour_object}after.bpf.o" 2>/dev/null
	names=$(lab_in router "$neighbour" list probe0 2>/dev/null | wc -l)
	lab_in router ip link delete probe0
	[ "$names" = 2 ] && echo dispatcher || echo alone
}

# ---- traffic ----

# pings [-I SOURCE] [-s SIZE] ADDRESS: five at once from the client; prints how many came back
pings() {
	lab_in client "$fwd_source/tests/lib/echo.py" 5 "$@"
}

# count_start MARKER [NAMESPACE IF]: count frames with that marker in the background
count_start() {
	count_file=$lab_dir/count.$1
	rm -f "$count_file"
	lab_start "${2:-server}" "$fwd_source/tests/lib/flood.py" count "${3:-s0}" "$1" \
		"$count_file"
	count_pid=$lab_pid
	eventually 10 test -s "$count_file" || echo "the counter did not start" >&2
}

# count_stop: prints nothing, leaves the number in $counted, once nothing more comes
count_stop() {
	lab_quiet server s0
	lab_stop "$count_pid"
	counted=$(cat "$count_file")
}

# probe FLOW...: prints how many of 5 probes of each flow, SOURCE,PORT, reach the server; the
# client's port 7 must be allowed (where the last one goes)
probe() {
	FWD_LAB=$lab_id "$fwd_source/tests/lib/probe.py" once 5 "$@"
}

# stream_start RATE FLOW...: probes in the background, until stream_stop
stream_start() {
	stream_file=$lab_dir/stream
	rm -f "$stream_file"
	FWD_LAB=$lab_id background "$fwd_source/tests/lib/probe.py" stream "$1" "$stream_file" "${@:2}"
	stream_pid=$lab_pid
	eventually 10 test -e "$stream_file" || echo "the stream did not start" >&2
}

# stream_stop: leaves in the array $streamed what was sent of each flow, then what arrived of each
stream_stop() {
	lab_stop "$stream_pid"
	read -r -a streamed <"$stream_file"
}

# says NAME CODE REGEX ARGS...: exit code, and what is said (stdout and stderr)
says() {
	local code=0 text

	text=$(ctl "${@:4}" 2>&1) || code=$?
	if [ "$code" != "$2" ]; then
		fail "$1" "exit $code, expected $2: fwctl ${*:4}"$'\n'"$text"
	else
		check_match "$1" "$3" "$text"
	fi
}

# holds NAME JQ ARGS...: fwctl -j succeeds, and the filter holds
holds() {
	check "$1" jq -e "$2" <<<"$(ctl -j "${@:3}" 2>&1)"
}
