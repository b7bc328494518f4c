#!/bin/bash
# SPDX-License-Identifier: MIT
# A policy that waits for its confirmation: kept, taken back, and what fwd's death changes (nothing).
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

unset SSH_CONNECTION
lab_open
lab_router
. "$here/../lib/confirm.sh"

section "in time"
start
check "a policy that waits" apply 30s
check_match "says so at once" "revision 2 waits for its confirmation and is taken back in (2[0-9]|30)s" "$output"
sides "it is active" new packets
check_match "fwctl status says so" "revision 2 waits for its confirmation" "$(ctl status 2>&1)"
check_match "as JSON, too" '^2 1 root$' "$(ctl -j status | jq -r '.pending | "\(.revision) \(.returns_to) \(.by)"')"
check_match "and every other command, on stderr" "waits for its confirmation" "$(ctl rule list 2>&1 >/dev/null)"
check_match "and the log" "policy: revision 2 \(generation 2\), by root, waits" "$(cat "$fwd_log")"
check "confirm" ctl confirm
check_equal "keeps it" "confirmed: revision 2 is active" "$output"
check_equal "nothing waits any more" null "$(pending revision)"
check_equal "nobody says so any more" "" "$(ctl rule list 2>&1 >/dev/null)"
check_equal "nothing is left in the state folder" "" "$(find "$state" -name '*pending*')"
check_exit "twice is refused" 6 ctl confirm
check_match "and says who did" "revision 2 was confirmed [0-9]+s ago, by root" "$output"
check_exit "abort comes too late" 6 ctl abort
check "changes can go on" ctl rule delete live2000
check "back to the file" ctl reload --discard
now=$(ctl -j status | jq .result.revision)
check "what runs already has nothing to be taken back" ctl reload --confirm 30s
check_match "and says so" "nothing has changed, so nothing waits" "$output"
check_equal "nothing waits" "null $now" "$(ctl -j status | jq -r '"\(.pending) \(.result.revision)"')"
check_equal "nor after a restart" "" "$(find "$state" -name '*pending*')"

# Emulated, the rest would take ten minutes, most of them to start fwd again and again. But only
# there the clock is ours to step, and the kernel is another.
if [ -n "${FWD_IN_VM:-}" ]; then
	section "the wall clock"
	start
	for step in +3600 -7200; do
		apply 10m >/dev/null 2>&1
		date -s "@$(($(date +%s) + step))" >/dev/null
		check "a step of $step s changes nothing" waits
		check_between "of the time left" 1 600 "$(pending seconds_left | cut -d. -f1)"
		sides "after a step of $step s" new
		ctl abort >/dev/null
		sides "taken back after it" old
	done
	date -s "@$(($(date +%s) + 3600))" >/dev/null
	section "without fwd"
	apply 15s >/dev/null 2>&1
	fwd_down KILL
	check_soon "the kernel takes it back" 15 wire_is "$old"
	fwd_clear
	test_end
fi

section "nobody does"
listens() {
	probe 192.0.2.2,1000 && [ -s "$lab_dir/events" ]
}
# nobody_does SECONDS: up to where a policy waits for so long
nobody_does() {
	start
	ctl block 203.0.113.7 >/dev/null
	ctl set add banned1000 203.0.113.8 >/dev/null
	ctl set add both 203.0.113.9 >/dev/null
	background "$fwctl_binary" -s "$lab_dir/sock" -j monitor >"$lab_dir/events" 2>/dev/null
	monitor=$lab_pid
	check_soon "a monitor" 5 listens
	since=$(now_ms)
	check "a policy that waits for a moment" apply "$1s"
	ctl set add banned2000 203.0.113.10 >/dev/null 2>&1
	sets=$(for set in banned2000 both; do ctl -j set show $set | jq .result.total; done | xargs)
}
# in_time SECONDS: not so many are over since $since
in_time() {
	[ $(($(now_ms) - since)) -lt $(($1 * 1000)) ]
}
# Who was too slow to look while it waited tries again, with more time.
for term in 4 20 55; do
	nobody_does $term
	! in_time $term || break
	lab_stop "$monitor"
done
check_equal "the new one's live sets" "1 1" "$sets"
check_soon "is taken back by itself" $((term + 2)) settled
sides "the old one is back" old packets
check_equal "as revision 3" 3 "$(ctl -j status | jq .result.revision)"
check_exit "a late confirmation is refused" 6 ctl confirm
check_match "and says why" "too late: revision 2 was taken back [0-9]+s ago \(nobody confirmed it in time\)" "$output"
check_equal "its live set has its entry" "203.0.113.8" "$(ctl -j set show banned1000 | jq -r '.result.items[].prefix')"
check_equal "the one of both, too" 1 "$(ctl -j set show both | jq .result.total)"
check_equal "and blocks" 1 "$(ctl -j blocks | jq .result.total)"
check_match "the log shows" "policy: revision 2 is taken back \(nobody confirmed it in time\)" "$(cat "$fwd_log")"
check_soon "monitors get it" 2 grep -q policy_reverted "$lab_dir/events"
check_match "of both" '"type":"policy_pending".*waits for its confirmation for '"$term"s "$(cat "$lab_dir/events")"
lab_stop "$monitor"
check "the same can be asked for again" apply 10m
check "and taken back by hand" ctl abort
check_match "which says what is active" "taken back: revision 5 is active" "$output"
sides "after abort" old

section "others meanwhile"
apply 10m >/dev/null 2>&1
for command in "reload" "rule delete port2000" "apply $lab_dir/fwd.json" "limit delete x" \
	"apply $lab_dir/fwd.json --confirm 9s" "iface detach eth0"; do
	check_exit "$command is refused" 6 ctl $command
done
check_match "with a reason" "revision 6 waits for its confirmation \([0-9]+ s left\): fwctl confirm keeps it" "$output"
kill -HUP "$fwd_pid"
check_soon "SIGHUP, too" 3 grep -q "error: a policy waits for its confirmation" "$fwd_log"
check_exit "inline sets are policy" 1 ctl set add nosuch 192.0.2.9
check "blocks are not" ctl block 203.0.113.66
check "nor are live sets" ctl set add both 203.0.113.67
check_exit "a block cannot wait" 2 ctl block 203.0.113.68 --confirm 5m
check_equal "and is not made" 1 "$(ctl -j blocks | jq '[.result.items[] | select(.prefix == "203.0.113.66" or .prefix == "203.0.113.68")] | length')"
check_exit "nor a live set" 2 ctl set add both 203.0.113.69 --confirm 5m
check_match "which is said before" 'set "both" is live: .* confirm cannot take them back' "$output"
check_match "and not made" 'is not in set' "$(ctl set test both 203.0.113.69)"
cp "$fwd_file" "$lab_dir/file"
check_exit "nor save" 2 ctl save --confirm 5m
check "which writes nothing" cmp "$fwd_file" "$lab_dir/file"
check_exit "readers are not asked" 2 ctl status --confirm 5m
for time in 0s 500ms 25h soon; do
	check_exit "--confirm $time" 2 apply "$time"
done
ctl abort >/dev/null

section "every edit"
check "a rule" ctl rule delete port1000 --confirm 10m
check_equal "is gone" pass "$(verdict 1000)"
ctl abort >/dev/null
check_equal "and back" drop "$(verdict 1000)"
check "reload" sh -c "cp '$lab_dir/new.json' '$fwd_file'; '$fwctl_binary' -s '$lab_dir/sock' reload --confirm 10m"
sides "reloaded" new
check "taken back" ctl abort
sides "as it was" old
check_equal "the file is not what runs" 1 "$(ctl -j status | jq .result.unsaved)"
fwd_down
fwd_up || test_end
sides "as it was, after a restart" old
check_match "which says so" "the config file .* holds the policy of revision [0-9]+, which was taken back" "$(cat "$fwd_log")"
check "reload means it" ctl reload --discard
fwd_down
fwd_up || test_end
sides "so it is taken" new

section "without fwd"
for term in 6 20 55; do
	start
	since=$(now_ms)
	apply ${term}s >/dev/null 2>&1
	fwd_down KILL
	seen=$(wire)
	! in_time $term || break
done
check_equal "the policy goes on" "$new" "$seen"
check_exit "nobody is there to confirm" 4 ctl confirm
check_soon "until the kernel takes it back" $((term + 2)) wire_is "$old"
fwd_up || test_end
sides "the next fwd agrees" old packets
check_match "and says so" "revision 2 is taken back \(nobody confirmed it while there was no fwd\): revision 1 is used" "$(cat "$fwd_log")"
check_equal "the file is what runs" "0 3" "$(ctl -j status | jq -r '.result | "\(.unsaved) \(.saved_revision)"')"
check_exit "confirming is too late" 6 ctl confirm
check_match "with the reason" "too late: revision 2 was taken back \(nobody confirmed" "$output"

section "fwd hangs"
start
apply 2s >/dev/null 2>&1
kill -STOP "$fwd_pid"
check_soon "the kernel does not wait for it" 5 wire_is "$old"
kill -CONT "$fwd_pid"
check_exit "a confirmation that waited is too late" 6 ctl confirm
sides "once it goes on, it agrees" old packets

section "by another user"
fwd_for_others
# A group fwd-admin that only this fwd sees; who is in it writes.
sed '/^fwd-admin:/d' /etc/group >"$lab_dir/group"
echo "fwd-admin:x:64321:" >>"$lab_dir/group"
printf '#!/bin/sh\nexec unshare -m sh -c '\''mount --bind %s /etc/group && exec "$0" "$@"'\'' %s "$@"\n' \
	"$lab_dir/group" "$fwd_binary" >"$lab_dir/fwd-with-group"
chmod 755 "$lab_dir/fwd-with-group"
as_other() {
	setpriv --reuid daemon --regid daemon "$1" "$fwctl_binary" -s "$lab_dir/sock" confirm
}
whole=$fwd_binary fwd_binary=$lab_dir/fwd-with-group
start
apply 10m >/dev/null 2>&1
check_exit "somebody does not" 5 as_other --clear-groups
check "it waits all the same" waits
check "a writer confirms what another began" as_other --groups=64321
check_match "it is noted who" "is confirmed by daemon" "$(cat "$fwd_log")"
check_match "and audited" "control: uid [1-9][0-9]*, pid [0-9]+ \(fwctl\): confirm \{\}: ok" "$(cat "$fwd_log")"
fwd_binary=$whole

section "interfaces"
start
policy 1000 ', "eth1": {}' >"$lab_dir/more.json"
check "one more" apply 10m "$lab_dir/more.json"
check_equal "is attached" true "$(iface eth1 .attached)"
ctl abort >/dev/null
check_equal "and off again" "" "$(iface eth1 .attached)"
ctl apply "$lab_dir/more.json" >/dev/null 2>&1
check "one less" apply 10m
check_equal "stays until it is confirmed" true "$(iface eth1 .attached)"
ctl confirm >/dev/null
check_equal "and is off then" "" "$(iface eth1 .attached)"

fwd_clear
test_end
