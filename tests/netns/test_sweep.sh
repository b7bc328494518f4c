#!/bin/bash
# SPDX-License-Identifier: MIT
#
# fwd is killed at its N-th system call, for many N, while it applies a policy, saves it and
# starts. With fwd dead and after its restart the policy is the old one or the new one and never a
# mix, no denied packet passes and no allowed one is lost. The sweep proves itself: it finds the
# fault of a build that switches before it has written.
#
# FWD_SWEEP_POINTS is how many N there are of each (3; a thorough run takes 200 and more).
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

points=${FWD_SWEEP_POINTS:-3}
good=192.0.2.2,1000
bad=203.0.113.7,1000
rate=200
kill_at=$fwd_build/tests/kill_at

if [ -n "${FWD_IN_VM:-}" ]; then
	skip "the sweep" "the order of writes is fwd's and not the kernel's"
	test_end
fi
lab_open
lab_router

# sweep_config 0|1|2|3|4 [FILE]: each passes one of the ports 2000 to 2004; they differ in everything else.
# There are five, so that what an image held before is seldom the policy that it is to hold.
sweep_config() {
	local i more=

	for ((i = 0; i <= $1 * 20; i++)); do
		more+=",{\"id\": \"more-$1-$i\", \"match\": {\"src\": \"10.$1.$i.0/24\",
			\"proto\": \"tcp\", \"dport\": $((i + 1))}, \"action\": \"drop\"}"
	done
	fwd_config "${2:-}" <<-JSON
	{
	  "enforce": true,
	  "interfaces": {"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}},
	  "sets": {"own-$1": {"live": true}},
	  "limits": {"slow-$1": {"rate": "1/h", "burst": 3, "per": "src/32"}},
	  "rules": [
	    {"id": "bad", "match": {"src": "203.0.113.0/24"}, "action": "drop"},
	    {"id": "pass-$1", "match": {"proto": "udp", "dport": 200$1}, "action": "pass"},
	    {"id": "rest", "match": {"proto": "udp", "dport": "2000-2004"}, "action": "drop"},
	    {"id": "set-$1", "match": {"src": "@own-$1"}, "action": "drop"},
	    {"id": "limited-$1", "match": {"proto": "udp", "dport": 3000}, "limit": "slow-$1"}
	    $more
	  ]
	}
	JSON
}

# What the policies make of the five ports.
patterns=("1 0 0 0 0" "0 1 0 0 0" "0 0 1 0 0" "0 0 0 1 0" "0 0 0 0 1")
flows=("192.0.2.2,2000" "192.0.2.2,2001" "192.0.2.2,2002" "192.0.2.2,2003" "192.0.2.2,2004")

# The policy that packets see, by what it does; or a pattern that none has.
policy_seen() {
	local seen i

	seen=$(FWD_LAB=$lab_id "$fwd_source/tests/lib/probe.py" once 1 "${flows[@]}")
	for i in 0 1 2 3 4; do
		[ "$seen" != "${patterns[i]}" ] || seen=$i
	done
	echo "$seen"
}

# judge WHAT OLD NEW: with fwd dead, the policy is the old or the new one
judge() {
	local seen

	seen=$(policy_seen)
	[ "$seen" = "$2" ] || [ "$seen" = "$3" ] || faults+=("$1: neither $2 nor $3, but $seen")
}

# must_be WHAT POLICY: after the restart it is what the file says
must_be() {
	local seen

	seen=$(policy_seen)
	[ "$seen" = "$2" ] || faults+=("$1: not $2 after the restart, but $seen")
}

# What calls are counted from: a file that a command makes, or the beginning.
from=()

# count_calls COMMAND...: how many system calls fwd has in it
count_calls() {
	background "$kill_at" 0 -p "$fwd_pid" "${from[@]}" >"$lab_dir/calls"
	local counter=$lab_pid

	eventually 5 grep -q attached "$lab_dir/calls"
	"$@" >/dev/null 2>&1
	lab_stop "$counter"
	calls=$(tail -n 1 "$lab_dir/calls")
}

# kill_in N COMMAND...: dead at the N-th call of it
kill_in() {
	background "$kill_at" "$1" -p "$fwd_pid" "${from[@]}" >"$lab_dir/calls"
	local killer=$lab_pid

	eventually 5 grep -q attached "$lab_dir/calls"
	"${@:2}" >/dev/null 2>&1
	lab_stop "$killer"
	lab_stop "$fwd_pid" KILL
}

# ---- points in an apply ----

# How many system calls a reload has.
count_reload() {
	sweep_config 1
	count_calls ctl reload --discard
}

# kill_in_reload N: dead at the N-th call of a reload from the running policy to the next one
kill_in_reload() {
	sweep_config $next
	kill_in "$1" ctl reload --discard
	judge "killed at call $1 of a reload" $policy $next
}

# reload_points: the calls to die at. Most are in the first fifth, which has the apply; what comes
# after it is looking at the interfaces.
reload_points() {
	local early=$((points * 2 / 3)) n

	for ((n = 0; n < early; n++)); do
		echo $((1 + n * calls / 5 / early))
	done
	for ((; n < points; n++)); do
		echo $((1 + calls / 5 + (n - early) * (calls * 4 / 5) / (points - early)))
	done
}

# sweep_reload POINT...: until one shows a fault
sweep_reload() {
	local at

	faults=()
	for at in "$@"; do
		next=$(((policy + 1) % 5))
		kill_in_reload $at
		fwd_up || return
		must_be "killed at call $at of a reload" $next
		policy=$next
		[ ${#faults[@]} = 0 ] || return
	done
}

# ---- points in a save ----

# save_prepare N: a rule that is not in the file; what is there is kept in $before
save_prepare() {
	ctl rule add "{\"id\": \"more-$1\", \"match\": {\"dport\": $((4000 + $1)), \"proto\": \"tcp\"},
		\"action\": \"drop\"}" >/dev/null
	before=$(cat "$fwd_file")
}

count_save() {
	save_prepare 900
	count_calls ctl save
}

# The file is the old one or has the new rule; and fwd starts with it, with the policy it had.
sweep_save() {
	local n at

	faults=()
	for ((n = 0; n < points / 2; n++)); do
		at=$((1 + 2 * n * calls / points))
		save_prepare $n
		kill_in $at ctl save
		if [ "$(cat "$fwd_file")" != "$before" ] && ! jq -e --arg id "more-$n" \
			'.rules | any(.id == $id)' "$fwd_file" >/dev/null; then
			faults+=("killed at call $at of a save: the file is torn")
		fi
		judge "killed at call $at of a save" $policy $policy
		fwd_up || return
		must_be "killed at call $at of a save" $policy
	done
}

# ---- points in an apply that waits, and in its confirmation ----

pending() {
	[ "$(ctl -j status | jq -r .pending)" != null ]
}

apply_next() {
	ctl apply "$lab_dir/next.json" --confirm 10m
}

# The policy is $policy, in the file, and $next is in next.json.
prepare_next() {
	next=$(((policy + 1) % 5))
	fwd_file_kept=$fwd_file
	sweep_config $next "$lab_dir/next.json"
	fwd_file=$fwd_file_kept
}

# The kernel takes back what packets see: the word that shows the active image has a deadline, too.
has_deadline() {
	bpftool -j map dump pinned "$lab_pin/state" |
		jq -e '.[0].formatted.value.active > 1' >/dev/null
}

# restart_pending WHAT: what packets see is what fwd says, before and after it is taken back
restart_pending() {
	fwd_up || return
	if pending; then
		must_be "$1, and waits" $next
		ctl abort >/dev/null || faults+=("$1: cannot be taken back")
	fi
	must_be "$1" $policy
}

sweep_apply_waiting() {
	local n at

	faults=()
	prepare_next
	count_calls apply_next
	ctl abort >/dev/null
	for ((n = 0; n < (points + 1) / 2; n++)); do
		at=$((1 + 2 * n * calls / (points + 1)))
		kill_in $at apply_next
		judge "killed at call $at of apply --confirm" $policy $next
		[ "$(policy_seen)" != $next ] || has_deadline ||
			faults+=("killed at call $at of apply --confirm: active without a deadline")
		restart_pending "killed at call $at of apply --confirm"
	done
}

# What is said of a policy that was cut off names one that there is, and is not undone by confirm.
check_words() {
	local said

	said=$(ctl confirm 2>&1)
	[[ "$said$(cat "$fwd_log")" != *"revision 0"* ]] ||
		faults+=("$1: $said: $(grep 'revision 0' "$fwd_log")")
}

# Each call from when the marker is written to when it has the revision, which is soon.
sweep_announced() {
	local at step

	faults=()
	prepare_next
	from=("$lab_dir/state/pending.json")
	count_calls apply_next
	ctl abort >/dev/null
	ctl reload --discard >/dev/null
	step=$((calls / 4 / points))
	for ((at = 1; at <= points * step; at += step)); do
		rm -f "$lab_dir/state/pending.json"
		kill_in $at apply_next
		judge "killed at call $at from pending.json on" $policy $next
		fwd_up || return
		if pending; then
			must_be "killed at call $at from pending.json on, and waits" $next
			[ "$(ctl -j status | jq .pending.revision)" -gt 0 ] ||
				faults+=("killed at call $at from pending.json on: no revision waits")
			ctl abort >/dev/null
		else
			check_words "killed at call $at from pending.json on"
		fi
		must_be "killed at call $at from pending.json on" $policy
		ctl reload --discard >/dev/null
	done
	from=()
}

# A confirmation is there or it is not: then the policy still waits. The file has the one before.
sweep_confirm() {
	local n at

	faults=()
	prepare_next
	apply_next >/dev/null 2>&1
	count_calls ctl confirm
	fwd_down KILL
	fwd_up || return
	for ((n = 0; n < (points + 1) / 2; n++)); do
		at=$((1 + 2 * n * calls / (points + 1)))
		apply_next >/dev/null 2>&1 || faults+=("apply before call $at of confirm")
		kill_in $at ctl confirm
		judge "killed at call $at of confirm" $next $next
		restart_pending "killed at call $at of confirm"
	done
}

# ---- points in a start ----

count_start_calls() {
	fwd_down KILL
	lab_start router "$kill_at" 0 "$fwd_binary" -c "$fwd_file" --pin-dir "$lab_pin" \
		--socket "$lab_dir/sock" --state-dir "$lab_dir/state" >"$lab_dir/calls" 2>>"$fwd_log"
	local counter=$lab_pid

	eventually 20 ctl version
	lab_stop "$counter"
	calls=$(tail -n 1 "$lab_dir/calls")
	# It goes on, untraced and no longer ours to wait for.
	kill -KILL "$(pgrep -f -- "^$fwd_binary .*--pin-dir $lab_pin ")"
}

sweep_start() {
	local n at

	faults=()
	for ((n = 0; n < points; n++)); do
		next=$(((policy + 1) % 5))
		at=$((1 + n * calls / points))
		sweep_config $next
		lab_in router timeout -k 1 120 "$kill_at" "$at" "$fwd_binary" -c "$fwd_file" \
			--pin-dir "$lab_pin" --socket "$lab_dir/sock" --state-dir "$lab_dir/state" \
			>/dev/null 2>>"$fwd_log"
		judge "killed at call $at of a start" $policy $next
		# The next one is killed as well, over the remains of this one.
	done
	fwd_up || return
	must_be "after all kills of starts" $next
	policy=$next
}

report() {
	check_equal "$1: the old policy or the new one, of $calls calls" \
		"" "$(printf '%s\n' "${faults[@]}")"
	stream_stop
	check_between "$1: probes went on" $points 10000000 "${streamed[0]}"
	check_equal "$1: nothing denied passed" 0 "${streamed[2]}"
	check_equal "$1: nothing allowed was lost" "${streamed[0]}" "${streamed[1]}"
}

section "reload"
policy=1
sweep_config 0
fwd_up || test_end
count_reload
stream_start $rate $good $bad
# shellcheck disable=SC2046
sweep_reload $(reload_points)
report "reload"

section "save"
count_save
stream_start $rate $good $bad
sweep_save
report "save"

section "apply --confirm"
stream_start $rate $good $bad
sweep_apply_waiting
report "apply --confirm"

section "apply --confirm, as soon as it is announced"
stream_start $rate $good $bad
sweep_announced
report "announced"

section "confirm"
stream_start $rate $good $bad
sweep_confirm
report "confirm"

section "start"
count_start_calls
stream_start $rate $good $bad
sweep_start
report "start"

section "a planted fault"
if [ ! -x "$fwd_build/tests/fwd_faulty" ]; then
	fail "the faulty build" "is not there"
else
	fwd_down KILL
	fwd_binary=$fwd_build/tests/fwd_faulty
	fwd_up || test_end
	ctl reload --discard >/dev/null
	count_reload
	policy=1
	# It lasts for 200 calls (tests/survival/faulty_generation.c): one of these is within.
	# shellcheck disable=SC2046
	sweep_reload $(seq 1 150 $calls)
	check_between "it is found" 1 1000 "${#faults[@]}"
	printf '      | %s\n' "${faults[0]:-}"
fi

fwd_clear
test_end
