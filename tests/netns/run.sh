#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Run the namespace tests: those named, or all.
#
#	tests/netns/run.sh [-b BUILD] [-j JOBS] [-r] [NAME...]
#
# BUILD is the build folder to test (build/check/release), JOBS how many tests run at a time (1);
# each has namespaces, pins and files of its own. The last line counts the rows of all.
#
# With -r a test that failed runs once more at the end, alone. If it passes then, its second run
# counts, and a line before the last says `unstable NAME: ...`: it is to be mended, but what it tests
# holds. Two failures are a failure.
set -uo pipefail

here=$(realpath "$(dirname "$0")")
build=${FWD_BUILD_DIR:-$here/../../build}/check/release
jobs=1
again=
while getopts b:j:r option; do
	case $option in
	b) build=$OPTARG ;;
	j) jobs=$OPTARG ;;
	r) again=1 ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
FWD_BUILD=$(realpath "$build")
export FWD_BUILD
scale=${FWD_TIME_SCALE:-${FWD_IN_VM:+4}}
TIMEFORMAT='%0R %0U %0S'
limit=$((1200 * ${scale:-1})) # a backstop: a busy machine is no fault

# Those that take longest are begun first, so that none is left over for the end.
longest="sweep names confirm syn_cookie events daemon big attach survive flood dispatcher"

# The scripts to run, the longest first and then the large ones.
find_scripts() {
	local name names=()

	if [ $# = 0 ]; then
		# shellcheck disable=SC2046
		set -- $(ls -S "$here" | sed -n 's/^test_\(.*\)\.sh$/\1/p')
	fi
	for name in $longest; do
		[[ " $* " != *" $name "* ]] || names+=("$name")
	done
	for name in "$@"; do
		[[ " $longest " == *" $name "* ]] || names+=("$name")
	done
	for name in "${names[@]}"; do
		if [ ! -e "$here/test_$name.sh" ]; then
			echo "run.sh: no test $name" >&2
			exit 2
		fi
		scripts+=("$here/test_$name.sh")
	done
}

# run_script SCRIPT: its output, also in a log, and its exit code in a file next to it
run_script() {
	timeout --foreground -k 10 $limit bash "$1" </dev/null 2>&1 | tee "$log"
	echo "${PIPESTATUS[0]}" >"$log.code"
}

# run SCRIPT: its output, and what became of it in two lines
run() {
	local name log=$out/${1##*/} code line numbers

	name=$(basename "$1" .sh)
	echo "== ${name#test_}"
	{ time run_script "$1"; } 2>"$log.time"
	code=$(cat "$log.code")
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$log" | tail -1)
	read -r -a numbers <<<"${line//[^0-9 ]/}"
	if [ ${#numbers[@]} != 3 ]; then
		# It broke off: its rows so far count.
		numbers=("$(grep -c '^ok ' "$log")" "$(grep -c '^FAIL ' "$log")" 0)
		numbers[1]=$((numbers[1] + 1))
		echo "FAIL  ${name#test_} ended early, exit code $code"
	fi
	echo "${numbers[@]}" >"$log.counts"
	read -r -a numbers <"$log.time"
	echo "${numbers[0]} $((numbers[1] + numbers[2])) ${name#test_}" >"$log.time"
	echo "-- ${name#test_} took ${numbers[0]} s"
}

# The same with others next to it: all that it said at once, when it is done.
run_quietly() {
	run "$1" >"$out/${1##*/}.all" 2>&1
	flock "$out" cat "$out/${1##*/}.all"
}

# What took how long, the slowest first: where to look when all of it takes too long.
show_times() {
	cat "$out"/*.time | sort -rn |
		awk '{ printf "time  %-16s %5d s, %4d s of CPU time\n", $3, $1, $2 }'
}

# failed SCRIPT: how many of its rows failed
failed() {
	local numbers

	read -r -a numbers <"$out/${1##*/}.counts"
	echo "${numbers[1]}"
}

run_failed_again() {
	local script name before

	for script in "${scripts[@]}"; do
		before=$(failed "$script")
		[ "$before" != 0 ] || continue
		name=$(basename "$script" .sh)
		echo "== once more, alone: ${name#test_}"
		run "$script"
		[ "$(failed "$script")" != 0 ] ||
			unstable+=("${name#test_}: $before failed next to other tests, none alone")
	done
}

descendants() {
	local child

	for child in $(ps -o pid= --ppid "$1"); do
		descendants "$child"
		echo "$child"
	done
}

# The tests clean up behind them when they are stopped.
interrupted() {
	trap - INT TERM
	mapfile -t pids < <(descendants $$)
	kill "${pids[@]}" 2>/dev/null
	wait
	exit 130
}

scripts=()
find_scripts "$@"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
trap interrupted INT TERM
for script in "${scripts[@]}"; do
	if [ "$jobs" = 1 ]; then
		run "$script"
		continue
	fi
	while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
		wait -n
	done
	run_quietly "$script" &
done
wait
unstable=()
[ ! "$again" ] || run_failed_again
show_times
[ ${#unstable[@]} = 0 ] || printf 'unstable %s\n' "${unstable[@]}"
cat "$out"/*.counts 2>/dev/null | awk '
	{ passed += $1; failed += $2; skipped += $3 }
	END {
		printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
		exit failed > 0 || passed + skipped == 0
	}'
