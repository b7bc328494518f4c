#!/bin/bash
# SPDX-License-Identifier: MIT
# fwctl init writes a policy from what a host has, which holds against the ordinary packets.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

unset SSH_CONNECTION
lab_open
lab_router
lab_ip router <<-IP
	route add default via 192.0.2.2
	route add 198.18.5.0/24 via 198.51.100.2
	route add 2001:db8:55::/48 via 2001:db8:2::2
	link add dummy0 type veth peer name dummy1
IP

# init ARGS...: by nobody who is connected; the result is in $output
init() {
	lab_in router setsid "$fwctl_binary" init "$@" </dev/null
}

# found JQ ARGS...: a field of the result
found() {
	init -j "${@:2}" | jq -rc ".result$1"
}

# listen NAME PROTO ADDRESS PORT: a program of that name with a socket there
listen() {
	lab_start router /usr/bin/python3 -c '
import ctypes, signal, socket, sys
ctypes.CDLL(None).prctl(15, sys.argv[1].encode())
family = socket.AF_INET6 if ":" in sys.argv[3] else socket.AF_INET
kind = socket.SOCK_STREAM if sys.argv[2] == "tcp" else socket.SOCK_DGRAM
sock = socket.socket(family, kind)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
sock.bind((sys.argv[3], int(sys.argv[4])))
if kind == socket.SOCK_STREAM:
    sock.listen()
signal.pause()' "$@"
	eventually 10 listens "$2" "$4" || echo "nothing listens at $4" >&2
}
listens() {
	lab_in router ss -Hln"${1:0:1}" | grep -q ":$2 "
}

# session NAMESPACE LOCAL REMOTE SPORT: one to port 22 that stays, and that nobody can follow
session() {
	lab_start router /usr/bin/python3 -c '
import signal, socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
server = socket.socket(family)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind((sys.argv[1], 22))
server.listen()
kept, _ = server.accept()
server.close()
signal.pause()' "$2"
	lab_start "$1" /usr/bin/python3 -c '
import signal, socket, sys, time
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
while True:
    peer = socket.socket(family)
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    peer.bind((sys.argv[2], int(sys.argv[3])))
    try:
        peer.connect((sys.argv[1], 22))
        break
    except OSError:
        peer.close()
        time.sleep(0.1)
signal.pause()' "$2" "$3" "$4"
	eventually 10 established "$4" || echo "no session from port $4" >&2
}
established() {
	lab_in router ss -Htn state established | grep -q ":$1 *\$"
}
# as SSH_CONNECTION COMMAND...
as() {
	SSH_CONNECTION=$1 "${@:2}"
}

section "the schema"
# Where this build installs it, which is below /usr/local with README's commands.
check_match "is named where it is installed" \
	"^$(sed -n 's/^CMAKE_INSTALL_PREFIX:PATH=//p' "$fwd_build/CMakeCache.txt")/share/fwd/fwd.schema.json$" \
	"$(init --wan eth0 2>/dev/null | jq -r '."$schema"')"

section "what it needs"
check_exit "no uplink is given" 2 init
check_match "the one that has the default route is offered" '--wan is missing; the default route leaves by eth0: --wan eth0' "$output"
check_exit "an interface that is not there" 2 init --wan eth7
check_match "is named" '--wan eth7: there is no such interface' "$output"
check_exit "a LAN that is not there" 2 init --wan eth0 --lan eth1 --lan eth8
check_match "is named, too" '--lan eth8: there is no such interface' "$output"
check_exit "loopback" 2 init --wan lo
check_match "has no Ethernet headers" '--wan lo: it has no Ethernet headers' "$output"
check_exit "one for both" 2 init --wan eth0 --lan eth0
check_match "is refused" 'eth0 is given as --wan and as --lan' "$output"
check_exit "the LAN twice" 2 init --wan eth0 --lan eth1 --lan eth1
check_exit "the uplink as LAN" 2 init --wan eth1 --lan eth0
check_match "is refused for its route" '--lan eth0: the default route leaves by it' "$output"
check_exit "a LAN without addresses" 2 init --wan eth0 --lan dummy0
check_match "is refused" 'no interface of --lan has an address' "$output"
check_exit "a wrong prefix" 2 init --wan eth0 --mgmt 192.0.2.1/24
check_match "is reported with the right one" 'meant 192.0.2.0/24' "$output"

section "what it finds"
check_equal "the networks of the LAN, routed ones too" \
	'["198.18.5.0/24","198.51.100.0/24","2001:db8:2::/64","2001:db8:55::/48"]' \
	"$(found .lan_networks --wan eth0 --lan eth1)"
check_equal "what is not filtered" '["dummy0","dummy1"]' \
	"$(found '.not_filtered | sort' --wan eth0 --lan eth1)"
check_equal "nobody is connected" '[]' "$(found .management --wan eth0)"
check_match "which is said" 'management +none: you are not connected by SSH' "$(init --wan eth0 2>&1)"
listen sshd tcp 0.0.0.0 2222
listen sshd tcp 127.0.0.1 6010
listen nginx tcp :: 80
listen wg udp 0.0.0.0 51820
listen lanonly udp 198.51.100.1 67
ssh='.policy.management.allow[0]'
check_equal "the port of sshd, and a prefix" '{"id":"ssh","src":["203.0.113.0/28"],"proto":"tcp","dport":[2222]}' \
	"$(found "$ssh" --wan eth0 --mgmt 203.0.113.0/28)"
session client 192.0.2.1 203.0.113.7 40022
session server 198.51.100.1 198.51.100.2 40023
session client 2001:db8:1::1 2001:db8:bad::7 40024
me="203.0.113.7 40022 192.0.2.1 22"
check_equal "by SSH: the address and its port" '[["203.0.113.7"],[22,2222]]' \
	"$(as "$me" found "$ssh | [.src, .dport]" --wan eth0)"
check_equal "is not there twice" '["203.0.113.0/24"]' \
	"$(as "$me" found .management --wan eth0 --mgmt 203.0.113.0/24)"
check_equal "two of --mgmt" '["192.0.2.66","203.0.113.0/24"]' \
	"$(as "$me" found .management --wan eth0 --mgmt 203.0.113.0/24 --mgmt 192.0.2.66)"
check_equal "from the LAN: its network" '["198.51.100.0/24"]' \
	"$(as "198.51.100.2 40023 198.51.100.1 22" found .management --wan eth0 --lan eth1)"
check_equal "by IPv6: the network of the host" '["2001:db8:bad::/64"]' \
	"$(as "2001:db8:bad::7 40024 2001:db8:1::1 22" found .management --wan eth0)"
check_equal "a connection that is not there counts for nothing" '[]' \
	"$(as "203.0.113.9 40022 192.0.2.1 22" found .management --wan eth0)"
check_equal "what listens, but for loopback and the LAN" \
	'["tcp 80 nginx false","tcp 2222 sshd false","udp 51820 wg true"]' \
	"$(found '.listening | map("\(.proto) \(.port) \(.process) \(.reachable)") | sort_by(split(" ")[1] | tonumber)' --wan eth0 --lan eth1)"
check_match "and is reported" 'udp 0.0.0.0:51820 wg, reached by packets that look like replies' \
	"$(init --wan eth0 --lan eth1 2>&1)"

section "leases"
check_equal "an address for good needs none" '[false,false]' "$(found '| [.dhcp, .dhcp6]' --wan eth0)"
check_equal "so there is no rule" '[]' "$(found '.policy.rules | map(select(.id | test("lease")))' --wan eth0)"
lab_ip router <<<"address change 192.0.2.1/24 dev eth0 valid_lft 3600 preferred_lft 3600"
check_equal "one with an end does" '[true,false]' "$(found '| [.dhcp, .dhcp6]' --wan eth0)"
listen dhclient udp :: 546
check_equal "a client of DHCPv6 does" '[true,true]' "$(found '| [.dhcp, .dhcp6]' --wan eth0)"

check_equal "the LAN's networks are for good" false "$(found .lan_ends --wan eth0 --lan eth1)"
lab_ip router <<<"address add 10.77.0.1/24 dev eth1 valid_lft 3600 preferred_lft 3600"
check_match "one that has an end is reported" "A network of the LAN is assigned for a time" \
	"$(init --wan eth0 --lan eth1 2>&1)"
lab_ip router <<<"address del 10.77.0.1/24 dev eth1"

section "the file"
file=$lab_dir/fwd.json
check "is written" init --wan eth0 --lan eth1 --mgmt 203.0.113.0/24 -o "$file"
check_match "with the next steps" "fwctl check $file" "$output"
check_equal "fwctl check has nothing to say against it" \
	"good: 2 interfaces, 17 rules, 1 set with 4 elements, 3 limits; mode monitor" \
	"$(cd "$lab_dir" && "$fwctl_binary" check fwd.json 2>&1 | sed 's/^fwd.json: //')"
check_equal "stdout has the same" "" "$(init --wan eth0 --lan eth1 --mgmt 203.0.113.0/24 2>/dev/null | diff "$file" -)"
before=$(md5sum <"$file")
check_exit "it is not overwritten" 6 init --wan eth0 -o "$file"
check_match "but by force" "is there already; --force overwrites it" "$output"
check_equal "it is as it was" "$before" "$(md5sum <"$file")"
check "by force" init --wan eth0 -o "$file" --force
check_equal "it is another" "1" "$(jq '.interfaces | length' "$file")"
check "without warnings" "$fwctl_binary" check "$file"
check_equal "neither" "" "$(grep warning <<<"$output")"
check_exit "a folder that is not there" 1 init --wan eth0 -o "$lab_dir/none/fwd.json"
check_equal "leaves nothing" "" "$(ls "$lab_dir/none" 2>/dev/null)"

# hold NAME AT-LEAST KINDS NAME=ADDRESS...: the running policy against so many rows or more
hold() {
	local rows count

	rows=$(FWD_SOCKET=$lab_dir/sock /usr/bin/python3 "$here/ordinary_packets.py" "${@:3}" 2>&1)
	count=$(sed -n 's/ rows asked$//p' <<<"$rows")
	check_between "$1: rows" "$2" 1000 "${count:-0}"
	check_equal "$1: none is judged otherwise" "" "$(grep -v ' rows asked$' <<<"$rows")"
}

section "the ordinary packets"
init --wan eth0 --lan eth1 --mgmt 203.0.113.0/24 -o "$file" --force 2>/dev/null
fwd_file=$file
fwd_up || test_end
hold "a router" 180 error,reply,call,dhcp,link,lan,tcp,noise,spoofed host=198.51.100.5 \
	host6=2001:db8:2::5 router=198.51.100.1 router6=2001:db8:2::1
init --wan eth0 --mgmt 203.0.113.0/24 -o "$file" --force 2>/dev/null
check "a host" ctl reload
hold "a host" 140 error,reply,dhcp,link,tcp,noise host=192.0.2.1 host6=2001:db8:1::1 \
	router=192.0.2.1 router6=2001:db8:1::1
fwd_clear

section "networks that overlap"
lab_ip router <<<"route add 192.0.0.0/16 via 198.51.100.2"
check_equal "the rule against forged addresses is left out" '[true,0]' \
	"$(found '| [.overlaps, (.policy.rules | map(select(.id == "spoofed")) | length)]' --wan eth0 --lan eth1)"
check_match "which is said" "A network of the uplink is also in the LAN" "$(init --wan eth0 --lan eth1 2>&1)"

section "in force"
lab_ip router <<<"route del 192.0.0.0/16"
init --wan eth0 --lan eth1 --mgmt 203.0.113.0/24 2>/dev/null | jq '.enforce = true' >"$file"
fwd_up || test_end
check_equal "a host of the LAN pings out" 5 "$(lab_in server "$here/../lib/echo.py" 5 192.0.2.2)"
check_equal "and over IPv6" 5 "$(lab_in server "$here/../lib/echo.py" 5 2001:db8:1::2)"
listen service tcp 192.0.2.1 8080
connects() {
	lab_in "$1" timeout "$(scaled 3)" bash -c "exec 3<>/dev/tcp/$2/$3"
}
check "management gets in" lab_in client /usr/bin/python3 -c '
import socket
socket.create_connection(("192.0.2.1", 2222), 20, ("203.0.113.7", 0))'
check_exit "strangers do not" 124 connects client 192.0.2.1 8080
lab_start client /usr/bin/python3 -m http.server 8081 --bind 192.0.2.2
check "the LAN gets out" eventually 10 connects server 192.0.2.2 8081
fwd_clear

section "a lease"
lease_script=$lab_dir/lease
cat >"$lease_script" <<-'SCRIPT'
	#!/bin/sh
	[ "$1" != bound ] || ip address add "$ip/24" dev "$interface" valid_lft "$lease" preferred_lft "$lease"
SCRIPT
chmod +x "$lease_script"
cat >"$lab_dir/udhcpd.conf" <<-CONF
	start 192.0.2.100
	end 192.0.2.110
	interface c0
	lease_file $lab_dir/leases
	pidfile $lab_dir/udhcpd.pid
	option subnet 255.255.255.0
	option lease 3600
CONF
: >"$lab_dir/leases"
# lease [OPTIONS]: the router asks for one
lease() {
	lab_in router busybox udhcpc -i eth0 -f -q -n -t 5 -T "$(scaled 2)" -s "$lease_script" "$@"
}
lab_ip router <<<"address flush dev eth0 scope global"
check_equal "an uplink without an address is to get one" true "$(found .dhcp --wan eth0)"
init --wan eth0 2>/dev/null | jq '.enforce = true' >"$file"
lab_start client "$(type -P busybox)" udhcpd -f "$lab_dir/udhcpd.conf" 2>"$lab_dir/udhcpd.log"
eventually 10 test -s "$lab_dir/udhcpd.log" || echo "udhcpd does not start" >&2
fwd_up || test_end
check "a real client gets a lease" lease
check_match "which is an address" 'inet 192\.0\.2\.1[0-9][0-9]/24' "$(lab_in router ip -4 address show eth0)"
check "by broadcast, too" lease -B
jq 'del(.rules[] | select(.id == "dhcp-lease"))' "$file" >"$file.none"
check "without the rule" ctl apply "$file.none" --force --confirm 10m
check_exit "there is none" 1 lease -t 2 -T 1
fwd_clear
test_end
