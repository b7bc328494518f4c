#!/bin/bash
# SPDX-License-Identifier: MIT
# Reloads under traffic: a good one switches at once, a broken one changes nothing.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

good=192.0.2.2,1000
bad=203.0.113.7,1000
rate=300 reloads=20
[ -z "${FWD_IN_VM:-}" ] || rate=40 reloads=6

lab_open
lab_router

# Two policies that agree on the two flows and on nothing else.
config_rules() {
	fwd_config <<-JSON
	{
	  "enforce": true,
	  "interfaces": {"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}},
	  "rules": [
	    {"id": "telnet", "match": {"proto": "tcp", "dport": 23}, "action": "drop"},
	    {"id": "bad", "match": {"zone": "wan", "src": "203.0.113.7"}, "action": "drop"}
	  ]
	}
	JSON
}

config_cidrs() {
	fwd_config <<-JSON
	{
	  "enforce": true,
	  "interfaces": {"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}},
	  "permitted_cidrs": ["192.0.2.0/24", "198.51.100.0/24"],
	  "rules": [{"id": "web", "match": {"proto": "tcp", "dport": 80}, "action": "pass"}]
	}
	JSON
}

# All but what they count.
rules() {
	ctl -j rule list | jq -c '.result.items | map(del(.packets, .bytes))'
}

generation() {
	ctl -j status | jq .result.generation
}

stream_check() {
	stream_stop
	check_between "$1: probes were sent" 10 1000000 "${streamed[0]}"
	check_equal "$1: no denied one passed" 0 "${streamed[2]}"
	check_equal "$1: no allowed one was lost" "${streamed[0]}" "${streamed[1]}"
}

section "good ones"
config_rules
fwd_up || test_end
first=$(generation)
stream_start $rate $good $bad
failed=0
for ((i = 0; i < reloads; i++)); do
	if ((i % 2)); then config_rules; else config_cidrs; fi
	ctl reload >/dev/null || failed=$((failed + 1))
done
check_equal "$reloads reloads by fwctl" 0 $failed
check_equal "each made a generation" $((first + reloads)) "$(generation)"
stream_check "reloads"

section "by signal"
config_cidrs
kill -HUP "$fwd_pid"
is_permitted() {
	ctl -j status | jq -e .result.permitted_cidrs
}
check_soon "SIGHUP reloads" 2 is_permitted
check_equal "and it is in force" "5 0" "$(probe $good $bad)"

section "a broken one"
before=$(rules)
was=$(generation)
stream_start $rate $good $bad
sed -i 's/"action": "pass"/"action": "pess"/; s/"enforce": true,/"enfroce": true,/' "$fwd_file"
check_exit "is refused with the exit code for invalid configs" 3 ctl reload
check_match "with the place of one error" "fwd\.json:2:[0-9]+: error: .*enfroce.*\[E0101\]" "$output"
check_match "and of the other, in the same run" "fwd\.json:5:[0-9]+: error: .*pess.*\[E0201\]" \
	"$output"
check_match "and a caret" '^ *\^' "$output"
kill -HUP "$fwd_pid"
check_soon "SIGHUP shows them in the log" 2 grep -q 'fwd\.json:2:.*\[E0101\]' "$fwd_log"
printf '{"enforce": true' >"$fwd_file"
check_exit "half a file is refused" 3 ctl reload
rm "$fwd_file"
check_exit "so is none at all" 3 ctl reload
check_equal "the rules are the same" "$before" "$(rules)"
check_equal "and the generation" "$was" "$(generation)"
stream_check "broken reloads"

section "repaired"
config_rules
check "the next good one is taken" ctl reload
check_equal "and is in force" "5 0" "$(probe $good $bad)"
before=$(stat_rule bad)
check "reload" ctl reload
check_equal "the counters of rules that stay are kept" "5 0 $((before + 5))" \
	"$(probe $good $bad) $(stat_rule bad)"

section "feeds that are gone after a restart"
printf '203.0.113.7\n203.0.113.8\n' >"$lab_dir/feed"
fwd_config <<-JSON
	{
	  "enforce": true,
	  "interfaces": {"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}},
	  "sets": {"feed": {"file": "$lab_dir/feed", "on_error": "keep-last"}},
	  "rules": [{"id": "feed", "match": {"src": "@feed"}, "action": "drop"}]
	}
	JSON
check "a feed is read" ctl reload
check_equal "and is in force" "5 0" "$(probe $good $bad)"
rm "$lab_dir/feed"
check "an edit does not miss it" ctl rule add '{"id":"x","match":{"dport":23},"action":"drop"}'
fwd_down TERM
fwd_up
check_equal "after a restart it is in force without its file" "5 0" "$(probe $good $bad)"
check_match "and the log says so" 'set "feed" has the 2 entries of its copy in .*/sets, .* old' \
	"$(cat "$fwd_log")"
check_exit "and health" 7 ctl health
check_match "with the set's name" 'set "feed" has the 2 entries that it had before: .*/feed could not be used' "$output"
check "an edit reads no files" ctl rule add '{"id":"x","match":{"dport":23},"action":"drop"}'
check_equal "so it still has" true "$(ctl -j set list | jq '.result.items[0].kept')"
printf '203.0.113.7\n' >"$lab_dir/feed"
check "a reload does" ctl reload --discard
check "and all is well" ctl health

fwd_clear
test_end
