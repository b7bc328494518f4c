#!/bin/bash
# SPDX-License-Identifier: MIT
# Limits that continue: what is within them is judged by the rules behind them, with real traffic.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

# config WITHIN
config() {
	fwd_config <<-JSON
	{
	  "enforce": true,
	  "interfaces": {"eth0": {"zone": "wan"}},
	  "limits": {
	    "source": {"rate": "1/h", "burst": 12, "per": "src/32", "within": "$1"},
	    "dns": {"rate": "1/h", "burst": 3, "per": "dst/32", "within": "continue"}
	  },
	  "rules": [
	    {"id": "fence", "match": {"proto": "udp", "dport": 7}, "action": "pass"},
	    {"id": "source", "match": {"proto": "udp"}, "limit": "source"},
	    {"id": "dns", "match": {"proto": "udp", "dport": 53}, "limit": "dns"},
	    {"id": "closed", "match": {"proto": "udp", "dport": 23}, "action": "drop"}
	  ]
	}
	JSON
}

rule_matched() {
	ctl -j rule show "$1" | jq '.result.matched.packets // .result.packets'
}

lab_open
lab_router
config continue
fwd_up || test_end

section "what is within goes on"
check_equal "5 to a closed port" 0 "$(probe 192.0.2.2,23)"
check_equal "of 5 to the other limit, 3 pass" 3 "$(probe 192.0.2.2,53)"
check_equal "12 of the source's are used up by all of them" 2 "$(probe 192.0.2.2,80)"
check_equal "another source has its own" 5 "$(probe 192.0.2.3,80)"
check_equal "passed by the first limit" 17 "$(stat_limit source passed)"
check_equal "over it" 3 "$(stat_limit source over)"
check_equal "the second one was met by 5" "3 2" "$(stat_limit dns passed) $(stat_limit dns over)"

section "explain shows every limit on the way"
from="192.0.2.3:4000 > 198.51.100.2"
check_equal "as JSON" '[["source","source","within_limit",7]]' \
	"$(ctl -j explain "in eth0 udp $from:80" |
		jq -c '[.result.limits_on_way[] | [.rule, .limit, .reason, .bucket.level]]')"
check_match "in words" "earlier: limit source of rule source continues \(within_limit\); 7 of 12" \
	"$(ctl explain "in eth0 udp $from:80")"
check_match "and the one that decides" "limit: +dns" "$(ctl explain "in eth0 udp $from:53")"
check_match "limit show" "continue with the rules that follow" "$(ctl limit show source)"

section "with pass, the limit decides"
config pass
check "reload" ctl reload
check_equal "buckets are kept" 7 "$(ctl -j explain "in eth0 udp $from:80" | jq .result.bucket.level)"
check_equal "5 to a closed port pass" 5 "$(probe 192.0.2.3,23)"

section "more than a packet can meet"
jq '.limits.source.within = "continue" | .rules = ([range(5) |
	{"id": "r\(.)", "match": {"ttl": "\(.)-255"}, "limit": "source"}] + .rules)' "$fwd_file" \
	>"$lab_dir/many.json"
cp "$lab_dir/many.json" "$fwd_file"
check_exit "is refused" 3 ctl reload
check_match "by name" 'E0409' "$output"
check_equal "and the policy is as before" 2 "$(probe 192.0.2.3,23)"

fwd_clear
test_end
