#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Disks that hang, are full, or come later: packets never wait, a deadline is kept, and who asked for
# a change learns what became of it.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

unset SSH_CONNECTION
good=192.0.2.2,1000
bad=203.0.113.7,1000

lab_open
lab_router
slow=$lab_dir/slow state=$lab_dir/state

# A fwd whose disk hangs for as many milliseconds a call as stand in $slow, and whose state folder is
# a small disk of its own.
cat >"$lab_dir/fwd-slow" <<SH
#!/bin/sh
exec unshare -m --propagation private sh -c '
	mount -t tmpfs -o size=128k,mode=750 none "$state"
	export SLOW_DISK="$slow" ASAN_OPTIONS="verify_asan_link_order=0:\$ASAN_OPTIONS"
	LD_PRELOAD="$fwd_build/tests/slow_disk.so" exec "$fwd_binary" "\$@"' fwd "\$@"
SH
chmod 755 "$lab_dir/fwd-slow"
mkdir "$state"

inside() {
	nsenter -t "$fwd_pid" -m -- "$@"
}

# policy PORT: that is dropped, in addition to what always is
policy() {
	cat <<-JSON
	{
	  "enforce": true,
	  "interfaces": {"eth0": {"zone": "wan"}},
	  "rules": [
	    {"id": "bad", "match": {"src": "203.0.113.0/24"}, "action": "drop"},
	    {"id": "port$1", "match": {"proto": "udp", "dport": $1}, "action": "drop"}
	  ]
	}
	JSON
}

wire_is() {
	[ "$(probe 192.0.2.2,2000 192.0.2.2,3000)" = "$1" ]
}
old="0 5" new="5 0"

value() {
	ctl -j status | jq -r ".result.$1"
}

# hanging ARGS...: fwctl in the background, while the disk hangs
hanging() {
	background "$fwctl_binary" -s "$lab_dir/sock" "$@" >"$lab_dir/out" 2>&1
	asked=$lab_pid
}
is_asking() {
	kill -0 "$asked"
}
# answered: waits for it; its exit code is in $code, what it said in $output
answered() {
	code=0
	wait "$asked" || code=$?
	lab_forget "$asked"
	output=$(cat "$lab_dir/out")
}

policy 3000 >"$lab_dir/new.json"
fwd_config < <(policy 2000)
keep=$fwd_binary
fwd_binary=$lab_dir/fwd-slow
fwd_up || test_end
fwd_binary=$keep
stream_start 200 $good $bad

section "an apply while the disk hangs"
echo 1000000 >"$slow" # until it may continue
hanging apply "$lab_dir/new.json"
check_soon "the policy is in force" 3 wire_is "$new"
check "while it is still being written down" is_asking
check_exit "a client that does not wait gets the meaning" 8 ctl --wait 100ms block 203.0.113.99 --for 1h
check_match "in words" 'did not answer .* in time; the request may still be carried out' "$output"
echo 0 >"$slow"
answered
check_equal "it succeeds" "0 2" "$code $(grep -o 'revision [0-9]*' <<<"$output" | grep -o '[0-9]*')"
check_equal "and what was asked for meanwhile is done" 203.0.113.99 \
	"$(ctl -j blocks | jq -r '.result.items[].prefix')"
echo 1000 >"$slow"
out=$("$here/progress.py" terminal "$fwctl_binary" -s "$lab_dir/sock" save)
check_match "a terminal shows what it waits for" 'writing to the disk' "$out"
echo 0 >"$slow"

section "a save while the disk hangs"
cp "$fwd_file" "$lab_dir/before.json"
check "an edit" ctl rule delete port3000
echo 1000000 >"$slow"
hanging save
sleep 0.5
check "the file is the old one" cmp "$fwd_file" "$lab_dir/before.json"
lab_stop "$fwd_pid" KILL
answered
check_equal "the client gets the error that fwd is gone" 4 "$code"
check "killed in the middle of it, too" cmp "$fwd_file" "$lab_dir/before.json"
rm "$slow"
cp "$lab_dir/new.json" "$fwd_file"
policy 2000 >"$lab_dir/new.json"
fwd_binary=$lab_dir/fwd-slow
fwd_up || test_end
fwd_binary=$keep
check_equal "the next save goes well" 0 "$(ctl save >/dev/null; echo $?)"

section "a deadline while the disk hangs"
# deadline SECONDS: to announce it takes 1.8 s, and to write it down as long again twice; a test that has seen it
# in force lets the disk hang until it may continue. Leaves $seen.
deadline() {
	local since

	echo 600 >"$slow"
	since=$(now_ms)
	seen=never
	hanging apply "$lab_dir/new.json" --confirm "$1s"
	while [ $(($(now_ms) - since)) -lt $(($1 * 1000)) ]; do
		! wire_is "$old" || { seen=once; break; }
	done
	echo 1000000 >"$slow"
}
# Who was too slow to see it tries again, with more time.
for term in 4 15 50; do
	deadline $term
	[ $seen = never ] || break
	echo 0 >"$slow"
	answered
done
check_equal "the policy is in force" once $seen
check_soon "and taken back in time" $term wire_is "$new"
check "before fwd has done writing" is_asking
echo 0 >"$slow"
answered
check_exit "a confirmation is too late" 6 ctl confirm
check_match "which it says" 'too late: revision [0-9]+ was taken back' "$output"
check_equal "fwd agrees with what packets see" port3000 \
	"$(ctl -j rule list | jq -r '.result.items[1].id')"
now=$(value revision)
echo 600 >"$slow"
check_exit "a time that is over before it can be announced" 1 ctl apply "$lab_dir/new.json" --confirm 1s
check_match "is refused" 'so slow that the time to confirm was over before .*: nothing has changed' "$output"
echo 0 >"$slow"
check_equal "and nothing has" "$now null" "$(value revision) $(ctl -j status | jq .pending)"
check "there is none" wire_is "$new"
check "with time enough it works" ctl apply "$lab_dir/new.json" --confirm 30s
check "and so does its confirmation" ctl confirm

section "a full disk"
inside sh -c "head -c 1M /dev/zero >$state/fill" 2>/dev/null
policy 3000 >"$lab_dir/new.json"
now=$(value revision)
check_exit "what must be known after a restart is not begun" 1 ctl apply "$lab_dir/new.json" --confirm 30s
check_match "for want of room" 'confirm needs the state folder.*No space left' "$output"
check_equal "nothing has changed" "$now" "$(value revision)"
check "an edit for good works" ctl rule disable port2000
check_match "and is not on disk" 'No space left' "$(value history_trouble)"
inside rm "$state/fill"
check "with room again the same works" ctl apply "$lab_dir/new.json" --confirm 30s
check_equal "and the revision to go back to is there by now" $((now + 1)) \
	"$(inside ls "$state/revisions" | sort -n | tail -n 2 | head -n 1)"
ctl abort >/dev/null
stream_stop
check_between "all the while probes went on" 100 1000000 "${streamed[0]}"
check_equal "nothing denied passed" 0 "${streamed[2]}"
check_equal "nothing allowed was lost" "${streamed[0]}" "${streamed[1]}"
fwd_clear

section "a state folder that comes later"
late=$lab_dir/late/state
fwd_up --state-dir "$late" || test_end
check_match "the log shows" 'revisions are not kept: .*late/state: No such file' "$(cat "$fwd_log")"
policy 4000 >"$lab_dir/new.json"
check "an edit" ctl rule disable bad
check_exit "nothing can wait for a confirmation" 1 ctl apply "$lab_dir/new.json" --confirm 30s
check_exit "health shows" 7 ctl health
check_equal "as revision" 2 "$(value revision)"
# With what an earlier fwd left in it: a policy that waited.
mkdir -p "$late"
echo '{}' >"$late/pending.json"
check "the next write" ctl rule enable bad
check_match "finds it" 'history: revisions are written again' "$(cat "$fwd_log")"
check_match "says what it forgets" 'a policy that was not confirmed.*forgotten' "$(cat "$fwd_log")"
check_exit "which is gone" 2 ls "$late/pending.json"
check "all is well" ctl health
check_equal "the audit is written, too" rule.enable \
	"$(tail -n 1 "$late/audit.jsonl" | jq -r '.command | split(" ")[0]')"
check "policies can wait" ctl apply "$lab_dir/new.json" --confirm 30s
check "and be confirmed" ctl confirm
now=$(value revision)
rm -r "$late"
check "a folder that somebody removes" ctl rule disable bad
check_match "is reported" "revision $((now + 1)) is not on disk: No such file" "$(value history_trouble)"
check "it is made again" ctl rule enable bad
check_equal "with the next revision in it" "$((now + 1)) $((now + 2))" \
	"$(ls "$late/revisions" | sort -n | xargs)"
check "and all is well" ctl health

fwd_clear
test_end
