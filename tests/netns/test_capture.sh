#!/bin/bash
# SPDX-License-Identifier: MIT
# Explain: whole captures, other policies, the way to a verdict. And no trace of any of it.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

lab_open
lab_router
lab_still # counters are compared
fwd_config <<-'JSON'
	{
	  "enforce": true,
	  "interfaces": {"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}},
	  "management": {"allow": [{"src": "192.0.2.9", "proto": "tcp", "dport": 22}]},
	  "defaults": {"action": "drop"},
	  "limits": {"few": {"rate": "1/h", "burst": 3, "per": "src/32"},
	             "bytes": {"rate": "1kB/h", "burst": 5000}},
	  "sets": {"noc": {"elements": ["192.0.2.128/25", "192.0.2.64/32"]}, "banned": {"live": true}},
	  "rules": [
	    {"id": "banned", "match": {"src": "@banned"}, "action": "drop"},
	    {"id": "seen", "match": {"dport": 443}, "action": "log"},
	    {"id": "canary", "match": {"dport": 443}, "action": "drop", "enforce": false},
	    {"id": "noc", "match": {"src": "@noc", "proto": "tcp"}, "action": "drop"},
	    {"id": "off", "match": {"proto": "tcp", "dport": 443}, "action": "drop", "enabled": false},
	    {"id": "lan", "match": {"zone": "lan", "proto": "tcp"}, "action": "pass"},
	    {"id": "alt", "match": {"proto": "tcp", "dport": ["8000-8099", 8443]}, "action": "pass"},
	    {"id": "two", "match": {"proto": "udp", "dport": 8443, "src": "10.0.0.0/8"}, "action": "pass"},
	    {"id": "web", "match": {"proto": "tcp", "dport": 443}, "action": "pass"},
	    {"id": "large", "match": {"proto": "udp", "dport": 54}, "limit": "bytes"},
	    {"id": "dns", "match": {"proto": "udp", "dport": 53}, "limit": "few"}
	  ]
	}
JSON
fwd_up || test_end
jq '.rules = [{"id": "web", "match": {"proto": "tcp", "dport": 443}, "action": "drop"},
	{"id": "other", "match": {"proto": "udp"}, "action": "pass"}]' "$fwd_file" >"$lab_dir/next.json"
/usr/bin/python3 "$here/captures.py" "$lab_dir" 1 20000

# json FILTER ARGS...: of an explanation
json() {
	ctl -j explain "${@:2}" | jq -c "$1"
}

# all: what packets can change. (Buckets of rules by their level: fwd renews the time in one that is full.)
all() {
	local name port

	ctl -j stats | jq -cS '.result | {interfaces, rules, limits, events}'
	for name in rule_leases bucket_tables fragments; do
		bpftool -j map dump pinned "$lab_pin/$name" 2>/dev/null | cksum
	done
	for port in 53 54; do
		json .result.bucket.level "in eth0 udp 192.0.2.7:4000 > 198.51.100.2:$port len 128"
	done
	ctl -j blocks | jq '.result.total'
}

section "the way"
from="192.0.2.7:4000 > 198.51.100.2"
check_equal "rules that it passed by" '[["seen","log"],["canary","drop"]]' \
	"$(json '[.result.passed_by[] | [.rule, .action]]' "in eth0 tcp $from:443")"
check_equal "rules that were near" '["noc src @noc","off enabled true","lan interface eth1","alt dport 8000-8099, 8443"]' \
	"$(json '[.result.near[] | "\(.rule) \(.field) \(.wanted)"]' "in eth0 tcp $from:443")"
check_equal "and what the packet has there" '["192.0.2.7","false","eth0","443"]' \
	"$(json '[.result.near[].packet]' "in eth0 tcp $from:443")"
check_equal "members of sets are no near miss" '[]' \
	"$(json '[.result.near[] | select(.field == "src")]' "in eth0 tcp 192.0.2.64:1 > 198.51.100.2:443")"
check_equal "not of rules behind the one" '"noc"' \
	"$(json '.result.rule' "in eth0 tcp 192.0.2.200:1 > 198.51.100.2:443")"
check_equal "in monitor and in enforce" '["would_drop","drop"]' \
	"$(json '[.result | .in_monitor, .in_enforce]' "in eth0 udp $from:9")"
check_equal "a bucket's level" '{"unit":"packets","level":3,"burst":3,"cost":1}' \
	"$(json '.result.bucket | del(.per)' "in eth0 udp $from:53")"
check_equal "of bytes" '{"unit":"bytes","level":5000,"burst":5000,"cost":128}' \
	"$(json '.result.bucket | del(.per)' "in eth0 udp $from:54 len 128")"
check "a block" ctl block 192.0.2.0/28 --for 1h --reason "a test"
check_equal "is reported" '["192.0.2.0/28","a test",true]' \
	"$(json '[.result.block | .prefix, .reason, (.expires_in_s | . > 3500 and . <= 3600)]' "in eth0 tcp $from:443")"
check_equal "rules are not asked then" '[]' "$(json .result.near "in eth0 tcp $from:443")"
check_equal "but management is" '["management/0"]' \
	"$(json '[.result.near[].rule]' "in eth0 tcp 192.0.2.9:1 > 198.51.100.2:23")"
check_match "in words" 'block: +192.0.2.0/28, for another 59m' "$(ctl explain "in eth0 tcp $from:443")"
check "and gone" ctl unblock 192.0.2.0/28
check_equal "protocols have their names" '["noc proto tcp udp"]' \
	"$(json '[.result.near[] | select(.field == "proto") | "\(.rule) \(.field) \(.wanted) \(.packet)"]' "in eth0 udp 192.0.2.200:1 > 198.51.100.2:9")"
check_match "near, in words" 'rule alt does not match: dport is 443, not 8000-8099, 8443' \
	"$(ctl explain "in eth0 tcp $from:443")"

section "another policy"
before=$(all)
check_equal "judges" '["drop","web","candidate"]' \
	"$(json '[.result | .verdict, .rule, .policy]' "in eth0 tcp $from:443" --with "$lab_dir/next.json")"
check_equal "and not the next time" '["pass","web","running"]' \
	"$(json '[.result | .verdict, .rule, .policy]' "in eth0 tcp $from:443")"
check_equal "a rule that only it has" '["pass","other"]' \
	"$(json '[.result | .verdict, .rule]' "in eth0 udp $from:9" --with "$lab_dir/next.json")"
echo '{"rules": [{"id": "x"}]}' >"$lab_dir/bad.json"
jq '.interfaces = {"eth0": {"zone": "lan"}, "eth7": {"zone": "wan"}, "lo": {"zone": "lan"}} |
	.rules += [{"id": "wan", "match": {"zone": "wan"}, "action": "pass"}]' "$lab_dir/next.json" >"$lab_dir/wide.json"
check_equal "an interface that is not there yet" '["pass","wan","eth7"]' \
	"$(json '[.result | .verdict, .rule, .packet.interface // .interface]' "in eth7 tcp $from:9" --with "$lab_dir/wide.json")"
check_equal "and that fwd does not hold" '["drop","web","lo"]' \
	"$(json '[.result | .verdict, .rule, .interface]' "in lo tcp $from:443" --with "$lab_dir/wide.json")"
check_equal "in another zone than now" '["drop",null]' \
	"$(json '[.result | .verdict, .rule]' "in eth0 tcp $from:9" --with "$lab_dir/wide.json")"
check_equal "also for a capture" '"web other other web truncated_arp"' \
	"$(json '[.result.items[] | .rule // .reason // .error] | join(" ")' --pcap "$lab_dir/few.pcap" -i eth7 --with "$lab_dir/wide.json")"
check_exit "one that neither has" 1 ctl explain "in eth8 tcp $from:9" --with "$lab_dir/wide.json"
check_match "gets the list" "eth8 is no interface of that policy's; it has: eth0, eth7, lo" "$output"
check_exit "without the file it is none" 1 ctl explain "in eth7 tcp $from:9"
jq '.interfaces = {"eth7": {}}' "$fwd_file" | jq '.rules |= map(select(.id != "lan"))' >"$lab_dir/one.json"
check_equal "the only one needs no name" '"eth7"' \
	"$(json .result.interface "tcp $from:443" --with "$lab_dir/one.json")"
check_exit "one with mistakes" 3 ctl explain "in eth0 tcp $from:443" --with "$lab_dir/bad.json"
check_exit "one that is not there" 3 ctl explain "in eth0 tcp $from:443" --with "$lab_dir/no.json"
check_equal "nothing has changed" "$before" "$(all)"

section "captures"
verdicts='[.result.items[] | .rule // .reason // .error] | join(" ")'
check_equal "pcap" '"web dns default web truncated_arp"' "$(json "$verdicts" --pcap "$lab_dir/few.pcap" -i eth0)"
check_equal "pcapng" '"web dns default web truncated_arp"' "$(json "$verdicts" --pcap "$lab_dir/few.pcapng" -i eth0)"
check_equal "cut short when captured" '"web dns default web truncated_arp"' \
	"$(json "$verdicts" --pcap "$lab_dir/short.pcap" -i eth0)"
check_equal "raw IP" '"web dns default"' "$(json "$verdicts" --pcap "$lab_dir/raw.pcap" -i eth0)"
check_equal "cooked" '"web dns default"' "$(json "$verdicts" --pcap "$lab_dir/cooked.pcap" -i eth0)"
check_equal "with another policy" '"web other other web truncated_arp"' \
	"$(json "$verdicts" --pcap "$lab_dir/few.pcap" -i eth0 --with "$lab_dir/next.json")"
check_equal "by interface" '"lan dns default lan truncated_arp"' \
	"$(json "$verdicts" --pcap "$lab_dir/few.pcap" -i eth1)"
check_equal "frames of all sizes" '"3342 3442 9042 60042"' \
	"$(json '[.result.items[] | .packet.length] | map(tostring) | join(" ")' --pcap "$lab_dir/jumbo.pcap" -i eth0)"
check_equal "judged as they should" '"dns dns dns dns"' "$(json "$verdicts" --pcap "$lab_dir/jumbo.pcap" -i eth0)"
check_equal "too short for a frame" '"shorter than an Ethernet header shorter than an Ethernet header web"' \
	"$(json "$verdicts" --pcap "$lab_dir/tiny.pcap" -i eth0)"
check_equal "none at all" '0' "$(json .result.summary.packets --pcap "$lab_dir/none.pcap" -i eth0)"
check_equal "the sum" '{"packets":5,"pass":3,"drop":2,"would_drop":0,"answered":0,"errors":0}' \
	"$(json '.result.summary | del(.by)' --pcap "$lab_dir/few.pcap" -i eth0)"
check_match "in words" '5 packets: 3 pass, 2 are dropped' "$(ctl explain --pcap "$lab_dir/few.pcap" -i eth0)"
check_match "a line a packet" '^ +2  pass +within_limit dns +udp 192.0.2.7:4000 > 198.51.100.2:53' \
	"$(ctl explain --pcap "$lab_dir/few.pcap" -i eth0)"
check_equal "nothing has changed" "$before" "$(all)"

section "hostile captures"
check_exit "no file" 3 ctl explain --pcap "$lab_dir/none" -i eth0
check_exit "no capture" 3 ctl explain --pcap "$fwd_file" -i eth0
check_exit "another link" 3 ctl explain --pcap "$lab_dir/wireless.pcap" -i eth0
check_match "is named" '802.11|IEEE802_11' "$output"
check_exit "no interface" 2 ctl explain --pcap "$lab_dir/few.pcap"
check_exit "packets beyond all bounds" 3 ctl explain --pcap "$lab_dir/huge.pcap" -i eth0
check_exit "lies about lengths" 0 ctl explain --pcap "$lab_dir/lies.pcap" -i eth0
bad=0
# Each takes some processes, which are slow where the machine is emulated.
[ -z "${FWD_IN_VM:-}" ] || rm "$lab_dir"/cut[1-9]*.pcap* "$lab_dir"/bits[1-9]*.pcap*
for file in "$lab_dir"/cut*.pcap* "$lab_dir"/bits*.pcap*; do
	ctl -j explain --pcap "$file" -i eth0 >"$lab_dir/out" 2>&1
	code=$?
	{ [ $code = 0 ] || [ $code = 3 ]; } && jq -e . "$lab_dir/out" >/dev/null || bad=$((bad + 1))
done
check_equal "broken ones give an answer or an error" 0 $bad
check "fwd lives" ctl version
check_equal "nothing has changed" "$before" "$(all)"

section "many"
start=$(date +%s%N)
check_equal "20000 packets" '{"packets":20000,"pass":5000,"drop":15000}' \
	"$(json '.result.summary | {packets, pass, drop}' --pcap "$lab_dir/many.pcap" -i eth0)"
echo "       $((($(date +%s%N) - start) / 1000000)) ms"
check_equal "nothing has changed" "$before" "$(all)"

section "state"
check_exit "no first fragment was seen" 1 ctl explain "in eth0 udp 192.0.2.2 > 198.51.100.2 frag later from state"
check_equal "so a later one has no ports" '"default"' \
	"$(json .result.reason "in eth0 udp 192.0.2.2 > 198.51.100.2 frag later")"
lab_in client ping -c 1 -W 1 -s 3000 198.51.100.2 >/dev/null
check_equal "one was" '["fragment","drop"]' \
	"$(json '[.result | .reason, .verdict]' "in eth0 icmp 192.0.2.2 > 198.51.100.2 frag later from state")"

fwd_clear
test_end
