#!/bin/bash
# SPDX-License-Identifier: MIT
# A policy that waits for its confirmation, and another fwd, or none, or another run of the machine.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

unset SSH_CONNECTION
lab_open
lab_router
. "$here/../lib/confirm.sh"

section "fwd is restarted"
start
ctl set add banned1000 203.0.113.8 >/dev/null
apply 10m >/dev/null 2>&1
ctl set add banned2000 203.0.113.9 >/dev/null 2>&1
before=$(pending seconds_left)
fwd_down KILL
fwd_up || test_end
sides "it goes on with what it finds" new packets
check_match "which still waits" '^2 1 root$' "$(ctl -j status | jq -r '.pending | "\(.revision) \(.returns_to) \(.by)"')"
check "no longer than before" jq -en "$(pending seconds_left) < $before"
check_match "the log says so" "revision 2 still waits for its confirmation; nothing was loaded" "$(cat "$fwd_log")"
check_exit "changes are refused as before" 6 ctl reload
check_equal "the new one's live set" 203.0.113.9 "$(ctl -j set show banned2000 | jq -r '.result.items[].prefix')"
fwd_down
fwd_up || test_end
sides "also after a stop in peace" new
check "abort" ctl abort
sides "as if nothing had been" old
check_equal "with the live set of before" 203.0.113.8 "$(ctl -j set show banned1000 | jq -r '.result.items[].prefix')"
check "a new one" apply 10m
fwd_down KILL
fwd_up || test_end
check "confirmed after a restart" ctl confirm
sides "it stays" new
check_equal "with its live set" 0 "$(ctl -j set show banned2000 | jq .result.total)"
check_equal "which the file does not have" 1 "$(ctl -j status | jq .result.unsaved)"
check "it can be saved" ctl save
check "as what runs" ctl diff

section "a set file changes while there is no fwd"
# The datapath has what it held before: fwd must not report that packets meet what it holds now.
start
echo 203.0.113.7 >"$lab_dir/feed"
jq '.sets.feed = {file: "feed"} | .rules += [{id: "feed", match: {src: "@feed"}, action: "drop"}]' \
	"$lab_dir/new.json" >"$lab_dir/feeds.json"
apply 10m "$lab_dir/feeds.json" >/dev/null 2>&1
fwd_down KILL
fwd_up || test_end
sides "none did" new
check_equal "with its set" 203.0.113.7 "$(ctl -j set show feed | jq -r '.result.items[].prefix')"
fwd_down KILL
echo 203.0.113.8 >"$lab_dir/feed"
fwd_up || test_end
sides "one did: taken back" old packets
check_match "and says so" "revision 2 is taken back \(set files have changed while there was no fwd\): revision 1 is used" "$(cat "$fwd_log")"

section "the next fwd has other maps"
start
apply 10m >/dev/null 2>&1
fwd_down KILL
ours=$fwd_binary fwd_binary=$fwd_build/tests/fwd_other
fwd_up || test_end
fwd_binary=$ours
sides "taken back" old packets
check_match "and says why" "revision 2 is taken back \(an fwd with other maps took over, and cannot take it up\): revision 1 is used" "$(cat "$fwd_log")"

section "the time is over before the next fwd comes"
start
apply 2s >/dev/null 2>&1
fwd_down KILL
sleep 2.2
fwd_up || test_end
sides "taken back" old

section "a reboot"
# The file itself holds the new policy already, as it does when it was edited and reloaded.
start
cp "$lab_dir/new.json" "$fwd_file"
ctl reload --confirm 10m >/dev/null 2>&1
sides "before" new
fwd_down KILL
fwd_clear
fwd_up || test_end
sides "the last confirmed policy" old packets
check_match "said aloud" "revision 2 is taken back \(the datapath was removed before anybody confirmed it\): revision 1 is used, whatever the config file says" "$(cat "$fwd_log")"
fwd_down KILL
fwd_clear
fwd_up || test_end
sides "and at the next one" old
check_match "said again" "the config file .* holds the policy of revision 2, which was taken back" "$(cat "$fwd_log")"
policy 3000 >"$fwd_file"
fwd_down
fwd_up || test_end
check_equal "another file is another matter" drop "$(verdict 3000)"
# Another run of the machine, though the maps are there: cannot be, and is not believed.
start
apply 10m >/dev/null 2>&1
fwd_down KILL
/usr/bin/python3 "$here/../lib/another_boot.py" "$state/pending.json"
fwd_up || test_end
sides "of another run" old
check_match "which is said" "the machine was restarted before anybody confirmed it" "$(cat "$fwd_log")"

section "another one after a policy was taken back"
# The file holds revision 2, which was taken back. However the next one ends, that is not forgotten.
held() {
	start
	cp "$lab_dir/new.json" "$fwd_file"
	policy 3000 >"$lab_dir/third.json"
	ctl reload --confirm 10m >/dev/null 2>&1
	ctl abort >/dev/null 2>&1
}
# still_held NAME: now, and after two restarts
still_held() {
	for when in "" " after a restart" " after another"; do
		[ -z "$when" ] || { fwd_down && fwd_up || test_end; }
		sides "$1$when" old
		says "$1$when: health has it" 7 'it holds the policy of revision 2, and it was taken back \(aborted by' health
	done
}
# A disk that waits for as many milliseconds as stand in a file, before each write is done.
cat >"$lab_dir/fwd-slow" <<SH
#!/bin/sh
export SLOW_DISK="$lab_dir/slow" ASAN_OPTIONS="verify_asan_link_order=0:\$ASAN_OPTIONS"
LD_PRELOAD="$fwd_build/tests/slow_disk.so" exec "$fwd_binary" "\$@"
SH
chmod 755 "$lab_dir/fwd-slow"
announced() {
	grep -q '"state":"pending"' "$state/pending.json"
}
# announce CTL-ARGS...: fwd is killed once the state folder knows of it, and before it is active
announce() {
	fwd_down
	echo 0 >"$lab_dir/slow"
	fwd_binary=$lab_dir/fwd-slow fwd_up || test_end
	echo 1000 >"$lab_dir/slow"
	background "$fwctl_binary" -s "$lab_dir/sock" "$@" >/dev/null 2>&1
	eventually 30 announced || fail "it is announced"
	fwd_down KILL
	rm "$lab_dir/slow"
	fwd_up || test_end
	check_match "it was not active yet" 'the unrecorded policy of .* never became active' "$(cat "$fwd_log")"
}
held
apply 10m "$lab_dir/third.json" >/dev/null 2>&1
ctl abort >/dev/null 2>&1
still_held "aborted"
apply 10m "$lab_dir/third.json" >/dev/null 2>&1
fwd_down KILL
/usr/bin/python3 "$here/../lib/another_boot.py" "$state/pending.json"
fwd_up || test_end
check_match "another run of the machine" "the machine was restarted before anybody confirmed it" "$(cat "$fwd_log")"
still_held "after a reboot"
announce apply "$lab_dir/third.json" --confirm 10m
still_held "killed before it was active"
cp "$lab_dir/third.json" "$fwd_file"
announce reload --discard --confirm 10m
sides "the file's own policy, killed before it was active" old
says "health has it" 7 'it holds the unrecorded policy of .* \(fwd ended before it was active\)' health
apply 10m >/dev/null 2>&1
check "one that is confirmed ends that" ctl confirm
check "health" ctl health
check "it is saved" ctl save --force
fwd_down
fwd_up || test_end
sides "the file holds what was taken back once, and is what runs" new

section "the file of a set is read again after a policy was taken back"
with_feed() {
	policy "$1" | jq '.sets.feed = {file: "feed"} | .rules += [{id: "feed", match: {src: "@feed"}, action: "drop"}]'
}
fwd_clear
rm -rf "$state"
echo 203.0.113.7 >"$lab_dir/feed"
fwd_config < <(with_feed 1000)
fwd_up || test_end
with_feed 2000 >"$fwd_file"
ctl reload --confirm 10m >/dev/null 2>&1
ctl abort >/dev/null 2>&1
for next in 203.0.113.7 203.0.113.8; do
	echo $next >"$lab_dir/feed"
	check "$next: it is read" ctl set reload feed
	says "$next: health has the policy" 7 'it holds the policy of revision 2, and it was taken back' health
done
fwd_down
fwd_up || test_end
sides "the next start does not load it" old
check_equal "it has the set as it was read" 203.0.113.8 "$(ctl -j set show feed | jq -r '.result.items[].prefix')"

section "what the state folder has lost"
start
apply 10m >/dev/null 2>&1
fwd_down KILL
truncate -s 100 "$state/pending.json"
fwd_up || test_end
sides "half a file" old
check_match "is said aloud" "pending.json in the state folder cannot be read \(it is damaged\)" "$(cat "$fwd_log")"
apply 10m >/dev/null 2>&1
fwd_down KILL
rm "$state/pending.json"
fwd_up || test_end
sides "no file" old
check_match "is said, too" "of which the state folder does not know: it is taken back" "$(cat "$fwd_log")"
apply 10m >/dev/null 2>&1
fwd_down KILL
for revision in "$state"/revisions/*; do truncate -s -3 "$revision"; done
fwd_up || test_end
sides "no revision" old
check_match "the config file is the last resort" "no confirmed revision can be used: the config file" "$(cat "$fwd_log")"
fwd_clear
fwd_up --state-dir /proc/nowhere || test_end
check_exit "without a state folder" 1 apply 10m
check_match "it cannot be asked for" "confirm needs the state folder" "$output"
sides "and nothing happens" old

fwd_clear
test_end
