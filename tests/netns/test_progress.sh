#!/bin/bash
# SPDX-License-Identifier: MIT
# How far long work is: on a terminal, over the socket, and for nobody who has not asked.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

# A step that lasts is reported each tenth of a second: a set's file must take longer than that on any machine.
count=200000 sets=3
if [ -n "${FWD_IN_VM:-}" ]; then
	skip "progress" "the emulated machine is slow, and it asks nothing of the kernel"
	test_end
fi

lab_open
lab_router

# config COUNT: so many sets, one of prefixes, the others of long files that say nothing
config() {
	fwd_config <<-JSON
	{
	  "interfaces": {"eth0": {"zone": "wan"}},
	  "sets": {$(seq -f '"s%g": {"file": "empty.jsonl", "format": "jsonl", "min": 0}, ' 2 "$1")
	           "s1": {"file": "feed.netset"}},
	  "rules": [{"id": "feed", "match": {"src": "@s1"}, "action": "drop"}]
	}
	JSON
}

"$here/make_input.py" lines 1000 0 >"$lab_dir/feed.netset"
"$here/make_input.py" metadata 5000000 >"$lab_dir/empty.jsonl"
config 1
fwd_up || test_end
"$here/make_input.py" lines $count 0 >"$lab_dir/feed.netset"
config $sets

# client ARGS...: progress.py with the lab's socket
client() {
	"$here/progress.py" "$1" "$lab_dir/sock" "${@:2}"
}

section "the protocol"
since=$(now_ms)
frames=$(client ask '{"op": "reload", "progress": true}')
took=$(($(now_ms) - since))
check_equal "the reply is the last frame" true "$(tail -n 1 <<<"$frames" | jq .ok)"
steps=$(jq -r 'select(.progress).progress | .step + (if .set then " " + .set else "" end)' \
	<<<"$frames" | uniq | paste -sd,)
check_equal "each step is reported, in order" \
	"config,$(seq -s, -f "set s%g" 2 $sets),set s1,compile,apply,record" "$steps"
check "lines and bytes go up to the file's size" jq -es --argjson size \
	"$(stat -c %s "$lab_dir/empty.jsonl")" 'map(.progress | select(.set == "s3" and .total)) |
	. == sort_by(.bytes) and all(.total == $size and .bytes <= $size and .lines * 21 <= .bytes + 21)' \
	<<<"$frames"
check_between "not too often: frames" $((sets + 4)) $((sets + 5 + took / 100)) "$(wc -l <<<"$frames")"
check_equal "who has not asked gets none" 1 "$(client ask '{"op": "reload"}' | wc -l)"
check_match "progress is true or false" '"bad_request"' \
	"$(client ask '{"op": "reload", "progress": 1}')"
generation=$(ctl -j status | jq .result.generation)
client leave '{"op": "reload", "progress": true}'
is_reloaded() {
	[ "$(ctl -j status | jq .result.generation)" = $((generation + 1)) ]
}
check_soon "for who goes away it is done all the same" 30 is_reloaded
check_equal "an error ends it, too" false \
	"$(echo x >>"$lab_dir/feed.netset"
	client ask '{"op": "reload", "progress": true}' | tail -n 1 | jq .ok)"
"$here/make_input.py" lines $count 0 >"$lab_dir/feed.netset"

section "the terminal"
# fwctl shows a line for what takes longer than half a second, and no machine shall be too fast for this
# test: so fwd, or fwctl where it works alone, stands still for that time.
# stand_still: fwd does, for a second
stand_still() {
	kill -STOP "$fwd_pid"
	# shellcheck disable=SC2016
	background sh -c 'sleep 1; kill -CONT "$1"' sh "$fwd_pid"
}
# slowly ARGS...: what fwctl writes to a terminal, while fwd comes to its request a second late
slowly() {
	stand_still
	"$here/progress.py" terminal "$fwctl_binary" -s "$lab_dir/sock" "$@"
	wait "$lab_pid"
}
out=$(slowly reload)
check_match "a reload says what it is at" \
	'reading set s[0-9]: [0-9]+ lines, [0-9.]+ of [0-9.]+ MB' "$out"
check_match "and takes it away in the end" $'\r *\r([^\r]*\[W0503\]\r? )?[^\r]*reloaded' "$(tr '\n' ' ' <<<"$out")"
out=$(slowly -j reload)
check_equal "nothing with -j" "" "$(grep -o 'reading' <<<"$out")"
stand_still
check_equal "nothing if it is no terminal" "" "$(ctl reload 2>&1 | grep -o 'reading')"
# shellcheck disable=SC2016
out=$("$here/progress.py" terminal sh -c '{ sleep 0.1; kill -STOP $$; sleep 0.7; kill -CONT $$; } &
	exec "$0" check "$1"' "$fwctl_binary" "$fwd_file")
check_match "a check does it, too" 'reading set s[0-9]: [0-9]+ lines|compiling the policy' "$out"
echo '{"interfaces": {"eth0": {"zone": "wan"}}}' >"$fwd_file"
ctl reload >/dev/null 2>&1
# Unless the machine is too slow for that: then it is tried again.
for ((i = 0; i < 20; i++)); do
	since=$(now_ms)
	out=$("$here/progress.py" terminal "$fwctl_binary" -s "$lab_dir/sock" reload)
	[ $(($(now_ms) - since)) -ge 500 ] || break
done
check_equal "nothing for what is done at once" "" \
	"$(grep -o 'reading\|compiling\|switching' <<<"$out")"

section "others"
config $sets
background "$here/progress.py" latency "$lab_dir/sock" "$lab_dir/stop" >"$lab_dir/longest"
since=$(now_ms)
ctl reload >/dev/null 2>&1
took=$(($(now_ms) - since))
touch "$lab_dir/stop"
wait "$lab_pid"
check_between "another client waits no longer than the reload of $took ms: ms" 0 $((took + 2000)) \
	"$(cat "$lab_dir/longest")"

fwd_clear
test_end
