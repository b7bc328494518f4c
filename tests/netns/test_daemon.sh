#!/bin/bash
# SPDX-License-Identifier: MIT
# The process: it gives up with one clear message and nothing changed, or it runs, follows its
# signals, and notices to systemd.
set -uo pipefail
here=$(dirname "$0")
. "$here/../lib/test.sh"
. "$here/../lib/lab.sh"
. "$here/../lib/fwd.sh"

lab_open
lab_router
fwd_for_others

config() {
	fwd_config <<-JSON
	{
	  "enforce": true,
	  "interfaces": {"eth0": {"zone": "wan"}},
	  "rules": [
	    {"id": "bad", "match": {"src": "203.0.113.0/24"}, "action": "drop"}$1
	  ]
	}
	JSON
}

good=192.0.2.2,1000
bad=203.0.113.7,1000

programs() {
	lab_in router ip -o link show | grep -c 'prog/xdp'
}

# gives_up NAME CODE REGEX ARGS...: one line, that exit code, and nothing is left or changed
gives_up() {
	local name=$1 code=$2 regex=$3 before after

	before="$(programs) $(ls "$lab_pin" 2>&1) $(ls "$lab_dir")"
	check_exit "$name: exit code $code" "$code" fwd_run "${@:4}"
	after="$(programs) $(ls "$lab_pin" 2>&1) $(ls "$lab_dir")"
	check_match "$name: says so" "$regex" "$output"
	check_equal "$name: in one line" 1 "$(wc -l <<<"$output")"
	check_equal "$name: nothing changed" "$before" "$after"
}

# What is found out before the kernel is asked for anything.
gives_up_early() {
	local keep=$fwd_binary ours=$fwd_file

	gives_up "unknown option" 2 'fwd: error: unknown option --frobnicate' --frobnicate
	gives_up "bad value" 2 '"sideways" must be native or generic' --mode sideways
	gives_up "bare word" 2 'eth0' eth0
	gives_up "no bpffs" 1 "$lab_dir is not on a BPF file system.*mount -t bpf" \
		--pin-dir "$lab_dir/pins"
	gives_up "no folder of a bpffs" 1 "BPF file system" --pin-dir /nosuch/fwd
	fwd_file=$lab_dir/nosuch.json
	gives_up "no config" 3 'nosuch\.json: .*No such file'
	fwd_file=$lab_dir
	gives_up "config is a folder" 3 "$lab_dir: .*directory"
	fwd_file=$ours

	cat >"$lab_dir/unprivileged" <<-SH
	#!/bin/sh
	exec setpriv --reuid 65534 --regid 65534 --clear-groups "$keep" "\$@"
	SH
	cat >"$lab_dir/half" <<-SH
	#!/bin/sh
	exec setpriv --bounding-set -all,+net_admin --inh-caps -all,+net_admin "$keep" "\$@"
	SH
	chmod 755 "$lab_dir/unprivileged" "$lab_dir/half"
	chmod 644 "$fwd_file"
	fwd_binary=$lab_dir/unprivileged
	gives_up "without root" 5 'CAP_NET_ADMIN and CAP_SYS_ADMIN are missing'
	chmod 600 "$fwd_file"
	gives_up "unreadable config" 3 'fwd\.json: .*Permission denied'
	fwd_binary=$lab_dir/half
	gives_up "with half the capabilities" 5 'error: CAP_SYS_ADMIN is missing'
	fwd_binary=$keep
	rm "$lab_dir/unprivileged" "$lab_dir/half"
}

# What is found out later: the programs are loaded, what is attached must not feel it.
gives_up_late() {
	gives_up "socket path is a file" 1 'this is not a socket' --socket "$fwd_file"
	gives_up "socket in no folder" 1 'cannot make its folder' --socket /nosuch/dir/sock
	gives_up "log file in no folder" 1 'event log /nosuch/log.*No such file' \
		--log-file /nosuch/log
	fwd_config <<<'{"interfaces": {"eth0": {}}, "enfroce": true, "rules": [{"id": "x"}]}'
	check_exit "broken config: exit code 3" 3 fwd_run --strict-config
	check_match "broken config: one error" 'fwd\.json:1:30: error: .*enfroce.*\[E0101\]' "$output"
	check_match "broken config: and the other" 'fwd\.json:1:[0-9]+: error: .*\[E0108\]' "$output"
	config ""
}

section "gives up before anything is there"
config ""
gives_up_early
# Each of these loads the programs; the emulated machine tries them once, next to what is attached.
[ -n "${FWD_IN_VM:-}" ] || gives_up_late
check_exit "there are no pins" 2 ls "$lab_pin"

section "gives up next to what a dead fwd left"
fwd_up || test_end
check_equal "it filters" "5 0" "$(probe $good $bad)"
fwd_down KILL
gives_up_late
check_equal "it filters on" "5 0" "$(probe $good $bad)"

section "gives up next to a living fwd"
fwd_up || test_end
before=$(ctl -j status | jq -c '[.result.pid, .result.generation]')
gives_up "same pins" 1 "another fwd \(pid $fwd_pid\) runs on" --socket "$lab_dir/other"
gives_up "same socket" 1 'another fwd answers here' --pin-dir "$lab_pin-other"
check_exit "its pins are gone" 2 ls "$lab_pin-other"
check_equal "the living one has not noticed" "$before" \
	"$(ctl -j status | jq -c '[.result.pid, .result.generation]')"
check_equal "it filters on" "5 0" "$(probe $good $bad)"
fwd_clear

section "prints and exits"
check "--version" "$fwd_binary" --version
check_match "the version" '^fwd [0-9]+\.[0-9]+\.[0-9]+$' "$output"
check "--help" "$fwd_binary" --help
for option in $("$fwd_binary" --help | grep -o -- '--[a-z-]*' | sort -u); do
	check_match "fwd(8) knows $option" "Fl -${option#--}" \
		"$(grep -e "^\.\(It\|Op\)" "$fwd_source/docs/man/fwd.8")"
done
check "--compile" "$fwd_binary" --compile "$fwd_file"
check_match "the rule is in it" 'bad' "$output"
check "--compile of what fwctl checks" "$fwd_binary" --compile "$fwd_source/configs/edge-router.json"
check_exit "--compile of a broken file" 3 "$fwd_binary" --compile <(echo '{"rules": 7}')
check_exit "a full disk is an error" 1 sh -c "'$fwd_binary' --help >/dev/full"
check_exit "nothing is made" 2 ls "$lab_pin"

section "few rights"
# What the unit grants must be enough.
caps=$(sed -n 's/^CapabilityBoundingSet=//p' "$fwd_source/configs/systemd/fwd.service.in" |
	tr 'A-Z ' 'a-z,' | sed 's/cap_/+/g')
cat >"$lab_dir/confined" <<SH
#!/bin/sh
exec setpriv --no-new-privs --bounding-set "-all,$caps" --inh-caps -all "$fwd_binary" "\$@"
SH
chmod 755 "$lab_dir/confined"
keep=$fwd_binary fwd_binary=$lab_dir/confined
fwd_up || test_end
fwd_binary=$keep
check_equal "with the unit's capabilities it filters" "5 0" "$(probe $good $bad)"
mask=$((16#$(awk '/CapEff/ {print $2}' "/proc/$fwd_pid/status"))) count=0
for ((; mask; mask &= mask - 1)); do
	count=$((count + 1))
done
check_equal "and has no others" "$(wc -w <<<"${caps//,/ }")" $count
check "a reload" ctl reload
fwd_clear

section "odd descriptors"
# The first files that it opens are then 0, 1 and 2.
fwd_up <&- || test_end
fwd_down
check_equal "without stdin" 0 "$lab_code"
(
	exec <&- >&- 2>&-
	exec nsenter --net="/run/netns/$lab_id-router" -- "$fwd_binary" -c "$fwd_file" \
		--pin-dir "$lab_pin" --socket "$lab_dir/sock" --state-dir "$lab_dir/state"
) &
fwd_pid=$!
lab_pids+=("$fwd_pid")
check_soon "without any it starts" 10 ctl version
check_equal "and filters" "5 0" "$(probe $good $bad)"
fwd_down
check_equal "and stops" 0 "$lab_code"

section "the log"
# has_events COUNT: the file of events has so many of the bad source
has_events() {
	[ "$(grep -c 203.0.113.7 "$lab_dir/events")" = "$1" ]
}
fwd_up --log-file "$lab_dir/events" --log-format jsonl --log-buffer-size 0 || test_end
probe $bad >/dev/null
check_soon "events are in the file" 2 has_events 5
mv "$lab_dir/events" "$lab_dir/events.1"
before=$(wc -l <"$lab_dir/events.1")
kill -USR1 "$fwd_pid"
check_soon "SIGUSR1 opens it again" 2 test -e "$lab_dir/events"
probe $bad >/dev/null
check_soon "new events are in the new file" 2 has_events 5
check_equal "and none in the old one" "$before" "$(wc -l <"$lab_dir/events.1")"
check "each line is JSON" jq -es 'length >= 10' "$lab_dir/events.1" "$lab_dir/events"
fwd_down INT
check_equal "SIGINT stops it" 0 "$lab_code"
fwd_up --log-file /dev/full --log-buffer-size 0 || test_end
probe $bad $bad $bad >/dev/null
check_soon "a full disk is reported" 3 grep -q \
	'events cannot be written now (No space left on device), and wait in the buffer' "$fwd_log"
check_equal "once" 1 "$(grep -c 'events cannot be written\|events are lost' "$fwd_log")"
check_equal "and filtering goes on" "5 0" "$(probe $good $bad)"
fwd_down
mkfifo "$lab_dir/fifo"
background sleep 300 3<>"$lab_dir/fifo" # a reader that does not read
fwd_up --log-file "$lab_dir/fifo" --log-buffer-size 4k || test_end
for _ in 1 2 3 4 5; do
	FWD_LAB=$lab_id "$fwd_source/tests/lib/probe.py" once 400 $bad >/dev/null
done
check_soon "a reader that sleeps is reported" 10 grep -q 'events are lost: their reader is too slow' \
	"$fwd_log"
check "it answers meanwhile" ctl status
check_equal "and filters" "5 0" "$(probe $good $bad)"
fwd_down
check_equal "and stops" 0 "$lab_code"

section "an interface that cannot be had"
config ""
fwd_up || test_end
check_exit "by hand: refused" 1 ctl iface attach lo
check_match "with a reason" 'lo.*(not supported|native)' "$output"
check_equal "no trace of it is left" "0 eth0" \
	"$(ctl -j status | jq -r '"\(.result.unsaved) \([.result.interfaces[].name] | join(" "))"')"
before=$(ctl -j status | jq .result.generation)
fwd_config <<-JSON
{
  "enforce": true,
  "interfaces": {"lo": {}, "eth1": {"zone": "lan"}},
  "rules": [{"id": "worse", "match": {"src": "203.0.113.7", "dport": 1000}, "action": "drop"}]
}
JSON
check_exit "by a reload: fails" 1 ctl reload
check_match "it says that the policy is loaded" 'loaded all the same, as revision [0-9]+ \(generation [0-9]+\)' "$output"
check_equal "and it is" 1 "$(ctl -j rule list | jq .result.total)"
check_equal "the others are attached and detached" "eth1 true" \
	"$(ctl -j status | jq -r '.result.interfaces[] | select(.attached) | "\(.name) \(.attached)"')"
kill -HUP "$fwd_pid"
check_soon "the same by SIGHUP" 10 grep -q 'warning: the config is loaded all the same' "$fwd_log"
check_equal "where nothing goes on as it was" 0 "$(grep -c 'goes on' "$fwd_log")"
config ""
check "back" ctl reload
check_equal "it filters" "5 0" "$(probe $good $bad)"
fwd_down

section "systemd"
cat >"$lab_dir/notify.py" <<'PY'
import socket, sys
sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
sock.bind(sys.argv[1])
while True:
    text = sock.recv(4096).decode()
    with open(sys.argv[2], "a") as file:
        print(text.replace("\n", " "), file=file)
PY
reported=$lab_dir/reported
: >"$reported"
background python3 "$lab_dir/notify.py" "$lab_dir/notify" "$reported"
eventually 5 test -S "$lab_dir/notify"
# The shell that becomes fwd has its pid, as a service's main process has.
cat >"$lab_dir/service" <<SH
#!/bin/sh
export NOTIFY_SOCKET=$lab_dir/notify WATCHDOG_USEC=$((2000000 * test_scale)) WATCHDOG_PID=\$\$
exec "$fwd_binary" "\$@"
SH
chmod 755 "$lab_dir/service"
keep=$fwd_binary fwd_binary=$lab_dir/service
fwd_up || test_end
fwd_binary=$keep
check_soon "READY=1" 2 grep -q '^READY=1' "$reported"
check_soon "STATUS" 2 grep -q '^STATUS=enforcing, revision [0-9]* (generation [0-9]*), attached to 1 of 1' "$reported"
check_soon "WATCHDOG=1" 4 grep -q '^WATCHDOG=1' "$reported"
kill -HUP "$fwd_pid"
check_soon "RELOADING=1" 2 grep -q '^RELOADING=1' "$reported"
check_soon "READY=1 after it" 2 sh -c "sed '1,/^RELOADING=1/d' '$reported' | grep -q '^READY=1'"
lab_in router ip link set eth0 down
lab_in router ip link set eth0 name wan0
check_soon "it follows a rename" 2 sh -c "'$fwctl_binary' -s '$lab_dir/sock' -j iface list |
	jq -e '.result.items[0].current_name == \"wan0\"'"
lab_in router ip link set wan0 name eth0
lab_in router ip link set eth0 up
config ',{"id":'
kill -HUP "$fwd_pid"
check_soon "a broken file is reported in the log" 2 grep -q 'fwd\.json:.*error:' "$fwd_log"
check_match "and what continues" 'reload failed; revision [0-9]+ \(generation [0-9]+\) continues' "$(cat "$fwd_log")"
config ""
: >"$reported"
fwd_down
check_equal "a clean exit" 0 "$lab_code"
check_soon "STOPPING=1" 2 grep -q '^STOPPING=1' "$reported"
check_match "it says that it goes on" 'stays attached' "$(cat "$fwd_log")"
check_equal "and it does" "5 0" "$(probe $good $bad)"

fwd_clear
test_end
