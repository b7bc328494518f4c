#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Run the namespace tests: those named, or all.
#
#	tests/netns/run.sh [-b BUILD] [NAME...]	BUILD: build/check/release
#
# On the emulated machine (tests/vm/run.sh) the tests of its kernel alone, tests/vm/test_*.sh, run
# too. The last line counts the rows of all.
set -uo pipefail

here=$(realpath "$(dirname "$0")")
export FWD_BUILD=$here/../../build/check/release
if [ "${1:-}" = -b ]; then
	FWD_BUILD=$2
	shift 2
fi
FWD_BUILD=$(realpath "$FWD_BUILD")
scale=${FWD_TIME_SCALE:-${FWD_IN_VM:+3}}
limit=$((120 * ${scale:-1}))
passed=0 failed=0 skipped=0
scripts=()

if [ $# -gt 0 ]; then
	for name in "$@"; do
		if [ -e "$here/test_$name.sh" ]; then
			scripts+=("$here/test_$name.sh")
		elif [ -e "$here/../vm/test_$name.sh" ]; then
			scripts+=("$here/../vm/test_$name.sh")
		else
			echo "run.sh: no test $name" >&2
			exit 2
		fi
	done
else
	scripts=("$here"/test_*.sh)
	[ -z "${FWD_IN_VM:-}" ] || scripts=("$here"/../vm/test_*.sh "${scripts[@]}")
fi

out=$(mktemp)
trap 'rm -f "$out"' EXIT
for script in "${scripts[@]}"; do
	name=$(basename "$script" .sh)
	echo "== ${name#test_}"
	SECONDS=0
	code=0
	timeout --foreground -k 10 $limit bash "$script" </dev/null 2>&1 | tee "$out"
	code=${PIPESTATUS[0]}
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$out" | tail -1)
	read -r -a numbers <<<"${line//[^0-9 ]/}"
	if [ ${#numbers[@]} != 3 ]; then
		# It broke off: its rows so far count.
		numbers=("$(grep -c '^ok ' "$out")" "$(grep -c '^FAIL ' "$out")" 0)
		numbers[1]=$((numbers[1] + 1))
		echo "FAIL  ${name#test_} ended early, exit code $code"
	fi
	passed=$((passed + numbers[0]))
	failed=$((failed + numbers[1]))
	skipped=$((skipped + numbers[2]))
	echo "-- ${name#test_} took $SECONDS s"
done
printf '%d passed, %d failed, %d skipped\n' $passed $failed $skipped
[ $failed = 0 ] && [ $((passed + skipped)) -gt 0 ]
