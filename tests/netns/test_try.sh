#!/bin/bash
# SPDX-License-Identifier: MIT
# A policy is tried: what is enforced stays, differences are found to the packet, and it ends by itself.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

lab_open
lab_router
fwd_config <<-'JSON'
	{
	  "enforce": true,
	  "interfaces": {"eth0": {"zone": "wan"}, "eth1": {"zone": "lan"}},
	  "limits": {"few": {"rate": "1/h", "burst": 3, "per": "src/32"}},
	  "rules": [
	    {"id": "closed", "match": {"zone": "wan", "proto": "udp", "dport": 7}, "action": "drop"},
	    {"id": "dns", "match": {"zone": "wan", "proto": "udp", "dport": 53}, "limit": "few"}
	  ]
	}
JSON
jq '.rules[0].match.dport = 9 | .rules[0].id = "moved" | .limits.few.burst = 1' "$fwd_file" >"$lab_dir/next.json"
fwd_up || test_end

# found FILTER: of what the trial has found
found() {
	ctl -j try | jq -c ".result | $1"
}

cat >"$lab_dir/receive.py" <<'PY'
import os, socket, sys
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("198.51.100.2", int(sys.argv[2])))
got, sent = 0, False
print("ready", flush=True)
server.settimeout(0.3)
while got < int(sys.argv[1]):
    # Once all are sent, those that got through are here.
    sent = os.path.exists(sys.argv[3])
    try:
        server.recv(100)
        got += 1
    except socket.timeout:
        if sent:
            break
print(got)
PY

# send COUNT PORT: that many datagrams; how many the server got
send() {
	rm -f "$lab_dir/sent"
	lab_start server /usr/bin/python3 -SE "$lab_dir/receive.py" "$1" "$2" "$lab_dir/sent" >"$lab_dir/got"
	local receiver=$lab_pid
	eventually 10 grep -q ready "$lab_dir/got"
	lab_in client /usr/bin/python3 -SE -c '
import socket, sys
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.bind(("192.0.2.2", 40000))
for _ in range(int(sys.argv[1])):
    client.sendto(b"datagram", ("198.51.100.2", int(sys.argv[2])))' "$1" "$2"
	touch "$lab_dir/sent"
	wait $receiver
	tail -n 1 "$lab_dir/got"
}

section "nothing is tried"
check_equal "says so" '"none"' "$(found .state)"
check_exit "nothing to stop" 6 ctl try --stop
check_exit "for, without a file" 2 ctl try --for 10m
check_exit "a time that is none" 2 ctl try "$lab_dir/next.json" --for soon
check_exit "too long a time" 2 ctl try "$lab_dir/next.json" --for 8d
echo '{"rules": [{"id": "x"}]}' >"$lab_dir/bad.json"
check_exit "a policy with mistakes" 3 ctl try "$lab_dir/bad.json"
check_exit "what cannot wait" 2 ctl try "$lab_dir/next.json" --confirm 5m
check_match "is named" 'try takes no --confirm.*nothing was done' "$output"
check_exit "a revision, and nothing to write" 2 ctl try --if-revision 1
check_equal "still none" '"none"' "$(found .state)"
check_equal "nor in the status" null "$(ctl -j status | jq .result.trial)"

section "a trial"
generation=$(ctl -j status | jq .result.policy.generation)
jq '.interfaces.eth7 = {}' "$lab_dir/next.json" >"$lab_dir/wide.json"
check "one of more interfaces" ctl try "$lab_dir/wide.json"
check_match "says which are not tried" "fwd does not filter eth7 now" "$output"
check "ends" ctl try --stop
check "begins" ctl try "$lab_dir/next.json" --for 1h
check_equal "runs" '"running"' "$(found .state)"
check_exit "one at a time" 6 ctl try "$lab_dir/next.json"
check_equal "the closed port is closed" 0 "$(send 5 7)"
check_equal "the other one is open" 4 "$(send 4 9)"
check_equal "three of five are within the limit" 3 "$(send 5 53)"
check_equal "differences, to the packet" '[[null,"pass","moved","drop",4],["closed","drop",null,"pass",5],["dns","pass","dns","drop",2]]' \
	"$(found '[.differences[] | [.running.rule, .running.outcome, .tried.rule, .tried.outcome, .packets]] | sort')"
check_equal "their sum" 11 "$(found .different.packets)"
check_equal "the status has it" '[true,true,11]' "$(ctl -j status | jq -c '.result.trial |
	[(.name | endswith("next.json")), (.ends_in_s > 3000 and .ends_in_s <= 3600), .different.packets]')"
check_match "in words" '^trial +.*next.json, for [0-9]+s, ends in .*: 11 of [0-9]+ packets would' "$(ctl status)"
check_equal "flows" '["7","9","53"]' "$(found '[.flows[] | .flow.dport | tostring] | unique | sort_by(tonumber)')"
check_equal "with most first" 7 "$(found '.flows[0].flow.dport')"
check_equal "rules count as they did" 5 "$(stat_rule closed)"
check_equal "and so do limits" '3 2' "$(stat_limit few passed) $(stat_limit few over)"
check_equal "the generation is the same" "$generation" "$(ctl -j status | jq .result.policy.generation)"
check_match "in words" '5 +.*drop by closed \(rule\) +pass \(default\)' "$(ctl try)"
check "stop" ctl try --stop
check_equal "what it found stays" '["stopped",11]' "$(found '[.state, .different.packets]')"
send 2 7 >/dev/null
check_equal "and nothing is added" 11 "$(found .different.packets)"

section "its end"
check "for a second" ctl try "$lab_dir/next.json" --for 1s
over() {
	[ "$(found .state)" = '"over"' ]
}
check_soon "is over by itself" 5 over
check "another" ctl try "$lab_dir/next.json" --for 1h
check "the policy changes" ctl apply "$lab_dir/next.json"
check_equal "so it ends" '"overtaken"' "$(found .state)"
check_equal "and is enforced now" 0 "$(send 3 9)"
check "back" ctl apply "$fwd_file"

section "without fwd"
# Who was too slow to send while it ran tries again, with more time.
for term in $(scaled 6) $(scaled 30) $(scaled 60); do
	since=$(now_ms)
	check "begins" ctl try "$lab_dir/next.json" --for "${term}s"
	send 3 7 >/dev/null
	[ $(($(now_ms) - since)) -ge $((term * 1000)) ] || break
done
fwd_down KILL
count() {
	bpftool -j map dump pinned "$lab_pin/try_differences" | jq '[.[] | .formatted.value.count.packets // 0] | add // 0'
}
check_equal "it was found" 3 "$(count)"
# ended: nothing is added to what it has found
ended() {
	local before

	before=$(count)
	[ "$(send 2 7)" = 0 ] && [ "$(count)" = "$before" ]
}
check_soon "the trial ends by itself, and the closed port is closed" $((term + 2)) ended
fwd_up
check_equal "the next fwd knows of none" '"none"' "$(found .state)"
check_equal "closed" 0 "$(send 2 7)"

section "readers"
check_equal "what it has found is for all" '"none"' "$(found .state)"

fwd_clear
test_end
