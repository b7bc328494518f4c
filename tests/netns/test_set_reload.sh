#!/bin/bash
# SPDX-License-Identifier: MIT
# fwctl set reload: files of sets are read again while packets pass, and nothing else changes; next to a
# colleague's edits, what waits for its confirmation, and fwd's death.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

unset SSH_CONNECTION
good=192.0.2.2,1000
bad=203.0.113.7,1000
rate=300 kills=6
[ -z "${FWD_IN_VM:-}" ] || rate=40 kills=2

lab_open
lab_router

# feed NAME ADDRESS...: the file of a set, replaced as a whole
feed() {
	printf '%s\n' "${@:2}" >"$lab_dir/$1.new"
	mv "$lab_dir/$1.new" "$lab_dir/$1"
}

revision() {
	ctl -j history -n 1 | jq '.result.items[0].number'
}

entries() {
	ctl -j set show "$1" | jq -r '[.result.items[].prefix] | join(" ")'
}

start() {
	fwd_clear
	rm -rf "$lab_dir/state"
	feed drop 203.0.113.7 203.0.113.8
	feed lists/other 203.0.113.77
	fwd_config <<-JSON
	{
	  "enforce": true,
	  "interfaces": {"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}},
	  "sets": {
	    "drop": {"file": "drop"},
	    "other": {"file": "lists/other", "on_error": "keep-last"},
	    "inline": {"elements": ["192.0.2.99"]},
	    "live": {"live": true}
	  },
	  "rules": [
	    {"id": "drop", "match": {"src": "@drop"}, "action": "drop"},
	    {"id": "other", "match": {"src": "@other"}, "action": "drop"}
	  ]
	}
	JSON
	fwd_up || test_end
}

mkdir "$lab_dir/lists"

section "one set"
start
check_equal "before" "5 0" "$(probe $good $bad)"
feed drop 203.0.113.8
feed lists/other 203.0.113.78
before=$(revision)
says "reload" 0 '^set drop: 1 entries \(0 added, 1 removed\)' set reload drop
check_equal "it is in force" "5 5" "$(probe $good $bad)"
check_equal "the other set is as it was" 203.0.113.77 "$(entries other)"
check_equal "it is a revision" $((before + 1)) "$(revision)"
check_match "which is in the audit" "set reload drop" "$(ctl history --audit)"
holds "nothing is unsaved" '.result.unsaved == 0' status
before=$(revision)
says "again" 0 '^1 set is read again \(nothing changed: it was so already\)' set reload drop
holds "in JSON" '.result.changed == false and .result.sets[0] == {"name": "drop", "changed": false,
	"entries": 1, "before": 1, "added": 0, "removed": 0}' set reload drop
check_equal "no revision" "$before" "$(revision)"
holds "a dry run" '.result.changed and .result.dry_run and ([.result.sets[].name] == ["drop", "other"])' \
	set reload --dry-run
says "in words" 0 'set other: 1 entries \(1 added, 1 removed\)' set reload other --dry-run
check_equal "does nothing" 203.0.113.77 "$(entries other)"
holds "all of them" '.result.changed and ([.result.sets[].changed] == [false, true])' set reload
check_equal "are read" 203.0.113.78 "$(entries other)"
holds "the counters of rules go on" '.result.packets >= 5' rule show drop

section "what cannot be read again"
says "force needs an end" 2 'needs --confirm' set reload drop --force
says "an inline set" 6 'set "inline" is inline: only sets from files' set reload inline
says "a live one" 6 'set "live" is live' set reload drop live
says "none" 1 'no set "dorp"; did you mean "drop"|no set "dorp"' set reload dorp
says "an entry of a file is not added" 6 'edit that file, then fwctl set reload drop' \
	set add drop 203.0.113.7
says "for another revision" 6 'revision' set reload drop --if-revision 999
feed drop 203.0.113.9 ten 203.0.113.10/24
feed lists/other 203.0.113.79
before=$(revision)
says "a broken file has its places" 3 'drop:2:1: error: .*ten.*\[E02' set reload
says "all of them" 3 'drop:3:1: error: .*host bits' set reload
rm "$lab_dir/drop"
says "one that is gone" 3 'error: .*drop.*\[E0003\]|drop: ' set reload drop
: >"$lab_dir/drop"
says "an empty one" 3 'has no entries.*"min": 0' set reload drop
feed drop 0.0.0.0/1
says "one that covers everything" 3 'error' set reload drop
check_equal "nothing has changed" "203.0.113.8 203.0.113.78 $before" \
	"$(entries drop) $(entries other) $(revision)"
says "health knows that the files have others" 7 'set "drop".*is not loaded.*set "other"' health
feed drop 203.0.113.8
echo ten >"$lab_dir/lists/other"
says "keep-last keeps" 0 'set other: 1 entries, kept from before' set reload other
says "and is warned of each time" 0 'keeps its last 1 entries.*W0314' set reload other
says "health knows" 7 'set "other" has the 1 entries' health
feed lists/other 203.0.113.78
says "until it is good again" 0 'set other: 1 entries, as before' set reload other
check "then health is well" ctl health

section "a colleague's edits"
check "an edit" ctl rule add '{"id": "colleague", "match": {"proto": "udp", "dport": 9}, "action": "drop"}'
check "and one more" ctl set add inline 192.0.2.98
feed drop 203.0.113.7
cp "$fwd_file" "$lab_dir/saved"
echo '{' >"$fwd_file"
says "reload with a broken config file" 0 'set drop: 1 entries' set reload
cat "$lab_dir/saved" >"$fwd_file"
holds "they stay" '[.result.items[].id] | index("colleague")' rule list
holds "unsaved as before" '.result.unsaved == 2' status
says "a reload still refuses to lose them" 6 'would be lost: 2' reload
check "they can be saved" ctl save
holds "with the feed" '.result.unsaved == 0' status
fwd_down KILL
fwd_up || test_end
check_equal "all are there after a restart" "5 0" "$(probe $good $bad)"
holds "the rule, too" '[.result.items[].id] | index("colleague")' rule list

section "with a confirmation"
start
feed drop 203.0.113.8
check "it waits" ctl set reload drop --confirm 10m
check_equal "and is in force" "5 5" "$(probe $good $bad)"
says "another is refused" 6 'waits for its confirmation' set reload
feed lists/other 203.0.113.79
says "a dry one, too" 6 'waits for its confirmation' set reload --dry-run
check "abort" ctl abort
check_equal "takes it back" "5 0" "$(probe $good $bad)"
check_equal "for fwd, too" "203.0.113.7 203.0.113.8" "$(entries drop)"
says "health knows that the files have others" 7 'set "drop".*is not loaded.*set "other"' health
holds "nothing is unsaved" '.result.unsaved == 0' status
fwd_down KILL
fwd_up || test_end
check_equal "also after a restart: the file's content was taken back" "5 0" "$(probe $good $bad)"
says "until it is read again" 0 'set drop: 1 entries \(0 added, 1 removed\)' set reload drop
fwd_down
fwd_up || test_end
check_equal "then it is in force" "5 5" "$(probe $good $bad)"
check "for good" ctl health
feed drop 203.0.113.7
check "one that is confirmed" ctl set reload drop --confirm 10m
check "confirm" ctl confirm
check_equal "stays" "5 0" "$(probe $good $bad)"
feed drop 203.0.113.8
ctl set reload drop --confirm 10m >/dev/null
ctl abort >/dev/null
feed drop 203.0.113.7
says "the file as before, after an abort" 0 'drop' set reload drop
fwd_down
fwd_up || test_end
check_equal "is what runs" "5 0" "$(probe $good $bad)"
check "and nothing is wrong: health" ctl health
says "what is so already does not wait" 0 'nothing has changed, so nothing waits' \
	set reload drop --confirm 10m
holds "it does not" 'has("pending") | not' status

section "killed while it waits"
start
check "an unsaved edit" ctl rule add '{"id": "colleague", "match": {"proto": "udp", "dport": 9}, "action": "drop"}'
feed drop 203.0.113.8
check "it waits" ctl set reload drop --confirm 10m
fwd_down KILL
check_equal "packets do not notice" "5 5" "$(probe $good $bad)"
fwd_up || test_end
holds "it goes on waiting" '.pending.revision == 3' status
check_equal "as it is" "5 5 203.0.113.8" "$(probe $good $bad) $(entries drop)"
check "abort" ctl abort
check_equal "takes it back" "5 0 203.0.113.7 203.0.113.8" "$(probe $good $bad) $(entries drop)"
holds "the edit stays" '[.result.items[].id] | index("colleague")' rule list
check "it waits again" ctl set reload drop --confirm 3s
fwd_down KILL
taken_back() {
	[ "$(probe $good $bad)" = "5 0" ]
}
check_soon "the kernel takes it back" 5 taken_back
fwd_up || test_end
check_equal "the next fwd has what packets see" "5 0 203.0.113.7 203.0.113.8" \
	"$(probe $good $bad) $(entries drop)"
check "it waits again" ctl set reload drop --confirm 10m
fwd_clear
fwd_up || test_end
check_equal "after a restart of the machine it is not in force" "5 0" "$(probe $good $bad)"

section "copies"
start
feed drop 203.0.113.8
check "reload" ctl set reload drop
fwd_down KILL
rm "$lab_dir/drop"
fwd_clear
fwd_up || test_end
check_equal "a start without the file has what was read last" "5 5 203.0.113.8" \
	"$(probe $good $bad) $(entries drop)"

section "killed at all moments"
start
feed one 203.0.113.7 203.0.113.8
feed two 203.0.113.7 203.0.113.9 203.0.113.10
cat >"$lab_dir/again.sh" <<-'SH'
	while :; do
		cp "$1/one" "$1/drop.new" && mv "$1/drop.new" "$1/drop"
		"$2" -s "$1/sock" --wait 2s set reload drop
		cp "$1/two" "$1/drop.new" && mv "$1/drop.new" "$1/drop"
		"$2" -s "$1/sock" --wait 2s set reload drop
	done >/dev/null 2>&1
SH
background bash "$lab_dir/again.sh" "$lab_dir" "$fwctl_binary"
again=$lab_pid
stream_start $rate $good $bad
for ((i = 0; i < kills; i++)); do
	sleep "0.$((RANDOM % 9 + 1))"
	fwd_down KILL
	fwd_up || break
done
lab_stop "$again"
stream_stop
check_between "probes were sent" 10 1000000 "${streamed[0]}"
check_equal "no denied one passed" 0 "${streamed[2]}"
check_equal "no allowed one was lost" "${streamed[0]}" "${streamed[1]}"
check "it can be read" ctl set reload
check "and all is well" ctl health

fwd_clear
test_end
