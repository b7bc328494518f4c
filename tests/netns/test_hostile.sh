#!/bin/bash
# SPDX-License-Identifier: MIT
# A member of group fwd, who may only read, tries all to keep fwd from its work: a client that may write is
# served all the same, and nothing is lost.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

lab_open
lab_router

rules=16000
bound=$((5 * test_scale * test_patience)) # seconds; at rest it is a fraction of one

# Many rules, many keys, a large set: what costs most to report.
fwd_file=$lab_dir/fwd.json
jq -nc --argjson rules $rules '{
	interfaces: {eth0: {zone: "wan"}},
	sets: {feed: {file: "feed.txt"}},
	limits: {many: {rate: "10/s", per: "src/32", max: 1000000}},
	rules: ([{id: "icmp", match: {proto: "icmp"}, limit: "many", comment: "\u00e4\u20ac"},
		 {id: "feed", match: {src: "@feed"}, action: "drop"}] +
		[range($rules) | {id: "r\(.)", match: {proto: "tcp", dport: (. % 60000 + 1),
		 src: "10.\(. / 256 | floor).\(. % 256).0/24"}, action: "drop"}])}' >"$fwd_file"
seq 0 60000 | awk '{printf "11.%d.%d.7\n", $1 / 256, $1 % 256}' >"$lab_dir/feed.txt"

cp /etc/group "$lab_dir/group"
sed -i '/^fwd/d' "$lab_dir/group"
printf 'fwd:x:7001:\n' >>"$lab_dir/group"
cat >"$lab_dir/grouped" <<SH
#!/bin/sh
exec unshare -m --propagation private sh -c '
	mount --bind "$lab_dir/group" /etc/group
	exec "$fwd_binary" "\$@"' fwd "\$@"
SH
# Where one who is not root can read them.
cp "$here/hostile.py" "$here/progress.py" "$lab_dir"
chmod 755 "$lab_dir/grouped" "$lab_dir"/*.py
ours=$fwd_binary
fwd_binary=$lab_dir/grouped
fwd_up || test_end
fwd_binary=$ours

as_reader=(setpriv --reuid=65534 --regid=7001 --clear-groups)

# raw OP ARGS: the result of a request, as a reader
raw() {
	"${as_reader[@]}" /usr/bin/python3 "$lab_dir/progress.py" ask "$lab_dir/sock" \
		"$(jq -nc --arg op "$1" --argjson args "$2" '{op: $op, args: $args}')"
}

# How many connections one user gets at a time; he must get as many again after him.
places() {
	"${as_reader[@]}" /usr/bin/python3 "$lab_dir/hostile.py" "$lab_dir/sock" places
}

section "answers stay within their bounds"
# The comment is two bytes, then three.
first=$(($(LC_ALL=C grep -abo $'\303\244' "$fwd_file" | head -1 | cut -d: -f1)))
expected=(ä ä € € €)
for offset in 0 1 2 3 4; do
	answer=$(raw text "{\"offset\": $((first + offset)), \"saved\": true}")
	check_equal "a text that is asked for from byte $offset of two characters begins with one" \
		"${expected[offset]}" "$(jq -r '.result.text[:1]' <<<"$answer")"
done
check_equal "and says where" $((first + 2)) "$(raw text "{\"offset\": $((first + 4)), \"saved\": true}" |
	jq .result.offset)"
check_match "too many keys at once are refused, with the bound" 'at most the top 1000 keys' \
	"$(raw limit.show '{"name": "many", "top": 1001}')"
check_equal "as many are not" true "$(raw limit.show '{"name": "many", "top": 1000}' | jq .ok)"
check_equal "all rules come, in pages" $((rules + 2)) "$(ctl -j rule list | jq '.result.items | length')"
check_equal "with what was written" '{"proto":"tcp","dport":15000,"src":"10.58.151.0/24"}' \
	"$(ctl -j rule list | jq -c '.result.items[] | select(.id == "r14999") | .match')"

section "a hostile reader"
background "${as_reader[@]}" /usr/bin/python3 "$lab_dir/hostile.py" "$lab_dir/sock" "$lab_dir/stop" \
	>"$lab_dir/reported" 2>&1
hostile=$lab_pid
check_soon "he has his connections" 20 grep -q ready "$lab_dir/reported"
longest=0
for i in 1 2 3 4 5 6 7 8; do
	for command in "status" "block 203.0.113.$i --for 1h"; do
		begin=$(now_ms)
		# shellcheck disable=SC2086
		check_exit "fwctl ${command%% *}, next to him" 0 ctl --wait "${bound}s" $command
		took=$(($(now_ms) - begin))
		[ $took -le $longest ] || longest=$took
	done
	sleep 0.2
done
check_between "the longest took ms" 0 $((bound * 1000)) $longest
touch "$lab_dir/stop"
wait "$hostile"
reported=$(tail -n 1 "$lab_dir/reported")
printf '      %s\n' "$reported"
check_match "he was answered" true "$(jq '[.answered[]] | add > 0' <<<"$reported")"
check_match "and let in and out" true "$(jq '.dropped > 0' <<<"$reported")"
check_equal "the blocks are all there" 8 "$(ctl -j blocks | jq .result.total)"
has_all_places() {
	[ "$(places)" = 16 ]
}
check_soon "fwd has let go of him" 10 has_all_places
check "and goes on" ctl status
fwd_clear
test_end
