# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: MIT
#
# Rows: every check prints one line, `ok`, `FAIL` or `skip`, and is counted;
# test_end prints the counts and exits.
#
# FWD_TIME_SCALE stretches every wait (1; 8 on the emulated machine). A test must not depend on how fast
# the machine is, nor on what else it does: what is waited for has FWD_PATIENCE (5) times as long as
# it takes at rest, and who finds it sooner waits no longer. That something took no less time may be
# checked exactly, that it took no more only with such room.

test_passed=0 test_failed=0 test_skipped=0
test_scale=${FWD_TIME_SCALE:-${FWD_IN_VM:+8}}
test_scale=${test_scale:-1}
test_patience=${FWD_PATIENCE:-5}

ok() {
	test_passed=$((test_passed + 1))
	printf 'ok    %s\n' "$1"
}

# fail NAME [DETAILS]
fail() {
	test_failed=$((test_failed + 1))
	printf 'FAIL  %s\n' "$1"
	[ -z "${2:-}" ] || printf '%s\n' "$2" | sed 's/^/      | /'
}

# skip NAME REASON
skip() {
	test_skipped=$((test_skipped + 1))
	printf 'skip  %s: %s\n' "$1" "$2"
}

section() {
	printf -- '--    %s\n' "$1"
}

# check NAME COMMAND...: it succeeds
check() {
	check_exit "$1" 0 "${@:2}"
}

# check_exit NAME CODE COMMAND...: it exits with CODE; leaves its output in $output
check_exit() {
	local code=0

	output=$("${@:3}" 2>&1) || code=$?
	if [ "$code" = "$2" ]; then
		ok "$1"
	else
		fail "$1" "exit $code, expected $2: ${*:3}"$'\n'"$output"
	fi
}

# check_equal NAME EXPECTED ACTUAL
check_equal() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		fail "$1" "expected: $2"$'\n'"actual:   $3"
	fi
}

# check_match NAME REGEX TEXT
check_match() {
	if grep -Eq -- "$2" <<<"$3"; then
		ok "$1"
	else
		fail "$1" "no match for: $2"$'\n'"$3"
	fi
}

# check_between NAME LOW HIGH NUMBER
check_between() {
	if [[ $4 =~ ^[0-9]+$ ]] && [ "$4" -ge "$2" ] && [ "$4" -le "$3" ]; then
		ok "$1 ($4)"
	else
		fail "$1" "$4 is not in $2..$3"
	fi
}

# Seconds, stretched for a slow machine.
scaled() {
	echo $(($1 * test_scale))
}

# Milliseconds of the monotonic clock.
now_ms() {
	local up

	read -r up _ </proc/uptime
	up=${up/./}
	echo "${up}0"
}

# eventually SECONDS COMMAND...: it succeeds before SECONDS (stretched, with patience) are over
eventually() {
	local end=$(($(now_ms) + $1 * 1000 * test_scale * test_patience))

	while ! "${@:2}" >/dev/null 2>&1; do
		[ "$(now_ms)" -lt "$end" ] || return 1
		sleep 0.05
	done
}

# check_soon NAME SECONDS COMMAND...
check_soon() {
	if eventually "${@:2}"; then
		ok "$1"
	else
		fail "$1" "not within $(($2 * test_scale * test_patience)) s: ${*:3}"
	fi
}

# Ends the script: counts, and exit code 1 if anything failed or nothing ran.
test_end() {
	printf '%d passed, %d failed, %d skipped\n' $test_passed $test_failed $test_skipped
	[ $test_failed = 0 ] && [ $((test_passed + test_skipped)) -gt 0 ]
	exit
}
