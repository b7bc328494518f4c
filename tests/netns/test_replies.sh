#!/bin/bash
# SPDX-License-Identifier: MIT
# The result of each op is what the table of ops says: nothing more, nothing missing, each of its type.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

op_table=$fwd_build/tests/op_table
lab_open
lab_router

echo 198.51.100.0/24 >"$lab_dir/feed.txt"
fwd_config <<JSON
{
  "enforce": false,
  "management": {"allow": [{"id": "noc", "src": "192.0.2.0/24", "proto": "tcp", "dport": 22}]},
  "interfaces": {"eth0": {"zone": "wan"}},
  "permitted_cidrs": ["192.0.2.0/24", "203.0.113.0/24"],
  "sets": {
    "office": {"elements": ["192.0.2.0/24"]},
    "feed": {"file": "$lab_dir/feed.txt"},
    "live": {"live": true, "timeout": "1h"}
  },
  "limits": {
    "slow": {"rate": "1/m", "burst": 2, "per": "src/32"},
    "ban": {"rate": "1/m", "burst": 1, "per": "src/32", "over": "block", "block": {"forgeable": true, "for": "1m", "max": "2m", "quiet": "1h"}}
  },
  "rules": [
    {"id": "in-set", "match": {"src": "@feed"}, "action": "drop", "enforce": false},
    {"id": "one", "match": {"proto": "udp", "dport": 1000}, "action": "pass", "log": true, "comment": "a note"},
    {"id": "two", "match": {"proto": "udp", "dport": 2000}, "limit": "slow"},
    {"id": "three", "match": {"proto": "udp", "dport": 3000}, "limit": "ban"},
    {"id": "off", "match": {"src": "@live"}, "action": "drop", "enabled": false}
  ]
}
JSON
fwd_up --stats-interval 0 || test_end
for port in 1000 2000 2000 2000 9; do
	probe "192.0.2.2,$port" >/dev/null
done

# asked NAME REQUESTS: none is refused, and each result is as the table says; the ops are noted
asked() {
	local replies

	replies=$(python3 "$here/replies.py" "$lab_dir/sock" <<<"$2" 2>"$lab_dir/refused")
	check_equal "$1: nothing is refused" "" "$(cat "$lab_dir/refused")"
	check_equal "$1: as the table says" "" "$("$op_table" check <<<"$replies")"
	jq -r .op <<<"$replies" >>"$lab_dir/asked"
}

section "reading"
asked "all of it" '
version
status
stats
stats {"offset": 2}
iface.list
rule.list
rule.show {"id": "one"}
rule.show {"id": "noc"}
set.list
set.show {"name": "feed"}
set.test {"name": "office", "prefix": "192.0.2.7"}
set.test {"name": "office", "prefix": "192.0.3.7"}
find {"prefix": "192.0.2.7"}
limit.list
limit.show {"name": "slow", "top": 10}
blocks
history
audit
text
text {"revision": 1}
text {"saved": true}
try.status
lockout
explain {"packet": "in eth0 udp 192.0.2.2 > 198.51.100.2:1000"}
explain {"packet": "in eth0 udp 192.0.2.2:9 > 198.51.100.2:2000"}
explain {"frames": ["0200000000010200000000020806/60", "/1"], "interface": "eth0"}'

section "blocks, sets and marks"
asked "blocks" '
stats.reset
stats.reset {"rules": ["one"], "dry_run": true}
stats
block {"prefix": "203.0.113.9", "timeout": "10m", "reason": "why"}
block {"prefixes": ["203.0.113.10", "203.0.113.11"]}
explain {"packet": "in eth0 udp 203.0.113.9:9 > 198.51.100.2:2000"}
blocks
unblock {"prefix": "203.0.113.10"}
unblock {"prefixes": ["203.0.113.10", "203.0.113.11"]}
blocks.flush {"dry_run": true}
blocks.flush
set.add {"name": "live", "prefixes": ["203.0.113.1"], "timeout": "5m"}
set.show {"name": "live"}
set.delete {"name": "live", "prefixes": ["203.0.113.1"]}
set.flush {"name": "live"}'

section "the policy"
asked "edits" '
rule.add {"rule": "{\"id\": \"new\", \"match\": {\"proto\": \"icmp\"}, \"action\": \"pass\"}", "before": "one"}
rule.set {"id": "new", "fields": "{\"log\": true}"}
rule.move {"id": "new", "after": "one"}
rule.rename {"id": "new", "name": "newer"}
rule.disable {"id": "newer"}
rule.enable {"id": "newer"}
rule.delete {"id": "newer", "dry_run": true}
rule.delete {"id": "newer"}
set.create {"name": "more", "set": "{\"elements\": [\"192.0.2.1\"]}"}
set.add {"name": "more", "prefixes": ["192.0.2.2"]}
set.delete {"name": "more", "prefixes": ["192.0.2.2"]}
set.delete {"name": "more"}
set.reload
limit.add {"name": "more", "limit": "{\"rate\": \"5/s\", \"per\": \"rule\"}"}
limit.set {"name": "more", "fields": "{\"burst\": 9}"}
limit.delete {"name": "more"}
defaults.set {"fields": "{\"action\": \"pass\"}"}
mode {"mode": "monitor", "confirm": "1h"}
iface.set {"name": "eth0", "fields": "{\"zone\": \"lan\"}"}
iface.attach {"name": "eth1", "mode": "generic"}
iface.detach {"name": "eth1"}
rollback {"revision": 1, "message": "back"}
mode {"mode": "enforce", "confirm": "1h"}
status
confirm
mode {"mode": "monitor", "confirm": "1h"}
abort
save
reload {"discard": true}
history
audit {"limit": 5}'
asked "texts" '
upload {"offset": 0, "text": "{\"interfaces\": {\"eth0\": {}}, \"rules\": [{\"id\": \"x\", \"match\": {}, \"action\": \"drop\"}]}"}
lockout {"candidate": true}
upload {"offset": 0, "text": "{\"interfaces\": {\"eth0\": {}}, \"rules\": [{\"id\": \"x\", \"match\": {}, \"action\": \"drop\"}]}"}
explain {"packet": "in eth0 udp 192.0.2.2:9 > 198.51.100.2:1000", "candidate": true}
upload {"offset": 0, "text": "{\"interfaces\": {\"eth0\": {}}, \"rules\": [{\"id\": \"x\", \"match\": {}, \"action\": \"drop\"}]}"}
try.start {"for": "1m"}
status'
probe "192.0.2.2,1000" >/dev/null
asked "a trial" '
try.status {"flows": 5}
try.stop
upload {"offset": 0, "text": "{\"interfaces\": {\"eth0\": {}}}"}
apply {"name": "x", "message": "why"}
panic.open {"for": "1m"}
panic.end
panic.close {"for": "1m", "force": true}
status
panic.end
monitor'

section "all ops"
check_equal "each was asked" "" "$(comm -13 <(sort -u "$lab_dir/asked") <("$op_table" json | jq -r 'keys[]' | sort))"
check_equal "a member that is not in the table is found" "version: version: more is not described" \
	"$(jq -n -c '{op: "version", result: {version: "1", protocol: 1, abi: 1, more: 1}}' | "$op_table" check)"
check_equal "and one that is missing" "version: version lacks abi" \
	"$(jq -n -c '{op: "version", result: {version: "1", protocol: 1}}' | "$op_table" check)"
check_equal "and one of another type" "version: version: abi is of another type" \
	"$(jq -n -c '{op: "version", result: {version: "1", protocol: 1, abi: "1"}}' | "$op_table" check)"
test_end
