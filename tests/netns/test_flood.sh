#!/bin/bash
# SPDX-License-Identifier: MIT
# Floods: what arrives behind the firewall is what the limit lets through, and others are served meanwhile.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

flood=$fwd_build/tests/flood
pace=150000 million=1000000 few=20000
[ -z "${FWD_IN_VM:-}" ] || pace=5000 million=20000 few=2000
# Little, so that a sender with a small share of a CPU floods it, too.
rate=500
[ -z "${FWD_IN_VM:-}" ] || rate=200
burst=$((rate / 4))

lab_open
lab_router
# A network behind the server, to be flooded all over.
lab_in router ip route add 100.64.7.0/24 via 198.51.100.2
lab_in router ip route add 10.0.0.0/8 via 192.0.2.2

# config ENFORCE
config() {
	fwd_config <<-JSON
	{
	  "enforce": $1,
	  "interfaces": {"eth0": {"zone": "wan"}},
	  "events": {"rate": "10/s"},
	  "limits": {
	    "each": {"rate": "$rate/s", "burst": $burst, "per": "src/32"},
	    "syns": {"rate": "$rate/s", "burst": $burst, "per": "src/32"},
	    "nets": {"rate": "$rate/s", "burst": $burst, "per": "dst/24"},
	    "host": {"rate": "$rate/s", "burst": $burst, "per": ["src/32", "dst/32"], "max": 20000}
	  },
	  "rules": [
	    {"id": "syn", "match": {"proto": "tcp", "dport": 80, "tcp_flags": "syn/syn,ack"},
	     "limit": "syns"},
	    {"id": "udp", "match": {"proto": "udp", "dport": 5000}, "limit": "each"},
	    {"id": "carpet", "match": {"proto": "udp", "dst": "100.64.7.0/24"}, "limit": "nets"},
	    {"id": "spoofed", "match": {"proto": "udp", "dport": 5002}, "limit": "host"}
	  ]
	}
	JSON
}

events_file=$lab_dir/events.jsonl
# notices LIMIT TYPE OUTCOME: how many
notices() {
	jq -c "select(.limit == \"$1\" and .type == \"$2\" and .outcome == \"$3\")" "$events_file" |
		wc -l
}
has_notice() {
	[ "$(notices "$@")" -ge 1 ]
}

# flood_start PROTO DPORT [KEY=VALUE...]: in the background, and count what arrives; not the client's own
flood_start() {
	lab_start server "$flood" count s0 "$lab_dir/arrived" "proto=$1" "dport=$2" except=192.0.2.2
	counter=$lab_pid
	eventually 10 test -s "$lab_dir/arrived"
	lab_start client "$flood" send c0 src=203.0.113.7 "proto=$1" "dport=$2" cpu=0 seconds=600 \
		"${@:3}" >"$lab_dir/sent"
	sender=$lab_pid
}

# flood_stop: it ends now, unless it has done so by itself
flood_stop() {
	check "it was meanwhile" kill -0 "$sender"
	kill -TERM "$sender"
}

# flood_wait: leaves $sent, $arrived, and how long it took in $milliseconds
flood_wait() {
	local first last

	wait "$sender"
	lab_forget "$sender"
	read -r sent first last <"$lab_dir/sent"
	milliseconds=$(((last - first) / 1000000))
	lab_quiet server s0
	lab_stop "$counter"
	arrived=$(cat "$lab_dir/arrived")
	rm -f "$lab_dir/arrived"
}

fetch() {
	lab_in client curl -s -o /dev/null -m "$(scaled 10)" -w '%{http_code}\n' http://198.51.100.2/
}

# served: while the flood goes on, the client does what it always does
served() {
	local fetched=0 pinged

	for _ in 1 2 3 4 5 6 7 8; do
		[ "$(fetch)" != 200 ] || fetched=$((fetched + 1))
		sleep 0.1
	done
	pinged=$(pings 198.51.100.2)
	check_equal "curl succeeds meanwhile" 8 "$fetched"
	check_between "and ping" 4 5 "$pinged"
}

# held: the burst once, and the rate's share of the time. Never more; how much less depends on how long
# the sender had to wait for a CPU, and left tokens lying.
held() {
	local expected=$((burst + rate * milliseconds / 1000))

	check_between "$1: it was a flood" $((expected * 4)) 1000000000 "$sent"
	check_between "$1: up to $expected arrive, and not much less" $((expected * 40 / 100)) \
		$((expected * 103 / 100 + 10)) "$arrived"
}

lab_start server python3 -m http.server -d "$lab_dir" 80 >/dev/null 2>&1
eventually 10 lab_in server curl -s -o /dev/null http://127.0.0.1/
config true
fwd_up --log-format jsonl --log-file "$events_file" || test_end
check_equal "curl, before" 200 "$(fetch)"

section "a UDP flood from one source"
flood_start udp 5000 rate=$pace
served
flood_stop
flood_wait
held "UDP"
check_equal "fwd has counted the same" "$arrived" "$(stat_limit each passed)"
check_between "and the rest as over it" $((sent - arrived - sent / 100)) $((sent - arrived)) \
	"$(stat_limit each over)"
check_soon "it said when it began" 3 has_notice each limit_started drop
check_equal "and knows of whom" "203.0.113.7 true" "$(ctl -j limit show each --top 3 |
	jq -r '.result | "\(.top[0].key) \(.top[0].limited == .over.packets)"')"

section "a SYN flood"
# The server answers what arrives, into nowhere.
flood_start syn 80 rate=$pace
served
flood_stop
flood_wait
held "SYN"
check_soon "it said when it began" 3 has_notice syns limit_started drop

section "a carpet over a /24"
flood_start udp 5001 dst=100.64.7.0/24 rate=$pace
served
flood_stop
flood_wait
held "carpet"
check_soon "it said when it began" 3 has_notice nets limit_started drop

section "a million random sources"
flood_start udp 5002 src=10.0.0.0/8 atleast=$million rate=$((pace * 2))
served
flood_stop
flood_wait
held "spoofed"
check_between "a million were sent" "$million" 1000000000 "$sent"
check_between "no more keys than there is room for" 100 30000 \
	"$(ctl -j limit show host | jq .result.keys)"
check_soon "it said when it began" 3 has_notice host limit_started drop

section "when it is over"
check_soon "one event for each" 9 has_notice host limit_stopped drop
for limit in each syns nets host; do
	check_equal "$limit: one start, one stop" "1 1" \
		"$(notices $limit limit_started drop) $(notices $limit limit_stopped drop)"
done

section "monitor mode: all are reported, and arrive"
config false
check "reload" ctl reload
dropped() {
	ctl -j status | jq .result.totals.dropped.packets
}
before=$(dropped)
# reported NAME LIMIT: of the flood that has just run
reported() {
	flood_wait
	check_equal "$1: all arrive" "$sent" "$arrived"
	check_between "$1: what is over the limit is counted" \
		$((sent - burst - 1 - rate * (milliseconds + 1000) / 1000)) "$sent" \
		$(($(stat_limit "$2" over) - over))
	check_soon "$1: reported as what it would have done" 3 has_notice "$2" limit_started would_drop
}
# watched NAME LIMIT FLOOD...
watched() {
	over=$(stat_limit "$2" over)
	flood_start "${@:3}" count=$few rate=$few
	reported "$1" "$2"
}
watched "UDP" each udp 5000
watched "SYN" syns syn 80
watched "carpet" nets udp 5001 dst=100.64.7.0/24
watched "spoofed" host udp 5002 src=10.0.0.0/8
check_equal "nothing was dropped" "$before" "$(dropped)"

fwd_clear
test_end
