#!/bin/bash
# SPDX-License-Identifier: MIT
# A program without rights (common/program/, tests/program/): it finds fwd whenever it is there, it has
# nothing left that could do harm, and fwd does not notice when it hangs or dies.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

lab_open
lab_router
fwd_for_others
install -m 755 "$fwd_build/tests/print_events" "$lab_dir/bin"
sanitized=
! grep -q __asan_init "$lab_dir/bin/print_events" || sanitized=yes
fwd_config <<JSON
{
  "enforce": true,
  "interfaces": {"eth0": {"zone": "wan"}},
  "rules": [{"id": "bad", "match": {"src": "203.0.113.0/24"}, "action": "drop"}]
}
JSON
good=192.0.2.2,1000
bad=203.0.113.7,1000

# Both have groups that only they see.
sed '/^fwd/d' /etc/group >"$lab_dir/group"
printf 'fwd:x:7001:\nfwd-admin:x:7002:\n' >>"$lab_dir/group"
with_groups() {
	cat >"$lab_dir/$1" <<-SH
	#!/bin/sh
	exec unshare -m --propagation private sh -c '
		mount --bind "$lab_dir/group" /etc/group
		$3
		exec "$2" "\$@"' $1 "\$@"
	SH
	chmod 755 "$lab_dir/$1"
}
notify="export NOTIFY_SOCKET=$lab_dir/notify WATCHDOG_USEC=$((1000000 * test_scale)) WATCHDOG_PID=\$\$"
with_groups grouped "$fwd_binary" ""
with_groups printer "$lab_dir/bin/print_events" "$notify"
fwd_binary=$lab_dir/grouped

# What systemd would receive; anyone may send, as to systemd.
cat >"$lab_dir/notify.py" <<'PY'
import os, socket, sys
sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
os.umask(0)
sock.bind(sys.argv[1])
while True:
    text = sock.recv(4096).decode()
    with open(sys.argv[2], "a") as file:
        print(text.replace("\n", " "), file=file)
PY
sent=$lab_dir/sent
: >"$sent"
background python3 "$lab_dir/notify.py" "$lab_dir/notify" "$sent"
eventually 5 test -S "$lab_dir/notify"

# print_up [COMMAND...]: the program, in $print_pid; its lines and its log are in files
print_up() {
	: >"$lab_dir/lines"
	: >"$lab_dir/print.log"
	[ $# -gt 0 ] || set -- "$lab_dir/printer"
	background "$@" --socket "$lab_dir/sock" >"$lab_dir/lines" 2>"$lab_dir/print.log"
	print_pid=$lab_pid
}

# has COUNT REGEX FILE: so many lines match, or more
has() {
	[ "$(grep -cE "$2" "$lab_dir/$3")" -ge "$1" ]
}

# status FIELD: of its /proc/PID/status
status() {
	sed -n "s/^$1:\t//p" "/proc/$print_pid/status" | tr '\t' ' '
}

# gives_up NAME CODE REGEX COMMAND...: in one line
gives_up() {
	check_exit "$1: exit code $2" "$2" timeout 60 "${@:4}"
	check_match "$1: says why" "$3" "$output"
	check_equal "$1: in one line" 1 "$(wc -l <<<"$output")"
}

section "it does not start with rights"
gives_up "a bad option" 2 'error: unknown option --bogus; see print_events --help' \
	"$lab_dir/printer" --bogus
gives_up "an unknown user" 5 'error: there is no user no-such-user' "$lab_dir/printer" \
	--user no-such-user
gives_up "root" 5 'error: user root is root, or in its group' "$lab_dir/printer" --user root
gives_up "without group fwd" 5 'error: there is no group fwd' \
	unshare -m --propagation private sh -c "sed '/^fwd/d' /etc/group >$lab_dir/group.none
	mount --bind $lab_dir/group.none /etc/group; exec $lab_dir/bin/print_events"
gives_up "a user with a full bounding set" 5 'error: the bounding set has capabilities' \
	setpriv --reuid=65534 --regid=65534 --clear-groups "$lab_dir/bin/print_events"

section "fwd is absent"
exec 9</etc/passwd
print_up
exec 9<&-
check_soon "READY=1 without fwd" 5 has 1 '^READY=1' sent
check_soon "it says that fwd is absent" 5 has 1 'warning: no fwd answers on' print.log
check_soon "and in its status" 5 has 1 '^STATUS=waiting for fwd: no fwd answers' sent
check_soon "WATCHDOG=1 again and again" 10 has 3 '^WATCHDOG=1' sent
check_equal "it says so once" 1 "$(grep -c 'no fwd answers' "$lab_dir/print.log")"

section "no rights"
for set in CapInh CapPrm CapEff CapBnd CapAmb; do
	check_equal "$set" 0000000000000000 "$(status $set)"
done
check_equal "NoNewPrivs" 1 "$(status NoNewPrivs)"
check_equal "user" "65534 65534 65534 65534" "$(status Uid)"
check_equal "group" "65534 65534 65534 65534" "$(status Gid)"
check_equal "groups" "7001" "$(status Groups | xargs)"
check_match "open files" ' 64 +64 +files' "$(grep 'open files' "/proc/$print_pid/limits")"
check_equal "no file of who started it" "" "$(find "/proc/$print_pid/fd" -lname /etc/passwd)"
check_match "no core" ' 0 +0 +bytes' "$(grep 'core file' "/proc/$print_pid/limits")"
refused="open create inet netlink packet exec ptrace kill owner root bpf namespace code"
if [ "$sanitized" ]; then
	check_match "a sanitizer: it says that system calls are not limited" \
		'warning: built with a sanitizer: system calls are not limited' "$(cat "$lab_dir/print.log")"
	skip "seccomp, and what it refuses" "built with a sanitizer"
else
	check_equal "Seccomp" 2 "$(status Seccomp)"
	kill -USR1 "$print_pid"
	check_soon "it tries what it must not be able to do" 5 has 13 '^attempt ' lines
	for attempt in $refused; do
		check_equal "refused: $attempt" "attempt $attempt: EPERM" \
			"$(grep "^attempt $attempt:" "$lab_dir/lines")"
	done
	check_exit "others of its user cannot trace it" 1 setpriv --reuid=65534 --regid=65534 \
		--clear-groups cat "/proc/$print_pid/environ"
fi

section "fwd comes, is killed, comes again"
fwd_up || test_end
check_soon "it finds fwd" 10 has 1 'connected to fwd' print.log
check_soon "and says so" 5 has 1 '^STATUS=connected to fwd' sent
probe $bad >/dev/null
check_soon "it prints events" 5 has 5 ' drop eth0 .* 203\.0\.113\.7' lines
fwd_down KILL
check_soon "it notices that fwd is gone" 5 has 1 'warning: fwd closed the connection' print.log
fwd_up || test_end
check_soon "it finds the next fwd" 10 has 2 'connected to fwd' print.log
probe $bad >/dev/null
check_soon "and prints its events" 5 has 10 ' drop eth0 .* 203\.0\.113\.7' lines
check "with the same process" kill -0 "$print_pid"

section "it hangs, and dies"
kill -STOP "$print_pid"
probe $bad $bad $bad >/dev/null
check "fwd answers" ctl status
check_equal "and filters" "5 0" "$(probe $good $bad)"
check_equal "the program prints nothing" 10 "$(grep -c ' drop eth0 ' "$lab_dir/lines")"
kill -CONT "$print_pid"
check_soon "it prints what came meanwhile" 5 has 30 ' drop eth0 ' lines
kill -STOP "$print_pid"
probe $bad >/dev/null
lab_stop "$print_pid" KILL
probe $bad >/dev/null
check "fwd answers after its death" ctl status
check_equal "and filters" "5 0" "$(probe $good $bad)"
check_equal "nothing about it is in the log" "" "$(grep -E 'error|warning' "$fwd_log" | grep -v W0312)"

section "fwd hangs"
kill -STOP "$fwd_pid"
print_up
check_soon "it does not wait for ever" 15 has 1 'warning: fwd does not answer' print.log
kill -CONT "$fwd_pid"
check_soon "and goes on when fwd does" 15 has 1 'connected to fwd' print.log
: >"$sent"
lab_stop "$print_pid"
check_equal "SIGTERM ends it" 0 "$lab_code"
check_soon "STOPPING=1" 5 has 1 '^STOPPING=1' sent

section "started as systemd does"
print_up setpriv --reuid=65534 --regid=65534 --groups=7001 --bounding-set=-all \
	"$lab_dir/bin/print_events"
check_soon "as a user without capabilities" 10 has 1 'connected to fwd' print.log
lab_stop "$print_pid"
print_up setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all \
	"$lab_dir/bin/print_events" --type ban
check_soon "outside group fwd it says what it lacks" 10 \
	has 1 'not permitted; members of group fwd may connect' print.log
lab_stop "$print_pid"
check_equal "and ends cleanly" 0 "$lab_code"

fwd_clear
test_end
