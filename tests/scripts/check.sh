#!/bin/bash
# SPDX-License-Identifier: MIT
# Where the demo and the check can run, and that what a run leaves behind is found.
set -uo pipefail
here=$(realpath "$(dirname "$0")")
source_dir=$(realpath "$here/../..")
. "$here/../lib/test.sh"
. "$here/../lib/run.sh"

scratch=$(mktemp -d)
mounted=()
finish() {
	[ ${#mounted[@]} = 0 ] || umount "${mounted[@]}"
	rm -rf "$scratch"
}
trap finish EXIT
chmod 755 "$scratch"

# checkout FOLDER: what a clone of this state would be, with no build/ in it
checkout() {
	mkdir -p "$1"
	git -C "$source_dir" ls-files -z --cached --others --exclude-standard |
		tar -C "$source_dir" --ignore-failed-read --null -T - -c 2>/dev/null | tar -C "$1" -x
	git -C "$1" init -q
}

# The environment of a user that comes by: nothing of this run.
newcomer=(env -u FWD_RUN -u FWD_BUILD_DIR -u FWD_BUILD -u TMPDIR -u GIT_CONFIG_COUNT)

# A part that builds nothing stands for all: it comes after everything that the place can break.
works() {
	check_exit "$1: the check runs" 0 "${@:2}"
	check_match "$1: and counts" '^[0-9]+ passed, 0 failed, 0 skipped$' "$(tail -n 1 <<<"$output")"
}

# refused NAME REGEX COMMAND...: in one line
refused() {
	check_exit "$1" 1 "${@:3}"
	check_match "$1: says why" "$2" "$output"
	check_equal "$1: in one line" 1 "$(wc -l <<<"$output")"
}

section "where it runs"
here="$scratch/a clone"
checkout "$here"
works "a folder with a space" "${newcomer[@]}" bash "$here/tests/check.sh" man
check "it built below the checkout" test -d "$here/build/check/log"
for mask in 077 027; do
	rm -rf "$here"
	(umask $mask && checkout "$here")
	# shellcheck disable=SC2016
	works "umask $mask" "${newcomer[@]}" sh -c 'umask "$1"; exec bash "$2" man' sh $mask \
		"$here/tests/check.sh"
	check_equal "umask $mask: others read what it builds" 755 "$(stat -c %a "$here/build/check")"
done
rm -rf "$here/build"
chown -R 65534:65534 "$here"
works "another user's checkout" "${newcomer[@]}" bash "$here/tests/check.sh" man
check_equal "the user can build there, too" 65534:65534 "$(stat -c %u:%g "$here/build")"

section "its options"
# listed NAME PARTS ARGS...: what --list lists
listed() {
	check_exit "$1" 0 bash "$source_dir/tests/check.sh" --list "${@:3}"
	check_equal "$1: these" "$2" "$(xargs <<<"$output")"
}
listed "one part" "man" man
listed "two parts, in their order" "shell format" shell format
check_exit "all parts" 0 bash "$source_dir/tests/check.sh" --list
default=$(xargs <<<"$output")
check_match "the build comes first" '^release ' "$default"
check_exit "with --long" 0 bash "$source_dir/tests/check.sh" --long --list
check_equal "the same, and more" "$default netns-sanitize fuzz" "$(xargs <<<"$output")"
# A part of which one of the scripts knows nothing would be `no test ran`.
# shellcheck disable=SC2016
for name in $output; do
	grep -qE "^${name//-/_}\(\) \{$" "$source_dir"/tests/check.sh "$source_dir"/tests/lib/check_systems.sh ||
		fail "$name is a function"
done
# wrong REGEX ARGS...: refused, in one line, and nothing is done
wrong() {
	check_exit "refused: ${*:2}" 2 "${newcomer[@]}" FWD_BUILD_DIR="$scratch/none" \
		bash "$source_dir/tests/check.sh" "${@:2}"
	check_match "refused: ${*:2}: says why" "$1" "$output"
	check_equal "refused: ${*:2}: in one line" 1 "$(wc -l <<<"$output")"
	check_exit "refused: ${*:2}: nothing is built" 2 ls "$scratch/none"
}
wrong '^check\.sh: unknown option --lnog \(options: --long --list\)$' man --lnog
wrong '^check\.sh: no part mann \(parts: release .*fuzz\)$' man mann
wrong '^check\.sh: no part  \(parts: ' ''

section "the times"
check_exit "a part" 0 "${newcomer[@]}" FWD_BUILD_DIR="$scratch/times" bash "$source_dir/tests/check.sh" man
check_equal "one line for each, and all" "all left man" \
	"$(awk '$1 == "time" { print $2 }' <<<"$output" | sort | xargs)"
check_match "with its times" '^time   man  +[0-9]+ s, +[0-9]+ s of CPU time$' "$output"

section "the build that README shows"
readme=$(sed -n 's/^\(cmake -B build[^&]*\)&&.*/\1/p' "$source_dir/README.md")
check_match "README has the command" '^cmake -B build' "$readme"
# Without it cmake looks for make, which tests/install.sh does not install.
check_equal "with the generator that install.sh installs" "cmake -B build -G Ninja" "${readme% }"
# shellcheck disable=SC2016
check "the owner can run it after a check by root" setpriv --reuid 65534 --regid 65534 --clear-groups \
	env HOME="$scratch" sh -c 'cd "$1" && exec $2' sh "$here" "$readme"

section "where it does not"
rm -rf "$here/build"
mount --bind "$here" "$here"
mounted+=("$here")
mount -o remount,ro,bind "$here"
for script in demo check; do
	refused "$script, read-only" \
		"^$script\.sh: cannot build in .*/a clone/build \(Read-only file system\); set FWD_BUILD_DIR" \
		"${newcomer[@]}" bash "$here/tests/$script.sh"
	refused "$script, a build folder that is a file" \
		"^$script\.sh: cannot build in .*run\.sh/x \(Not a directory\); set FWD_BUILD_DIR" \
		"${newcomer[@]}" FWD_BUILD_DIR="$here/tests/lib/run.sh/x" bash "$here/tests/$script.sh"
done
works "read-only, built elsewhere" "${newcomer[@]}" FWD_BUILD_DIR="$scratch/else where" \
	bash "$here/tests/check.sh" man
check "where it was said" test -d "$scratch/else where/check/log"
check_equal "and not in the checkout" "" "$(git -C "$here" -c safe.directory="$here" status --short \
	--ignored | grep -v '^??')"
chmod 755 "$here"
umount "$here"
mounted=()
mkdir "$scratch/readable"
cp -r "$here/tests" "$scratch/readable/"
chmod -R a+rX "$scratch/readable"
for script in demo check; do
	refused "$script, not root" "^$script\.sh: must be root" "${newcomer[@]}" \
		setpriv --reuid=65534 --regid=65534 --clear-groups bash "$scratch/readable/tests/$script.sh"
done

section "two runs"
# A run that has begun, and what it leaves behind when it is killed.
# shellcheck disable=SC2016
"${newcomer[@]}" FWD_BUILD_DIR="$scratch/shared" bash -c '
	. "$1/lib/run.sh"
	run_begin first
	sleep 306 &
	echo $! >"$2/left.pid"
	wait' bash "$source_dir/tests" "$scratch" &
first=$!
check_soon "one has begun" 5 test -s "$scratch/left.pid"
for script in demo check; do
	refused "$script, next to another run" \
		"^$script\.sh: another run builds in .*/shared; wait for its end, or set FWD_BUILD_DIR" \
		"${newcomer[@]}" FWD_BUILD_DIR="$scratch/shared" bash "$source_dir/tests/$script.sh"
done
kill -KILL $first
wait $first 2>/dev/null
free=(flock --nonblock "$scratch/shared" true)
check_soon "one that was killed keeps nothing" 5 "${free[@]}"
check "what it left is still there" kill -0 "$(cat "$scratch/left.pid")"
works "the next one runs" "${newcomer[@]}" FWD_BUILD_DIR="$scratch/shared" \
	bash "$source_dir/tests/check.sh" man
check "and keeps nothing" "${free[@]}"
kill -KILL "$(cat "$scratch/left.pid")"

section "a namespace test that fails"
mkdir -p "$scratch/lab/netns" "$scratch/lab/build"
cp "$source_dir/tests/netns/run.sh" "$scratch/lab/netns/"
# lab_test NAME SCRIPT: a test whose rows SCRIPT prints
lab_test() {
	printf '%s\n' "$2" >"$scratch/lab/netns/test_$1.sh"
}
# lab_run OPTIONS...: all of them
lab_run() {
	rm -f "$scratch/lab/ran"
	LAB=$scratch/lab bash "$scratch/lab/netns/run.sh" -b "$scratch/lab/build" "$@"
}
lab_test good 'echo "ok    a row"; echo "1 passed, 0 failed, 0 skipped"'
# shellcheck disable=SC2016
lab_test flaky 'if [ -e "$LAB/ran" ]; then echo "2 passed, 0 failed, 0 skipped"; exit 0; fi
	touch "$LAB/ran"; echo "FAIL  a row"; echo "1 passed, 1 failed, 0 skipped"; exit 1'
check_exit "one that passes alone fails without -r" 1 lab_run
check_equal "and its rows count as they were" "2 passed, 1 failed, 0 skipped" "$(tail -n 1 <<<"$output")"
for jobs in 1 2; do
	check_exit "-j $jobs -r: one that passes alone fails no run" 0 lab_run -j $jobs -r
	check_equal "-j $jobs -r: it is listed, and its second run counts" \
		"unstable flaky: 1 failed next to other tests, none alone"$'\n'"3 passed, 0 failed, 0 skipped" \
		"$(tail -n 2 <<<"$output")"
done
check_equal "the time of each is listed" "flaky good" \
	"$(awk '$1 == "time" { print $2 }' <<<"$output" | sort | xargs)"
lab_test bad 'echo "FAIL  a row"; echo "0 passed, 1 failed, 0 skipped"; exit 1'
lab_test dies 'echo "ok    a row"; exit 3'
check_exit "-r: two failures fail the run" 1 lab_run -j 2 -r
check_equal "-r: and are counted once each" "4 passed, 2 failed, 0 skipped" "$(tail -n 1 <<<"$output")"
check_equal "-r: only the other is unstable" 1 "$(grep -c '^unstable ' <<<"$output")"

section "what is left"
# gone: all that was left
gone() {
	local kind what

	while read -r kind what; do
		case $kind in
		process) ! readlink "/proc/${what%%:*}/exe" ;;
		mount) ! mountpoint -q "$what" ;;
		*) [ ! -e "$kind" ] ;;
		esac || return 1
	done <"$scratch/left"
}
# leaves NAME REGEX SCRIPT: what a run that does SCRIPT is said to have left
leaves() {
	# shellcheck disable=SC2016
	output=$("${newcomer[@]}" FWD_BUILD_DIR="$scratch/build" bash -c '
		. "$1/lib/run.sh"
		run_begin test
		run_own fwd-left-$$
		eval "$2"
		run_left >"$3/left"
		run_close' bash "$source_dir/tests" "$3" "$scratch" 2>&1)
	check_match "$1 is found" "$2" "$(cat "$scratch/left")"
	check_equal "$1: only this" 1 "$(wc -l <"$scratch/left")"
	check_soon "$1 is gone afterwards" 5 gone
}
leaves "a process" '^process [0-9]+: sleep 301' 'sleep 301 &'
# shellcheck disable=SC2016
leaves "one whose pid a subshell hides" '^process [0-9]+: sleep 302' \
	'hidden() { sleep 302; true; }; hidden & sleep 0.5; kill $!; wait $! 2>/dev/null'
leaves "one of another session" '^process [0-9]+: sleep 303' 'setsid -f sleep 303'
# shellcheck disable=SC2016
leaves "a namespace" '^/run/netns/fwd-left-[0-9]+-x' 'ip netns add fwd-left-$$-x; umount /run/netns/fwd-left-$$-x'
# shellcheck disable=SC2016
leaves "a pin" '^/sys/fs/bpf/fwd-left' 'run_bpffs; mkdir /sys/fs/bpf/fwd-left-$$'
# shellcheck disable=SC2016
leaves "a mount" '^mount /tmp/fwd-run' 'mkdir "$FWD_RUN/m"; mount -t tmpfs none "$FWD_RUN/m"'
# shellcheck disable=SC2016
leaves "a file of its name" '^/tmp/fwd-left' 'touch /tmp/fwd-left-$$.x'
leaves "a temporary file" '/tmp/fwd-run-.*/tmp/' 'mktemp'
# shellcheck disable=SC2016
leaves "a file in a /tmp of its own" '/tmp/fwd-run-.*/own\..*/fwd-unit' \
	'"$1/lib/own_tmp.sh" mkdir /tmp/fwd-unit.x'
# Of others on the machine, with names like ours.
# shellcheck disable=SC2016
output=$("${newcomer[@]}" FWD_BUILD_DIR="$scratch/build" bash -c '. "$1/lib/run.sh"
	sleep 304 & other=$!
	run_begin test
	run_own fwd-left-$$
	mkdir "/tmp/fwd-left-${$}0.x"
	run_left
	kill $other
	rmdir "/tmp/fwd-left-${$}0.x"' bash "$source_dir/tests" 2>&1)
check_equal "what others have is not" "" "$output"
test_end
