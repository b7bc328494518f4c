# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: MIT
#
# The parts of check.sh: which run, in which order, which next to others; their results and times.
# A part NAME is the function of this name (with _ for -), whose output ends with its counts.

default_parts="release netns vm format arrows words shell scripts unit bpf configs man install bench sanitize
	unit-sanitize bpf-sanitize unit-valgrind"
# Begun as soon as what stands before them is done, and waited for at the end: they mostly wait, or
# the emulated machine is slow by itself.
side_parts="netns netns-sanitize vm"
long_parts="netns-sanitize fuzz"

passed=0 failed=0 skipped=0

# ---- which ----

# parts_read ARGS...: sets $long and $parts; on a mistake one line says what is wrong, and the script ends
parts_read() {
	local word list='' known names=()

	known=$(xargs <<<"$default_parts $long_parts")
	long=
	for word in "$@"; do
		case $word in
		--long) long=yes ;;
		--list) list=yes ;;
		-*) parts_wrong "unknown option $word (options: --long --list)" ;;
		*)
			[[ " $known " == *" $word "* ]] || parts_wrong "no part $word (parts: $known)"
			names+=("$word")
			;;
		esac
	done
	read -r -d '' -a parts <<<"$default_parts ${long:+$long_parts}" || true
	[ ${#names[@]} = 0 ] || parts=("${names[@]}")
	[ ! "$list" ] || { printf '%s\n' "${parts[@]}"; exit 0; }
	[ ! "$long" ] || export FWD_LONG=1
}

parts_wrong() {
	echo "check.sh: $1" >&2
	exit 2
}

# ---- results ----

# counts PASSED FAILED SKIPPED
counts() {
	printf '%d passed, %d failed, %d skipped\n' "$1" "$2" "$3"
}

# add_counts LOG...: the sum of what their last lines count; one that broke off has no counts
add_counts() {
	local log i numbers sum=(0 0 0)

	for log in "$@"; do
		read -r -a numbers < <(tail -n 1 "$log" |
			sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p') || true
		[ ${#numbers[@]} = 3 ] || numbers=(0 1 0)
		for i in 0 1 2; do sum[i]=$((sum[i] + numbers[i])); done
	done
	counts "${sum[@]}"
}

# run_part NAME: its output in its log, and a line in results/NAME: passed, failed, skipped, seconds of
# time and of the CPU
run_part() {
	local name=$1 log=$log_dir/$1.log code line numbers times TIMEFORMAT='%0R %0U %0S'

	{
		time {
			code=0
			(set -e; "${name//-/_}") >"$log" 2>&1 </dev/null
			code=$?
		}
	} 2>"$check_dir/results/.$name"
	read -r -a times < <(tail -n 1 "$check_dir/results/.$name")
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$log" | tail -1)
	read -r -a numbers <<<"${line//[^0-9 ]/}"
	[ -n "$line" ] || numbers=(0 0 0)
	if [ $((numbers[0] + numbers[1] + numbers[2])) = 0 ]; then
		echo "no test ran (exit $code)" >>"$log"
		numbers=(0 1 0)
	elif [ "$code" != 0 ] && [ "${numbers[1]}" = 0 ]; then
		echo "ended with exit code $code" >>"$log"
		numbers[1]=1
	fi
	echo "${numbers[*]} ${times[0]} $((times[1] + times[2]))" >"$check_dir/results/.$name"
	mv "$check_dir/results/.$name" "$check_dir/results/$name"
}

# show NAME: of a part that has ended; its counts are added to those of all
show() {
	local name=$1 log=$log_dir/$1.log verdict=ok numbers

	read -r -a numbers <"$check_dir/results/$name"
	passed=$((passed + numbers[0]))
	failed=$((failed + numbers[1]))
	skipped=$((skipped + numbers[2]))
	[ "${numbers[1]}" = 0 ] || verdict=FAILED
	printf '%-6s %-14s %4d passed %4d failed %4d skipped %5d s\n' "$verdict" "$name" "${numbers[@]:0:4}"
	grep -E '^skip ' "$log" | sed 's/^/         /' || true
	grep -h '^unstable ' "$log" >>"$check_dir/unstable" || true
	[ "${numbers[1]}" != 0 ] || return 0
	grep -A8 -E '^FAIL |\[FAIL\]|\[CRASH\]' "$log" | head -n 60 | sed 's/^/       | /' || true
	echo "       ... the end of ${log#"$source_dir"/}:"
	tail -n 25 "$log" | sed 's/^/       | /'
}

# part NAME: run and show it
part() {
	set +e
	run_part "$1"
	set -e
	show "$1"
}

# ---- all ----

declare -A side_pids=()

# side_show: those that have ended
side_show() {
	local name

	for name in "${!side_pids[@]}"; do
		[ -e "$check_dir/results/$name" ] || ! kill -0 "${side_pids[$name]}" 2>/dev/null || continue
		wait "${side_pids[$name]}" || true
		[ -e "$check_dir/results/$name" ] || echo "0 1 0 0 0" >"$check_dir/results/$name" # killed
		unset "side_pids[$name]"
		show "$name"
	done
}

parts_run() {
	local name

	for name in "${parts[@]}"; do
		if [[ " $side_parts " == *" $name "* ]]; then
			(set +e; run_part "$name") &
			side_pids[$name]=$!
		else
			part "$name"
		fi
		side_show
	done
	while [ ${#side_pids[@]} -gt 0 ]; do
		wait -n "${side_pids[@]}" || true
		side_show
	done
}

# What took how long, the longest first. Parts run next to each other: the sum is not the whole.
parts_show_times() {
	local name

	for name in "$check_dir"/results/*; do
		echo "${name##*/} $(<"$name")"
	done | sort -k5,5nr | awk '{ printf "time   %-14s %5d s, %5d s of CPU time\n", $1, $5, $6 }'
	printf 'time   %-14s %5d s\n' all $SECONDS
}

descendants() {
	local child

	for child in $(ps -o pid= --ppid "$1"); do
		echo "$child"
		descendants "$child"
	done
}

# parts_end: on exit: what still runs ends, and cleans up
parts_end() {
	local end=$((SECONDS + 20)) pids

	[ ${#side_pids[@]} -gt 0 ] || return 0
	mapfile -t pids < <(descendants "$BASHPID")
	kill "${pids[@]}" 2>/dev/null || true
	while [ "$(run_pids)" ] && [ $SECONDS -lt $end ]; do sleep 0.2; done
}
