#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Fuzz what reads hostile input, each for some seconds (60), with ASan and UBSan:
#
#	tests/fuzz/run.sh [SECONDS [TARGET...]]
#
# Targets: config packet set_file capture store rewrite reply control. Inputs that led further are kept in
# build/fuzz/TARGET.corpus for the next run; one that crashed is left in build/fuzz, and the exit code is
# not 0. Needs clang's libFuzzer.
set -euo pipefail

root=$(realpath "$(dirname "$0")/../..")
dir=${FWD_BUILD_DIR:-$root/build}/fuzz
seconds=${1:-60}
shift || true
[ $# -gt 0 ] || set -- config packet set_file capture store rewrite reply control
mkdir -p "$dir"
cd "$dir"

# files FOLDER...: all sources in and below them; log_libraries.c wants libraries
files() {
	find "${@/#/$root/}" -name '*.c' ! -name log_libraries.c ! -path "$root/cli/main.c"
}

mapfile -t common < <(files common/base common/protocol)
mapfile -t fields < <(files common/policy/fields)
mapfile -t config < <(files common/policy/document common/policy/config common/policy/fields)
mapfile -t policy < <(files common/policy/compile)

# sources TARGET: what it needs in addition to itself, in $sources, and its $libraries
sources() {
	libraries=(-lcjson -lz -lzstd -lm)
	case $1 in
	config) sources=("${common[@]}" "${config[@]}" "${policy[@]}") ;;
	packet) sources=("${common[@]}" "${fields[@]}" "$root"/common/policy/packet/packet_*.c) ;;
	set_file) sources=("${common[@]}" "${config[@]}") ;;
	store)
		sources=("${common[@]}" "$root"/daemon/fwd/history/{revision,digest}.c
			"$root"/daemon/fwd/transaction/pending/marker.c)
		libraries+=(-lcrypto)
		;;
	rewrite)
		mapfile -t sources < <(files common/policy/diff common/policy/rewrite)
		sources+=("${common[@]}" "${config[@]}")
		;;
	capture)
		sources=("$root"/cli/explain/capture.c)
		libraries+=(-lpcap)
		;;
	reply)
		mapfile -t sources < <(files common/policy/diff common/policy/rewrite common/machine common/records cli)
		sources+=("${common[@]}" "${config[@]}" "${policy[@]}")
		read -r -a flags < <(pkg-config --cflags --libs libpcap ncursesw libnl-3.0 libnl-route-3.0)
		libraries+=("${flags[@]}" '-DFWD_DATADIR="/usr/share/fwd"')
		;;
	control)
		# All of fwd but what knows BPF, which tests/fuzz/control stands in for.
		mapfile -t sources < <(find "$root"/{common,daemon,tests/fuzz/control} -name '*.c' \
			! -name log_libraries.c ! -name main.c ! -path '*/daemon/fwd/options/options.c' ! -name app.c \
			! -name event_parts.c ! -name timers.c ! -name live_open.c ! -path '*/daemon/fwd/datapath/*')
		read -r -a libraries < <(pkg-config --cflags --libs libcjson zlib libzstd libcrypto libsystemd libseccomp \
			libbpf libacl libcap-ng libnl-3.0 libnl-route-3.0)
		libraries+=(-lm '-DFWD_SYSCONFDIR="/etc"')
		;;
	*)
		echo "run.sh: there is no target $1" >&2
		exit 2
		;;
	esac
}

build() {
	sources "$1"
	clang -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
		-D_GNU_SOURCE '-DFWD_VERSION="fuzz"' -std=gnu11 -I"$root" \
		"$root/tests/fuzz/$1.c" "${sources[@]}" "${libraries[@]}" -o "$1"
}

# The words of a config and of the command line, so that they need not be guessed.
words() {
	grep -ohE '"[^"\\]+"' "$root"/configs/*.json "$root"/tests/golden/good/*.json \
		"$root"/tests/golden/cli/*.json "$root"/cli/verbs/*/rows_*.c \
		"$root"/common/protocol/ops*.[ch] |
		sort -u | sed 's/^"\(.*\)"$/"\\"\1\\""\n"\1"/' >words
}

# made NAME: a folder for inputs to begin with
made() {
	mkdir -p "$1.seeds"
	realpath "$1.seeds"
}

# seeds TARGET: folders of inputs to begin with
seeds() {
	case $1 in
	packet)
		cd "$(made packet)"
		echo -n 'in eth0 tcp 192.0.2.7:40000 > 203.0.113.9:443 syn,ack len 1400' >tcp
		echo -n 'udp [2001:db8::1]:53 > [2001:db8::2]:9 vlan 5 vlan 6 frag first' >udp
		echo -n 'udp 10.0.0.1 > 10.0.0.2 frag later from state ttl 1 dscp 46' >later
		echo -n 'icmpv6 fe80::1 > ff02::1 type 135 code 0' >icmp
		echo -n '0200000000010200000000020800 45:00 00 18' >hex
		pwd
		;;
	capture)
		made capture
		/usr/bin/python3 "$root/tests/netns/captures.py" "$(made capture)" 1 100
		;;
	config | rewrite) echo "$root"/configs "$root"/tests/golden/{good,bad,warned} ;;
	set_file) echo "$root"/tests/golden/{good,feeds,bad,bad/files} ;;
	control)
		cc -D_GNU_SOURCE -std=gnu11 -I"$root" "$root"/tests/protocol/*.c \
			"$root"/common/protocol/{ops,results}*.c -lcjson -o op_table
		/usr/bin/python3 "$root/tests/fuzz/control/requests.py" "$(made control)" ./op_table
		made control
		;;
	reply) echo "$root"/tests/golden/cli ;;
	esac
}

words
for target in "$@"; do
	build "$target"
	mkdir -p "$target.corpus"
	read -r -a begin < <(seeds "$target") || true
	echo "== $target"
	"./$target" -dict=words -max_total_time="$seconds" -max_len=16384 -timeout=30 \
		-print_final_stats=1 -verbosity=0 "$target.corpus" "${begin[@]}"
done
