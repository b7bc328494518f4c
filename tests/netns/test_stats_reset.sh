#!/bin/bash
# SPDX-License-Identifier: MIT
# The mark that stats counts from: what it covers, what it survives, and that no counter ever jumps.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

lab_open
lab_router

fwd_config <<JSON
{
  "enforce": true,
  "interfaces": {"eth0": {"zone": "wan"}},
  "limits": {"slow": {"rate": "1/m", "burst": 2, "per": "rule"}},
  "rules": [
    {"id": "one", "match": {"proto": "udp", "dport": 1000}, "action": "pass"},
    {"id": "two", "match": {"proto": "udp", "dport": 2000}, "action": "drop"},
    {"id": "three", "match": {"proto": "udp", "dport": 3000}, "limit": "slow"}
  ]
}
JSON
fwd_up --stats-interval 0 || test_end
lab_still

# since JQ: the number of stats that it selects, from the mark on
since() {
	ctl -j stats | jq ".result | $1 | .packets - (.mark.packets // 0)"
}
since_rule() {
	since "(.rules[] | select(.id == \"$1\"))"
}
# total_is ID N: all that a rule has counted; shown ID N: what fwctl prints for people
total_is() {
	[ "$(stat_rule "$1")" = "$2" ]
}
shown() {
	ctl stats --all "${@:2}" | awk -v rule="$1" '$1 == "RULE" {in_rules = 1}
		in_rules && $1 == rule {print $2; exit}'
}
mark_time() {
	ctl -j stats | jq -r '.result.since // "none"'
}
five() {
	probe "192.0.2.2,$1" >/dev/null
}

section "before any mark"
five 1000; five 2000; five 3000
check_equal "there is none" none "$(mark_time)"
check_equal "and no value has one" 0 "$(ctl -j stats | jq '[.. | objects | select(has("mark"))] | length')"
check_equal "all is shown" "5 5 5" "$(shown one) $(shown two) $(shown three)"

section "reset"
check_match "--dry-run" 'count from now on: .* \(dry run: nothing was done\)$' \
	"$(ctl stats reset --dry-run | sed 's/stats counts/count/')"
check_equal "sets none" none "$(mark_time)"
dropped=$(ctl -j stats | jq .result.totals.dropped.packets)
check_equal "-j" 'true' "$(ctl -j stats reset | jq '.result.changed and (.result.since | length > 0)')"
check_equal "rules count from there" "0 0 0" "$(shown one) $(shown two) $(shown three)"
check_equal "and have all" "5 5 5" "$(shown one --total) $(shown two --total) $(shown three --total)"
check_match "the heading has the time" '^since 2[0-9-]+ [0-9:]+ .*--total shows all$' "$(ctl stats | head -1)"
check_match "not with --total" '^TOTAL' "$(ctl stats --total | head -1)"
check_equal "reasons, totals" "0 0" "$(since '(.interfaces[] | select(.name == "eth0") | .reasons[] |
	select(.reason == "rule" and .outcome == "drop"))') $(since .totals.dropped)"
check_equal "limits" "0 0" "$(since '(.limits[0].passed)') $(since '(.limits[0].over)')"
check_equal "events" 0 "$(ctl -j stats | jq '.result.events | .written - .mark.written')"
check_equal "no counter went back" "5 5 5 $dropped" "$(stat_rule one) $(stat_rule two) $(stat_rule three) \
$(ctl -j stats | jq .result.totals.dropped.packets)"
check_equal "other commands have all" "5 $dropped" "$(ctl -j rule show two | jq .result.packets) \
$(ctl -j status | jq .result.totals.dropped.packets)"
check_match "the audit has it" 'stats.reset' "$(ctl history --audit)"
five 1000; five 3000
check_equal "what comes next is shown" "5 0 5" "$(shown one) $(shown two) $(shown three)"
check_equal "of limits" "0 5" "$(since '(.limits[0].passed)') $(since '(.limits[0].over)')"
check "again: harmless" ctl stats reset
check_equal "counts from the last one" "0 10" "$(shown one) $(stat_rule one)"

section "of some rules"
five 1000; five 2000
all=$(mark_time)
check_match "reset" '^rule one counts from now on' "$(ctl stats reset one)"
check_equal "only this one" "0 5" "$(shown one) $(shown two)"
check_equal "the mark of all stays" "$all" "$(mark_time)"
check_match "its own time is shown" '^one +0 +0 B +2[0-9-]+ ' "$(ctl stats --all)"
check_exit "one that does not exist" 1 ctl stats reset two tow
check_match "is named" 'there is no rule "tow"; did you mean "two"' "$output"
check_equal "and nothing is reset" 5 "$(shown two)"

section "edits of the policy"
five 1000
before="$(shown one) $(mark_time)"
sed -i 's/"dport": 2000/"dport": [2000, 2001]/' "$fwd_file"
check "reload" ctl reload
check_equal "keeps the mark" "$before 5" "$(shown one) $(mark_time) $(shown two)"
check "rename" ctl rule rename one first
check_equal "keeps it" 5 "$(shown first)"
check "move" ctl rule move first --after three
check_equal "keeps it" 5 "$(shown first)"
check "set" ctl rule set first log=true
check_equal "keeps it" 5 "$(shown first)"
check "a rule that is new" ctl rule add \
	'{"id": "new", "match": {"proto": "udp", "dport": 4000}, "action": "pass"}'
five 4000
check_equal "counts from its beginning" 5 "$(shown new)"
check "a policy that waits" ctl rule set two match.dport=2002 --confirm 5m
check "does not hinder it" ctl stats reset two
check "abort" ctl abort
check_equal "the mark stays" 0 "$(shown two)"

section "the end of fwd"
five 1000; five 2000
fwd_down KILL
five 2000
fwd_up --stats-interval 0 || test_end
check_equal "kill -9, and packets without fwd" 10 "$(shown two)"
check_equal "the same mark" "$all" "$(mark_time)"
check "save" ctl save
fwd_down TERM
fwd_up --stats-interval 0 || test_end
check_equal "restart" "10 $all" "$(shown two) $(mark_time)"
sed -i 's/"enforce": true,/"enforce": true, "defaults": {"on_stop": "detach"},/' "$fwd_file"
check "on_stop: detach" ctl reload
fwd_down TERM
fwd_up --stats-interval 0 || test_end
check_equal "takes both away" "0 none" "$(stat_rule two) $(mark_time)"

section "a slot that changes hands"
# There are 20480. The rules a, then b, then c have names of their own: c480 gets the slot of a0, as those
# that never had a name come first, then those out of use for longest.
many() {
	jq --arg name "$1" '.rules = [range(10000) | {id: "\($name)\(.)", action: "drop",
		match: {proto: "udp", dport: (if . < 600 then 10000 + . else 9 end)}}] | del(.limits)' \
		"$fwd_file" >"$lab_dir/$1.json"
	check "10000 rules $1" timeout "$(scaled 120)" "$fwctl_binary" -s "$lab_dir/sock" \
		apply "$lab_dir/$1.json"
}
many a
five 10000
check "reset" ctl stats reset
check_equal "all 10000 rules are in stats" 10000 "$(ctl -j stats | jq '.result.rules | length')"
check_equal "one has a mark" '["a0"]' "$(ctl -j stats | jq -c '[.result.rules[] | select(.mark) | .id]')"
many b
many c
flows=() wanted=
for i in {470..490}; do
	flows+=("192.0.2.2,$((10000 + i))") wanted+="c$i 5 "
done
probe "${flows[@]}" >/dev/null
check_equal "the next names have no mark of the one before" "$wanted" \
	"$(ctl stats | awk '$1 ~ /^c[0-9]+$/ {printf "%s %s ", $1, $2}')"

fwd_clear
test_end
