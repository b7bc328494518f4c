#!/bin/bash
# SPDX-License-Identifier: MIT
# Whom a limit does not ban: what the lock-out check protects, and who has not proven that it is the source.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

lab_open
lab_router
lab_in client ip address add 192.0.2.9/32 dev c0
lab_in client ip address add 192.0.2.10/32 dev c0
events_file=$lab_dir/events.jsonl

# config ENFORCE
config() {
	fwd_config <<-JSON
	{
	  "enforce": $1,
	  "interfaces": {"eth0": {"zone": "wan"}},
	  "sets": {"victims": {"live": true}},
	  "limits": {
	    "proven": {"rate": "1/min", "burst": 1, "per": "src/32,64", "over": "block"},
	    "any": {"rate": "1/s", "burst": 1, "per": "src/32,64", "over": "block",
	            "block": {"forgeable": true, "for": "1h"}},
	    "net": {"rate": "1/s", "burst": 5, "per": "src/24", "over": "block",
	            "block": {"forgeable": true}},
	    "target": {"rate": "1/s", "burst": 1, "per": "dst/32", "over": "block",
	               "block": {"set": "victims"}}
	  },
	  "rules": [
	    {"id": "proven-udp", "match": {"proto": "udp", "dport": 5000}, "limit": "proven"},
	    {"id": "any-udp", "match": {"proto": "udp", "dport": 5001}, "limit": "any"},
	    {"id": "net-udp", "match": {"proto": "udp", "dport": 5002}, "limit": "net"},
	    {"id": "target-udp", "match": {"proto": "udp", "dport": 5003}, "limit": "target"},
	    {"id": "web", "match": {"proto": "tcp", "dport": 8080, "tcp_flags": "syn"}, "limit": "proven"},
	    {"id": "data", "match": {"proto": "tcp", "dport": 8081}, "limit": "proven"}
	  ]
	}
	JSON
}

# flood FRAME-ARGUMENTS: 300 frames from the client, as anybody on the way could send them
# udp|syn|ack SOURCE TARGET DPORT
forge() {
	lab_in client /usr/bin/python3 -c '
import socket, sys
sys.path.insert(0, sys.argv[1])
import frames
kind, src, dst, dport = sys.argv[2:]
body = (frames.udp(b"x" * 20, dport=int(dport)) if kind == "udp" else
        frames.tcp(b"", dport=int(dport), flags={"syn": 0x02, "ack": 0x10}[kind]))
six = ":" in src
frame = frames.ether(frames.ip6(body, src, dst, proto=17 if kind == "udp" else 6), frames.IP6) if six else \
    frames.ether(frames.ip4(body, src, dst, proto=17 if kind == "udp" else 6))
sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
sock.bind(("c0", 0))
for _ in range(300):
    sock.send(frame)' "$here/../lib" "$@"
}

# session PORT LOCAL REMOTE: a TCP session from the client to the router that stays
session() {
	lab_start router /usr/bin/python3 -c '
import socket, sys, time
server = socket.create_server((sys.argv[2], int(sys.argv[1])),
                              family=socket.AF_INET6 if ":" in sys.argv[2] else socket.AF_INET)
kept = [server.accept() for _ in range(1)]
time.sleep(600)' "$1" "$2"
	lab_start client /usr/bin/python3 -c '
import socket, sys, time
for _ in range(300):
    try:
        kept = socket.create_connection((sys.argv[2], int(sys.argv[1])),
                                        source_address=(sys.argv[3], 0))
        break
    except OSError:
        time.sleep(0.1)
time.sleep(600)' "$1" "$2" "$3"
	eventually 10 connected "$1" "$3" ||
		echo "no session on port $1" >&2
}

connected() {
	lab_in router ss -Htn state established "sport = :$1" | grep -qF "$2"
}

is_blocked() {
	ctl -j blocks | jq -e --arg a "$1" '.result.items | any(.prefix == $a)'
}
# was_missed LIMIT TEXT: an event says so
was_missed() {
	[ "$(jq -c --arg l "$1" --arg t "$2" 'select(.type == "bans_missed" and .limit == $l and
		(.text | test($t)))' "$events_file")" ]
}
# spared NAME LIMIT TEXT ADDRESS: an event says why it is not banned, and it is not
spared() {
	check_soon "$1" 5 was_missed "$2" "$3"
	check_exit "and is not blocked" 1 is_blocked "$4"
	: >"$events_file"
}

session 179 192.0.2.1 192.0.2.9
session 179 2001:db8:1::1 2001:db8:1::2
lab_in router ip route add default via 192.0.2.2
config true
fwd_up --log-format jsonl --log-file "$events_file" || test_end
check "the config" "$fwctl_binary" check "$fwd_file"
check_match "is warned of limits that never ban" 'W0330' "$output"
check_equal "one, as others may" 1 "$(grep -c W0330 <<<"$output")"

guarded() {
	section "what the check protects, mode enforce $1"
	forge udp 192.0.2.9 192.0.2.1 5001
	spared "a BGP peer, as a neighbour" any "cut off ARP of the neighbour 192.0.2.9" 192.0.2.9
	forge udp 2001:db8:1::2 2001:db8:1::1 5001
	spared "over IPv6" any "cut off neighbour discovery of the neighbour 2001:db8:1::2" \
		2001:db8:1::/64
	forge udp 192.0.2.2 192.0.2.1 5001
	spared "the gateway" any "ARP of the gateway 192.0.2.2" 192.0.2.2
	forge udp 192.0.2.77 192.0.2.1 5002
	spared "the network that they are in" net "cut off" 192.0.2.0/24
	forge udp 203.0.113.7 192.0.2.1 5003
	check_soon "our own address as a target" 5 was_missed target "cut off"
	check_equal "is not in the set" 0 "$(ctl -j set show victims | jq .result.total)"
	forge udp 203.0.113.7 192.0.2.1 5001
	check_soon "who is not protected is banned" 5 is_blocked 203.0.113.7
	ctl unblock 203.0.113.7 >/dev/null
	: >"$events_file"
}
guarded true

section "sources that may be forged"
forge udp 203.0.113.8 192.0.2.1 5000
spared "UDP" proven "may be forged" 203.0.113.8
forge syn 203.0.113.9 198.51.100.2 8080
spared "SYNs to a host behind" proven "may be forged" 203.0.113.9
forge syn 203.0.113.10 192.0.2.1 8080
spared "SYNs to the router" proven "may be forged" 203.0.113.10
forge ack 203.0.113.11 192.0.2.1 8081
spared "ACKs to the router without a connection" proven "may be forged" 203.0.113.11
check_between "they are counted" 4 100000 "$(ctl -j limit show proven | jq .result.bans_missed)"

section "sources that are known"
lab_start router /usr/bin/python3 -c '
import socket
server = socket.create_server(("192.0.2.1", 8080))
kept = []
while True:
    kept.append(server.accept())'
eventually 10 lab_in router sh -c "ss -Htln sport = :8080 | grep -q ."
lab_start client /usr/bin/python3 -c '
import socket
kept = []
for i in range(50):
    sock = socket.socket()
    kept.append(sock)
    sock.settimeout(0.2 if i else 30)  # only the first one gets through
    sock.bind(("192.0.2.10", 0))
    try:
        sock.connect(("192.0.2.1", 8080))
    except OSError:
        pass'
check_soon "who has a connection with the router" 10 is_blocked 192.0.2.10
ctl unblock 192.0.2.10 >/dev/null
forge ack 203.0.113.12 198.51.100.2 8081
check_soon "what comes after a handshake, to others" 5 is_blocked 203.0.113.12

config false
check "monitor mode" ctl reload
: >"$events_file"
guarded false

fwd_clear
test_end
