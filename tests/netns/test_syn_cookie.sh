#!/bin/bash
# SPDX-License-Identifier: MIT
# SYN floods answered with cookies: real connections through one, to sockets of the router and, with
# SYNPROXY, to the server behind it.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

flood=$fwd_build/tests/flood
pace=30000 tries=6 patience=1 big=8000000
[ -z "${FWD_IN_VM:-}" ] || pace=2000 tries=4 patience=2 big=300000

lab_open
lab_router
# Answers to spoofed sources go to the client, who has none of these addresses.
lab_in router ip route add 10.0.0.0/8 via 192.0.2.2
# On veth, what a program sends back is taken only if the other end has one, too.
lab_in client "$neighbour" load c0 "${neighbour_object}plain.bpf.o"

set_sysctl() {
	lab_in router sysctl -qw "$@"
}

# config ENFORCE RATE [COOKIES [PORTS OF RULE]]
config() {
	fwd_config <<-JSON
	{
	  "enforce": $1,
	  "interfaces": {"eth0": {"zone": "wan"}},
	  "events": {"rate": "10/s"},
	  "limits": {
	    "syns": {"rate": "$2", "burst": 1, "algorithm": "syn_cookie", "cookies": {${3:-}}}
	  },
	  "rules": [{"id": "web", "match": {"proto": "tcp", "dport": 80}, "limit": "syns"}]
	}
	JSON
}

cat >"$lab_dir/server.py" <<'PYTHON'
import socket
import threading


def answer(connection):
    try:
        size = int(connection.recv(4096).split()[1].strip(b"/") or 5)
        connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size)
    except (OSError, IndexError):
        pass  # who asked has seen enough
    connection.close()


listener = socket.create_server(("::", 80), family=socket.AF_INET6, backlog=64, dualstack_ipv6=True)
while True:
    threading.Thread(target=answer, args=[listener.accept()[0]], daemon=True).start()
PYTHON

# serve NAMESPACE: a listener of both families, with a queue for 64 connections
serve() {
	lab_start "$1" /usr/bin/python3 -SE "$lab_dir/server.py"
	server_pid=$lab_pid
	eventually 10 lab_in "$1" curl -sS -o /dev/null --max-time 5 http://127.0.0.1/
}

flood_start() {
	lab_start client "$flood" send c0 src=10.0.0.0/8 "dst=$1" proto=syn dport=80 rate=$pace \
		seconds=1000 >"$lab_dir/sent"
	flood_pid=$lab_pid
	sleep $patience
}
flood_stop() {
	lab_stop "$flood_pid"
}

# fetch URL [CURL ARGS]: quietly, with time for SYNs that find no room in the cable to be sent again
fetch() {
	lab_in client curl -g -sS -o /dev/null --connect-timeout $((patience * 8)) \
		--max-time $((patience * 40)) "${@:2}" "$1"
}

# connections URL [CURL ARGS]: of $tries, how many succeed ($succeeded), and the median time of these in
# microseconds ($median)
connections() {
	local times=() i time

	succeeded=0
	for ((i = 0; i < tries; i++)); do
		time=$(fetch "$@" -w '%{time_total}' 2>/dev/null) || continue
		succeeded=$((succeeded + 1))
		times+=("$(awk -v t="$time" 'BEGIN { printf "%d", t * 1e6 }')")
	done
	median=none
	[ $succeeded = 0 ] ||
		median=$(printf '%s\n' "${times[@]}" | sort -n | sed -n "$(((succeeded + 1) / 2))p")
}

# Where the queue is full for a minute there is no use in waiting.
impatient=(--connect-timeout "$patience")

packet="in eth0 tcp 192.0.2.2:40000 > 192.0.2.1:80 syn"
# verdict PACKET: and its reason, as explain shows
verdict() {
	ctl -j explain "$1" | jq -r '.result | "\(.verdict) \(.reason)"'
}
verdict_is() {
	[ "$(verdict "$packet")" = "$1" ]
}

here4=http://192.0.2.1/ here6='http://[2001:db8:1::1]/' behind4=http://198.51.100.2/
answered() {
	stat_reason eth0 syn_cookie answer
}

set_sysctl net.ipv4.tcp_syncookies=2 net.ipv4.tcp_timestamps=1
serve router
config true 1/h
fwd_up --stats-interval 0 || test_end

# What it forwards has no socket here.
check_match "a rule that covers other hosts is warned of" 'warning: rule "web" .*\[W0321\]' \
	"$(cat "$fwd_log")"
own='{"id": "own", "match": {"proto": "tcp", "dst": "192.0.2.1", "dport": 90}, "limit": "syns"}'
check "one for an address of the router" ctl rule add "$own"
check_equal "is not" "" "$(grep 'rule "own"' <<<"$output")"
check "remove it" ctl rule delete own
check "one for a network" ctl rule add "${own//192.0.2.1/198.51.100.0\/24}"
check_match "is" 'rule "own" .*198\.51\.100\.0/24.*W0321' "$output"
check "remove it" ctl rule delete own

section "every SYN is answered"
check "a connection over IPv4" fetch "$here4"
before=$(answered)
check "another" fetch "$here4"
check_between "its SYN was answered by fwd" $((before + 1)) 1000000 "$(answered)"
check "a connection over IPv6" fetch "$here6"
check "much data over it" fetch "$here6$big"
check_between "their SYNs, too" $((before + 3)) 1000000 "$(answered)"
check_match "explain says so" "is answered" \
	"$(ctl explain "$packet")"
check_equal "in JSON, too" "answer syn_cookie" "$(verdict "$packet")"
check_equal "not an address of the router: over the limit" "drop over_limit" \
	"$(verdict "in eth0 tcp 192.0.2.2:40000 > 198.51.100.2:80 syn")"
check_soon "events report" 3 grep -q "answer eth0 tcp .*: syn_cookie web, limit syns" "$fwd_log"
check_soon "and report that the limit answers" 3 \
	grep -q 'limit syns: over .*; answers packets beyond it with cookies (rule web)' "$fwd_log"

section "options of TCP"
# options: what the router's kernel has agreed to on a connection that fwd has answered
options() {
	local pid seen

	lab_start client curl -s -o /dev/null --limit-rate 1k "${here4}20000000"
	pid=$lab_pid
	eventually 10 established
	seen=$(lab_in router ss -Htino state established 'sport = :80')
	lab_stop "$pid"
	echo "$seen"
}
established() {
	[ "$(lab_in router ss -Htn state established 'sport = :80' | wc -l)" -ge 1 ]
}
seen=$(options)
check_match "without the kernel's plain time stamps: none" "mss:" "$seen"
check_equal "so no window scale, nor others" "0" "$(grep -Ecw 'ts|sack|wscale:[0-9,]+' <<<"$seen")"
set_sysctl net.ipv4.tcp_timestamps=2
check "a reload looks at them again" ctl reload
seen=$(options)
check_match "with them: time stamps, SACK and window scale" "ts sack.* wscale:[0-9]+,[0-9]+" "$seen"
check "much data over it" fetch "$here4$big"
fwd_clear

section "through a flood: without fwd, and without cookies"
set_sysctl net.ipv4.tcp_syncookies=0
connections "$here4"
check_between "at rest connections succeed" $((tries - 1)) $tries "$succeeded"
rest=$median
flood_start 192.0.2.1
connections "$here4" "${impatient[@]}"
flood_stop
check_between "in a flood, few do (median $median us)" 0 $((tries / 2)) "$succeeded"

# through_flood NAME: as above, with what fwd has set up
through_flood() {
	flood_start 192.0.2.1
	connections "$here4"
	flood_stop
	check_between "$1: they succeed (median $median us; at rest $rest)" $((tries - 1)) $tries \
		"$succeeded"
}
# Let the queue drain: what is in it was not asked for by anybody.
lab_stop "$server_pid"
serve router

section "through a flood: with fwd"
config true 20/s
fwd_up --stats-interval 0 --set-sysctls || test_end
check_equal "--set-sysctls allows the kernel to take cookies" "1" \
	"$(lab_in router sysctl -n net.ipv4.tcp_syncookies)"
through_flood "cookies once the queue is full"
check_between "SYNs were answered" 100 1000000000 "$(answered)"
check_between "after some that found room" 1 1000000000 "$(stat_reason eth0 syn_queue pass)"
before=$(answered)
set_sysctl net.ipv4.tcp_syncookies=2
check "reload" ctl reload
through_flood "cookies always"
check_between "SYNs were answered" $((before + 100)) 1000000000 "$(answered)"

section "in monitor mode"
config false 1/h
check "reload" ctl reload
before=$(answered)
would=$(stat_reason eth0 syn_cookie would_answer)
check "a connection" fetch "$here4"
check "another" fetch "$here4"
check_equal "nothing is answered" "$before" "$(answered)"
check_between "but reported" $((would + 1)) 1000000000 "$(stat_reason eth0 syn_cookie would_answer)"
check_match "also by explain" "would be answered" \
	"$(ctl explain "$packet")"

section "what the host lacks"
check "healthy" ctl health
set_sysctl net.ipv4.tcp_syncookies=0
check_exit "unhealthy without cookies" 7 ctl health
check_match "it says why" 'limit "syns" answers SYNs, but the kernel takes no cookies' "$output"
check_match "so does status" "problem .*net.ipv4.tcp_syncookies is 1" "$(ctl status)"
check_soon "packets see it, without a reload" 7 verdict_is "drop over_limit"
set_sysctl net.ipv4.tcp_syncookies=1
check_soon "and see it back" 7 verdict_is "pass syn_queue"
set_sysctl net.ipv4.tcp_syncookies=0
check "a reload" ctl reload
check_equal "sets it again" "1" "$(lab_in router sysctl -n net.ipv4.tcp_syncookies)"
fwd_clear
lab_stop "$server_pid"

section "a service behind the router"
[ -z "${FWD_IN_VM:-}" ] || modprobe -a nf_conntrack nft_synproxy nft_ct nf_tables 2>/dev/null
# proxy WSCALE: the kernel completes the handshakes that fwd has begun; other connections pass it by
proxy() {
	lab_in router nft -f - <<-RULES
	flush ruleset
	table inet proxy {
		chain forward {
			type filter hook forward priority 0
			tcp dport 80 ct state invalid synproxy mss 1460 wscale $1 timestamp sack-perm
			ct state invalid drop
		}
	}
	RULES
}
if ! proxy 7 2>"$lab_dir/nft.err"; then
	skip "SYNPROXY" "nftables cannot have it here: $(head -1 "$lab_dir/nft.err")"
	test_end
fi
serve server
config true 1/h '"for": "synproxy"'
set_sysctl net.netfilter.nf_conntrack_tcp_loose=1
fwd_up --stats-interval 0 || test_end
check_match "a loose conntrack is reported" "nf_conntrack_tcp_loose is 0" "$(cat "$fwd_log")"
check_match "without --set-sysctls a reload warns, with the place" \
	'fwd.json:[0-9]+:[0-9]+: warning: limit "syns" .*W0902' "$(ctl reload 2>&1)"
check_equal "and sets nothing" "1" \
	"$(lab_in router sysctl -n net.netfilter.nf_conntrack_tcp_loose)"
set_sysctl net.netfilter.nf_conntrack_tcp_loose=0
check "healthy then" ctl health
proxy 8
check_exit "unhealthy if SYNPROXY's rule says otherwise" 7 ctl health
check_match "it says what it should" "synproxy mss 1460 wscale 7 timestamp sack-perm" "$output"
lab_in router nft flush ruleset
check_exit "unhealthy without a rule" 7 ctl health
proxy 7
fetch "$behind4" # within the limit
before=$(answered)
check "a connection to the server" fetch "$behind4"
check "over IPv6" fetch 'http://[2001:db8:2::2]/'
check "much data" fetch "$behind4$big"
check_between "their SYNs were answered" $((before + 3)) 1000000 "$(answered)"
fwd_clear

section "a service behind, through a flood"
lab_in router nft flush ruleset
lab_in server sysctl -qw net.ipv4.tcp_syncookies=0
flood_start 198.51.100.2
connections "$behind4" "${impatient[@]}"
flood_stop
check_between "without fwd, few succeed (median $median us)" 0 $((tries / 2)) "$succeeded"
lab_stop "$server_pid"
serve server
proxy 7
# What is within the rate fills the server's queue, which takes no cookies: as little as that.
config true 1/s '"for": "synproxy"'
fwd_up --stats-interval 0 || test_end
flood_start 198.51.100.2
connections "$behind4"
flood_stop
check_between "with fwd, they do (median $median us)" $((tries - 1)) $tries "$succeeded"
check_between "SYNs were answered" 100 1000000000 "$(answered)"

fwd_clear
test_end
