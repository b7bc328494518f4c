#!/bin/bash
# SPDX-License-Identifier: MIT
# Limits hold what they say, counted in packets, with two CPUs on one bucket.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

# Each CPU offers $pace packets a second.
rate=2000 seconds=1 pace=20000
[ -z "${FWD_IN_VM:-}" ] || rate=200 seconds=4 pace=4000
burst=$((rate / 2))

lab_open
lab_router
fwd_config <<JSON
{
  "enforce": true,
  "interfaces": {"eth0": {"zone": "wan"}},
  "events": {"rate": "10/s"},
  "limits": {
    "all": {"rate": "$rate/s", "burst": $burst, "per": "rule"},
    "each": {"rate": "$((rate / 4))/s", "burst": $burst, "per": "src/32"},
    "net": {"rate": "$((rate / 2))/s", "burst": $burst, "per": "src/24,64"},
    "bytes": {"rate": "$((rate * 100))B/s", "burst": "100kB", "per": "rule"},
    "seen": {"rate": "$((rate / 2))/s", "burst": $burst, "per": "rule", "over": "pass"},
    "tight": {"rate": "$((rate / 2))/s", "burst": $burst, "per": "rule"},
    "once": {"rate": "1/h", "burst": 3, "per": "src/32"}
  },
  "rules": [
    {"id": "all", "match": {"proto": "udp", "dport": 3001}, "limit": "all"},
    {"id": "each", "match": {"proto": "udp", "dport": 3002}, "limit": "each"},
    {"id": "net", "match": {"proto": "udp", "dport": 3003}, "limit": "net"},
    {"id": "bytes", "match": {"proto": "udp", "dport": 3004}, "limit": "bytes"},
    {"id": "seen", "match": {"proto": "udp", "dport": 3005}, "limit": "seen"},
    {"id": "canary", "match": {"proto": "udp", "dport": 3006}, "limit": "tight", "enforce": false},
    {"id": "once", "match": {"proto": "udp", "dport": 3007}, "limit": "once"}
  ]
}
JSON

last_cpu=$(($(nproc) - 1))

# flood SRC PORT [SOURCES]: from two CPUs. $sent, $judged (at least so many of them came through the
# cable: newer kernels report the sender of others, older ones do not), $milliseconds, $counted
flood() {
	local sender dst=198.51.100.2 pids=() count start last first=0 end=0 lost

	[[ $1 != *:* ]] || dst=2001:db8:2::2
	count_start "fwd-flood-$2-$1"
	lost=$(lab_lost client c0)
	for sender in 0 1; do
		lab_start client "$fwd_source/tests/lib/flood.py" send c0 "$1" $dst "$2" $seconds $pace \
			$((sender * last_cpu)) "fwd-flood-$2-$1" "${3:-1}" >"$lab_dir/flood.$sender"
		pids+=("$lab_pid")
	done
	wait "${pids[@]}"
	count_stop
	sent=0
	for sender in 0 1; do
		read -r count start last <"$lab_dir/flood.$sender"
		sent=$((sent + count))
		[ $first != 0 ] && [ $first -lt "$start" ] || first=$start
		[ $end -gt "$last" ] || end=$last
	done
	judged=$((sent + lost - $(lab_lost client c0)))
	milliseconds=$(((end - first) / 1000000))
}

# lets_through NAME RATE BURST: what passed is the burst and the rate's share of the time. Never more. How much
# less depends on how long the senders had to wait for a CPU and left tokens lying: on a busy machine, half
# of the time. That no token is lost otherwise is for tests/bpf/policies/test_parallel.c, which can measure it.
lets_through() {
	local expected=$(($3 + $2 * milliseconds / 1000))

	check_between "$1: more was offered than three times of it" $((expected * 2)) 1000000000 \
		"$sent"
	check_between "$1: up to $expected passed, and not much less" $((expected * 40 / 100)) \
		$((expected * 101 / 100 + 2)) "$counted"
}

fwd_up || test_end

section "one bucket for the rule"
flood 192.0.2.2 3001
lets_through "per rule" $rate $burst
check_equal "fwd counted the same" "$counted" "$(stat_limit all passed)"
check_between "and the others over it" $((judged - counted)) $((sent - counted)) "$(stat_limit all over)"

section "a bucket for each source"
flood 192.0.2.2 3002
lets_through "one source" $((rate / 4)) $burst
flood 192.0.2.10 3002 4
lets_through "four sources" $rate $((4 * burst))

section "a bucket for a network"
flood 192.0.2.2 3003 4
lets_through "four sources of one /24" $((rate / 2)) $burst
flood 2001:db8:1::2 3003 4
lets_through "four sources of one /64" $((rate / 2)) $burst

section "bytes"
# A datagram counts with its IP header: the flood's have 20 + 8 + 18 + the marker's length.
length=$((46 + $(printf fwd-flood-3004-192.0.2.2 | wc -c)))
flood 192.0.2.2 3004
counted_packets=$counted
counted=$((counted * length)) sent=$((sent * length))
lets_through "bytes" $((rate * 100)) 100000
check_equal "fwd counted the same packets" "$counted_packets" "$(stat_limit bytes passed)"

section "not enforced"
flood 192.0.2.2 3005
check_between "over: pass drops nothing" "$judged" "$sent" "$counted"
check_between "but counts" 1 "$sent" "$(stat_limit seen over)"
flood 192.0.2.2 3006
check_between "a canary drops nothing" "$judged" "$sent" "$counted"
check_soon "but reports" 3 grep -q 'would drop .*over_limit canary' "$fwd_log"

section "a reload fills no bucket"
check_equal "the burst is 3" "3" "$(probe 192.0.2.2,3007)"
sed -i 's/"id": "canary"/"id": "renamed"/' "$fwd_file"
check "reload" ctl reload
check_equal "none is left" "0" "$(probe 192.0.2.2,3007)"
check_equal "another source has its own" "3" "$(probe 192.0.2.3,3007)"

fwd_clear
test_end
