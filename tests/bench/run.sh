#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Measure fwd: ns a packet by test runs, Mpps over a veth pair, and next to them
# XDP_DROP, xdp-filter, nftables and LPM_TRIE in the same run; and what an apply
# takes. As root, on Debian 12.
#
#	tests/bench/run.sh [--json] [--plot] [--quick] [--only TEXT]
#
# --plot: as --json, and the plots (docs/ns-*.svg) and tables of docs/performance.md are made again.
# --quick: fewer and shorter rounds. --only: cases whose name has TEXT.
# Everything runs in namespaces that vanish with it; only build/bench stays.
set -euo pipefail

source_dir=$(realpath "$(dirname "$0")/../..")
build_dir=${FWD_BUILD_DIR:-$source_dir/build}/bench
json=
plot=
options=()

while [ $# -gt 0 ]; do
	case $1 in
	--json) json=1 ;;
	--plot) json=1 plot=1 ;;
	--quick) options+=(--quick) ;;
	--only)
		options+=(--only "${2:?--only wants a text}")
		shift
		;;
	*)
		echo "usage: run.sh [--json] [--plot] [--quick] [--only TEXT]" >&2
		exit 2
		;;
	esac
	shift
done
if [ "$(id -u)" != 0 ]; then
	echo "run.sh: must be root (BPF, namespaces)" >&2
	exit 1
fi

prepare() {
	"$source_dir/tests/install.sh" build check bench
	cmake -S "$source_dir" -B "$build_dir" -G Ninja -DCMAKE_BUILD_TYPE=Release -DFWD_TESTS=ON
	ninja -C "$build_dir" bench_chain bench_rules bench_veth bench_addresses bench_apply bench_accuracy \
		bench_edits fwd fwctl
}

machine() {
	jq -n --arg date "$(date -u +%FT%TZ)" --arg kernel "$(uname -r)" \
		--arg cpu "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1)" \
		--arg cpus "$(nproc)" --arg load "$(cut -d' ' -f1 /proc/loadavg)" \
		--arg commit "$(git -C "$source_dir" -c safe.directory="$source_dir" \
			describe --always --dirty 2>/dev/null || echo unknown)" \
		'{date: $date, commit: $commit, kernel: $kernel, cpu: $cpu,
		  cpus: ($cpus | tonumber), load: ($load | tonumber)}'
}

log=$(mktemp)
work=$(mktemp -d)
trap 'rm -rf "$log" "$work"' EXIT
prepare >"$log" 2>&1 </dev/null || { cat "$log" >&2; exit 1; }

failed=0
if [ "$json" ]; then
	machine >"$work/machine"
	"$build_dir/tests/bench/bench_chain" --json "${options[@]}" >"$work/chain" || failed=1
	"$build_dir/tests/bench/bench_rules" --json "${options[@]}" >"$work/rules" || failed=1
	"$build_dir/tests/bench/bench_veth" --json "${options[@]}" >"$work/veth" || failed=1
	"$build_dir/tests/bench/bench_addresses" --json "${options[@]}" >"$work/addresses" || failed=1
	"$build_dir/tests/bench/bench_apply" --json "${options[@]}" >"$work/apply" || failed=1
	"$build_dir/tests/bench/bench_edits" --json "${options[@]}" >"$work/edits" || failed=1
	FWD_BUILD=$build_dir "$source_dir/tests/bench/daemon.sh" --json "${options[@]}" >"$work/daemon" || failed=1
	jq -n --slurpfile machine "$work/machine" --slurpfile chain "$work/chain" \
		--slurpfile rules "$work/rules" --slurpfile veth "$work/veth" \
		--slurpfile addresses "$work/addresses" --slurpfile apply "$work/apply" \
		--slurpfile edits "$work/edits" --slurpfile daemon "$work/daemon" \
		'{machine: $machine[0], ns_per_packet: $chain, rules: $rules, veth: $veth,
		  ns_per_address: $addresses, apply: $apply, edits: $edits,
		  daemon: $daemon}' >"$work/all"
	cat "$work/all"
	if [ "$plot" ]; then
		"$source_dir/tests/bench/plot.py" "$work/all" "$source_dir/docs"
		"$source_dir/tests/bench/tables.py" "$work/all" "$source_dir/docs/performance.md"
	fi
else
	machine | jq -r 'to_entries | map("\(.key) \(.value)") | join(", ")'
	echo
	"$build_dir/tests/bench/bench_chain" "${options[@]}" || failed=1
	echo
	"$build_dir/tests/bench/bench_rules" "${options[@]}" || failed=1
	echo
	"$build_dir/tests/bench/bench_veth" "${options[@]}" || failed=1
	echo
	"$build_dir/tests/bench/bench_addresses" "${options[@]}" || failed=1
	echo
	"$build_dir/tests/bench/bench_apply" "${options[@]}" || failed=1
	echo
	"$build_dir/tests/bench/bench_edits" "${options[@]}" || failed=1
	echo
	FWD_BUILD=$build_dir "$source_dir/tests/bench/daemon.sh" "${options[@]}" || failed=1
fi
exit $failed
