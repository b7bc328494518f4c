#!/bin/bash
# SPDX-License-Identifier: MIT
# A start with a config file that cannot be used: what filtered before filters again, and this is reported.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

unset SSH_CONNECTION
lab_open
lab_router
. "$here/../lib/boot.sh"

cat >"$lab_dir/notify.py" <<'PY'
import socket, sys
sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
sock.bind(sys.argv[1])
while True:
    text = sock.recv(4096).decode()
    with open(sys.argv[2], "a") as file:
        print(text, file=file)
PY
notified=$lab_dir/notified
: >"$notified"
python3 "$lab_dir/notify.py" "$lab_dir/notify" "$notified" &
lab_pids+=($!)
eventually 5 test -S "$lab_dir/notify"
export NOTIFY_SOCKET=$lab_dir/notify

section "the file has a comma too many, and the machine was restarted"
first
ctl save >/dev/null
check "a live edit" ctl rule add '{"id": "port", "match": {"proto": "udp", "dport": 2000}, "action": "drop"}'
check_equal "it filters" "5 0 0" "$(probe $good $bad 192.0.2.2,2000)"
kept=$(ctl -j status | jq .result.revision)
fwd_down KILL
broken
reboot
check_equal "nothing filters" "5 5" "$(probe $good $bad)"
fwd_up || test_end
check_equal "the last revision filters, live edits included" "5 0 0" \
	"$(probe $good $bad 192.0.2.2,2000)"
check_equal "by the same revision" "$kept" "$(ctl -j status | jq .result.revision)"
check_match "the log has the place" 'fwd\.json:6:[0-9]+: error: .*\[E0002\]' "$(cat "$fwd_log")"
check_match "and what runs" "error: the config file .* cannot be used \(.*E0002\]\): revision $kept runs instead" \
	"$(cat "$fwd_log")"
check_soon "and an event" 5 grep -q ' config: the config file .* cannot be used' "$fwd_log"
check_exit "health is degraded" 7 ctl health
check_match "and says why, with the place" "fwd\.json:6:[0-9]+: .*revision $kept runs instead" "$output"
check "status" ctl status
check_match "has it" "problem +the config file .*fwd\.json:6:[0-9]+: .*revision $kept runs instead" "$output"
check_equal "as JSON, with the place" "revision $kept 6 E0002" "$(ctl -j status | jq -r \
	'"\(.config_fault.runs) \(.config_fault.revision) \(.result.config_errors[0] | "\(.line) \(.code)")"')"
check_match "every other command says it on stderr" "warning: the config file .* cannot be used" \
	"$(ctl rule list 2>&1 >/dev/null)"
check_match "a refused one, too" "warning: the config file .* cannot be used" \
	"$(ctl rule delete nosuch 2>&1 >/dev/null)"

check_soon "systemd's status line" 5 grep -q "^STATUS=.*; the config file cannot be used: revision $kept runs instead" "$notified"

section "while it is broken"
before=$(sha256sum "$fwd_file")
check_exit "save does not write over what is being edited" 6 ctl save
check_match "and says why" "repair it and reload, or overwrite it by --force" "$output"
check_equal "the file is as it was" "$before" "$(sha256sum "$fwd_file")"
check_exit "a reload is refused" 3 ctl reload
check_match "with the place" 'fwd\.json:6:[0-9]+' "$output"
filters "after it"
kill -HUP "$fwd_pid"
check_soon "SIGHUP, too" 5 grep -q 'reload failed' "$fwd_log"
filters "after it"
# What the unit reloads by: its failure is the unit's.
reload=$(sed -n 's/^ExecReload=@CMAKE_INSTALL_FULL_BINDIR@//p' "$fwd_source/configs/systemd/fwd.service.in")
check_equal "the unit reloads by fwctl" "/fwctl reload" "$reload"
check_exit "systemctl reload fails" 3 env FWD_SOCKET="$lab_dir/sock" sh -c "$(dirname "$fwctl_binary")$reload"
check_match "with the error" 'fwd\.json:6:[0-9]+: error: .*E0002' "$output"
if command -v systemd-analyze >/dev/null; then
	sed "s|@CMAKE_INSTALL_FULL_SBINDIR@/fwd|$fwd_binary|; s|@CMAKE_INSTALL_FULL_BINDIR@/fwctl|$fwctl_binary|
		s|@CMAKE_INSTALL_FULL_SYSCONFDIR@|/etc|" \
		"$fwd_source/configs/systemd/fwd.service.in" >"$lab_dir/fwd.service"
	check "the unit is well-formed" systemd-analyze verify --man=no "$lab_dir/fwd.service"
	check_equal "without a remark on it" "" "$(grep -F "fwd.service" <<<"$output")"
else
	skip "the unit is well-formed" "no systemd-analyze"
fi
check "edits go on" ctl rule delete port
fwd_down KILL
filters "killed"
fwd_up || test_end
check_equal "the next one takes over, and the edit holds" "5 0 5" "$(probe $good $bad 192.0.2.2,2000)"
check_match "from the datapath" "took over generation" "$(cat "$fwd_log")"
check_equal "and does not say that edits are gone which hold" "" "$(grep 'are gone' "$fwd_log")"
check_equal "it says so, too" revision "$(runs)"
policy ',{"id": "port3", "match": {"proto": "udp", "dport": 3000}, "action": "drop"}' >"$fwd_file"
check "a reload of the repaired file" ctl reload
check_equal "does not say that edits are gone which the file has" "" "$(grep gone <<<"$output")"
check_equal "is what runs" "5 0 0" "$(probe $good $bad 192.0.2.2,3000)"
check_equal "all is well" null "$(runs)"
check "health" ctl health
broken
check_exit "a reload that fails" 3 ctl reload
check_soon "is in systemd's status line, with the place" 5 \
	grep -q '^STATUS=.*; the config file could not be loaded: .*fwd\.json:6:[0-9]*: ' "$notified"
policy ',{"id": "port3", "match": {"proto": "udp", "dport": 3000}, "action": "drop"}' >"$fwd_file"
: >"$notified"
check "and one that does not" ctl reload
check_soon "ends that" 5 grep -q '^STATUS=' "$notified"
check_equal "without a word of it" "" "$(grep '^STATUS=.*config file' "$notified")"
check_equal "nobody says anything" "" "$(ctl rule list 2>&1 >/dev/null)"
check_match "the log has it" 'the config file .* can be used again' "$(cat "$fwd_log")"
broken
fwd_down
reboot
fwd_up || test_end
check "save --force writes what runs" ctl save --force
check "then all is well" ctl health
reboot
fwd_up || test_end
check_equal "also at the next start" "5 0 0 null" "$(probe $good $bad 192.0.2.2,3000) $(runs)"

section "killed at any moment of such a start"
first
broken
fwd_down KILL
for ms in 5 20 50 100 200 400 800; do
	: >"$lab_dir/killed.log"
	lab_start router "$fwd_binary" -c "$fwd_file" --pin-dir "$lab_pin" --socket "$lab_dir/sock" \
		--state-dir "$state" >"$lab_dir/killed.log" 2>&1
	sleep "$(printf '0.%03d' "$ms")"
	lab_stop "$lab_pid" KILL
	filters "after $ms ms"
done
reboot
lab_start router "$fwd_binary" -c "$fwd_file" --pin-dir "$lab_pin" --socket "$lab_dir/sock" \
	--state-dir "$state" >"$lab_dir/killed.log" 2>&1
sleep 0.1
lab_stop "$lab_pid" KILL
fwd_up || test_end
filters "and the next one"
check_equal "as one revision" 1 "$(ctl -j status | jq .result.revision)"

section "what else makes a file unusable"
# unusable NAME REGEX: the file is as it is now; packets are filtered all the same
unusable() {
	fwd_down KILL
	reboot
	fwd_up || test_end
	filters "$1"
	check_equal "$1: a revision runs" revision "$(runs)"
	check_match "$1: the log says why" "$2" "$(cat "$fwd_log")"
	check_match "$1: health, too" "$2" "$(ctl health 2>&1)"
}
first
policy ',{"id": "x"}' >"$fwd_file"
unusable "a mistake in a rule" 'E0108'
rm "$fwd_file"
unusable "no file" 'fwd\.json: .*No such file'
mkdir "$fwd_file"
unusable "a folder" 'fwd\.json: .*directory'
rmdir "$fwd_file"
policy '' ', "include": "part.json"' >"$fwd_file"
unusable "an include that is gone" 'part\.json'
fwd_config < <(jq -c '.rules = [range(20000) | {id: "r\(.)", action: "drop", match: {src: "10.\(. % 250).\(. / 250 | floor).1", dport: ., proto: "udp"}}]' <(policy))
unusable "more rules than there may be" 'E0401'

section "the last revision names an interface that is gone"
late_policy() {
	policy | jq '.interfaces.late0 = {"zone": "wan"}'
}
lab_in router ip link add late0 type veth peer name late1
first
late_policy >"$fwd_file"
check "a policy with it" ctl reload
check_equal "it is filtered" true "$(iface late0 .attached)"
fwd_down KILL
lab_in router ip link delete late0
broken
reboot
fwd_up || test_end
check_equal "a revision runs" revision "$(runs)"
filters "the others are filtered"
check_equal "it is missing" "missing wan" "$(iface late0 '"\(.state) \(.zone)"')"
check_exit "health" 7 ctl health
check_match "has both: the file" 'E0002' "$output"
check_match "and the interface" 'late0' "$output"
lab_in router ip link add late0 type veth peer name late1
is_late() {
	[ "$(iface late0 .attached)" = true ]
}
check_soon "it is attached when it comes" 2 is_late
check_equal "with the revision's zone" wan "$(iface late0 .zone)"
lab_in router ip link set late0 up
lab_in router ip link set late1 up
check_equal "and its rules" drop "$(ctl -j explain 'in late0 udp 203.0.113.7:1000 > 198.51.100.2:1000' | jq -r .result.verdict)"
check_equal "the file is still reported" revision "$(runs)"
fwd_down
lab_in router ip link delete late0

section "set files that are gone"
printf '203.0.113.0/24\n' >"$lab_dir/bad.netset"
sets=', "sets": {"bad": {"file": "bad.netset"}}'
rule=',{"id": "set", "match": {"src": "@bad", "proto": "udp"}, "action": "drop"}'
first
policy "$rule" "$sets" | jq 'del(.rules[0])' >"$fwd_file"
check "a policy with a set from a file" ctl reload
filters "with it"
rm "$lab_dir/bad.netset"
unusable "a set file that is gone" 'bad\.netset'
check_match "its copy is used" 'set "bad" has the 1 entries of its copy' "$(cat "$fwd_log")"
check_match "health says so" 'set "bad" has the 1 entries that it had before' "$(ctl health 2>&1)"
broken
unusable "and the file is broken, too" 'E0002'
rm "$state/sets/bad.kept"
fwd_down
reboot
fwd_up || test_end
check_match "without a copy, the revision before runs" 'revision 3 runs instead' "$(ctl health 2>&1)"
filters "by it"
check_match "the history has which" 'revision 1, as the config file cannot be used' "$(ctl history)"

section "revisions that are damaged"
first
check "another revision" ctl rule add '{"id": "port", "match": {"proto": "udp", "dport": 2000}, "action": "drop"}'
check "and one more" ctl rule add '{"id": "port3", "match": {"proto": "udp", "dport": 3000}, "action": "drop"}'
broken
fwd_down KILL
reboot
sed -i 's/3000/3001/' "$state/revisions/3"
fwd_up || test_end
check_equal "the one before it" "5 0 0 5" "$(probe $good $bad 192.0.2.2,2000 192.0.2.2,3000)"
check_match "the log says so" "revision 3 .*(damaged|cannot be)" "$(cat "$fwd_log")"
check_equal "its text is the newest again" '"port"' "$(ctl -j history | jq -c '.result.items[0].number as $n |
	if $n == 4 then "port" else $n end')"

section "no revision is left"
# none [TOP]: enforced, and no revision is left
none() {
	first '' "${1:-}"
	fwd_down KILL
	rm -f "$state"/revisions/*
	broken
}
none
reboot
fwd_up || test_end
check_equal "it is closed: only management passes" "0 0 5" "$(probe $good $bad 192.0.2.2,7)"
check_equal "and says so" closed "$(runs)"
check_match "health, too" 'closed, only management and link packets pass' "$(ctl health 2>&1)"
check "ARP works: its neighbours are found" lab_in router sh -c 'ip neigh flush dev eth0; ping -c 1 -W 5 192.0.2.2 || :; ip neigh show 192.0.2.2 dev eth0 | grep -q "lladdr 02:00:00:00:00:c0"'
check "neighbour discovery, too" lab_in router sh -c 'ip -6 neigh flush dev eth0; ping -c 1 -W 5 2001:db8:1::2 || :; ip neigh show 2001:db8:1::2 dev eth0 | grep -q "lladdr 02:00:00:00:00:c0"'
verdict() {
	ctl -j explain "in eth0 $1" | jq -r .result.verdict
}
check_equal "a DHCP lease" "pass pass" "$(verdict 'udp 192.0.2.2:67 > 255.255.255.255:68') $(verdict 'udp [fe80::1]:547 > [fe80::2]:546')"
check_equal "but nothing like it" "drop" "$(verdict 'udp 192.0.2.2:68 > 255.255.255.255:67')"
fwd_down KILL
fwd_up || test_end
check_equal "the next fwd goes on with it" "0 0 5 closed" "$(probe $good $bad 192.0.2.2,7) $(runs)"
fwd_down
policy >"$fwd_file"
fwd_up || test_end
check_equal "the repaired file runs" "5 0 null" "$(probe $good $bad) $(runs)"
none ', "defaults": {"boot_fail": "open"}'
reboot
fwd_up || test_end
check_equal "open: all pass" "5 5 open" "$(probe $good $bad) $(runs)"
check_exit "health is degraded" 7 ctl health
fwd_down
fwd_up || test_end
check_equal "and at the next start, too" "5 5 open" "$(probe $good $bad) $(runs)"
none
check_exit "kernel filters on: it stays" 3 fwd_run
check_match "and says so" 'no revision can be used: what the earlier fwd left attached goes on' "$output"
filters "it is left alone"
first
fwd_config < <(policy | jq '.enforce = false')
check "monitor mode" ctl reload --force --confirm 1m
check "for good" ctl confirm
fwd_down KILL
rm -f "$state"/revisions/*
broken
reboot
fwd_up || test_end
check_equal "who never dropped does not begin with it" "5 5 open" "$(probe $good $bad) $(runs)"

section "no management.allow is known"
first
fwd_config < <(policy | jq 'del(.management)')
ctl reload --discard >/dev/null 2>&1
fwd_down
rm -f "$state"/revisions/*
broken
reboot
lab_start router python3 -c '
import socket
server = socket.create_server(("192.0.2.1", 22))
peer = server.accept()[0]
while True:
	data = peer.recv(100)
	if not data: break
	peer.sendall(data)'
rm -f "$lab_dir/ssh"
mkfifo "$lab_dir/ssh"
lab_start client python3 -c '
import socket, sys, time
for i in range(100):
	try:
		s = socket.create_connection(("192.0.2.1", 22), 5)
		break
	except OSError:
		time.sleep(0.1)
s.settimeout(60)
open(sys.argv[1] + ".up", "w").close()
for line in open(sys.argv[1]):
	s.sendall(line.encode())
	open(sys.argv[1] + ".back", "wb").write(s.recv(100))' "$lab_dir/ssh"
check_soon "a connection to sshd" 10 test -e "$lab_dir/ssh.up"
fwd_up || test_end
check_equal "closed" "closed 0 0" "$(runs) $(probe $good $bad)"
echo hello >"$lab_dir/ssh"
check_soon "who is in by SSH stays in" 10 grep -q hello "$lab_dir/ssh.back"
check_exit "nobody else comes in" 1 lab_in client timeout "$(scaled 60)" python3 -c '
import socket
socket.create_connection(("192.0.2.1", 22), 1)'
check_match "the log says so" 'only the SSH connections that exist now \(1\) go on' "$(cat "$fwd_log")"

section "nothing is known"
fwd_down
fwd_clear
rm -rf "$state"
broken
check_exit "a first start fails" 3 fwd_run
check_match "with the place" 'fwd\.json:6:[0-9]+: error: .*\[E0002\]' "$output"
check_equal "nothing filters" "5 5" "$(probe $good $bad)"
check_exit "nothing is made" 2 ls "$state"
touch "$lab_dir/file"
check_exit "a state folder that cannot be read: another try may end otherwise" 1 \
	fwd_run --state-dir "$lab_dir/file"
first
broken
fwd_down
reboot
check_exit "--strict-config does not start" 3 fwd_run --strict-config
check_equal "nothing filters" "5 5" "$(probe $good $bad)"

section "systemd's watchdog"
# The first ping starts its clock, and a start can take longer on a slow machine.
: >"$notified"
first
fwd_down
reboot
: >"$notified"
WATCHDOG_USEC=30000000 fwd_up || test_end
check_soon "it is pinged" 5 grep -q '^WATCHDOG=1' "$notified"
check_equal "not before the start is complete" "READY=1" \
	"$(grep -E '^(READY|WATCHDOG)=1' "$notified" | head -1)"

test_end
