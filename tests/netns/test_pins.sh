#!/bin/bash
# SPDX-License-Identifier: MIT
#
# A pin folder that others have been in: what is not fwd's is never moved or removed, what stands in
# the place of fwd's is refused with one line, what is gone is put back; and a fwd that does not start
# leaves the policy that was in force, also if it fails last of all.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

good=192.0.2.2,1000
bad=203.0.113.7,1000
blocked=192.0.2.78,1000

lab_open
lab_router

# config [INTERFACES [DEFAULTS [PORT]]]: one more port that is dropped
config() {
	fwd_config <<-JSON
	{
	  "enforce": true,
	  "interfaces": {"eth0": {"zone": "wan"}${1:-}},
	  "defaults": {${2:-}},
	  "rules": [
	    {"id": "bad", "match": {"src": "203.0.113.0/24"}, "action": "drop"},
	    {"id": "port", "match": {"proto": "udp", "dport": ${3:-2000}}, "action": "drop"}
	  ]
	}
	JSON
}

filters() {
	check_equal "$1" "5 0 0" "$(probe $good $bad $blocked)"
}

# What stands in the pin folder: kinds, names, and the kernel's numbers of what is pinned.
folder() {
	local path

	find "$lab_pin" -mindepth 1 ! -path '*/old?/*' | sort | while read -r path; do
		printf '%s %s %s\n' "$(stat -c %F "$path")" "${path#"$lab_pin"/}" "$(object "$path")"
	done
}

object() {
	[ ! -f "$1" ] || bpftool -j map show pinned "$1" 2>/dev/null | jq .id ||
		bpftool -j prog show pinned "$1" 2>/dev/null | jq .id
}

# refused NAME REGEX: fwd does not start, says why in one line, changes nothing; and it filters on
refused() {
	local before

	before=$(folder)
	check_exit "$1: refused" 1 fwd_run
	check_match "$1: says so" "^fwd: error: $2" "$output"
	check_equal "$1: in one line" 1 "$(wc -l <<<"$output")"
	check_equal "$1: nothing is moved or removed" "$before" "$(folder)"
	filters "$1: it filters on"
}

# in_place_of NAME COMMAND...: what is pinned as NAME is kept elsewhere meanwhile
in_place_of() {
	mv "$lab_pin/$1" "$lab_pin/kept"
	"${@:2}" || fail "cannot put something in place of $1"
}

back() {
	rm -rf "${lab_pin:?}/$1"
	mv "$lab_pin/kept" "$lab_pin/$1"
}

pin_map() {
	bpftool map create "$lab_pin/$1" type "$2" key "$3" value "$4" entries "$5" name "$6"
}

pin_program() {
	bpftool prog load "${neighbour_object}plain.bpf.o" "$lab_pin/$1" type xdp
}

section "others' pins next to ours"
config
fwd_up || test_end
check "a block" ctl block 192.0.2.78 --for 10h
pin_map theirs hash 4 8 16 theirs
pin_program program
mkdir "$lab_pin/folder" "$lab_pin/old3"
pin_map folder/state array 4 4 1 state
pin_map old3/theirs hash 4 8 16 theirs
ln -s folder "$lab_pin/old4"
ln -s nowhere "$lab_pin/dead"
others() {
	folder | grep -E ' (theirs|program|folder|folder/state|old3|old4|dead) '
	bpftool -j map show pinned "$lab_pin/old3/theirs" | jq .id
}
theirs=$(others)
fwd_down KILL
fwd_up || test_end
filters "adopted next to them"
check_equal "they are as they were" "$theirs" "$(others)"

section "in the place of ours"
fwd_down KILL
in_place_of live4 pin_map live4 hash 4 4 4 mine
refused "a map of another type" "$lab_pin/live4 is a map that fwd's programs do not use: it is not fwd's"
back live4
in_place_of state pin_map state array 4 128 1 state
refused "another map with our name and layout" "$lab_pin/state is a map that fwd's programs do not use"
back state
in_place_of images pin_program images
refused "a program" "$lab_pin/images is a program: it is not fwd's, and stays; remove it"
back images
in_place_of names ln -s nowhere "$lab_pin/names"
refused "a dead link" "$lab_pin/names is a symbolic link"
back names
in_place_of stages mkdir "$lab_pin/stages"
refused "a folder" "$lab_pin/stages is a folder"
back stages

section "pins that are gone"
# All but those that hold the stages.
for path in "$lab_pin"/*; do
	[ ! -f "$path" ] || [[ " theirs program stages stages_frags " == *" ${path##*/} "* ]] ||
		rm "$path"
done
fwd_up || test_end
check_match "they are put back" "warning: pins of $lab_pin were gone, and are put back: state, images, " \
	"$(cat "$fwd_log")"
filters "blocks and all"
check_equal "nothing was made again" 0 "$(grep -c 'replaces it' "$fwd_log")"
fwd_down KILL
rm "$lab_pin"/stages*
check_equal "without stages nothing passes" "0 0 0" "$(probe $good $bad $blocked)"
fwd_up || test_end
check_match "they cannot be had again" \
	"warning: the datapath in $lab_pin is incomplete \(2 of [0-9]+ pins are missing, as stages[a-z_]*\); a new one replaces it\. Buckets start full; the rest is kept" \
	"$(cat "$fwd_log")"
filters "but blocks are kept, and rules filter"
check_equal "others' are as they were" "$theirs" "$(others)"

section "two of them"
# (Through the dispatcher they would be neighbours.)
if [ "$(iface eth0 .state)" = alone ]; then
	check_exit "another pin folder, the same interface" 1 fwd_run --pin-dir "$lab_pin-two" \
		--socket "$lab_dir/two" --state-dir "$lab_dir/two.d"
	check_match "is reported in one line" \
		'^fwd: error: eth0 has the XDP program fwd_entry \(id [0-9]+\) of another fwd: it stays' "$output"
	check_exit "and leaves nothing" 2 ls "$lab_pin-two"
fi
fwd_config "$lab_dir/two.json" <<<'{"interfaces": {"eth1": {}}}'
fwd_file=$lab_dir/two.json
lab_start router "$fwd_binary" -c "$lab_dir/two.json" --pin-dir "$lab_pin-two" \
	--socket "$lab_dir/two" --state-dir "$lab_dir/state" >"$lab_dir/two.log" 2>&1
two=$lab_pid
check_soon "on another interface it runs" 10 "$fwctl_binary" -s "$lab_dir/two" version
check_match "without the state folder of the first" 'another fwd uses it' "$(cat "$lab_dir/two.log")"
lab_stop "$two"
check_equal "and stops" 0 "$lab_code"
filters "the first has not noticed"
lab_in router ip link set eth1 xdp off
rm -rf "$lab_pin-two"
fwd_file=$lab_dir/fwd.json

section "a start that fails"
# Of several interfaces one cannot be had: the new policy was in force on the other one.
port() {
	probe 192.0.2.2,2000 192.0.2.2,3000
}
generation=$(ctl -j status | jq .result.generation)
revisions=$(ls "$lab_dir/state/revisions")
fwd_down KILL
config ', "eth1": {}' '' 3000
lab_in router ip link set eth1 xdp obj "${neighbour_object}plain.bpf.o" sec xdp
if [ "$(expected_state)" = alone ]; then
	check_exit "fails" 1 fwd_run
	check_match "for that interface" 'error: eth1 has the XDP program neighbour_plain' "$output"
	check_match "and says what is in force" "warning: the policy of the earlier fwd goes on: generation $generation" "$output"
	check_equal "which it is" "0 5" "$(port)"
	filters "the rest, too"
	check_equal "and is no revision: it was not in force" "$revisions" "$(ls "$lab_dir/state/revisions")"
fi
lab_in router ip link set eth1 xdp off
fwd_up || test_end
check_equal "the next one starts" "5 0" "$(port)"
check_equal "with the number that was not given" "$((${revisions##*$'\n'} + 1)) start" \
	"$(ctl -j history -n 1 | jq -r '.result.items[0] | "\(.number) \(.cause)"')"
check_equal "for good" null "$(ctl -j status | jq .pending)"
check "and can be edited" ctl rule delete port

section "upgrades that are cut off"
# Each by the next one: fwd dies between the switch to its policy and its first entry.
ours=$fwd_binary other=$fwd_build/tests/fwd_other kept=0
check "a block" ctl block 192.0.2.78 --for 10h
generation=$(ctl -j status | jq .result.generation)
fwd_down KILL
# cut_off N: at its N-th call
cut_off() {
	[ "$fwd_binary" = "$other" ] && fwd_binary=$ours || fwd_binary=$other
	lab_in router timeout -k 1 60 "$fwd_build/tests/kill_at" "$1" "$fwd_binary" \
		-c "$fwd_file" --pin-dir "$lab_pin" --socket "$lab_dir/sock" \
		--state-dir "$lab_dir/state" >/dev/null 2>&1
	[ ! -e "$lab_pin/old2/state" ] || kept=$((kept + 1))
}
layouts() {
	find "$lab_pin" -path "*/old?/state" -printf "%P\n" | sort | xargs -r dirname | xargs
}
for ((i = 0; i < 12; i++)); do
	cut_off $((1900 + 100 * i))
done
check_between "some of them leave a layout" 4 12 $kept
# The kernel removes the programs of a dead fwd in its own time; what they use goes with the next start.
for ((i = 0; i < 20; i++)); do
	[ "$(layouts)" != "old1 old2" ] || break
	sleep 0.5
	cut_off $((1900 + 100 * (i % 12)))
done
check_equal "but not each" "old1 old2" "$(layouts)"
filters "what was in force goes on"
fwd_binary=$ours
fwd_up || test_end
filters "and after the next start"
check_equal "with the block" 1 "$(ctl -j blocks | jq .result.total)"
check_between "and a number that no generation had, as fragments are known by it" $((generation + 1)) 100000 \
	"$(ctl -j status | jq .result.generation)"
check_equal "and nothing old" "" "$(find "$lab_pin" -path "*/old?/state")"

section "the end"
config '' '"on_stop": "detach"'
check "a policy that goes with fwd" ctl reload --discard
fwd_down
check_match "it says what stays" "$lab_pin stays: there are pins in it that are not fwd's" "$(cat "$fwd_log")"
check_equal "which is theirs" "$theirs" "$(others)"
check_equal "and nothing else" "dead folder old3 old4 program theirs" "$(cd "$lab_pin" && echo *)"
check_equal "packets pass" "5 5" "$(probe $good $bad)"

fwd_clear
test_end
