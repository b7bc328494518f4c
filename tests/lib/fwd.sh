# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: MIT
#
# Start and stop fwd in the lab's router, and talk to it.
#
# FWD_BUILD is the build folder whose fwd and fwctl are tested.

fwd_source=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
fwd_build=${FWD_BUILD:-$fwd_source/build/check/release}
fwd_binary=$fwd_build/daemon/fwd
fwctl_binary=$fwd_build/cli/fwctl
fwd_pid=

# fwd_config [FILE] <JSON: the config of the next fwd_up, and what reload reads
fwd_config() {
	fwd_file=${1:-$lab_dir/fwd.json}
	cat >"$fwd_file"
}

# fwd_run ARGS...: in the foreground, with the lab's config, pins and socket
fwd_run() {
	lab_in router "$fwd_binary" -c "$fwd_file" --pin-dir "$lab_pin" --socket "$lab_dir/sock" \
		"$@"
}

# fwd_up [ARGS]: in the background, and wait until it is ready; log in $fwd_log
fwd_up() {
	fwd_log=$lab_dir/fwd.log
	: >"$fwd_log"
	lab_start router "$fwd_binary" -c "$fwd_file" --pin-dir "$lab_pin" \
		--socket "$lab_dir/sock" "$@" >"$fwd_log" 2>&1
	fwd_pid=$lab_pid
	if ! eventually 10 fwd_ready; then
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

# ctl_json ARGS... -- JQ-FILTER: a value of the reply, "" if there is none
ctl_value() {
	local filter=${*: -1}

	ctl -j "${@:1:$#-1}" | jq -r "$filter // empty"
}
