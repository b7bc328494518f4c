#!/bin/bash
# SPDX-License-Identifier: MIT
# Addresses and feeds that look right and are not: other notations, files that shrink, grow or cover too much.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

good=192.0.2.2,1000
bad=203.0.113.7,1000

lab_open
lab_router

# policy SETS RULES [MORE]: a config that enforces
policy() {
	fwd_config <<-JSON
	{
	  "enforce": true,
	  "interfaces": {"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}},
	  ${3:+$3,}
	  "sets": {$1},
	  "rules": [$2]
	}
	JSON
}

section "IPv4-mapped addresses"
echo ::ffff:203.0.113.7 >"$lab_dir/feed"
drop='"action": "drop"'
policy '"live": {"live": true}' "{\"id\": \"live\", \"match\": {\"src\": \"@live\"}, $drop}"
fwd_up || test_end
check_equal "nothing is dropped" "5 5" "$(probe $good $bad)"
check "block" ctl block ::ffff:203.0.113.7
check_match "names what is blocked" '^203\.0\.113\.7 is blocked' "$output"
check_equal "which is dropped" "5 0" "$(probe $good $bad)"
check "unblock in the other notation" ctl unblock 203.0.113.7
check_equal "passes again" "5 5" "$(probe $good $bad)"
check "a live set" ctl set add live ::ffff:203.0.113.0/120
check_equal "has it" "5 0" "$(probe $good $bad)"
check "flush" ctl set flush live
check "a block of NAT64" ctl block 64:ff9b::203.0.113.7
check_match "is warned of" 'NAT64 form of 203\.0\.113\.7.*W0221' "$output"
check_equal "as it drops nothing" "5 5" "$(probe $good $bad)"
check "unblock it" ctl unblock 64:ff9b::203.0.113.7

# means NAME SETS RULES [MORE]: this policy drops the bad source and not the good one
means() {
	policy "$2" "$3" "${4:-}"
	check "$1" ctl reload
	check_equal "$1: drops" "5 0" "$(probe $good $bad)"
}
by_set="{\"id\": \"x\", \"match\": {\"src\": \"@s\"}, $drop}"
means "an inline set" '"s": {"elements": ["::ffff:203.0.113.7"]}' "$by_set"
means "a file" '"s": {"file": "feed"}' "$by_set"
means "a rule" "" "{\"id\": \"x\", \"match\": {\"src\": \"::ffff:203.0.113.0/120\"}, $drop}"
means "permitted_cidrs" "" "" '"permitted_cidrs": ["::ffff:192.0.2.0/120"]'
means "management.allow" "" "{\"id\": \"all\", $drop}" \
	'"management": {"allow": [{"src": "::ffff:192.0.2.2"}]}'
check_match "explain reads it" 'management/0' \
	"$(ctl explain 'in eth0 udp [::ffff:192.0.2.2]:9 > [::ffff:198.51.100.2]:1000' 2>&1)"

section "feeds that go wrong quietly"
# feed LINE...: the file of the set
feed() {
	printf '%s\n' "$@" >"$lab_dir/feed"
}

# fed OPTIONS: a policy that drops what the feed has
fed() {
	policy "\"s\": {\"file\": \"feed\"${1:+, $1}}" "$by_set"
}

# refuses NAME CODE: a reload, and what is in force stays
refuses() {
	check_exit "$1 is refused" 3 ctl reload
	check_match "$1: names the setting" "$2" "$output"
	check_equal "$1: the policy stays" "5 0" "$(probe $good $bad)"
}

feed 203.0.113.7 203.0.113.8 203.0.113.9
fed
check "a feed" ctl reload
check "is healthy" ctl health
feed '# all is well'
refuses "a feed of comments" '"min": 0.*E0219'
: >"$lab_dir/feed"
refuses "an empty feed" '"min": 0.*E0219'
feed 203.0.113.7 0.0.0.0/0
refuses "all of IPv4" '"widest4".*E0220'
check_equal "and nobody else is dropped" "5" "$(probe $good)"

fed '"on_error": "keep-last"'
feed 203.0.113.7 203.0.113.8 203.0.113.9
check "keep-last" ctl reload
for text in '# nothing' 0.0.0.0/0 '<html>'; do
	feed "$text"
	check "keep-last goes on with $text" ctl reload
	check_equal "and drops what it had" "5 0" "$(probe $good $bad)"
	check_exit "health sees that" 7 ctl health
	check_match "with the set" 'set "s" has the 3 entries that it had before' "$output"
done
fwd_down TERM
fwd_up
check_equal "also after a restart" "5 0" "$(probe $good $bad)"
check_exit "  health" 7 ctl health

fed
feed 203.0.113.7 203.0.113.8 203.0.113.9
check "a good file" ctl reload
check "is healthy" ctl health
feed 203.0.113.7
check "less than half is taken" ctl reload
check_match "with a warning" 'shrank from 3 entries to 1.*"on_shrink".*W0318' "$output"
check_exit "health sees that" 7 ctl health
check_match "with the setting" 'shrank from 3 entries to 1.*"on_shrink"' "$output"
check_match "the list points there" 'feed \(odd: see fwctl health\)' "$(ctl set list)"
check_match "and has it" '^set "s" shrank' "$(ctl -j set list | jq -r '.result.items[0].problem')"
check "an edit" ctl rule add '{"id":"y","match":{"dport":23},"action":"drop"}'
check_exit "does not hide it" 7 ctl health
fed '"on_shrink": "accept", "on_growth": "accept"'
check "accepted" ctl reload --discard
check "it is healthy" ctl health

feed 203.0.113.7 10.0.0.0/8
fed '"on_growth": "accept"'
check "private addresses are taken" ctl reload
check_match "with a warning" '10\.0\.0\.0/8.*"reserved".*W0319' "$output"
check_exit "health sees them" 7 ctl health
fed '"reserved": "skip"'
check "skipped" ctl reload
check "it is healthy" ctl health
check_equal "and the rest is dropped" "5 0" "$(probe $good $bad)"
check_equal "alone" 1 "$(ctl -j set list | jq '.result.items[0].entries')"

gzip -c >"$lab_dir/feed" <<<'{"prefixes": [{"ip": "203.0.113.7/32"}]}'
fed '"format": "json", "path": "prefixes[].ip"'
check "JSON, packed" ctl reload
check_equal "drops" "5 0" "$(probe $good $bad)"
feed '{"prefixes": [{"ip": "192.0.2.2/32", "service": "web"}, {"service": "scan", "ip": "203.0.113.7/32"}]}'
fed '"format": "json", "path": "prefixes[].ip", "where": {"service": "scan"}'
check "JSON, some of it" ctl reload
check_equal "drops what is meant" "5 0" "$(probe $good $bad)"

section "feeds that have what this router needs"
lab_ip router <<<"route add default via 192.0.2.254"
# needs NAME ENTRY TEXT: it is in force, with a warning, and health has it
needs() {
	feed 203.0.113.7 "$2"
	fed '"on_growth": "accept"'
	check "$1 is taken" ctl reload
	check_match "$1: with a warning" "$3.*\"needed\": \"accept\".*W0322" "$output"
	check_exit "$1: health sees it" 7 ctl health
	check_match "$1: with its place" "$3" "$output"
}
needs "the gateway" 192.0.2.254 '192\.0\.2\.254 \(a gateway\) by 192\.0\.2\.254'
needs "our own address" 198.51.100.0/30 '198\.51\.100\.1 \(its own address\) by 198\.51\.100\.0/30'
feed 203.0.113.7 192.0.2.254
fed '"needed": "accept", "on_growth": "accept"'
check "accepted" ctl reload
check "it is healthy" ctl health
feed 203.0.113.7 203.0.113.128/25
policy '"s": {"file": "feed"}' "$by_set" \
	'"management": {"allow": [{"src": "203.0.113.192/26", "proto": "tcp", "dport": 22}]}'
check "management sources are taken" ctl reload
check_match "with a warning" '203\.0\.113\.192/26 \(a source of management\.allow\) by 203\.0\.113\.128/25' "$output"
policy '"s": {"file": "feed"}' '{"id": "x", "match": {"src": "@s"}, "action": "pass"}' \
	'"management": {"allow": [{"src": "203.0.113.192/26", "proto": "tcp", "dport": 22}]}'
check "a set that lets in" ctl reload
check "is healthy" ctl health

fwd_clear
# A file system of its own, so that the resolver is not that of this machine.
echo "nameserver 203.0.113.200" >"$lab_dir/resolv.conf"
policy '"s": {"file": "feed"}' "$by_set"
lab_start router unshare --mount sh -c 'mount --bind "$0" /etc/resolv.conf && exec "$@"' \
	"$lab_dir/resolv.conf" "$fwd_binary" -c "$fwd_file" --pin-dir "$lab_pin" \
	--socket "$lab_dir/sock" --state-dir "$lab_dir/state" >"$fwd_log" 2>&1
fwd_pid=$lab_pid
check_soon "fwd starts with it" 30 fwd_ready
check_match "and reports the resolver" '203\.0\.113\.200 \(a resolver\) by 203\.0\.113\.128/25' "$(ctl health 2>&1)"

fwd_clear
test_end
