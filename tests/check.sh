#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Build and test everything: as root, on Debian 12.
#
#	[FWD_BUILD_DIR=FOLDER] tests/check.sh [PART...]
#
# Without arguments all parts run, in order, but netns-sanitize; a part that was not built yet
# needs `release` (or `sanitize`) before it. Each part's output goes to a log below
# build/check/log; the last line on the screen counts the tests of all parts. A namespace test that
# fails beside others and passes alone is listed as `unstable` at the end, and in
# build/check/unstable: a fault to mend, but no failure of the run. At the end nothing that the run
# started or made may be left: that is a test, too (`left`), and always runs.
set -euo pipefail

source_dir=$(realpath "$(dirname "$0")/..")
. "$source_dir/tests/lib/run.sh"
run_begin check.sh
cd "$source_dir"
check_dir=$FWD_BUILD_DIR/check
log_dir=$check_dir/log
all_parts="release vm-start format shell scripts unit bpf configs man install netns bench sanitize
	unit-sanitize bpf-sanitize unit-valgrind vm"
passed=0 failed=0 skipped=0
. "$source_dir/tests/lib/check_systems.sh"

# ---- results ----

# counts PASSED FAILED SKIPPED
counts() {
	printf '%d passed, %d failed, %d skipped\n' "$1" "$2" "$3"
}

# part NAME FUNCTION: its output ends with its counts; they are added up.
part() {
	local name=$1 log=$log_dir/$1.log start=$SECONDS code=0 line numbers

	set +e
	(set -e; "$2") >"$log" 2>&1 </dev/null
	code=$?
	set -e
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$log" | tail -1) || true
	read -r -a numbers <<<"${line//[^0-9 ]/}"
	[ -n "$line" ] || numbers=(0 0 0)
	if [ $((numbers[0] + numbers[1] + numbers[2])) = 0 ]; then
		echo "no test ran (exit $code)" >>"$log"
		numbers=(0 1 0)
	elif [ "$code" != 0 ] && [ "${numbers[1]}" = 0 ]; then
		echo "ended with exit code $code" >>"$log"
		numbers[1]=1
	fi
	passed=$((passed + numbers[0]))
	failed=$((failed + numbers[1]))
	skipped=$((skipped + numbers[2]))
	show "$name" "$log" $((SECONDS - start)) "${numbers[@]}"
}

show() {
	local name=$1 log=$2 verdict=ok

	[ "$5" = 0 ] || verdict=FAILED
	printf '%-6s %-14s %4d passed %4d failed %4d skipped %5d s\n' \
		"$verdict" "$name" "$4" "$5" "$6" "$3"
	grep -E '^skip ' "$log" | sed 's/^/         /' || true
	grep -h '^unstable ' "$log" >>"$check_dir/unstable" || true
	if [ "$5" != 0 ]; then
		grep -A8 -E '^FAIL |\[FAIL\]|\[CRASH\]' "$log" | head -n 60 | sed 's/^/       | /' || true
		echo "       ... the end of ${log#"$source_dir"/}:"
		tail -n 25 "$log" | sed 's/^/       | /'
	fi
}

# pile LABEL COMMAND... <FILES: run the command on each; a line for each says whether it succeeded
pile() {
	local file

	while read -r file; do
		if "${@:2}" "$file" >&2; then
			echo good
		else
			echo "FAIL  $1 $file"
		fi
	done
}

# each LABEL COMMAND... <FILES: run the command on each, a row and a count each; on all CPUs
each() {
	local cpus number good bad results=$check_dir/each.$1

	cpus=$(nproc)
	rm -rf "$results"
	mkdir "$results"
	cat >"$results/files"
	for ((number = 0; number < cpus; number++)); do
		awk "NR % $cpus == $number" "$results/files" | pile "$@" >"$results/$number" &
	done
	wait
	rm "$results/files"
	good=$(cat "$results"/* | grep -c '^good$') || true
	cat "$results"/* | grep '^FAIL ' || true
	bad=$(cat "$results"/* | grep -c '^FAIL ') || true
	counts "$good" "$bad" 0
	[ "$bad" = 0 ]
}

# ---- sources ----

tracked() {
	git ls-files --cached --others --exclude-standard -- "$@"
}

format() {
	tracked '*.c' '*.h' | each format clang-format --dry-run -Werror
}

shell_lint() {
	bash -n "$1" && shellcheck -x -S warning -P SCRIPTDIR "$1"
}

shell() {
	{ tracked '*.sh'; tracked | xargs grep -lIE '^#!.*\b(ba)?sh$' | grep -v '\.sh$'; } |
		sort -u | each shell shell_lint
}

man_lint() {
	mandoc -T lint -W warning "$1"
}

scripts() {
	bash tests/scripts/check.sh
}

man() {
	tracked 'docs/man/*.[1-9]' | each man man_lint
}

# ---- builds ----

build() {
	local dir=$check_dir/$1

	cmake -S "$source_dir" -B "$dir" -G Ninja -DCMAKE_BUILD_TYPE="$2" -DFWD_TESTS=ON \
		-DCMAKE_INSTALL_PREFIX=/usr -DCMAKE_INSTALL_SYSCONFDIR=/etc
	cmake --build "$dir"
	[ -x "$dir/daemon/fwd" ] && [ -x "$dir/cli/fwctl" ]
	counts 1 0 0
}

release() {
	build release Release
}

sanitize() {
	build sanitize Sanitize
}

# ---- tests of the parts ----

# criterion COMMAND...: a binary, and its own summary line as counts
criterion() {
	local out code=0 numbers

	out=$("$@" --color=never 2>&1) || code=$?
	echo "$out"
	read -r -a numbers < <(sed -n \
		's/.*Synthesis: Tested: \([0-9]*\) | Passing: \([0-9]*\) | Failing: \([0-9]*\) | Crashing: \([0-9]*\).*/\1 \2 \3 \4/p' <<<"$out") || true
	[ ${#numbers[@]} = 4 ] || numbers=(0 0 1 0)
	numbers[2]=$((numbers[2] + numbers[3]))
	# A binary without tests, or one that ended otherwise than it counted.
	if [ "${numbers[0]}" = 0 ] || { [ $code != 0 ] && [ "${numbers[2]}" = 0 ]; }; then
		echo "FAIL  ${*: -1}: ${numbers[0]} tests, exit $code"
		numbers[2]=$((numbers[2] + 1))
	fi
	counts "${numbers[1]}" "${numbers[2]}" 0
}

# Those that take longest are begun first, so that none is left over for the end.
longest_units="policy config control history"

# unit_names BUILD: the binaries
unit_names() {
	local name

	for name in $longest_units; do
		[ ! -x "$check_dir/$1/tests/unit_$name" ] || echo "unit_$name"
	done
	for name in "$check_dir/$1"/tests/unit_*; do
		[ ! -x "$name" ] || [[ " $longest_units " == *" ${name##*/unit_} "* ]] || echo "${name##*/}"
	done
}

own_tmp=$source_dir/tests/lib/own_tmp.sh

# units BUILD COMMAND...: every unit_* binary, run by COMMAND, two at a time; leaves what passed and
# failed in $unit_sums
units() {
	local name names results=$check_dir/units

	rm -rf "$results"
	mkdir "$results"
	mapfile -t names < <(unit_names "$1")
	for name in "${names[@]}"; do
		while [ "$(jobs -rp | wc -l)" -ge 2 ]; do
			wait -n || true
		done
		{
			echo "== $name"
			criterion "${@:2}" "$check_dir/$1/tests/$name"
		} >"$results/$name" 2>&1 &
	done
	wait
	cat "$results"/*
	# One that broke off has no counts.
	read -r -a unit_sums < <(cat "$results"/* | awk -v binaries=${#names[@]} '
		/^[0-9]+ passed, / { passed += $1; failed += $3; counted++ }
		END { print passed + 0, failed + binaries - counted }')
	counts "${unit_sums[@]}" 0
	[ "${unit_sums[1]}" = 0 ]
}

unit() {
	units release "$own_tmp"
}

unit_sanitize() {
	export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
	units sanitize "$own_tmp"
}

# Criterion runs each test in a process of its own and does not pass on its exit
# code: what valgrind finds is in its logs.
unit_valgrind() {
	local logs=$check_dir/valgrind found

	rm -rf "$logs"
	mkdir -p "$logs"
	FWD_VALGRIND=1 units release "$own_tmp" valgrind -q --trace-children=yes \
		--trace-children-skip='/usr/*,/bin/*,/sbin/*' --leak-check=full \
		--show-leak-kinds=definite,indirect,possible --log-file="$logs/%p" || true
	found=$(find "$logs" -type f -size +0 | wc -l)
	find "$logs" -type f -size +0 -exec cat {} +
	[ "$found" = 0 ] || echo "FAIL  valgrind complained in $found processes"
	counts "${unit_sums[0]}" $((unit_sums[1] + found)) 0
	[ $((unit_sums[1] + found)) = 0 ]
}

# bpf_tests BUILD ARGS...: their pins have the process's name
bpf_tests() {
	# shellcheck disable=SC2016
	bash -c '. tests/lib/run.sh && run_own fwd-bpf-tests-$$ && exec "$@"' bash \
		"$check_dir/$1/tests/bpf_tests" "${@:2}"
}

# As much as tells; bpf_tests alone does more.
bpf() {
	bpf_tests release --packets 1000000 --switches 1000 --milliseconds 1000
}

bpf_sanitize() {
	bpf_tests sanitize --packets 60000 --switches 100 --milliseconds 300
}

configs() {
	FWD_BUILD=$check_dir/release bash tests/golden/check.sh
}

# Not how fast it is: that every case of the benchmark still runs and gets its verdict.
bench() {
	local dir=$check_dir/release/tests/bench out=$check_dir/bench.jsonl good bad=0

	"$dir/bench_chain" --quick --json >"$out" || bad=$((bad + 1))
	"$dir/bench_veth" --quick --json --only "fwd, passes" >>"$out" || bad=$((bad + 1))
	"$dir/bench_accuracy" --quick --json >>"$out" || bad=$((bad + 1))
	cat "$out"
	good=$(wc -l <"$out")
	counts "$good" $bad 0
	[ $bad = 0 ]
}

# ---- the end ----

# What this run has left behind: a failed test each.
left() {
	local found

	run_is_clean || true
	mapfile -t found < <(run_left)
	[ ${#found[@]} = 0 ] || printf 'FAIL  left behind: %s\n' "${found[@]}"
	counts $((${#found[@]} == 0)) ${#found[@]} 0
	[ ${#found[@]} = 0 ]
}

# ---- all ----

main() {
	local name parts=()

	trap 'finish; run_close' EXIT
	mkdir -p "$log_dir"
	: >"$check_dir/unstable"
	tests/install.sh build lab demo check >"$log_dir/packages.log" 2>&1 </dev/null ||
		{ cat "$log_dir/packages.log"; exit 1; }
	# A clone of somebody else's is still the tree under test.
	export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0=$source_dir
	run_bpffs

	[ $# -gt 0 ] || read -r -d '' -a parts <<<"$all_parts" || true
	for name in "$@" "${parts[@]}"; do
		case $name in
		vm-start) vm_start ;;
		vm)
			vm_wait
			part vm vm
			;;
		install) part install install_files ;;
		format | shell | scripts | release | sanitize | unit | bpf | configs | man | netns | bench | \
			unit-sanitize | unit-valgrind | bpf-sanitize | netns-sanitize)
			part "$name" "${name//-/_}"
			;;
		*)
			echo "check.sh: no part $name (parts: $all_parts)" >&2
			exit 2
			;;
		esac
	done
	finish
	part left left
	cat "$check_dir/unstable"
	counts $passed $failed $skipped
	[ $failed = 0 ]
}

main "$@"
