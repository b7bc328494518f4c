#!/bin/bash
# SPDX-License-Identifier: MIT
# Frames that TSO and GRO have merged count as the packets that they stand for.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

lab_open
lab_router
# Generic mode sees what a veth's other end has not cut yet.
fwd_config <<-'JSON'
	{
	  "enforce": true,
	  "interfaces": {"eth0": {"zone": "wan", "mode": "generic"}},
	  "limits": {"few": {"rate": "500/s", "burst": 500, "per": "rule"}},
	  "rules": [
	    {"id": "count", "match": {"proto": "tcp", "dport": 9001}, "action": "log",
	     "log": {"sample": "1/1000000"}},
	    {"id": "few", "match": {"proto": "tcp", "dport": 9002}, "limit": "few"}
	  ]
	}
JSON
fwd_up || test_end

# sink PORT: the server reads all that comes, and writes how much to $lab_dir/got.PORT at its end
sink() {
	rm -f "$lab_dir/got.$1"
	lab_start server /usr/bin/python3 -SE -c '
import socket, sys
port, name = int(sys.argv[1]), sys.argv[2]
server = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
open(name + ".ready", "w").close()
client, got = server.accept()[0], 0
try:
    while data := client.recv(1 << 20):
        got += len(data)
except ConnectionResetError:
    pass
with open(name + ".new", "w") as file:
    file.write(str(got))
import os
os.rename(name + ".new", name)' "$1" "$lab_dir/got.$1"
	eventually 10 test -e "$lab_dir/got.$1.ready"
}

# send PORT BYTES SECONDS [ADDRESS]: so much, or for so long
send() {
	lab_in client /usr/bin/python3 -SE -c '
import socket, sys, time
port, size, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
client = socket.create_connection((sys.argv[4], port), timeout=seconds)
end, sent, block = time.monotonic() + seconds, 0, b"x" * 65536
try:
    while sent < size and time.monotonic() < end:
        client.settimeout(max(0.01, end - time.monotonic()))
        sent += client.send(block[:size - sent])
except TimeoutError:
    pass
client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0" if sent < size else b"\0" * 8)
client.close()' "$1" "$2" "$3" "${4:-198.51.100.2}"
}

# TCP segments that the client has sent, those that were sent again included.
segments_sent() {
	lab_in client awk '$1 == "Tcp:" && $2 ~ /^[0-9]/ {print $12 + $13}' /proc/net/snmp
}

section "counters"
sink 9001
send 9001 20000000 60
check_soon "20 MB arrive" 20 test -e "$lab_dir/got.9001"
got=$(cat "$lab_dir/got.9001")
check_equal "all of them" 20000000 "$got"
packets=$(stat_rule count)
# 1448 bytes in each; and some of the handshake, the end, and what was sent again.
check_between "counted as packets of the link's size" $((got / 1460)) $((got / 1448 * 12 / 10 + 50)) "$packets"
check_match "status says what is counted" "frames that GRO" "$(ctl iface list)"

section "frames above 64 KiB"
if lab_in client ip link set c0 gso_max_size 150000 2>/dev/null; then
	rm -f "$lab_dir"/got.*
	sink 9001
	before=$(stat_rule count)
	sent=$(segments_sent)
	send 9001 20000000 60 2001:db8:2::2
	check_soon "20 MB arrive over IPv6" 20 test -e "$lab_dir/got.9001"
	check_equal "all of them" 20000000 "$(cat "$lab_dir/got.9001")"
	check_equal "none is malformed" 0 "$(ctl -j stats | jq '[.result.interfaces[].reasons[] |
		select(.reason | test("^(truncated|ipv[46]_|tcp_bad)")) | .packets] | add // 0')"
	sent=$(($(segments_sent) - sent))
	check_between "counted as the packets that were sent, $sent" $((sent * 95 / 100)) $((sent + 50)) \
		$(($(stat_rule count) - before))
	lab_in client ip link set c0 gso_max_size 65536
else
	skip "frames above 64 KiB" "this kernel sends none"
fi

section "a limit"
sink 9002
began=$(now_ms)
send 9002 1000000000 4
took=$(($(now_ms) - began))
passed=$(stat_limit few passed)
check_between "no more than 500 packets a second and the burst" 1 $((500 + 500 * (took + 100) / 1000)) "$passed"
check_soon "the connection ended" 20 test -e "$lab_dir/got.9002"
check_between "nor more bytes than these have" 1 $((1460 * (500 + 500 * (took + 100) / 1000))) "$(cat "$lab_dir/got.9002")"
check_between "the rest was over it" 1 1000000000 "$(stat_limit few over)"

fwd_clear
test_end
