#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Build and test everything: as root, on Debian 12.
#
#	[FWD_BUILD_DIR=FOLDER] [FWD_CACHE=FOLDER] tests/check.sh [--long] [--list] [PART...]
#
# Without parts all run, but those that only --long has; a part that was not built yet needs `release`
# (or `sanitize`) before it. --long runs the long campaigns in full: all units under valgrind, all that
# depends on the kernel in the emulated machine, more random packets, namespace tests with sanitizers,
# fuzzing. --list only lists the parts. What depends on namespaces or on the emulated machine runs next
# to the other parts. FWD_CACHE is where the emulated machine's kernel is kept (tests/vm/kernel.sh).
#
# Each part's output goes to a log below build/check/log. At the end the time of each part is listed,
# then each namespace test that failed next to others and passed alone, as `unstable` (also in
# build/check/unstable: a fault to mend, but no failure of the run); the last line counts the tests of
# all parts. At the end nothing that the run started or made may be left: that is a test, too (`left`),
# and always runs.
set -euo pipefail

source_dir=$(realpath "$(dirname "$0")/..")
. "$source_dir/tests/lib/check_parts.sh"
parts_read "$@"
. "$source_dir/tests/lib/run.sh"
run_begin check.sh
cd "$source_dir"
check_dir=$FWD_BUILD_DIR/check
log_dir=$check_dir/log
. "$source_dir/tests/lib/check_systems.sh"

# ---- files ----

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

arrows() {
	bash tests/arrows/check.sh
}

words() {
	bash tests/words/check.sh
}

scripts() {
	local script code=0 outputs=()

	for script in tests/scripts/*.sh; do
		outputs+=("$log_dir/scripts-$(basename "$script" .sh).log")
		bash "$script" >"${outputs[-1]}" 2>&1 || code=$?
		cat "${outputs[-1]}"
	done
	add_counts "${outputs[@]}"
	return $code
}

man() {
	tracked 'docs/man/*.[1-9]' | each man man_lint
}

# ---- builds ----

# build FOLDER TYPE TARGET...
build() {
	local dir=$check_dir/$1

	cmake -S "$source_dir" -B "$dir" -G Ninja -DCMAKE_BUILD_TYPE="$2" -DFWD_TESTS=ON \
		-DCMAKE_INSTALL_PREFIX=/usr -DCMAKE_INSTALL_SYSCONFDIR=/etc
	cmake --build "$dir" --target "${@:3}"
	[ -x "$dir/tests/bpf_tests" ]
	counts 1 0 0
}

release() {
	build release Release all
	[ -x "$check_dir/release/daemon/fwd" ] && [ -x "$check_dir/release/cli/fwctl" ]
}

# Programs and benchmarks only if the namespace tests are to run with sanitizers. Else those of an
# earlier build go: netns-sanitize must not pass with old ones.
sanitize() {
	if [[ " ${parts[*]} " == *" netns-sanitize "* ]]; then
		build sanitize Sanitize all
	else
		rm -f "$check_dir"/sanitize/{daemon/fwd,cli/fwctl,tests/print_events}
		build sanitize Sanitize unit_tests bpf_tests
	fi
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

# units BUILD COMMAND...: the binaries in $names, run by COMMAND, two at a time; leaves what passed and
# failed in $unit_sums
units() {
	local name results=$check_dir/units

	rm -rf "$results"
	mkdir "$results"
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
	mapfile -t names < <(unit_names release)
	units release "$own_tmp"
}

unit_sanitize() {
	export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
	mapfile -t names < <(unit_names sanitize)
	units sanitize "$own_tmp"
}

# What valgrind finds that sanitizers do not is the use of values that were never written; it takes as
# long as all else. So only those that read bytes of others and own much memory, else all.
valgrind_units="common cli datapath diff events lockout model program rewrite"

# Criterion runs each test in a process of its own and does not pass on its exit
# code: what valgrind finds is in its logs.
unit_valgrind() {
	local logs=$check_dir/valgrind found

	mapfile -t names < <(unit_names release)
	# shellcheck disable=SC2206
	[ "$long" ] || { names=($valgrind_units) && names=("${names[@]/#/unit_}"); }

	rm -rf "$logs"
	mkdir -p "$logs"
	FWD_VALGRIND=1 units release "$own_tmp" valgrind -q --trace-children=yes \
		--trace-children-skip='/usr/*,/bin/*,/sbin/*' --leak-check=full \
		--show-leak-kinds=definite,indirect,possible \
		--suppressions="$source_dir/tests/lib/valgrind.supp" --log-file="$logs/%p" || true
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

# sized SHORT LONG: prints what this run is
sized() {
	if [ "$long" ]; then echo "$2"; else echo "$1"; fi
}

bpf() {
	bpf_tests release --packets "$(sized 500000 4000000)" --switches "$(sized 500 3000)" \
		--milliseconds 1000
}

# What the sanitizers see is user space, which has done all that it does after few packets.
bpf_sanitize() {
	bpf_tests sanitize --packets "$(sized 20000 200000)" --switches "$(sized 50 300)" \
		--milliseconds 300
}

# Each target for as many seconds: only --long has it.
fuzz() {
	local target good=0 bad=0

	for target in config packet set_file capture store rewrite reply control; do
		if tests/fuzz/run.sh 120 "$target"; then
			good=$((good + 1))
		else
			bad=$((bad + 1))
			echo "FAIL  fuzzing $target"
		fi
	done
	counts $good $bad 0
	[ $bad = 0 ]
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
	trap 'parts_end; run_close' EXIT
	mkdir -p "$log_dir" "$check_dir/results"
	rm -f "$check_dir"/results/*
	: >"$check_dir/unstable"
	tests/install.sh build lab demo check >"$log_dir/packages.log" 2>&1 </dev/null ||
		{ cat "$log_dir/packages.log"; exit 1; }
	# A clone of somebody else's is still the tree under test.
	export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0=$source_dir
	run_bpffs
	parts_run
	part left
	parts_show_times
	cat "$check_dir/unstable"
	counts $passed $failed $skipped
	[ $failed = 0 ]
}

main
