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

fwd_clear
test_end
